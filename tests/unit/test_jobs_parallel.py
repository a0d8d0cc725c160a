"""Files read side by side: the same tables as one after another, one error, and no reader left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.jobs.parallel import side_by_side
from carrel.model.errors import BadInput
from carrel.model.names import TableName
from carrel.model.ports import SourceTable
from carrel.model.tables import DatabaseKind, Table
from carrel.sources.sql_dump import window as window_module
from tests.lake_fixture import LakeFixture


@pytest.fixture
def fixture(tmp_path: Path) -> Iterator[LakeFixture]:
    fixture = LakeFixture(tmp_path / "home")
    yield fixture
    fixture.close()


def dump(folder: Path, table: str, rows: int, more: str = "") -> Path:
    path = folder / f"{table}.sql"
    values = ",".join(f"({number},'{table} {number}')" for number in range(rows))
    insert = f"INSERT INTO `{table}` VALUES {values};\n" if rows else ""
    path.write_text(f"CREATE TABLE `{table}` (`id` int NOT NULL, `t` varbinary(99), PRIMARY KEY (`id`));\n{insert}{more}")
    return path


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_tables_are_the_same_however_many_read(workers: int, fixture: LakeFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "CHUNK", 2000)
    sizes = {"a": 3000, "b": 0, "c": 1, "d": 500}
    files = [dump(tmp_path, table, rows) for table, rows in sizes.items()]
    before = threading.active_count()
    report = fixture.load("sql-dump", *files, workers=workers)
    assert dict(sorted(report.tables.items())) == sizes
    for table, rows in sizes.items():
        assert fixture.rows(table) == [{"id": number, "t": f"{table} {number}"} for number in range(rows)]
    assert threading.active_count() == before


def test_an_error_in_one_of_them_ends_the_load(fixture: LakeFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "CHUNK", 2000)
    files = [dump(tmp_path, "a", 20_000), dump(tmp_path, "b", 100, "INSERT INTO `b` VALUES (1,'cut"), dump(tmp_path, "c", 20_000)]
    before = threading.active_count()
    with pytest.raises(BadInput, match=r"b\.sql.*ends in the middle"):
        fixture.load("sql-dump", *files, workers=3)
    assert threading.active_count() == before
    assert fixture.files() == []


def test_a_table_in_two_files_is_refused(fixture: LakeFixture, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    with pytest.raises(BadInput, match="the table `a` is in an earlier file"):
        fixture.load("sql-dump", dump(tmp_path, "a", 10), dump(tmp_path / "again", "a", 10), workers=2)


def endless(name: str) -> Iterator[SourceTable]:
    def batches() -> Iterator[pa.RecordBatch]:
        while True:
            yield pa.RecordBatch.from_pydict({"id": [1]})

    yield SourceTable(table=Table(name=TableName("w", name), kind=DatabaseKind.WIKI, columns=()), batches=batches, mark=lambda: name)


def test_readers_end_when_nobody_takes_any_more() -> None:
    before = threading.active_count()
    with side_by_side({0: endless("a"), 1: endless("b")}, 2) as pieces:
        taken = [next(pieces) for _ in range(20)]
        assert threading.active_count() == before + 2
    assert threading.active_count() == before
    for number, name in ((0, "a"), (1, "b")):
        own = [piece for which, piece in taken if which == number]
        assert all(piece is not None and piece.item.table.name.table == name for piece in own)
        assert [piece.mark for piece in own if piece is not None and piece.batch is not None] == [name] * (len(own) - 1)
