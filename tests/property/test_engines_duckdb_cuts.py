"""What the second line lets pass with stand-ins for policy's fragments, it lets pass when it reads the whole text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from carrel.engines.duckdb import instance, verify
from carrel.engines.duckdb.cuts import Cut, cut, stand_in
from carrel.engines.duckdb.fragments import fragment_text
from carrel.engines.duckdb.snapshots import Place
from carrel.model.errors import CarrelError
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery
from tests.engine_queries import ASKER

REVISION, USER = TableName("enwiki", "revision"), TableName("enwiki", "user")
POLICY = {
    REVISION: (
        'SELECT "rev_id" AS "rev_id", CASE WHEN ("_hidden" & 9) = 0 THEN "rev_actor" END AS "rev_actor" FROM "enwiki"."revision" WHERE ("_hidden" & 1) = 0'
    ),
    USER: 'SELECT "user_id" AS "user_id", CAST(NULL AS TEXT) AS "user_email" FROM "enwiki"."user"',
}
FRAGMENTS = {table: parse_one(text, read="duckdb") for table, text in POLICY.items()}
PLACES = {table: Place(None, "enwiki", f"{table.table}@7") for table in POLICY}
R, U = (f"({fragment_text(FRAGMENTS[table], PLACES[table])})" for table in POLICY)

SOUND = (
    f'SELECT "r"."rev_id" FROM {R} AS "r"',
    f'SELECT count(*), \'{R}\' FROM {R} AS "r" INNER JOIN {U} AS "u" ON ("r"."rev_actor" = "u"."user_id") WHERE "r"."rev_id" > 5',
    f'SELECT "r"."rev_id" AS "a\'b" FROM {R} AS "r" WHERE ("r"."rev_actor" IN (SELECT "u"."user_id" FROM {U} AS "u"))',
    f'WITH "x#1"("a") AS (SELECT "r"."rev_id" FROM {R} AS "r") SELECT "x"."a" FROM "x#1" AS "x" UNION ALL SELECT "user_id" FROM {U} AS "u"',
    f'SELECT 1 /* {U} */ + 2 -- {R}\n FROM {R} AS "r"',
)
PIECES = (
    "", R, U, R[1:], R[:-1], U[1:-1], "(", ")", "'", '"', "''", '""', "--", "/*", "*/", "\n", "$$", "$a$", "E'", "\\", ";", ",", " ", "\u00a0", "1", " AS ",
    '"r"', "x", " FROM ", " WHERE ", "SELECT ", f"({stand_in(0)})", "carrel_cut.f0", '"enwiki"."user@7"', " UNION ALL ", "|| ",
)
SPLICES = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 12), st.sampled_from(PIECES)), max_size=4)


@pytest.fixture(scope="module")
def cursor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder: Path = tmp_path_factory.mktemp("cuts")
    connection = instance.start(lake=folder, directory=folder / "tmp", memory_mb=200, spill_mb=0, threads=1, pseudonym_key=b"k" * 16)
    yield connection
    connection.close()


def passes(cursor: duckdb.DuckDBPyConnection, text: str) -> bool:
    query = AuthorizedQuery(
        tree=parse_one("SELECT 1"), fragments=FRAGMENTS, versions=dict.fromkeys(FRAGMENTS, "7"), outputs=(), influences=frozenset(), decisions={}, asker=ASKER,
        dialect="mysql",
    )
    verify.forget_verdicts()
    try:
        verify.verify(cursor, text, query, PLACES)
    except CarrelError:
        return False
    return True


def spliced(text: str, splices: list[tuple[int, int, str]]) -> str:
    for start, length, piece in splices:
        text = text[:start] + piece + text[start + length :]
    return text


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(text=st.sampled_from(SOUND), splices=SPLICES)
@example(text=f'SELECT 1 AS "a {R}"', splices=[])
@example(text=f'SELECT "r"."rev_id" FROM {R} AS "r", ({stand_in(0)}) AS "s"', splices=[])
@example(text=f'SELECT $a${R}$a$ FROM {R} AS "r"', splices=[])
def test_what_passes_with_stand_ins_passes_whole(cursor: duckdb.DuckDBPyConnection, text: str, splices: list[tuple[int, int, str]]) -> None:
    text = spliced(text, splices)
    shortened = passes(cursor, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "cut", lambda text, _: Cut(text, {}))
        assert passes(cursor, text) == shortened


@pytest.mark.parametrize("text", SOUND)
def test_the_texts_themselves_pass(cursor: duckdb.DuckDBPyConnection, text: str) -> None:
    assert passes(cursor, text)


def test_only_whole_fragments_of_plain_words_are_cut() -> None:
    fragment = R[1:-1]
    assert cut(f"SELECT 1 FROM {R}, {R}", [fragment]) == Cut(f"SELECT 1 FROM ({stand_in(0)}), ({stand_in(0)})", {("carrel_cut", "f0"): 2})
    for other in (f"{fragment} --", f"{fragment} /*", f"{fragment}; SELECT 1", fragment.replace('"rev_id"', '"r\u00e9v"'), fragment.replace("& 9", "& '9'")):
        assert cut(f"SELECT 1 FROM ({other})", [other]).standing == {}
    assert cut(f"SELECT 1 AS CARREL_CUT FROM {R}", [fragment]).standing == {}
