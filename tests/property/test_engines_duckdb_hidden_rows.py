"""Two lakes that agree on the visible rows give the same bytes, in the same order, whatever rows are hidden between them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.model.tables import Table
from tests.engine_queries import FolderStorage, authorized, table

EVENT = table(
    "enwiki", "event", ("e_id", "BIGINT", "bigint(20)"), ("e_group", "INTEGER", "int(11)"), ("e_value", "DOUBLE", "double"),
    ("e_text", "VARCHAR", "varbinary(255)"),
    primary_key=["e_id"], visibility=True,
)
FRAGMENT = {
    "enwiki.event": 'SELECT "e_id" AS "e_id", "e_group" AS "e_group", "e_value" AS "e_value", CASE WHEN ("_hidden" & 5) = 0 THEN "e_text" END AS "e_text" '
    'FROM "enwiki"."event" WHERE ("_hidden" & 1) = 0'
}
VISIBLE = 30_000

QUERIES = [
    "SELECT * FROM event",
    "SELECT e_id FROM event LIMIT 100",
    "SELECT e_id FROM event WHERE e_group = 3 LIMIT 10, 20",
    "SELECT e_group, COUNT(*), SUM(e_value), AVG(e_value), STD(e_value) FROM event GROUP BY e_group",
    "SELECT e_group, e_text FROM event GROUP BY e_group",
    "SELECT e_group, COUNT(*) AS c FROM event GROUP BY e_group ORDER BY c DESC",
    "SELECT e_group, GROUP_CONCAT(e_id) FROM event WHERE e_id < 3000 GROUP BY e_group",
    "SELECT SUM(e_value), AVG(e_value), VAR_SAMP(e_value), MIN(e_text), MAX(e_text) FROM event",
    "SELECT DISTINCT e_group FROM event",
    "SELECT DISTINCT e_text FROM event LIMIT 50",
    "SELECT e_id, e_group FROM event ORDER BY e_group LIMIT 200",
    "SELECT a.e_id, b.e_id FROM event a JOIN event b ON a.e_id = b.e_group WHERE a.e_id < 5 LIMIT 300",
    "SELECT a.e_id, b.e_text FROM event a LEFT JOIN event b ON a.e_group = b.e_id",
    "SELECT e_id FROM event WHERE e_id IN (SELECT e_group FROM event)",
    "SELECT e_id FROM event WHERE EXISTS (SELECT 1 FROM event b WHERE b.e_group = event.e_id)",
    "SELECT e_id, (SELECT COUNT(*) FROM event b WHERE b.e_group = a.e_id) FROM event a WHERE e_id < 200",
    "SELECT e_id, ROW_NUMBER() OVER (ORDER BY e_group) FROM event",
    "SELECT e_id, LAG(e_id) OVER (PARTITION BY e_group ORDER BY e_text), SUM(e_value) OVER (PARTITION BY e_group ORDER BY e_text ROWS 3 PRECEDING) FROM event",
    "SELECT e_id, FIRST_VALUE(e_id) OVER (PARTITION BY e_group ORDER BY e_text) FROM event",
    "SELECT e_group FROM event UNION SELECT e_id FROM event WHERE e_id < 50",
    "SELECT e_group FROM event WHERE e_id < 5000 UNION ALL SELECT e_id FROM event WHERE e_id < 5000",
    "SELECT x.e_group, x.c FROM (SELECT e_group, COUNT(*) AS c FROM event GROUP BY e_group LIMIT 5) x",
    "SELECT COUNT(*) FROM (SELECT e_text FROM event ORDER BY e_group LIMIT 77) x WHERE e_text > 'text 5'",
    "WITH a AS (SELECT e_group, SUM(e_value) AS s FROM event GROUP BY e_group) SELECT a.e_group, b.s FROM a JOIN a b ON a.e_group = b.e_group",
    "SELECT COUNT(DISTINCT e_text), COUNT(e_text), COUNT(*) FROM event",
    "SELECT e_text, COUNT(*) FROM event GROUP BY e_text HAVING COUNT(*) > 3 LIMIT 40",
]


def rows(hidden: int, seed: int) -> pa.Table:
    """The same visible rows each time; `hidden` others between them, and other texts in hidden cells."""
    fixed, loose = random.Random(1), random.Random(seed)
    found = []
    for number in range(VISIBLE):
        masked = number % 9 == 0
        text = f"secret {loose.random()}" if masked else f"text {fixed.randrange(8000)}"
        found.append((number * 10, fixed.randrange(40), fixed.random() * 1e6, text, 4 if masked else 0))
    for _ in range(hidden):
        found.append((loose.randrange(VISIBLE) * 10 + loose.randrange(1, 10), loose.randrange(60), loose.random() * 1e9, f"hidden {loose.random()}", 1))
    found.sort()
    kinds = [pa.int64(), pa.int32(), pa.float64(), pa.string(), pa.uint8()]
    names = ["e_id", "e_group", "e_value", "e_text", "_hidden"]
    return pa.table({name: pa.array([row[place] for row in found], kind) for place, (name, kind) in enumerate(zip(names, kinds, strict=True))})


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[DuckDbEngine, Table]]]:
    folder: Path = tmp_path_factory.mktemp("hidden")
    made = []
    for number, (hidden, seed) in enumerate([(0, 2), (40_000, 3), (200_000, 4)]):
        storage = FolderStorage(folder / f"lake{number}")
        saved = storage.save(EVENT, rows(hidden, seed))
        made.append((DuckDbEngine(storage, directory=folder / f"tmp{number}", memory_mb=700, spill_mb=500, threads=2), saved))
    yield made
    for engine, _ in made:
        engine.close()


@pytest.mark.parametrize("sql", QUERIES)
def test_hidden_rows_leave_no_trace(lakes: list[tuple[DuckDbEngine, Table]], sql: str) -> None:
    answers = []
    for engine, saved in lakes:
        running = engine.run(authorized(sql, [saved], fragments=FRAGMENT), {})
        answers.append(pa.Table.from_batches(running.batches(), schema=running.schema).combine_chunks())
    for other in answers[1:]:
        assert other.equals(answers[0]), sql
