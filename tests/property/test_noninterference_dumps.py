"""Law 3 from the dump on: what a wiki hides is changed before it is loaded and must be worked out anew, and no byte of an answer differs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from carrel.app import App
from tests.dump_twins import other_dump
from tests.instance import GROUP_OF, Instance
from tests.naive import all_seen
from tests.property.conftest import seeds
from tests.property.test_noninterference import GENERATED, answers, differing, questions
from tests.shared import SAMPLE, shared_path

pytestmark = pytest.mark.timeout(1800)
WHO = "ines"
KINDS = ("hidden names", "texts", "texts that a rule reads", "entries of the suppression log", "hidden people", "numbers")


def twin_of(instance: Instance, wiki: str, original: Path, folder: Path) -> Instance:
    """A copy of the instance into which the other dump was loaded."""
    app = App(instance.home)
    try:
        count = other_dump(app, wiki, original, folder / "other.sql.gz")
    finally:
        app.close()
    assert all(count[kind] for kind in KINDS), count
    shutil.copytree(instance.home, folder / "home", ignore=shutil.ignore_patterns("*.sock", "tmp"))
    for file in instance.home.parent.glob(f"{instance.home.name}-*.cnf"):
        shutil.copy(file, folder)
    twin = Instance(folder / "home")
    twin.load(folder / "other.sql.gz", wiki)
    return twin


def compare(instance: Instance, wiki: str, original: Path, folder: Path, seed: int, count: int) -> None:
    twin = twin_of(instance, wiki, original, folder)
    one, other = App(instance.home), App(twin.home)
    try:
        mine, theirs = all_seen(one, wiki, GROUP_OF[WHO]), all_seen(other, wiki, GROUP_OF[WHO])
        assert mine.keys() == theirs.keys()
        assert [name for name in mine if not mine[name].equals(theirs[name])] == []
        asked = questions(one, WHO, seed, count, wiki)
        found = differing(answers(one, WHO, asked, wiki), answers(other, WHO, asked, wiki))
    finally:
        one.close()
        other.close()
    assert not found, f"{len(found)} answers differ; first: {found[:3]}"


@pytest.mark.parametrize("seed", seeds())
def test_no_byte_depends_on_what_the_dump_hides(sample: Instance, tmp_path: Path, seed: int) -> None:
    compare(sample, "samplewiki", SAMPLE / "samplewiki-all-tables.sql.gz", tmp_path, seed, GENERATED // 2)


@pytest.mark.parametrize("seed", seeds())
@pytest.mark.parametrize("wiki", ["enwiki", "dewiki"])
def test_no_byte_depends_on_what_a_captured_dump_hides(wiki: str, tmp_path: Path, seed: int, request: pytest.FixtureRequest) -> None:
    original = shared_path(f"world/dev/private/{wiki}-all-tables.sql.gz")
    compare(request.getfixturevalue("world"), wiki, original, tmp_path, seed, GENERATED // 4)
