"""The cursor over a statement's words, and the refusals that every form shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from carrel.model.errors import CarrelError, NotFound, SyntaxRefused
from carrel.model.names import TableName

FORMS_HELP: Final = "there is CREATE and ALTER TABLE, CREATE INDEX, INSERT, UPDATE, DELETE, DROP TABLE and INDEX, TRUNCATE and RENAME TABLE"
OPENS: Final = frozenset({"SELECT", "WITH", "("})
"""Words that a query begins with."""
_OPTIONS: Final = frozenset({"ENGINE", "CHARSET", "COLLATE", "COMMENT", "ROW_FORMAT", "AUTO_INCREMENT", "CHECKSUM", "MAX_ROWS", "MIN_ROWS", "PAGE_CHECKSUM"})


def _words(token: Token, text: str) -> list[Token]:
    """sqlglot has `PRIMARY KEY` and `CHARACTER SET` as one token."""
    if token.token_type in {TokenType.STRING, TokenType.IDENTIFIER} or " " not in token.text:
        return [token]
    found = re.finditer(r"\S+", text[token.start : token.end + 1])
    return [Token(TokenType.VAR, one[0], token.line, token.col, token.start + one.start(), token.start + one.end() - 1, []) for one in found]


class Reader:
    """A cursor over the tokens of one statement."""

    def __init__(self, text: str, tokens: Sequence[Token], database: str | None) -> None:
        self.text = text
        self.tokens = [one for token in tokens for one in _words(token, text)]
        self.database = database
        self.at = 0

    def word(self, ahead: int = 0) -> str:
        """A word in capitals, or a sign; empty at the end and where a quoted name or a text stands."""
        place = self.at + ahead
        if place >= len(self.tokens) or self.tokens[place].token_type in {TokenType.STRING, TokenType.IDENTIFIER}:
            return ""
        return self.tokens[place].text.upper()

    def words_at(self, place: int, *words: str) -> bool:
        return all(self.word(place - self.at + ahead) == word for ahead, word in enumerate(words))

    def accept(self, *words: str) -> bool:
        if self.words_at(self.at, *words):
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

    def number(self) -> int:
        if self.at >= len(self.tokens) or not self.tokens[self.at].text.isdecimal() or self.tokens[self.at].token_type is TokenType.STRING:
            raise self.error()
        self.at += 1
        return int(self.tokens[self.at - 1].text)

    def options(self) -> bool:
        """Goes behind options of MariaDB's tables, which mean nothing here. Whether there were any."""
        begin = self.at
        while True:
            self.accept("DEFAULT")
            if not self.accept("CHARACTER", "SET") and self.word() not in _OPTIONS:
                return self.at > begin
            self.at += self.word() in _OPTIONS
            self.accept("=")
            self.at += 1
            if self.word() == "," and self.word(1) in _OPTIONS:
                self.at += 1

    def method(self) -> None:
        """Goes behind the method of a key."""
        if self.accept("USING"):
            self.name()

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
