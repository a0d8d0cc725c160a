"""Every engine does what its capabilities claim, and refuses as Unsupported what they do not. Engines are found by their folder."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

from carrel import plugins
from carrel.model.capabilities import EngineCapabilities
from carrel.model.errors import Cancelled, Internal, LimitReached, Unsupported
from carrel.model.names import TableName
from carrel.model.queries import Limits
from carrel.model.tables import Table
from tests.engine_queries import FolderStorage, authorized, table

ENGINES = plugins.find("carrel.engines")
ROWS = 100_000
NUMBERS = table("enwiki", "numbers", ("n", "BIGINT", "bigint(20)"), ("word", "VARCHAR", "varbinary(255)"), primary_key=["n"], visibility=True)
CROSS = "SELECT COUNT(*) FROM numbers a JOIN numbers b ON a.word <> b.word JOIN numbers c ON b.word <> c.word"
DIALECTS = ("mysql", "hive", "duckdb", "klingon")


class Case:
    def __init__(self, module: ModuleType, engine: Any, numbers: Table, storage: FolderStorage) -> None:
        self.capabilities: EngineCapabilities = module.CAPABILITIES
        self.engine = engine
        self.numbers = numbers
        self.storage = storage

    def run(self, sql: str, **more: Any) -> Any:
        return self.engine.run(authorized(sql, [self.numbers], **more), {})

    def need(self, name: str) -> None:
        if not getattr(self.capabilities, name):
            pytest.skip(f"not claimed: {name}")


@pytest.fixture(scope="module", params=ENGINES, ids=lambda module: module.NAME)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder: Path = tmp_path_factory.mktemp("engine")
    module = request.param
    storage = FolderStorage(folder / "lake")
    numbers = storage.save(
        NUMBERS,
        pa.table({"n": pa.array(range(ROWS), pa.int64()), "word": [f"word {n}" for n in range(ROWS)],
            "_hidden": pa.array([n % 2 for n in range(ROWS)], pa.uint8())}),
    )
    engine = importlib.import_module(f"{module.__name__}.engine").ENGINE(storage, directory=folder / "tmp", memory_mb=300, spill_mb=0, threads=2)
    yield Case(module, engine, numbers, storage)
    engine.close()


def rows(running: Any) -> list[tuple[Any, ...]]:
    return [tuple(value.as_py() for value in row) for batch in running.batches() for row in zip(*batch.columns, strict=True)]


def test_the_package_names_itself_without_its_driver(case: Case) -> None:
    assert isinstance(case.capabilities, EngineCapabilities)
    assert case.capabilities.dialects


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_claimed_dialect_works_and_any_other_is_unsupported(case: Case, dialect: str) -> None:
    query = authorized("SELECT COUNT(*) FROM numbers", [case.numbers])
    known = dialect in case.capabilities.dialects
    changed = {field: getattr(query, field) for field in query.__dataclass_fields__} | {"dialect": dialect}
    if known:
        assert rows(case.engine.run(type(query)(**changed), {})) == [(ROWS,)]
    else:
        with pytest.raises(Unsupported):
            case.engine.run(type(query)(**changed), {})


def test_an_answer_has_the_headings_and_streams(case: Case) -> None:
    case.need("snapshots")
    running = case.run("SELECT n AS a, word AS a FROM numbers")
    batches = running.batches()
    assert running.schema.names == ["a", "a"]
    assert 0 < next(batches).num_rows < ROWS
    running.close()
    assert set(case.storage.opened.values()) == {0}


def test_rows_come_through_the_fragment_alone(case: Case) -> None:
    fragment = 'SELECT "n" AS "n" FROM "enwiki"."numbers" WHERE ("_hidden" & 1) = 0'
    assert rows(case.run("SELECT COUNT(*), MAX(n) FROM numbers", fragments={"enwiki.numbers": fragment})) == [(ROWS // 2, ROWS - 2)]


def test_the_final_text_can_be_read(case: Case) -> None:
    query = authorized("SELECT n FROM numbers", [case.numbers])
    assert "numbers" in case.engine.explain(query, {})


def test_relations_are_read(case: Case) -> None:
    case.need("relations")
    given = table("information_schema", "tables", ("table_name", "VARCHAR", "varchar(64)"))
    name = TableName("information_schema", "tables")
    query = authorized("SELECT table_name FROM information_schema.tables", [given])
    assert rows(case.engine.run(query, {name: pa.table({"table_name": ["page"]})})) == [("page",)]


def test_a_table_without_rows_is_empty(case: Case) -> None:
    assert rows(case.engine.run(authorized("SELECT n, word FROM numbers", [NUMBERS]), {})) == []


def test_an_interrupt_cancels(case: Case) -> None:
    case.need("interrupts")
    running = case.run(CROSS)
    threading.Timer(0.2, running.interrupt).start()
    with pytest.raises(Cancelled):
        rows(running)


def test_time_is_limited(case: Case) -> None:
    case.need("time_limit")
    with pytest.raises(LimitReached) as caught:
        rows(case.run(CROSS, limits=Limits(time=timedelta(milliseconds=200))))
    assert caught.value.code == "time_limit"


def test_rows_are_limited(case: Case) -> None:
    case.need("row_limit")
    with pytest.raises(LimitReached) as caught:
        rows(case.run("SELECT n FROM numbers", limits=Limits(rows=5)))
    assert caught.value.code == "row_limit"


def test_memory_is_limited(case: Case) -> None:
    case.need("memory_limit")
    with pytest.raises(LimitReached) as caught:
        rows(case.run("SELECT a.word, b.word FROM numbers a JOIN numbers b ON a.n <> b.n ORDER BY 2, 1"))
    assert caught.value.code == "memory_limit"


def test_a_sort_of_more_than_the_memory_spills(case: Case, tmp_path: Path) -> None:
    case.need("spills")
    small = importlib.import_module(f"{case.engine.__class__.__module__}").ENGINE(
        case.storage, directory=tmp_path / "spill", memory_mb=100, spill_mb=4000, threads=2
    )
    query = authorized("SELECT a.word, b.n FROM numbers a JOIN numbers b ON b.n < 40 ORDER BY a.word DESC, b.n", [case.numbers])
    assert sum(batch.num_rows for batch in small.run(query, {}).batches()) == ROWS * 40
    small.close()


def test_closing_twice_is_harmless_and_closing_unread_lets_go(case: Case) -> None:
    running = case.run("SELECT n FROM numbers")
    running.close()
    running.close()
    assert set(case.storage.opened.values()) == {0}


def test_no_error_holds_the_engines_own_text(case: Case) -> None:
    query = authorized("SELECT n FROM numbers", [case.numbers])
    fields = {field: getattr(query, field) for field in query.__dataclass_fields__}
    fields["outputs"] = ()
    with pytest.raises(Internal) as caught:
        case.engine.run(type(query)(**fields), {})
    assert caught.value.text.startswith("internal error ")
    assert caught.value.__cause__ is None
