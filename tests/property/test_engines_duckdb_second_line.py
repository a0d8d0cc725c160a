"""Whatever is cut out of a policy fragment, or put in its place, the second line sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from carrel.engines.duckdb import instance
from carrel.engines.duckdb.snapshots import Place
from carrel.engines.duckdb.verify import verify
from carrel.model.errors import CarrelError
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery
from tests.engine_queries import ASKER

TABLE = TableName("enwiki", "revision")
PLACE = Place(None, "enwiki", "revision@7")
POLICY = (
    'SELECT "rev_id" AS "rev_id", CASE WHEN ("_hidden" & 9) = 0 THEN "rev_actor" END AS "rev_actor", CAST(NULL AS TEXT) AS "rev_comment", '
    'CASE WHEN ("_hidden" & 1) = 0 THEN "rev_page" END AS "rev_page" FROM "enwiki"."revision" WHERE ("_hidden" & 1) = 0'
)
PRINTED = parse_one(POLICY, read="duckdb").sql(dialect="duckdb").replace('"revision"', '"revision@7"')
BEFORE, AFTER = 'SELECT "r"."rev_id", count(*) FROM (', ') AS "r" WHERE ("r"."rev_page" > 5) GROUP BY 1'
PIECES = ["", "true", "NULL", '"rev_actor"', '"_hidden"', "OR true", " OR 1 = 1 ", "0", "--", "/*", ")", "(", '"enwiki"."user@7"', ", *",
    ' UNION ALL SELECT "rev_actor", 1, 2, 3 FROM "enwiki"."revision@7"', "'", '"']


@pytest.fixture(scope="module")
def cursor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder: Path = tmp_path_factory.mktemp("second-line")
    connection = instance.start(lake=folder, directory=folder / "tmp", memory_mb=200, spill_mb=0, threads=1, pseudonym_key=b"k" * 16)
    yield connection
    connection.close()


def query() -> AuthorizedQuery:
    return AuthorizedQuery(
        tree=parse_one("SELECT 1"), fragments={TABLE: parse_one(POLICY, read="duckdb")}, versions={TABLE: "7"}, outputs=(), influences=frozenset(),
        decisions={},
        asker=ASKER, dialect="mysql",
    )


def meaning(cursor: duckdb.DuckDBPyConnection, text: str) -> object:
    """DuckDB's parse without positions; None where it is no SELECT."""
    ((serialized,),) = cursor.execute("SELECT CAST(json_serialize_sql(?) AS VARCHAR)", [text]).fetchall()
    parsed = json.loads(serialized, object_hook=lambda node: {key: value for key, value in node.items() if not key.startswith("query_location")})
    return None if parsed["error"] else parsed["statements"]


def test_the_text_itself_passes(cursor: duckdb.DuckDBPyConnection) -> None:
    verify(cursor, BEFORE + PRINTED + AFTER, query(), {TABLE: PLACE})


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(start=st.integers(0, len(PRINTED)), length=st.integers(0, 60), piece=st.sampled_from(PIECES))
def test_a_fragment_cannot_lose_or_gain_a_part(cursor: duckdb.DuckDBPyConnection, start: int, length: int, piece: str) -> None:
    text = BEFORE + PRINTED[:start] + piece + PRINTED[start + length :] + AFTER
    if "\0" in text or meaning(cursor, text) == meaning(cursor, BEFORE + PRINTED + AFTER):
        return
    with pytest.raises(CarrelError):
        verify(cursor, text, query(), {TABLE: PLACE})
