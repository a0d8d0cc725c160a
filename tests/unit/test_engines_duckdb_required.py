"""What the engine says of columns that are never NULL is what MariaDB tells its clients, and never less careful about joins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.model.tables import Table
from tests.engine_queries import FolderStorage, authorized, table

PAGE = table("enwiki", "page", ("id", "INTEGER", "int(11)"), ("len", "INTEGER", "int(11)"), ("lang", "VARCHAR", "varbinary(35)"), primary_key=["id"])
MASKED = 'SELECT "id" AS "id", CASE WHEN "id" = 1 THEN "len" END AS "len", "lang" AS "lang" FROM "enwiki"."page"'


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDbEngine, Table]]:
    folder: Path = tmp_path_factory.mktemp("required")
    storage = FolderStorage(folder / "lake")
    rows = pa.table({"id": pa.array([1, 2], pa.int32()), "len": pa.array([5, 6], pa.int32()), "lang": pa.array([None, "de"])})
    saved = storage.save(PAGE, rows)
    known = replace(saved, columns=tuple(replace(column, nullable=column.name == "lang") for column in saved.columns))
    engine = DuckDbEngine(storage, directory=folder / "tmp", memory_mb=200, spill_mb=0, threads=1)
    yield engine, known
    engine.close()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT id, len, lang FROM page", "110"),
        ("SELECT COUNT(*), COUNT(lang), SUM(len), MAX(id), BIT_OR(id), GROUP_CONCAT(id) FROM page", "110010"),
        ("SELECT 1, 'a', NULL, id + len, id - lang, id / 2, -id, NOT id, id = len, id = lang, id <=> lang, lang IS NULL FROM page", "110100111011"),
        ("SELECT COALESCE(lang, 'x'), COALESCE(lang, lang), IF(id, 1, 2), IF(id, 1, NULL) FROM page", "1010"),
        ("SELECT CASE WHEN id THEN 1 END, CASE id WHEN 1 THEN 1 ELSE 2 END FROM page", "01"),
        ("SELECT LENGTH('a'), LENGTH(lang), CONCAT(id, len), ABS(id), ROUND(len, 1) FROM page", "10011"),
        ("SELECT CAST(id AS SIGNED), CAST(id AS CHAR), YEAR('2018-01-01') FROM page", "100"),
        ("SELECT ROW_NUMBER() OVER (ORDER BY id), COUNT(*) OVER (), SUM(id) OVER () FROM page", "110"),
        ("SELECT p.id, q.id FROM page p LEFT JOIN page q ON q.id = p.len", "10"),
        ("SELECT p.id, q.id FROM page p RIGHT JOIN page q ON q.id = p.len", "01"),
        ("SELECT p.id, t.n FROM page p LEFT JOIN (SELECT id, COUNT(*) AS n FROM page GROUP BY id) t ON t.id = p.id", "10"),
        ("SELECT t.n + 1, t.m FROM (SELECT COUNT(*) AS n, MAX(id) AS m FROM page) t", "10"),
        ("SELECT id, len FROM page UNION ALL SELECT 1, NULL", "10"),
        ("WITH t AS (SELECT id FROM page) SELECT id FROM t", "1"),
        ("WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM t WHERE i < 3) SELECT i FROM t", "0"),
        ("SELECT (SELECT MAX(id) FROM page), id IN (SELECT id FROM page) FROM page", "00"),
    ],
)
def test_columns_that_are_never_null(stage: tuple[DuckDbEngine, Table], sql: str, expected: str) -> None:
    engine, page = stage
    assert _said(engine, page, sql) == expected


def test_a_masked_column_may_be_null(stage: tuple[DuckDbEngine, Table]) -> None:
    engine, page = stage
    assert _said(engine, page, "SELECT id, len, len + 1 FROM page", {"enwiki.page": MASKED}) == "100"


def _said(engine: DuckDbEngine, page: Table, sql: str, fragments: dict[str, str] | None = None) -> str:
    running = engine.run(authorized(sql, [page], fragments=fragments), {})
    try:
        return "".join(field.metadata[b"required"].decode() for field in running.schema)
    finally:
        running.close()
