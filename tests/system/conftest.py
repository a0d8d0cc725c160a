"""What tests of loads by the command share: a home, and a small and a larger dump of the same two tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load_home import Home, write_dump


@pytest.fixture(scope="session")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("dumps")
    return write_dump(folder / "old.sql.gz", 3000, "old"), write_dump(folder / "new.sql.gz", 60_000, "new")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")
