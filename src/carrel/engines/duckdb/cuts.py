"""A final text with each printed fragment of policy cut out and a short name in its place, so that DuckDB's parser reads a fragment once and not in each text.

What is read of the cut text holds for the whole one. A stand-in has nothing that begins or ends a string, a name in quotes or a comment; so where the parse has
it as a table, the text was between two words at that bracket, and is there in the whole text too. A fragment that is cut is words, signs and whole names in
quotes, which begin and end between two words, and is read alone as one SELECT: in the same brackets it is that SELECT. Who reads the cut text must find each
stand-in as often as it was put; if not, one stood where no table is read, and the whole text is to be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

SCHEMA: Final = "carrel_cut"
"""Of the stand-ins. A text in which the word stands already is not cut."""

_WHOLE: Final = re.compile(r'SELECT (?:[A-Za-z0-9_ ,.()&=]|"[ !#-~]*")+')
"""Fragments that are cut: outside of quotes nothing that could begin a comment, a string or another statement."""


class Cut(NamedTuple):
    """`standing` says how often each stand-in was put, by its path as DuckDB's parse has it; those that were not are left out."""

    text: str
    standing: dict[tuple[str, ...], int]


def cut(text: str, fragments: Sequence[str]) -> Cut:
    """The text without the fragments that stand in it, as printed, between brackets."""
    standing: dict[tuple[str, ...], int] = {}
    if SCHEMA in text.lower():
        return Cut(text, standing)
    for number, fragment in enumerate(fragments):
        whole = f"({fragment})"
        count = text.count(whole)
        if count and _WHOLE.fullmatch(fragment):
            text = text.replace(whole, f"({stand_in(number)})")
            standing[SCHEMA, f"f{number}"] = count
    return Cut(text, standing)


def stand_in(number: int) -> str:
    """What stands for the fragment of that number."""
    return f"SELECT 0 FROM {SCHEMA}.f{number}"  # noqa: S608 - never run
