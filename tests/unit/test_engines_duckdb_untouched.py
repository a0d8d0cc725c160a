"""The engine leaves a query as it was: its fragments are what the second line holds the text against, and the query may come again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.model.tables import Table
from carrel.model.trees import nodes
from tests.engine_queries import FolderStorage, authorized, table

PAGE = table("enwiki", "page", ("id", "INTEGER", "int(11)"), ("title", "VARCHAR", "varchar(255)"), ("ts", "VARCHAR", "binary(14)"), primary_key=["id"])
FRAGMENT = (
    'SELECT "id" AS "id", CASE WHEN ("_hidden" & 1) = 0 THEN "title" END AS "title", CAST(NULL AS VARCHAR) AS "ts" '
    'FROM "enwiki"."page" WHERE ("_hidden" & 1) = 0'
)
QUERIES = (
    "SELECT * FROM page", "SELECT title, COUNT(*) AS n FROM page GROUP BY title HAVING n > 0 ORDER BY n DESC, title",
    "SELECT DISTINCT title FROM page ORDER BY 1",
    "SELECT a.id, b.title FROM page AS a LEFT JOIN page AS b ON a.id = b.id + 1 WHERE a.title LIKE 'A%' ORDER BY b.title",
    "SELECT id, ROW_NUMBER() OVER (PARTITION BY title ORDER BY id) AS n FROM page",
    "SELECT GROUP_CONCAT(DISTINCT title ORDER BY title SEPARATOR '|') FROM page",
    "SELECT title FROM page UNION SELECT title FROM page ORDER BY title LIMIT 3",
    "WITH w AS (SELECT id FROM page) SELECT COUNT(*) FROM w JOIN page USING (id)",
    "SELECT id FROM page WHERE id IN (SELECT MAX(id) FROM page GROUP BY title) AND title REGEXP '^A'",
    "SELECT (SELECT MIN(title) FROM page) AS x, NOW() > '2018' AS y",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDbEngine, Table]]:
    folder: Path = tmp_path_factory.mktemp("untouched")
    storage = FolderStorage(folder / "lake")
    saved = storage.save(PAGE, pa.table({"id": pa.array([1, 2], pa.int32()), "title": ["A", "B"], "ts": ["", ""], "_hidden": pa.array([0, 1], pa.uint8())}))
    engine = DuckDbEngine(storage, directory=folder / "tmp", memory_mb=500, spill_mb=0, threads=1)
    yield engine, saved
    engine.close()


@pytest.mark.parametrize("sql", QUERIES)
def test_a_query_is_left_as_it_was(made: tuple[DuckDbEngine, Table], sql: str) -> None:
    engine, saved = made
    query = authorized(sql, [saved], fragments={"enwiki.page": FRAGMENT})
    before = [(id(node), type(node), repr(node.meta), list(map(id, node.args.values()))) for node in nodes(query.tree)]
    fragments = {name: [repr(node) for node in nodes(fragment)] for name, fragment in query.fragments.items()}
    text = engine.explain(query, {})
    list(engine.run(query, {}).batches())
    assert [(id(node), type(node), repr(node.meta), list(map(id, node.args.values()))) for node in nodes(query.tree)] == before
    assert {name: [repr(node) for node in nodes(fragment)] for name, fragment in query.fragments.items()} == fragments
    query.memory.clear()
    assert engine.explain(query, {}) == text
