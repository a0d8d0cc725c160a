"""Reads the words of a SHOW-like statement one after the other."""

from __future__ import annotations

from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from carrel.gateway.split import Statement
from carrel.model.errors import SyntaxRefused

_NAMES: Final = frozenset({TokenType.IDENTIFIER, TokenType.VAR})


class Words:
    """A cursor over a statement's tokens. A keyword is taken without regard to case; a name may be back-quoted."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._tokens = statement.tokens
        self._next = 0

    @property
    def done(self) -> bool:
        return self._next >= len(self._tokens)

    def peek(self) -> str:
        """The next word in capitals; empty at the end and before a quoted name or string."""
        token = self._peek()
        return "" if token is None or token.token_type in {TokenType.STRING, TokenType.IDENTIFIER} else token.text.upper()

    def accept(self, *keywords: str) -> bool:
        """Takes the keywords if they come next, all of them or none."""
        begin = self._next
        for keyword in keywords:
            if self.peek() != keyword:
                self._next = begin
                return False
            self._next += 1
        return True

    def expect(self, *keywords: str) -> None:
        if not self.accept(*keywords):
            raise self.error()

    def accept_any(self, *keywords: str) -> str | None:
        """Takes one of the keywords if it comes next."""
        return next((keyword for keyword in keywords if self.accept(keyword)), None)

    def name(self) -> str:
        token = self._peek()
        if token is None or token.token_type in {TokenType.STRING, TokenType.NUMBER} or not (token.token_type in _NAMES or token.text.isidentifier()):
            raise self.error()
        self._next += 1
        return token.text

    def table(self, database: str | None) -> tuple[str | None, str]:
        """`t` or `db.t`; the database is the given one where none is written."""
        first = self.name()
        return (first, self.name()) if self.accept(".") else (database, first)

    def string(self) -> str:
        token = self._peek()
        if token is None or token.token_type is not TokenType.STRING:
            raise self.error()
        self._next += 1
        return token.text

    def account(self) -> str:
        """The name of a person, a host or a group, in any quotes or none; a group's has hyphens."""
        token = self._peek()
        if token is None:
            raise self.error()
        if token.token_type is TokenType.STRING:
            return self.string()
        name = self.name()
        while token.token_type is not TokenType.IDENTIFIER and self.accept("-"):
            name += f"-{self.name()}"
        return name

    def number(self) -> int:
        token = self._peek()
        if token is None or not token.text.isdecimal():
            raise self.error()
        self._next += 1
        return int(token.text)

    def literal(self) -> str | int | float | None:
        """A string, a number or NULL."""
        token = self._peek()
        if token is None or token.token_type not in {TokenType.STRING, TokenType.NUMBER, TokenType.NULL}:
            raise self.error()
        self._next += 1
        if token.token_type is TokenType.NUMBER:
            return float(token.text) if any(mark in token.text for mark in ".eE") else int(token.text)
        return None if token.token_type is TokenType.NULL else token.text

    def rest(self) -> str:
        """The text from here to the end, and goes there."""
        token = self._peek()
        self._next = len(self._tokens)
        return "" if token is None else self._statement.text[token.start - self._tokens[0].start :]

    def end(self) -> None:
        if not self.done:
            raise self.error()

    def error(self) -> SyntaxRefused:
        token = self._peek()
        near = "" if token is None else self._statement.text[token.start - self._tokens[0].start :][:80]
        return SyntaxRefused("this is not a statement that Carrel knows", near=near, line=token.line if token else 1)

    def _peek(self) -> Token | None:
        return None if self.done else self._tokens[self._next]
