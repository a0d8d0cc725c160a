"""Functions inside functions cost their sum, not their product, and what a statement's functions cost together has an end before DuckDB binds them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.engines.duckdb import macros, verify
from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.model.errors import LimitReached
from carrel.model.tables import Table
from tests.engine_queries import FolderStorage, authorized, table

TEXTS = table("enwiki", "texts", ("id", "INTEGER", "int(11)"), ("t", "VARCHAR", "varbinary(255)"), primary_key=["id"])
NESTED = (
    "SUBSTRING({}, -2, 1)", "RIGHT({}, 3)", "TRIM('ab' FROM {})", "SUBSTRING_INDEX({}, '_', -1)", "INSERT({}, 2, 1, 'x')", "LOCATE('a', {}, 2)", "SOUNDEX({})",
    "LPAD({}, 9, 'x')", "REPLACE({}, 'a', {})", "CONV({}, 36, 10)", "CAST({} AS DATETIME)", "UNHEX({})", "QUOTE({})", "REPEAT({}, 2)", "TIME_TO_SEC({})",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDbEngine, Table]]:
    folder: Path = tmp_path_factory.mktemp("macros")
    storage = FolderStorage(folder / "lake")
    saved = storage.save(TEXTS, pa.table({"id": pa.array([1, 2], pa.int32()), "t": ["Ä_b_ç", "20180101"]}))
    engine = DuckDbEngine(storage, directory=folder / "tmp", memory_mb=500, spill_mb=0, threads=1)
    yield engine, saved
    engine.close()


def seconds(made: tuple[DuckDbEngine, Table], sql: str) -> float:
    engine, saved = made
    began = time.process_time()
    rows = sum(batch.num_rows for batch in engine.run(authorized(sql, [saved]), {}).batches())
    assert rows == 2
    return time.process_time() - began


@pytest.mark.parametrize("form", NESTED)
def test_a_function_in_itself_costs_its_sum(made: tuple[DuckDbEngine, Table], form: str) -> None:
    if form.count("{}") > 1:
        deep = "t"
        for _ in range(3):
            deep = form.replace("{}", deep)
    else:
        deep = form.replace("{}", form.replace("{}", form.replace("{}", form.replace("{}", form.format("t")))))
    once = seconds(made, f"SELECT {form.replace('{}', 't')} FROM texts")
    assert seconds(made, f"SELECT {deep} FROM texts") < 12 * once + 0.5


def test_no_parameter_stands_inside_a_lambda_of_its_macro() -> None:
    """Else what a person writes there would be bound twice at every step."""
    for statement in macros.statements():
        body = statement.partition(" AS ")[2]
        names = re.fullmatch(r"CREATE MACRO \w+\((.*)\)", statement.partition(" AS ")[0])
        assert names is not None
        if "lambda once" in body:
            inside = re.sub(r"'(?:[^']|'')*'", "''", body.partition("lambda once")[2].partition(":")[2])
            own = {part.split(":=")[0].strip() for part in names[1].split(",")} - set(macros._CONSTANT)
            assert not [name for name in own if re.search(rf"(?<![\w.]){name}\b(?! :=)", inside)], statement


def test_many_functions_are_refused_before_they_are_bound(made: tuple[DuckDbEngine, Table]) -> None:
    engine, saved = made
    many = ", ".join(f"SUBSTRING(t, -{number}, 2) AS c{number}" for number in range(1, 400))
    with pytest.raises(LimitReached, match="functions are too many"):
        engine.run(authorized(f"SELECT {many} FROM texts", [saved]), {})


def test_every_macro_has_a_weight_and_none_is_as_heavy_as_a_statement_may_be() -> None:
    weights = macros.weights()
    assert weights.keys() == macros.names()
    assert max(weights.values()) * 50 < verify.WEIGHT
