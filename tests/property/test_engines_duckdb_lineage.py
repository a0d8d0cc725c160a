"""Lineage against trial: every cell that flows into a column is among what the guard says, and not much else is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.policy.load import default_text, load
from tests.derivations import TEMPLATES, derivations
from tests.engine_queries import FolderStorage
from tests.property.conftest import seeds
from tests.taint import Tries, authorized, claimed

POLICY = load(default_text())
MANY = 3 * len(TEMPLATES)
TOO_MUCH = 0.10


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDbEngine]:
    folder: Path = tmp_path_factory.mktemp("lineage")
    engine = DuckDbEngine(FolderStorage(folder / "lake"), directory=folder / "tmp", memory_mb=500, spill_mb=0, threads=1)
    yield engine
    engine.close()


def tried(engine: DuckDbEngine, asked: Sequence[str], seed: int, least: int, most: int) -> tuple[list[object], int, int]:
    """What lineage missed; how many pairs of output and source it says; how many of these no trial ever saw."""
    missed: list[object] = []
    pairs = unseen = 0
    for number, sql in enumerate(asked):
        query = authorized(sql, POLICY)
        said = claimed(query)
        tries = Tries(engine, query, seed + number)
        try:
            found = tries.run(least, most, said)
        finally:
            tries.close()
        missed += [(sql, place, str(source)) for place, source in found.seen - said]
        missed += [(sql, str(name)) for name in found.rows - set(query.versions)]
        pairs += len(said)
        unseen += len(said - found.seen)
    return missed, pairs, unseen


@pytest.mark.parametrize("seed", seeds())
def test_what_flows_is_said(engine: DuckDbEngine, seed: int) -> None:
    missed, pairs, _ = tried(engine, list(derivations(len(TEMPLATES), seed)), seed, 1, 1)
    assert missed == []
    assert pairs > len(TEMPLATES)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", seeds())
def test_what_flows_is_said_and_little_else(engine: DuckDbEngine, seed: int) -> None:
    missed, pairs, unseen = tried(engine, list(derivations(MANY, seed)), seed, 3, 20)
    assert missed == []
    assert unseen <= TOO_MUCH * pairs, f"{unseen} of {pairs} were never seen"
