"""How long a statement may be: what must be taken apart word by word has a limit, texts in quotes may be as long as a client can send."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 64 << 20
"""Characters of a statement, its texts included: what a packet of the MySQL protocol holds here."""

# As sqlglot's tokenizer for MySQL reads them. What is not closed ends with the text: looked for again from the next quote on, it would take its square.
_QUOTED: Final = re.compile(
    r"""
      ' [^'\\]* (?:\\(?:.|\Z)[^'\\]*)* (?:'|\Z)
    | " [^"\\]* (?:\\(?:.|\Z)[^"\\]*)* (?:"|\Z)
    | ` [^`]* (?:`|\Z)
    | (?P<comment> -- | \# | /\* )
    """,
    re.VERBOSE | re.DOTALL,
)


def plain_length(text: str, dialect: str, enough: int) -> int:
    """The characters outside of quotes; of a text that has no more than `enough` in all, all of them.

    Other dialects than MySQL's quote in other ways, and what a comment holds is no quote: there each character counts.
    """
    if len(text) <= enough or dialect != "mysql":
        return len(text)
    plain = len(text)
    for found in _QUOTED.finditer(text):
        if found["comment"]:
            return len(text)
        plain -= max(found.end() - found.start() - 2, 0)
    return plain
