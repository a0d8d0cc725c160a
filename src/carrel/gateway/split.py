"""Cuts a client's text into statements at the semicolons that are not inside a string, a name or a comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlglot import Dialect
from sqlglot.dialects.mysql import MySQL
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from carrel.model.errors import LimitReached, SyntaxRefused
from carrel.policy.guard.lengths import LONGEST, plain_length

MAX_TEXT = 1_000_000
"""Characters of one text; in MySQL's dialect those in quotes do not count. A tree of this size takes seconds to parse."""


class _Whole(MySQL):
    """MySQL whose words after PREPARE, EXECUTE or CALL are words; sqlglot takes the rest of such a statement for one string, up to the next semicolon."""

    class Tokenizer(MySQL.Tokenizer):
        COMMANDS = set()  # noqa: RUF012 - as sqlglot declares it


_DIALECTS: Final = {"mysql": _Whole()}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        text: without its closing semicolon and without comments before and after it.
        tokens: of `text`, their offsets counted in the whole text.
    """

    text: str
    tokens: tuple[Token, ...]

    @property
    def verb(self) -> str:
        """The first word in capitals; empty for a statement that begins with something else."""
        return self.tokens[0].text.upper().split()[0]  # sqlglot has `LOCK TABLES` as one token


def split(text: str, dialect: str) -> Iterator[Statement]:
    """The statements of `text` in order. A text of nothing but comments has none.

    Raises:
        LimitReached: the text is longer than `MAX_TEXT`, or `LONGEST` with the texts in quotes.
        SyntaxRefused: a string, name or comment is not closed.
    """
    if len(text) > LONGEST or plain_length(text, dialect, MAX_TEXT) > MAX_TEXT:
        raise LimitReached(f"the statement has more than {MAX_TEXT} characters, or {LONGEST >> 20} MiB with the texts in it", code="too_complex")
    if "\0" in text:
        raise SyntaxRefused("a NUL character cannot stand in a statement")
    try:
        tokens = (_DIALECTS.get(dialect) or Dialect.get_or_raise(dialect)).tokenize(text)
    except TokenError as error:
        raise SyntaxRefused("a string, a quoted name or a comment is not closed", near=text[-80:]) from error
    run: list[Token] = []
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            if run:
                yield _statement(text, run)
            run = []
        else:
            run.append(token)
    if run:
        yield _statement(text, run)


def _statement(text: str, run: list[Token]) -> Statement:
    return Statement(text[run[0].start : run[-1].end + 1], tuple(run))
