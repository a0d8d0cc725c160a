"""EXPLAIN of a query: what will run for the asker, under the asker's own rights."""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa

from carrel.gateway.metadata.relations import answer
from carrel.gateway.metadata.show import Shown
from carrel.gateway.plans import by_others
from carrel.gateway.split import Statement
from carrel.model.errors import AccessRefused, Unsupported
from carrel.model.queries import AuthorizedQuery
from carrel.policy.guard.writing import FORMS

_OPTIONS: Final = re.compile(r"(?:EXTENDED|PARTITIONS|FORMAT\s*=\s*(?P<format>\w+))\b", re.IGNORECASE)
_QUERIES: Final = ("SELECT", "WITH", "(", "VALUES", "TABLE")
HEADING: Final = "explain"


def explained(statement: Statement) -> str | None:
    """The statement that an EXPLAIN or DESCRIBE asks about; None where it asks about a table.

    Raises:
        Unsupported: ANALYZE, which runs the query; FORMAT other than TRADITIONAL; another connection's query.
    """
    rest = statement.text[len(statement.tokens[0].text) :].lstrip()
    option = _OPTIONS.match(rest)
    if option is not None and (option["format"] or "traditional").lower() != "traditional":
        raise Unsupported("EXPLAIN has one format", help="leave out FORMAT")
    rest = rest[option.end() :].lstrip() if option else rest
    words = [token.text.upper() for token in statement.tokens[1:3]]
    if words[:1] == ["ANALYZE"] or (words[:1] == ["FOR"] and words[1:] != ["FROM"]):
        raise Unsupported(f"`EXPLAIN {words[0]}` is not built", help="EXPLAIN SELECT …")
    return rest if option or rest.upper().startswith(_QUERIES) or (words[:1] and words[0] in FORMS and len(statement.tokens) > 2) else None


def explanation(text: str, query: AuthorizedQuery) -> Shown:
    """The engine's final text, a row for each line. The names of snapshots, which tell when a table was loaded, are left out of it."""
    for name, version in query.versions.items():
        for shown in (f'"{name.table}@{version}"', f'"{name.table}@{version}@rows"'):
            text = text.replace(shown, f'"{name.table}"')
    rows = [{HEADING: line} for line in text.splitlines()]
    return Shown(answer({HEADING: pa.string()}, rows), tuple(sorted(query.decisions, key=str)))


def require_own_views(query: AuthorizedQuery) -> None:
    """Raises AccessRefused where the text would tell what another's view is made of."""
    if by_others(query):
        raise AccessRefused("EXPLAIN cannot tell of a view that belongs to somebody else", help="run the query itself")
