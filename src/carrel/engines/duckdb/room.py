"""Whether a text made of a statement is still in proportion to it: some of MySQL's functions name an argument more than once, and nested ones multiply."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from carrel.model.queries import AuthorizedQuery
from carrel.model.trees import nodes

TIMES: Final = 3
"""How often what the asker wrote as values may stand in the text, quotes and escapes included."""


def fits(text: str, most: int, query: AuthorizedQuery) -> bool:
    """Whether the text has at most `most` characters beside the values that the asker wrote or bound."""
    if len(text) <= most:
        return True
    written = sum(len(node.name) for node in nodes(query.tree) if isinstance(node, exp.Literal))
    bound = sum(len(value) for value in query.bound.values() if isinstance(value, str))
    return len(text) <= most + TIMES * (written + bound)
