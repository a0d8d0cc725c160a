"""Functions inside functions cost their sum, not their product, and what a statement's functions cost together has an end before DuckDB binds them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
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


@pytest.fixture(scope="module")
def planner() -> Iterator[duckdb.DuckDBPyConnection]:
    """The macros over a table of DuckDB's own: it does not write down a plan that reads Parquet."""
    with duckdb.connect() as connection:
        for statement in macros.statements():
            connection.execute(statement)
        connection.execute('CREATE SCHEMA enwiki; CREATE TABLE enwiki."texts@0001" (id INTEGER, t VARCHAR)')
        yield connection


def size(made: tuple[DuckDbEngine, Table], planner: duckdb.DuckDBPyConnection, sql: str) -> int:
    """How long the plan is that DuckDB binds for a statement; the statement does run."""
    engine, saved = made
    query = authorized(sql, [saved])
    assert sum(batch.num_rows for batch in engine.run(query, {}).batches()) == 2
    found = planner.execute("SELECT json_serialize_plan(?::VARCHAR, optimize := false)", [engine.explain(query, {})]).fetchone()
    assert found is not None
    assert not json.loads(found[0])["error"], found[0]
    return len(found[0])


@pytest.mark.parametrize("form", NESTED)
def test_a_function_in_itself_costs_its_sum(made: tuple[DuckDbEngine, Table], planner: duckdb.DuckDBPyConnection, form: str) -> None:
    deep, sizes = "t", []
    for _ in range(4):
        deep = form.replace("{}", deep)
        sizes.append(size(made, planner, f"SELECT {deep} FROM texts"))
    assert sizes[3] - sizes[2] <= 1.2 * form.count("{}") * (sizes[2] - sizes[1])


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
    many = ", ".join(f"TIMEDIFF(t, {number}) AS c{number}" for number in range(1, 800))
    with pytest.raises(LimitReached, match="functions are too many"):
        engine.run(authorized(f"SELECT {many} FROM texts", [saved]), {})


def test_every_macro_has_a_weight_and_none_is_as_heavy_as_a_statement_may_be() -> None:
    weights = macros.weights()
    assert weights.keys() == macros.names()
    assert max(weights.values()) * 50 < verify.WEIGHT
