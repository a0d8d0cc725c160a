"""The engine: an authorized query becomes DuckDB's text, is checked by a second line, and runs in a locked-down instance."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pyarrow as pa

from carrel.engines.duckdb import CAPABILITIES, instance, spill
from carrel.engines.duckdb.arrow import schema_of
from carrel.engines.duckdb.deadlines import Deadlines
from carrel.engines.duckdb.parsers import Parsers
from carrel.engines.duckdb.remembered import remember, remembered
from carrel.engines.duckdb.room import fits
from carrel.engines.duckdb.running import DuckDbRunning, explain, internal
from carrel.engines.duckdb.snapshots import Place, Snapshots, nothing, reading
from carrel.engines.duckdb.text import name
from carrel.engines.duckdb.translate import Translation, translate
from carrel.engines.duckdb.translate.bound import filled
from carrel.engines.duckdb.translate.patterns import written
from carrel.engines.duckdb.verify import LENGTH, verify
from carrel.model.errors import CarrelError, LimitReached, NotAllowed, Unsupported
from carrel.model.names import TableName
from carrel.model.ports import Storage
from carrel.model.queries import AuthorizedQuery, Unpublished
from carrel.model.tables import ROW


class DuckDbEngine:
    """Fills the port Engine.

    Args:
        storage: the lake.
        directory: for temporary files, inside the home; each engine has a folder of its own in it.
        memory_mb: MiB for all queries together.
        spill_mb: MiB of temporary files.
        threads: 0: one per core.
        pseudonym_key: of the pseudonyms that stand for masked values, at least 16 bytes; the same key gives the same pseudonyms.
            None: a random one, so that pseudonyms hold until the process ends.
    """

    def __init__(
        self, storage: Storage, *, directory: Path, memory_mb: int, spill_mb: int, threads: int, pseudonym_key: bytes | None = None
    ) -> None:
        self._spill = spill.make(directory)
        self._connection = instance.start(
            lake=storage.directory, directory=self._spill, memory_mb=memory_mb, spill_mb=spill_mb, threads=threads,
            pseudonym_key=pseudonym_key or secrets.token_bytes(32),
        )
        self._snapshots = Snapshots(self._connection, storage)
        self._deadlines = Deadlines()
        self._parsers = Parsers()

    def run(self, query: AuthorizedQuery, relations: Mapping[TableName, pa.Table | Unpublished]) -> DuckDbRunning:
        with ExitStack() as stack:
            cursor, text, translation = self._prepare(stack, query, relations)
            relation, schema = _bind(cursor, text, translation, query)
            return DuckDbRunning(cursor, relation, schema, query.limits, stack.pop_all(), deadlines=self._deadlines)

    def explain(self, query: AuthorizedQuery, relations: Mapping[TableName, pa.Table | Unpublished]) -> str:
        with ExitStack() as stack:
            return self._prepare(stack, query, relations)[1]

    def close(self) -> None:
        self._deadlines.close()
        self._parsers.close()
        self._connection.close()
        spill.remove(self._spill)

    def _prepare(
        self, stack: ExitStack, query: AuthorizedQuery, relations: Mapping[TableName, pa.Table | Unpublished]
    ) -> tuple[duckdb.DuckDBPyConnection, str, Translation]:
        """A cursor in which the query's tables stand, the checked text, and what it was made of."""
        if query.dialect not in CAPABILITIES.dialects:
            raise Unsupported(f"the dialect `{query.dialect}` is not understood here")
        cursor = self._connection.cursor()
        stack.callback(cursor.close)
        try:
            places = {table: self._place(stack, cursor, query, table, relations) for table in query.fragments}
            translation = remembered(query, places) or self._translated(cursor, query, places)
            text = filled(translation.text, query.bound)
            if not fits(text, LENGTH, query):
                raise LimitReached("the statement is too long", code="too_complex")
        except CarrelError:
            raise
        except RecursionError:
            raise LimitReached("the statement is nested too deeply", code="too_complex") from None
        except duckdb.Error as error:
            raise explain(error) from None
        return cursor, text, translation

    def _translated(self, cursor: duckdb.DuckDBPyConnection, query: AuthorizedQuery, places: Mapping[TableName, Place]) -> Translation:
        """Written and checked anew."""
        _check_patterns(cursor, query)
        translation = translate(query, places)
        with self._parsers.lent() as parser:
            verify(parser, translation.text, query, places)
        remember(query, places, translation)
        return translation

    def _place(
        self, stack: ExitStack, cursor: duckdb.DuckDBPyConnection, query: AuthorizedQuery, table: TableName,
        relations: Mapping[TableName, pa.Table | Unpublished],
    ) -> Place:
        own = Place("temp", "main", f"{table}@given")
        given = relations.get(table)
        if isinstance(given, Unpublished):
            cursor.execute(f"CREATE TEMP VIEW {name(own.table)} AS {reading(given.paths, rows=query.decisions[table].table.column(ROW) is not None)}")
            return own
        if given is not None:
            cursor.register(own.table, given)
            return own
        version = query.versions.get(table)
        if version is not None:
            return stack.enter_context(self._snapshots.open(table, version, rows=query.decisions[table].table.column(ROW) is not None))
        if (place := self._snapshots.empty(query.decisions[table].table)) is not None:
            return place
        cursor.execute(f"CREATE TEMP VIEW {name(own.table)} AS {nothing(query.decisions[table].table)}")
        return own


def _check_patterns(cursor: duckdb.DuckDBPyConnection, query: AuthorizedQuery) -> None:
    """Raises NotAllowed for a regular expression that RE2 cannot read: by its text, before any row is looked at."""
    for pattern in written(query.tree):
        try:
            cursor.execute("SELECT regexp_matches('', ?)", [pattern]).fetchall()
        except duckdb.InvalidInputException:
            raise NotAllowed(f"the pattern `{pattern}` is no regular expression", help="look at its brackets and repeats") from None


def _bind(cursor: duckdb.DuckDBPyConnection, text: str, translation: Translation, query: AuthorizedQuery) -> tuple[duckdb.DuckDBPyRelation, pa.Schema]:
    try:
        relation = cursor.sql(text)
        types = [str(kind) for kind in relation.types]
    except duckdb.Error as error:
        raise explain(error) from None
    if len(types) != len(query.outputs):
        raise internal("the result has not the columns that the guard foresaw")
    return relation, schema_of([output.heading for output in query.outputs], types, translation.decimals, translation.required)


ENGINE = DuckDbEngine
"""Where the plugin contract looks for the engine."""
