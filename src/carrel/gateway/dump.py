"""mysqldump names every column of a table where a person would write `*`; it is taken for that, and closed columns come as NULL instead of ending it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from carrel.gateway.split import Statement
from carrel.model.names import TableName
from carrel.model.tables import Table

_START: Final = ("SELECT", "SQL_NO_CACHE")


def starred(statement: Statement, database: str | None, table_of: Callable[[TableName], Table]) -> str:
    """The statement's text, with `*` for a list of all the columns of its one table, in order and quoted, right after `SELECT SQL_NO_CACHE`.

    Raises:
        NotFound: from `table_of`.
    """
    tokens = statement.tokens
    if tuple(token.text.upper() for token in tokens[:2]) != _START or database is None:
        return statement.text
    names, end = _names(tokens, 2)
    if not names or len(tokens) < end + 2 or tokens[end].text.upper() != "FROM" or tokens[end + 1].token_type is not TokenType.IDENTIFIER:
        return statement.text
    if len(tokens) > end + 2 and tokens[end + 2].text.upper() not in {"WHERE", "ORDER"}:
        return statement.text
    table = table_of(TableName(database, tokens[end + 1].text))
    if names != [column.name for column in table.columns]:
        return statement.text
    return "SELECT * " + statement.text[tokens[end].start - tokens[0].start :]


def _names(tokens: tuple[Token, ...], at: int) -> tuple[list[str], int]:
    """Quoted names with commas between them, and where they end."""
    names: list[str] = []
    while at < len(tokens) and tokens[at].token_type is TokenType.IDENTIFIER:
        names.append(tokens[at].text)
        if at + 1 >= len(tokens) or tokens[at + 1].token_type is not TokenType.COMMA:
            return names, at + 1
        at += 2
    return [], at
