"""Law 3 through the MySQL door: whatever may not be seen can change, and not one byte of any answer, error or listing does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from carrel.app import App
from tests.instance import GROUP_OF, Instance
from tests.naive import hidden_literals, known
from tests.property.conftest import seeds
from tests.questions import Questions
from tests.recording import STOPPED, MysqlRecorder, opened
from tests.shared import shared_path
from tests.twins import Change, fewer_rows, make_twin, more_rows, other_cells

pytestmark = pytest.mark.timeout(1800)
GENERATED = int(os.environ.get("CARREL_QUESTIONS", "250"))
WIKI = "samplewiki"
LITERALS = (
    "0", "1", "4", "-1", "1e300", "1.5", "'a'", "''", "'20180101000000'", "'2018%'", "'%_'", "NULL", "0x41", "18446744073709551615", "'[a'", "'1e400'", "TRUE",
)
LISTINGS = (
    "SHOW DATABASES", "SHOW TABLES", "SHOW FULL TABLES", "SHOW TABLE STATUS", "SELECT * FROM information_schema.columns", "SHOW VARIABLES",
    "SELECT DATABASE(), USER()",
)

STOPPED_CODES = frozenset({"time_limit", "memory_limit"})

Answers = dict[str, bytes]


def questions(app: App, who: str, seed: int, count: int, database: str = WIKI) -> list[str]:
    """Listings, attacks and generated questions about what the person knows, with hidden values in some of them."""
    tables = known(app, database, GROUP_OF[who])
    asked = Questions(seed, tables, [*LITERALS, *sorted(set(hidden_literals(app, database)))[:: 7]], database)
    return list(dict.fromkeys([f"USE {database}", *LISTINGS, *asked.attacks(1 + count // 250), *asked.generated(count)]))


def answers(app: App, who: str, asked: Sequence[str], database: str = WIKI) -> Answers:
    """What the person is told at the MySQL door, packet by packet."""
    told: Answers = {}
    with opened(app, "mysql") as port, MysqlRecorder(port, who, Instance(app.home).credential(who)["password"]) as client:
        for sql in asked:
            told[sql] = client.ask(sql)
        for table in app.catalog.tables(database):
            told[f"COM_FIELD_LIST {table.name.table}"] = client.fields(table.name.table)
    return told


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[tuple[str, bytes, bytes]]:
    """The questions whose answers are not the same; without those that ran into a limit of time, of which there must be few."""
    stopped = {sql for sql in one if STOPPED.search(one[sql]) or STOPPED.search(other[sql])}
    assert len(stopped) <= len(one) / 50, f"too many questions take too long: {sorted(stopped)[:3]}"
    return [(sql, one[sql][:300], other[sql][:300]) for sql in one if sql not in stopped and one[sql] != other[sql]]


class Original:
    """The instance as it is, and what it has told each person; asked once."""

    def __init__(self, instance: Instance) -> None:
        self.home = instance.home
        self.app = App(instance.home)
        self.told: Callable[[str, int, int, str], Answers] = cache(self._told)

    def _told(self, who: str, seed: int, count: int, wiki: str) -> Answers:
        return answers(self.app, who, questions(self.app, who, seed, count, wiki), wiki)

    def compare(self, app: App, who: str, seed: int, count: int, wiki: str) -> None:
        """Asks another instance the same."""
        before = self.told(who, seed, count, wiki)
        after = answers(app, who, [sql for sql in before if not sql.startswith("COM_")], wiki)
        found = differing(before, after)
        assert not found, f"{len(found)} answers differ; first: {found[:3]}"

    def compare_twin(self, folder: Path, change: Change, who: str, seed: int, count: int, wiki: str) -> None:
        make_twin(self.home, folder / "home", change, GROUP_OF[who])
        twin = App(folder / "home")
        try:
            self.compare(twin, who, seed, count, wiki)
        finally:
            twin.close()


@pytest.fixture(scope="module")
def original(sample: Instance) -> Iterator[Original]:
    original = Original(sample)
    yield original
    original.app.close()


CASES: tuple[tuple[str, Change, int], ...] = (
    ("ines", other_cells, GENERATED), ("ines", fewer_rows, GENERATED), ("ines", more_rows, GENERATED), ("pavel", other_cells, GENERATED // 4),
    ("omar", other_cells, GENERATED // 4), ("omar", more_rows, GENERATED // 4),
)


@pytest.mark.parametrize("seed", seeds())
@pytest.mark.parametrize(("who", "change", "count"), CASES, ids=[f"{who}-{change.__name__}" for who, change, _ in CASES])
def test_no_byte_depends_on_what_may_not_be_seen(original: Original, who: str, change: Change, count: int, seed: int, tmp_path: Path) -> None:
    original.compare_twin(tmp_path, change, who, seed, count, WIKI)


@pytest.mark.parametrize("seed", seeds())
@pytest.mark.parametrize("wiki", ["enwiki", "dewiki"])
def test_no_byte_depends_on_what_may_not_be_seen_of_a_captured_wiki(wiki: str, seed: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    shared_path("world/dev")
    original = Original(request.getfixturevalue("world"))
    try:
        for change in (other_cells, more_rows):
            original.compare_twin(tmp_path / change.__name__, change, "ines", seed, GENERATED // 4, wiki)
    finally:
        original.app.close()


@pytest.mark.parametrize("seed", seeds())
@pytest.mark.parametrize("who", ["ines", "omar"])
def test_the_same_question_has_the_same_answer(original: Original, who: str, seed: int) -> None:
    again = App(original.home)
    try:
        original.compare(again, who, seed, GENERATED if who == "ines" else GENERATED // 4, WIKI)
    finally:
        again.close()


@pytest.mark.parametrize("seed", seeds())
def test_no_question_brings_forth_an_internal_error(original: Original, seed: int) -> None:
    found = [sql for sql, told in original.told("ines", seed, GENERATED, WIKI).items() if b"internal error" in told]
    assert not found, f"{len(found)} internal errors: {found[:10]}"


def test_the_questions_are_worth_it(original: Original) -> None:
    """Most of them run, and a good part gives rows; each kind of refusal happens."""
    told = original.told("ines", seeds()[0], GENERATED, WIKI)
    errors = [answer for answer in told.values() if answer[4:5] == b"\xff"]
    numbers = {int.from_bytes(answer[5:7], "little") for answer in errors}
    assert len(errors) < len(told) * 0.6
    assert {1142, 1146, 1054, 1235} <= numbers
    assert sum(answer.count(b"\n") >= 0 and len(answer) > 200 and answer[4:5] != b"\xff" for answer in told.values()) > len(told) * 0.2
