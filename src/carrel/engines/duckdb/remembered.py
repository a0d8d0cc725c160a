"""What the engine has written and checked of a statement, kept with the statement for when it comes again.

The gateway gives the same `AuthorizedQuery` again only where policy, rights, catalog and all else that it was made of are what they were. Here a text is used
again only in the same places and for values of the same kinds; a value that the translation looked at must be the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from carrel.engines.duckdb.snapshots import Place
from carrel.engines.duckdb.translate import Translation
from carrel.engines.duckdb.translate.bound import shape_of
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery

MOST: Final = 8
"""Texts of one statement."""

_Key = tuple[object, ...]


def remembered(query: AuthorizedQuery, places: Mapping[TableName, Place]) -> Translation | None:
    """The text that was written and checked for this statement in these places, or None."""
    looked = query.memory.get(_looked(query, places))
    kept = query.memory.get((*_looked(query, places), _values(query, looked))) if isinstance(looked, frozenset) else None
    return kept if isinstance(kept, Translation) else None


def remember(query: AuthorizedQuery, places: Mapping[TableName, Place], translation: Translation) -> None:
    """Keeps a text that was checked; not one that holds the moment of the question."""
    if translation.timed:
        return
    if len(query.memory) >= 2 * MOST:
        query.memory.clear()
    query.memory[(*_looked(query, places), _values(query, translation.looked))] = translation
    query.memory[_looked(query, places)] = translation.looked


def _looked(query: AuthorizedQuery, places: Mapping[TableName, Place]) -> _Key:
    """Where it is kept which values the translation looks at."""
    return "duckdb", tuple(places.items()), tuple((number, shape_of(value)) for number, value in sorted(query.bound.items()))


def _values(query: AuthorizedQuery, looked: frozenset[int]) -> _Key:
    return tuple((number, query.bound[number]) for number in sorted(looked))
