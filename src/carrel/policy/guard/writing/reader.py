"""The cursor over a statement's words, and the refusals that every form shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from carrel.model.errors import CarrelError, NotFound, SyntaxRefused
from carrel.model.names import TableName

FORMS_HELP: Final = "there is CREATE TABLE, INSERT, UPDATE, DELETE, DROP TABLE, TRUNCATE and RENAME TABLE"
OPENS: Final = frozenset({"SELECT", "WITH", "("})
"""Words that a query begins with."""


class Reader:
    """A cursor over the tokens of one statement."""

    def __init__(self, text: str, tokens: Sequence[Token], database: str | None) -> None:
        self.text = text
        self.tokens = tokens
        self.database = database
        self.at = 0

    def word(self, ahead: int = 0) -> str:
        """A word in capitals, or a sign; empty at the end and where a quoted name or a text stands."""
        place = self.at + ahead
        if place >= len(self.tokens) or self.tokens[place].token_type in {TokenType.STRING, TokenType.IDENTIFIER}:
            return ""
        return self.tokens[place].text.upper()

    def accept(self, *words: str) -> bool:
        if all(self.word(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        if not self.accept(*words):
            raise self.error()

    def name(self) -> str:
        if self.at >= len(self.tokens):
            raise self.error()
        token = self.tokens[self.at]
        if token.token_type is not TokenType.IDENTIFIER and not (token.token_type is not TokenType.STRING and token.text.isidentifier()):
            raise self.error()
        self.at += 1
        return token.text

    def table(self) -> TableName:
        first = self.name()
        if self.accept("."):
            return TableName(first, self.name())
        if self.database is None:
            raise self.no_database(first)
        return TableName(self.database, first)

    def no_database(self, table: str) -> NotFound:
        return NotFound("no database selected", code="no_database", help=f"write `staging.{table}` or choose a database")

    def rest(self) -> str:
        found = self.text[self.tokens[self.at].start :] if self.at < len(self.tokens) else ""
        self.at = len(self.tokens)
        return found

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise self.error()

    def error(self) -> CarrelError:
        near = self.text[self.tokens[self.at].start :][:80] if self.at < len(self.tokens) else ""
        return SyntaxRefused("this is no form of the statement that Carrel knows", near=near, help=FORMS_HELP)

    def skip_bracket(self) -> None:
        """Goes behind the bracket that closes the one which opens here."""
        depth = 0
        while self.at < len(self.tokens):
            word = self.word()
            depth += (word == "(") - (word == ")")
            self.at += 1
            if not depth:
                return
        raise self.error()
