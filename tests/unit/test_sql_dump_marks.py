"""A reading of a dump that goes on from any of its marks gives exactly the rows that had not been given."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carrel.model.errors import BadInput
from carrel.sources.sql_dump import bulk as bulk_module
from carrel.sources.sql_dump import native
from carrel.sources.sql_dump import rows as rows_module
from carrel.sources.sql_dump import source as source_module
from carrel.sources.sql_dump import window as window_module
from carrel.sources.sql_dump.source import tables
from tests.shared import cannot_run

A = b"CREATE TABLE `a` (`id` int NOT NULL, `t` varchar(99) CHARACTER SET latin1 DEFAULT 'd\xc3\xa9', PRIMARY KEY (`id`));\n"
B = b"CREATE TABLE b (x int, y int DEFAULT 7);\n"


def values(start: int, stop: int, form: bytes = b"(%d,'v%d')") -> list[bytes]:
    return [form % ((number,) * form.count(b"%d")) for number in range(start, stop)]


DUMP = b"".join([
    b"-- comment\nSET NAMES latin1;\n", A, b"INSERT INTO `a` VALUES ", b",".join(values(0, 120)), b";\nINSERT INTO `a` VALUES ", b",\n".join(values(120, 200)),
    b";\nINSERT INTO `a` (`t`, id) VALUES ", b",".join(values(200, 260, b"('\xe9;%d',%d)")),
    b";INSERT INTO a (id) VALUES ", b" , ".join(values(300, 320, b"(%d)")),
    b";\n", B, b"CREATE TABLE empty (z int);\nLOCK TABLES b WRITE;\n", *values(0, 60, b"INSERT INTO b VALUES (%d,N'1');\n"),
    b"INSERT INTO b (x) VALUES ", b",".join(values(60, 200, b"(%d)")), b";\nUNLOCK TABLES;\nINSERT INTO a VALUES ", b",".join(values(400, 450)), b";\n",
])
Batches = list[tuple[str, list[dict[str, Any]]]]


def read(path: Path, resume: str | None = None, seen: Callable[[str | None, int], None] = lambda mark, count: None) -> Batches:
    found: Batches = []
    for item in tables(path, "w", lambda position: None, resume=resume):
        found.append((item.table.name.table, []))
        for batch in item.batches():
            found.append((item.table.name.table, batch.to_pylist()))
            seen(item.mark(), len(found))
        seen(item.mark(), len(found))
    return found


def together(batches: Batches) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, batch in batches:
        rows.setdefault(name, []).extend(batch)
    return rows


@pytest.fixture(params=["native", "in bulk", "value by value"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CARREL_PURE", "0" if request.param == "native" else "1")
    monkeypatch.setattr(bulk_module, "_LEAST", 1 if request.param == "in bulk" else 1 << 30)
    monkeypatch.setattr(rows_module, "_BATCH_ROWS", 7)
    monkeypatch.setattr(source_module, "_AHEAD", 64)
    if request.param == "native" and not native.available():
        cannot_run("the native scanner has not been compiled")
    return str(request.param)


@pytest.mark.parametrize("chunk", [150, 1 << 20])
def test_from_each_mark_the_rest_follows(chunk: int, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "CHUNK", chunk)
    path = tmp_path / "dump.sql.gz"
    path.write_bytes(gzip.compress(DUMP))
    marks: list[tuple[str, int]] = []
    whole = read(path, seen=lambda mark, count: marks.append((mark, count)) if mark is not None else None)
    assert [len(rows) for rows in together(whole).values()] == [330, 200, 0]
    assert together(whole)["a"][200] == {"id": 200, "t": "é;200".encode()}
    assert len({mark for mark, _ in marks}) > (8 if chunk > len(DUMP) else 20)
    for mark, count in marks:
        rest = together(whole[count:])
        assert {name: rows for name, rows in together(read(path, mark)).items() if rows} == {name: rows for name, rows in rest.items() if rows}


def test_a_file_that_has_become_shorter_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(DUMP)
    marks: list[str | None] = []
    read(path, seen=lambda mark, count: marks.append(mark))
    path.write_bytes(DUMP[:-100])
    with pytest.raises(BadInput, match="shorter than it was"):
        read(path, marks[-1])
