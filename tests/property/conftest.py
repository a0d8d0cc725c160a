"""Homes that the laws are tested on, made once for each process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.instance import GROUP_OF, Instance

LIMITS = "\n[limits]\ntime_s = 8\nmemory_mb = 1000\nqueries_per_person = 64\n\n[engine]\nthreads = 2\n"


def made(folder: Path) -> Instance:
    """An instance with people and their credentials, and limits under which a question that explodes ends in time."""
    instance = Instance(folder / "home")
    instance.setup()
    settings = instance.home / "carrel.toml"
    lines = settings.read_text().splitlines()
    settings.write_text("\n".join(line for line in lines if line not in ("[limits]", "[engine]")) + LIMITS)
    for person in GROUP_OF:
        instance.cnf(person)
    return instance


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The public sample wiki and the private one, loaded; no server runs on it."""
    instance = made(tmp_path_factory.mktemp("law"))
    instance.load_sample()
    return instance


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The captured enwiki and dewiki."""
    instance = made(tmp_path_factory.mktemp("world"))
    instance.load_world("enwiki")
    instance.load_world("dewiki")
    return instance


def seeds() -> list[int]:
    """CARREL_SEEDS of them, from CARREL_SEED on."""
    first = int(os.environ.get("CARREL_SEED", "20180101"))
    return [first + number for number in range(int(os.environ.get("CARREL_SEEDS", "1")))]
