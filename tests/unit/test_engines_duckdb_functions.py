"""Every function and operator that the guard lets through is translated, passes the second line and runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.policy.guard.functions import FUNCTIONS, OPERATORS
from tests.engine_queries import FolderStorage, authorized

SAMPLES = [*(sample for function in FUNCTIONS for sample in function.samples), *OPERATORS]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDbEngine]:
    folder: Path = tmp_path_factory.mktemp("functions")
    engine = DuckDbEngine(FolderStorage(folder / "lake"), directory=folder / "tmp", memory_mb=200, spill_mb=0, threads=1)
    yield engine
    engine.close()


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_of_the_guards_allow_list_runs(engine: DuckDbEngine, sample: str) -> None:
    assert sum(batch.num_rows for batch in engine.run(authorized(f"SELECT {sample}", []), {}).batches()) == 1
