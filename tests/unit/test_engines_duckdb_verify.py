"""The second line: each planted miss of the translation, and what no translation should ever write, is caught before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from sqlglot import parse_one

from carrel.engines.duckdb import instance
from carrel.engines.duckdb.snapshots import Place
from carrel.engines.duckdb.verify import verify
from carrel.model.errors import Internal, LimitReached
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery
from tests.engine_queries import ASKER

REVISION, USER = TableName("enwiki", "revision"), TableName("enwiki", "user")
FRAGMENTS = {
    REVISION: (
        'SELECT "rev_id" AS "rev_id", CASE WHEN ("_hidden" & 9) = 0 THEN "rev_actor" END AS "rev_actor" '
        'FROM "enwiki"."revision" WHERE ("_hidden" & 1) = 0'
    ),
    USER: 'SELECT "user_id" AS "user_id", CAST(NULL AS TEXT) AS "user_email" FROM "enwiki"."user"',
}
PLACES = {table: Place(None, "enwiki", f"{table.table}@7") for table in FRAGMENTS}
R = (
    '(SELECT "rev_id" AS "rev_id", CASE WHEN ("_hidden" & 9) = 0 THEN "rev_actor" END AS "rev_actor" '
    'FROM "enwiki"."revision@7" WHERE ("_hidden" & 1) = 0) AS "r"'
)
U = '(SELECT "user_id" AS "user_id", CAST(NULL AS TEXT) AS "user_email" FROM "enwiki"."user@7") AS "u"'


@pytest.fixture(scope="module")
def cursor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder: Path = tmp_path_factory.mktemp("verify")
    connection = instance.start(lake=folder, directory=folder / "tmp", memory_mb=200, spill_mb=0, threads=1, pseudonym_key=b"k" * 16)
    yield connection
    connection.close()


def query() -> AuthorizedQuery:
    fragments = {table: parse_one(text, read="duckdb") for table, text in FRAGMENTS.items()}
    return AuthorizedQuery(
        tree=parse_one("SELECT 1"), fragments=fragments, versions=dict.fromkeys(fragments, "7"), outputs=(), influences=frozenset(), decisions={}, asker=ASKER,
        dialect="mysql",
    )


SOUND = {
    "one table": f'SELECT "r"."rev_id" FROM {R}',
    "a join": f'SELECT count(*) FROM {R} INNER JOIN {U} ON ("r"."rev_actor" = "u"."user_id") WHERE "r"."rev_id" > 5',
    "a subquery in a condition": f'SELECT "r"."rev_id" FROM {R} WHERE ("r"."rev_actor" IN (SELECT "u"."user_id" FROM {U}))',
    "a part of WITH": f'WITH "x#1"("a") AS (SELECT "r"."rev_id" FROM {R}) SELECT "x"."a" FROM "x#1" AS "x"',
    "a recursive part": 'WITH RECURSIVE "x#1"("a") AS ((SELECT 1 AS "a") UNION ALL (SELECT "x"."a" + 1 AS "a" FROM "x#1" AS "x")) '
    'SELECT "x"."a" FROM "x#1" AS "x"',
    "no table": "SELECT 1",
    "a set operation": f'(SELECT "r"."rev_id" FROM {R}) UNION ALL (SELECT "u"."user_id" FROM {U})',
    "a window": f'SELECT row_number() OVER (ORDER BY "r"."rev_id" ASC NULLS FIRST) FROM {R}',
}

MISSES = {
    "a mask is dropped": f'SELECT "r"."rev_id" FROM {R}'.replace('CASE WHEN ("_hidden" & 9) = 0 THEN "rev_actor" END', '"rev_actor"'),
    "a mask is weaker": f'SELECT "r"."rev_id" FROM {R}'.replace("& 9", "& 1"),
    "a filter is dropped": f'SELECT "r"."rev_id" FROM {R}'.replace(' WHERE ("_hidden" & 1) = 0', ""),
    "a filter is widened": f'SELECT "r"."rev_id" FROM {R}'.replace('WHERE ("_hidden" & 1) = 0', 'WHERE ("_hidden" & 1) = 0 OR true'),
    "a column is added": f'SELECT "r"."rev_id" FROM {R}'.replace('SELECT "rev_id" AS "rev_id",', 'SELECT "rev_id" AS "rev_id", "_hidden",'),
    "a column is renamed": f'SELECT "r"."rev_id" FROM {R}'.replace('"rev_id" AS "rev_id"', '"rev_text" AS "rev_id"'),
    "a NULL mask is opened": f'SELECT "u"."user_id" FROM {U}'.replace("CAST(NULL AS TEXT)", '"user_email"'),
    "the base table stands bare": 'SELECT "rev_id" FROM "enwiki"."revision@7"',
    "the base table stands beside its fragment": f'SELECT count(*) FROM {R}, "enwiki"."revision@7" AS "b"',
    "another snapshot": f'SELECT "r"."rev_id" FROM {R}'.replace("revision@7", "revision@6"),
    "another database": f'SELECT "r"."rev_id" FROM {R}'.replace('"enwiki"."revision@7"', '"dewiki"."revision@7"'),
    "another catalog": f'SELECT "r"."rev_id" FROM {R}'.replace('"enwiki"."revision@7"', '"memory"."enwiki"."revision@7"'),
    "one fragment reads the other's table": f'SELECT "u"."user_id" FROM {U}'.replace("user@7", "revision@7"),
    "a table that policy does not know": 'SELECT * FROM "enwiki"."watchlist@7"',
    "a subquery inside the fragment": f'SELECT "r"."rev_id" FROM {R}'.replace("= 0) AS", '= 0 AND EXISTS (SELECT 1 FROM "enwiki"."user@7")) AS'),
    "a join inside the fragment": f'SELECT "r"."rev_id" FROM {R}'.replace('"enwiki"."revision@7"', '"enwiki"."revision@7", "enwiki"."user@7"'),
    "DISTINCT inside the fragment": f'SELECT "r"."rev_id" FROM {R}'.replace('(SELECT "rev_id"', '(SELECT DISTINCT "rev_id"'),
    "a sample inside the fragment": f'SELECT "r"."rev_id" FROM {R}'.replace('revision@7"', 'revision@7" TABLESAMPLE 10%'),
    "a table in a condition": f'SELECT "r"."rev_id" FROM {R} WHERE EXISTS (SELECT 1 FROM "enwiki"."user@7")',
    "a table in an ORDER BY": f'SELECT "r"."rev_id" FROM {R} ORDER BY (SELECT max("user_id") FROM "enwiki"."user@7")',
    "a table in a window": f'SELECT sum((SELECT 1 FROM "enwiki"."user@7")) OVER () FROM {R}',
    "a table in a part of WITH that nothing uses": f'WITH "x#1" AS (SELECT * FROM "enwiki"."user@7") SELECT "r"."rev_id" FROM {R}',
    "a part of WITH named as a snapshot": f'WITH "user@7" AS (SELECT 1) SELECT * FROM "user@7", {R}',
    "a reference that nothing defines": 'SELECT * FROM "x#1"',
    "a reference out of its query": f'SELECT (WITH "x#1" AS (SELECT 1) SELECT 1), (SELECT count(*) FROM "x#1") FROM {R}',
    "a view of the system": "SELECT * FROM duckdb_settings",
    "a view of the system, with its schema": 'SELECT * FROM "information_schema"."tables"',
    "a file by name": "SELECT * FROM '/etc/hostname'",
    "a table function": "SELECT * FROM read_csv('/etc/hostname')",
    "glob": "SELECT * FROM glob('*')",
    "parquet_metadata": "SELECT * FROM parquet_metadata('x')",
    "query()": "SELECT * FROM query('SELECT 1')",
    "duckdb_secrets()": "SELECT * FROM duckdb_secrets()",
    "VALUES": 'SELECT * FROM (VALUES (1)) AS "v"("a")',
    "range": "SELECT * FROM range(3)",
    "unnest": "SELECT unnest([1, 2])",
    "SHOW": "SELECT * FROM (SHOW TABLES)",
    "DESCRIBE": 'SELECT * FROM (DESCRIBE "enwiki"."user@7")',
    "a function that is not listed": "SELECT current_setting('threads')",
    "getvariable": "SELECT getvariable('x')",
    "getenv": "SELECT getenv('HOME')",
    "a function of a schema": "SELECT main.lower('a')",
    "error()": "SELECT error('x')",
    "a lambda": "SELECT list_transform([1], lambda x: x + 1)",
    "a collation": "SELECT 'a' COLLATE NOCASE",
    "a parameter": "SELECT ?",
    "a type that is not listed": "SELECT CAST(1 AS UUID)",
    "COLUMNS": f"SELECT COLUMNS('.*') FROM {R}",
    "a statement that is no SELECT": "PRAGMA database_list",
    "COPY": "COPY (SELECT 1) TO 'x.csv'",
    "ATTACH": "ATTACH ':memory:' AS x",
    "two statements": "SELECT 1; SELECT 2",
    "no statement": "",
    "no SQL": "SELEC 1",
    "PIVOT": f"PIVOT (SELECT * FROM {R}) ON rev_id USING count(*)",
    "SUMMARIZE": f"SUMMARIZE SELECT * FROM {R}",
    "AT": 'SELECT * FROM "x#1" AT (VERSION => 1)',
    "positional join": f"SELECT * FROM {R} POSITIONAL JOIN {U}",
    "semi join": f"SELECT * FROM {R} SEMI JOIN {U} ON true",
    "QUALIFY": f"SELECT 1 FROM {R} QUALIFY true",
    "a star": f"SELECT * FROM {R}",
    "a fragment with an alias of columns": f'SELECT "x"."rev_id" FROM {R}'.replace('AS "r"', 'AS "x"("rev_id", "b")').replace("9)", "8)"),
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_a_sound_text_passes(cursor: duckdb.DuckDBPyConnection, text: str) -> None:
    verify(cursor, text, query(), PLACES)


@pytest.mark.parametrize("text", MISSES.values(), ids=MISSES.keys())
def test_a_miss_is_caught(cursor: duckdb.DuckDBPyConnection, text: str) -> None:
    with pytest.raises(Internal) as caught:
        verify(cursor, text, query(), PLACES)
    assert "second line" not in caught.value.text


@pytest.mark.parametrize(
    ("text", "what"),
    [("SELECT " + "1 + " * 3000 + "1", "depth"), ("SELECT '" + "x" * 1_000_001 + "'", "length"), ("SELECT " + ", ".join(["1"] * 70_000), "nodes")],
    ids=["depth", "length", "nodes"],
)
def test_a_text_that_is_too_large_is_not_run(cursor: duckdb.DuckDBPyConnection, text: str, what: str) -> None:
    with pytest.raises(LimitReached) as caught:
        verify(cursor, text, query(), PLACES)
    assert caught.value.code == "too_complex"


def test_a_fragment_that_the_printer_spoils_is_caught(cursor: duckdb.DuckDBPyConnection) -> None:
    """Both the text and its expectation come from one printer: that the filter is there is seen on the policy's own tree."""
    spoiled = query()
    fragment = spoiled.fragments[REVISION]
    text = f'SELECT "r"."rev_id" FROM {R}'.replace(' WHERE ("_hidden" & 1) = 0', "")
    with pytest.raises(Internal):
        verify(cursor, text, spoiled, PLACES)
    assert fragment.args["where"] is not None


def test_a_text_that_was_sound_is_looked_at_anew_under_another_policy(cursor: duckdb.DuckDBPyConnection) -> None:
    """A yes is remembered for the text and the fragments as printed, together."""
    text = f'SELECT "r"."rev_actor" FROM {R} WHERE "r"."rev_id" = 77'
    verify(cursor, text, query(), PLACES)
    verify(cursor, text, query(), PLACES)
    stricter = query()
    changed = {**stricter.fragments, REVISION: parse_one(FRAGMENTS[REVISION].replace("& 9", "& 13"), read="duckdb")}
    other = AuthorizedQuery(
        tree=stricter.tree, fragments=changed, versions=stricter.versions, outputs=(), influences=frozenset(), decisions={}, asker=ASKER, dialect="mysql"
    )
    with pytest.raises(Internal):
        verify(cursor, text, other, PLACES)
    moved = {**PLACES, REVISION: Place(None, "enwiki", "revision@8")}
    with pytest.raises(Internal):
        verify(cursor, text, query(), moved)


def test_a_miss_stays_a_miss(cursor: duckdb.DuckDBPyConnection) -> None:
    for _ in range(2):
        with pytest.raises(Internal):
            verify(cursor, 'SELECT * FROM "enwiki"."revision@7"', query(), PLACES)
