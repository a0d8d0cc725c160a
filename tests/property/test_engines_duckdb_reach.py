"""The audit says no less than what a question read: whatever its conditions, each row that comes out lies within the days and keys that were noted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.model.names import TableName
from carrel.model.queries import Reach
from carrel.model.tables import Table
from carrel.policy.guard.reach import reach
from tests.engine_queries import FolderStorage, authorized, table

EDITS = table("enwiki", "edits", ("id", "INTEGER", "int(11)"), ("rev_timestamp", "VARCHAR", "binary(14)"), ("at", "TIMESTAMP", "datetime"), primary_key=["id"])
EVENTS = table("log", "events", ("uuid", "VARCHAR", "varbinary(32)"), ("event_timestamp", "TIMESTAMP", "datetime"), primary_key=["uuid"])
MARCH = Reach(since="2018-03-01", until="2018-03-31")
House = tuple[DuckDbEngine, list[Table]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("reach")
    storage = FolderStorage(folder / "lake")
    dice = random.Random(1)
    times = [f"{dice.choice((2017, 2018))}{dice.randint(1, 12):02}{dice.randint(1, 28):02}{dice.randint(0, 23):02}3000" for _ in range(300)]
    typed = pa.array([f"{time[:4]}-{time[4:6]}-{time[6:8]} {time[8:10]}:{time[10:12]}:00" for time in times]).cast(pa.timestamp("us"))
    edits = storage.save(EDITS, pa.table({"id": pa.array(range(300), pa.int32()), "rev_timestamp": times, "at": typed}))
    events = storage.save(EVENTS, pa.table({"uuid": [f"{number:x}" for number in range(300)], "event_timestamp": typed}))
    engine = DuckDbEngine(storage, directory=folder / "tmp", memory_mb=500, spill_mb=0, threads=1)
    yield engine, [edits, events]
    engine.close()


def reached(house: House, sql: str, name: str = "enwiki.edits") -> Reach:
    query = authorized(sql, house[1])
    return reach(query.tree, query.decisions, query.bound)[TableName(*name.split("."))]


@pytest.mark.parametrize(("condition", "expected"), [
    ("rev_timestamp BETWEEN '20180301' AND '20180331'", MARCH),
    ("rev_timestamp LIKE '201803%'", MARCH),
    ("LEFT(rev_timestamp, 6) = '201803' AND id > 3", MARCH),
    ("SUBSTRING(rev_timestamp, 1, 6) IN ('201803')", MARCH),
    ("'20180301000000' <= rev_timestamp AND (rev_timestamp < '20180331120000')", MARCH),
    ("rev_timestamp >= 20180301000000", Reach(since="2018-03-01")),
    ("rev_timestamp > '2018'", Reach(since="2018-01-01")),
    ("id = 7", Reach(keys=("7",))),
    ("id IN (7, '008') AND id IN (8, 9)", Reach(keys=("8",))),
    ("id IN (7) AND rev_timestamp < '2018'", Reach(keys=("7",), until="2018-12-31")),
])  # fmt: skip
def test_what_conditions_say(house: House, condition: str, expected: Reach) -> None:
    assert reached(house, f"SELECT COUNT(*) FROM edits WHERE {condition}") == expected


@pytest.mark.parametrize("condition", [
    "rev_timestamp >= 2018", "rev_timestamp >= '2018-03-01'", "id = '7x'", "id = 7 OR id = 8", "NOT id = 7", "rev_timestamp >= at", "id + 0 = 7",
    "RIGHT(rev_timestamp, 4) = '2018'", "SUBSTRING(rev_timestamp, 2, 4) = '2018'", "rev_timestamp LIKE '%2018'", "id IN (SELECT 7)", "id <=> 7",
    "IF(rev_timestamp > '2018', 1, 1)", "rev_timestamp >= CAST('2018-03-01' AS DATETIME)", "rev_timestamp NOT LIKE '2018%'", "id = -7", "id = 7.5",
])  # fmt: skip
def test_what_cannot_be_told_is_open(house: House, condition: str) -> None:
    assert reached(house, f"SELECT COUNT(*) FROM edits WHERE {condition}") == Reach()


@pytest.mark.parametrize(("sql", "expected"), [
    ("SELECT 1 FROM edits a JOIN edits b ON a.id = b.id AND b.id = 4 WHERE a.id = 3", Reach(keys=("3", "4"))),
    ("SELECT 1 FROM edits a LEFT JOIN edits b ON a.id = b.id AND b.id = 4 WHERE a.id = 3", Reach()),
    ("SELECT 1 FROM edits a JOIN edits b USING (id) WHERE a.rev_timestamp LIKE '201803%'", Reach()),
    ("SELECT 1 FROM edits WHERE id = 1 UNION SELECT 1 FROM edits WHERE id = 2", Reach(keys=("1", "2"))),
    ("SELECT 1 FROM edits WHERE id = 1 AND EXISTS (SELECT 1 FROM edits WHERE id < 5)", Reach()),
    ("SELECT * FROM (SELECT id FROM edits) x WHERE x.id = 1", Reach()),
    ("SELECT (SELECT COUNT(*) FROM edits e WHERE e.id = 9)", Reach(keys=("9",))),
])  # fmt: skip
def test_a_table_that_stands_twice_is_what_both_read(house: House, sql: str, expected: Reach) -> None:
    assert reached(house, sql) == expected


def test_typed_times_and_text_keys(house: House) -> None:
    assert reached(house, "SELECT 1 FROM log.events WHERE event_timestamp >= '2018-03-01 10:00' AND event_timestamp < '20180401'", "log.events") == Reach(
        since="2018-03-01", until="2018-04-01"
    )
    assert reached(house, "SELECT 1 FROM log.events WHERE uuid = 'a1'", "log.events") == Reach(keys=("a1",))
    assert reached(house, "SELECT 1 FROM log.events WHERE uuid = 11", "log.events") == Reach()


TIMES = st.builds("{}{:02}{:02}{:02}".format, st.sampled_from((2017, 2018)), st.integers(0, 13), st.integers(0, 32), st.integers(0, 24)).flatmap(
    lambda text: st.integers(4, 10).map(lambda length: text[:length])
)
VALUES = st.one_of(
    TIMES.map(lambda text: f"'{text}'"), TIMES, TIMES.map(lambda text: f"{text[:8].ljust(8, '1')}000000"),
    TIMES.map(lambda text: f"'{text[:4]}-{text[4:6] or '02'}-{text[6:8] or '03'}'"),
)
SIDES = st.sampled_from(("rev_timestamp", "at", "LEFT(rev_timestamp, 6)", "LEFT(rev_timestamp, 4)", "SUBSTRING(rev_timestamp, 1, 8)", "(rev_timestamp)", "id"))
CONDITIONS = st.recursive(
    st.one_of(
        st.builds("{} {} {}".format, SIDES, st.sampled_from(("=", "<", "<=", ">", ">=", "<>", "<=>")), VALUES),
        st.builds("{} {} {}".format, VALUES, st.sampled_from(("=", "<", "<=", ">", ">=")), SIDES),
        st.builds("{} BETWEEN {} AND {}".format, SIDES, VALUES, VALUES), st.builds("{} IN ({}, {})".format, SIDES, VALUES, VALUES),
        st.builds("{} LIKE '{}{}'".format, SIDES, TIMES, st.sampled_from(("%", "_%", "", "%1%"))),
        st.builds("id {} {}".format, st.sampled_from(("=", "<", ">=")), st.integers(0, 300)),
        st.builds("id IN ({}, '{}')".format, st.integers(0, 300), st.integers(0, 300)),
    ),
    lambda inner: st.one_of(st.builds("({} AND {})".format, inner, inner), st.builds("({} OR {})".format, inner, inner), st.builds("NOT ({})".format, inner)),
    max_leaves=4,
)


@given(condition=CONDITIONS)
def test_no_row_comes_from_outside(house: House, condition: str) -> None:
    engine, tables = house
    query = authorized(f"SELECT id, rev_timestamp FROM edits WHERE {condition}", tables)
    (within,) = reach(query.tree, query.decisions, query.bound).values()
    for batch in engine.run(query, {}).batches():
        for key, time in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
            day = f"{time[:4]}-{time[4:6]}-{time[6:8]}"
            assert (within.since or "") <= day <= (within.until or "9999")
            assert within.keys is None or str(key) in within.keys
