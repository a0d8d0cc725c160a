"""The DuckDB engine: what it runs, how it streams, how it stops, and what it never says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.engines.duckdb.remembered import remember, remembered
from carrel.engines.duckdb.translate import Translation
from carrel.model.errors import Cancelled, LimitReached, Unavailable
from carrel.model.names import TableName
from carrel.model.queries import Limits
from carrel.model.tables import Column
from tests.engine_queries import FolderStorage, authorized, table

REVISION = table(
    "enwiki", "revision", ("rev_id", "BIGINT", "int(10) unsigned"), ("rev_comment", "VARCHAR", "varbinary(255)"), primary_key=["rev_id"], visibility=True,
)
VISIBLE = (
    'SELECT "rev_id" AS "rev_id", CASE WHEN ("_hidden" & 5) = 0 THEN "rev_comment" END AS "rev_comment" FROM "enwiki"."revision" '
    'WHERE ("_hidden" & 1) = 0'
)
FRAGMENTS = {"enwiki.revision": VISIBLE}
ROWS = 200_000


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "lake")


@pytest.fixture
def engine(storage: FolderStorage, tmp_path: Path) -> Iterator[DuckDbEngine]:
    engine = DuckDbEngine(storage, directory=tmp_path / "tmp", memory_mb=500, spill_mb=500, threads=2)
    yield engine
    engine.close()


@pytest.fixture
def revision(storage: FolderStorage):
    numbers = range(ROWS)
    return storage.save(
        REVISION,
        pa.table({
            "rev_id": pa.array(numbers, pa.int64()),
            "rev_comment": [f"comment {number}" for number in numbers],
            "_hidden": pa.array([(0, 0, 4, 1)[number % 4] for number in numbers], pa.uint8()),
        }),
    )


def rows(engine: DuckDbEngine, query) -> list[tuple]:
    return [tuple(row.values()) for batch in engine.run(query, {}).batches() for row in batch.to_pylist()]


def test_reads_a_snapshot_through_its_fragment(engine, revision, storage) -> None:
    query = authorized("SELECT rev_id, rev_comment FROM revision WHERE rev_id < 5", [revision], fragments=FRAGMENTS)
    assert rows(engine, query) == [(0, "comment 0"), (1, "comment 1"), (2, None), (4, "comment 4")]
    assert set(storage.opened.values()) == {0}


def test_streams_in_batches_and_keeps_the_files_until_the_end(engine, revision, storage) -> None:
    running = engine.run(authorized("SELECT rev_id FROM revision", [revision]), {})
    batches = running.batches()
    first = next(batches)
    assert 0 < first.num_rows < ROWS
    assert running.schema.names == ["rev_id"]
    assert set(storage.opened.values()) == {1}
    running.close()
    assert set(storage.opened.values()) == {0}


def test_headings_may_repeat(engine, revision) -> None:
    running = engine.run(authorized("SELECT rev_id AS a, rev_id AS a FROM revision LIMIT 1", [revision]), {})
    assert running.schema.names == ["a", "a"]
    assert [batch.num_columns for batch in running.batches()] == [2]


def test_a_table_without_rows_is_empty_and_typed(engine) -> None:
    running = engine.run(authorized("SELECT rev_id, rev_comment FROM revision", [REVISION], fragments=FRAGMENTS), {})
    assert running.schema.types == [pa.int64(), pa.string()]
    assert list(running.batches()) == []


def test_tables_without_rows_share_a_view_by_their_definition(engine, monkeypatch) -> None:
    asked = authorized("SELECT rev_id, rev_comment FROM revision", [REVISION], fragments=FRAGMENTS)
    texts = {engine.explain(asked, {}) for _ in range(3)}
    assert len(texts) == 1
    longer = replace(REVISION, columns=(*REVISION.columns, Column(name="rev_more", type="BIGINT")))
    assert engine.explain(authorized("SELECT rev_id, rev_comment FROM revision", [longer], fragments=FRAGMENTS), {}) not in texts
    monkeypatch.setattr("carrel.engines.duckdb.snapshots.EMPTY", 0)
    other = replace(longer, visibility=False)
    assert list(engine.run(authorized("SELECT rev_id FROM revision", [other]), {}).batches()) == []


def test_a_text_is_kept_for_other_values_in_whatever_order_they_were_bound(revision) -> None:
    asked = replace(authorized("SELECT rev_id FROM revision", [revision]), bound={1: 5, 0: "a"})
    written = Translation("SELECT 1", (None,), (False,))
    remember(asked, {}, written)
    assert remembered(replace(asked, bound={0: "b", 1: 6}), {}) is written
    assert remembered(replace(asked, bound={0: 7, 1: 6}), {}) is None


def test_relations_belong_to_their_query_alone(engine, revision) -> None:
    tables = table("information_schema", "tables", ("table_name", "VARCHAR", "varchar(64)"))
    query = authorized("SELECT table_name FROM information_schema.tables", [tables])
    name = TableName("information_schema", "tables")
    one, two = (engine.run(query, {name: pa.table({"table_name": [text]})}) for text in ("mine", "yours"))
    assert [batch.to_pylist() for batch in two.batches()] == [[{"table_name": "yours"}]]
    assert [batch.to_pylist() for batch in one.batches()] == [[{"table_name": "mine"}]]


def test_a_snapshot_that_is_gone_is_unavailable(engine, storage, revision) -> None:
    for file in storage.directory.rglob("*.parquet"):
        file.unlink()
    with pytest.raises(Unavailable):
        engine.run(authorized("SELECT rev_id FROM revision", [revision]), {})


CROSS = "SELECT COUNT(*) FROM revision a JOIN revision b ON a.rev_comment <> b.rev_comment JOIN revision c ON b.rev_comment <> c.rev_comment"


def test_interrupt_from_another_thread_cancels(engine, revision) -> None:
    running = engine.run(authorized(CROSS, [revision]), {})
    threading.Timer(0.3, running.interrupt).start()
    with pytest.raises(Cancelled):
        list(running.batches())


def test_interrupt_between_batches_cancels(engine, revision) -> None:
    running = engine.run(authorized("SELECT rev_id FROM revision", [revision]), {})
    batches = running.batches()
    next(batches)
    running.interrupt()
    with pytest.raises(Cancelled):
        list(batches)


def test_an_interrupt_stops_one_query_only(engine, revision) -> None:
    victim = engine.run(authorized(CROSS, [revision]), {})
    neighbour = engine.run(authorized("SELECT rev_id FROM revision", [revision]), {})
    victim.interrupt()
    assert sum(batch.num_rows for batch in neighbour.batches()) == ROWS
    with pytest.raises(Cancelled):
        list(victim.batches())


def test_a_query_that_takes_too_long_reaches_its_limit(engine, revision) -> None:
    running = engine.run(authorized(CROSS, [revision], limits=Limits(time=timedelta(milliseconds=300))), {})
    with pytest.raises(LimitReached) as caught:
        list(running.batches())
    assert caught.value.code == "time_limit"


def test_rows_beyond_the_limit_are_refused_after_those_that_may_be_had(engine, revision) -> None:
    running = engine.run(authorized("SELECT rev_id FROM revision", [revision], limits=Limits(rows=10_000)), {})
    count = 0
    with pytest.raises(LimitReached) as caught:  # noqa: PT012 - what came before the error counts
        for batch in running.batches():
            count += batch.num_rows
    assert (caught.value.code, count) == ("row_limit", 10_000)


def test_memory_that_runs_out_is_a_limit(storage, tmp_path, revision) -> None:
    small = DuckDbEngine(storage, directory=tmp_path / "small", memory_mb=30, spill_mb=0, threads=2)
    query = authorized("SELECT a.rev_comment, b.rev_comment FROM revision a JOIN revision b ON a.rev_id <> b.rev_id ORDER BY 2, 1", [revision])
    with pytest.raises(LimitReached) as caught:
        list(small.run(query, {}).batches())
    assert caught.value.code == "memory_limit"
    small.close()


def test_pseudonyms_are_stable_for_one_key_and_differ_between_keys(storage, tmp_path, revision) -> None:
    hashed = {"enwiki.revision": 'SELECT "rev_id" AS "rev_id", carrel_pseudonym("rev_comment") AS "rev_comment" FROM "enwiki"."revision"'}
    query = authorized("SELECT rev_comment FROM revision WHERE rev_id = 7", [revision], fragments=hashed)
    found = []
    for key in (b"a" * 32, b"a" * 32, b"b" * 32):
        engine = DuckDbEngine(storage, directory=tmp_path / "keyed", memory_mb=100, spill_mb=10, threads=1, pseudonym_key=key)
        found += rows(engine, query)
        assert key.hex() not in engine.explain(query, {})
        engine.close()
    assert found[0] == found[1] != found[2]
    assert "comment" not in found[0][0]


def test_spilled_bytes_are_gone_with_the_engine_and_those_of_a_killed_one_with_the_next(storage, tmp_path) -> None:
    folder = tmp_path / "spill"
    left = folder / "duckdb-999999999-dead"
    left.mkdir(parents=True)
    (left / "duckdb_temp_storage.tmp").write_bytes(b"rows")
    engine = DuckDbEngine(storage, directory=folder, memory_mb=100, spill_mb=100, threads=1)
    other = DuckDbEngine(storage, directory=folder, memory_mb=100, spill_mb=100, threads=1)
    assert not left.exists()
    assert len(list(folder.iterdir())) == 2
    engine.close()
    other.close()
    assert list(folder.iterdir()) == []
