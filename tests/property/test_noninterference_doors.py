"""Law 3 through prepared statements, the API in each format and dialect, and the pages."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carrel.app import App
from tests.instance import GROUP_OF, Instance
from tests.naive import hidden_literals, known
from tests.property.conftest import seeds
from tests.property.test_noninterference import GENERATED, LITERALS, WIKI, Answers, differing, questions
from tests.questions import Questions
from tests.recording import HttpRecorder, MysqlRecorder, opened
from tests.twins import make_twin, more_rows

pytestmark = pytest.mark.timeout(1800)
PRIVATE = "arbcomwiki"
SEED = seeds()[0]
COUNT = max(20, GENERATED // 5)


@pytest.fixture(scope="module")
def twins(sample: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, App]]:
    """As ines sees them, the same."""
    folder = tmp_path_factory.mktemp("doors")
    make_twin(sample.home, folder / "home", more_rows, GROUP_OF["ines"])
    one, other = App(sample.home), App(folder / "home")
    yield one, other
    one.close()
    other.close()


def compare(twins: tuple[App, App], secret: str, ask: Callable[[App, str], Answers]) -> None:
    one, other = (ask(app, secret) for app in twins)
    found = differing(one, other)
    assert not found, f"{len(found)} answers differ; first: {found[:3]}"
    internal = [sql for sql, told in one.items() if b"internal error" in told]
    assert not internal, internal[:5]


@pytest.fixture
def secret(sample: Instance) -> str:
    return sample.credential("ines")["password"]


def test_prepared_statements(twins: tuple[App, App], secret: str) -> None:
    """Each literal is bound to a placeholder."""
    dice = random.Random(SEED)
    values = [literal.strip("'") for literal in (*LITERALS, *sorted(set(hidden_literals(twins[0], WIKI)))[::7])]
    asked = [sql for sql in Questions(SEED, known(twins[0], WIKI, GROUP_OF["ines"]), ["?"], WIKI).generated(COUNT) if sql.count("?") < 60]
    bound = {sql: [dice.choice(values) for _ in range(sql.count("?"))] for sql in asked}

    def ask(app: App, secret: str) -> Answers:
        with opened(app, "mysql") as port, MysqlRecorder(port, "ines", secret) as client:
            client.ask(f"USE {WIKI}")
            return {sql: client.prepared(sql, bound[sql]) for sql in asked}

    compare(twins, secret, ask)


FORMATS = {"tsv": "text/tab-separated-values", "json": "application/x-ndjson", "csv": "text/csv", "arrow": "application/vnd.apache.arrow.stream"}


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_of_the_api(twins: tuple[App, App], secret: str, form: str) -> None:
    asked = questions(twins[0], "ines", SEED + len(form), 40)
    asked = random.Random(SEED).sample(asked, min(len(asked), COUNT)) if form != "tsv" else asked[:: max(1, len(asked) // (2 * COUNT))]

    def ask(app: App, secret: str) -> Answers:
        with opened(app, "http") as port, HttpRecorder(port, "ines", secret) as client:
            return {sql: client.ask(sql, WIKI, FORMATS[form]) for sql in asked}

    compare(twins, secret, ask)


@pytest.mark.parametrize("dialect", ["hive", "duckdb"])
def test_each_dialect_of_the_api(twins: tuple[App, App], secret: str, dialect: str) -> None:
    asked = questions(twins[0], "ines", SEED, 40)
    asked = random.Random(SEED).sample(asked, min(len(asked), COUNT))

    def ask(app: App, secret: str) -> Answers:
        with opened(app, "http") as port, HttpRecorder(port, "ines", secret) as client:
            return {sql: client.ask(sql, WIKI, dialect=dialect) for sql in asked}

    compare(twins, secret, ask)


def test_answers_that_are_kept(twins: tuple[App, App], secret: str) -> None:
    asked = random.Random(SEED).sample(questions(twins[0], "ines", SEED, 40), COUNT)

    told: list[Answers] = []

    def ask(app: App, secret: str) -> Answers:
        with opened(app, "http") as port, HttpRecorder(port, "ines", secret) as client:
            told.append({sql: client.kept(sql, WIKI) for sql in asked})
            return told[-1]

    compare(twins, secret, ask)
    assert sum(answer.startswith(b"[201") and b"\n[200" in answer for answer in told[0].values()) > COUNT // 4


def test_pages_and_listings_of_the_api(twins: tuple[App, App], secret: str) -> None:
    tables = [table.name for database in (WIKI, PRIVATE) for table in twins[0].catalog.tables(database)]
    words = ["revision", "name", "Fowl", "e", PRIVATE, "ledger"]
    paths = ["/", "/data", f"/data/{WIKI}", f"/data/{PRIVATE}", "/data/nothing", *(f"/data?q={word}" for word in words)]
    api = ["databases", "me", f"databases/{WIKI}/tables", f"databases/{PRIVATE}/tables", *(f"search?q={word}" for word in words)]
    asked = random.Random(SEED).sample(questions(twins[0], "ines", SEED, 40), 30)

    def ask(app: App, secret: str) -> Answers:
        with opened(app, "http") as port, HttpRecorder(port, "ines", secret) as client:
            told = {path: client.page(path) for path in [*paths, *(f"/data/{name.database}/{name.table}" for name in tables)]}
            told |= {path: client.api(f"/api/v1/{path}") for path in [*api, *(f"databases/{name.database}/tables/{name.table}" for name in tables)]}
            return told | {f"box: {sql}": client.box(sql, WIKI) for sql in asked}

    compare(twins, secret, ask)


def test_several_statements_in_one_text(twins: tuple[App, App], secret: str) -> None:
    dice = random.Random(SEED)
    single = [sql for sql in questions(twins[0], "ines", SEED, 60) if not sql.rstrip().endswith(";")]
    asked = ["; ".join(dice.sample(single, 3)) for _ in range(COUNT)]

    def ask(app: App, secret: str) -> Answers:
        with opened(app, "mysql") as port, MysqlRecorder(port, "ines", secret) as client:
            client.ask(f"USE {WIKI}")
            return {sql: client.ask(sql) for sql in asked}

    compare(twins, secret, ask)


def test_what_pages_show_by_chance_is_all_that_is_left_out(twins: tuple[App, App], secret: str, tmp_path: Path) -> None:
    """The comparison would notice: an answer with another row is another answer."""
    with opened(twins[0], "http") as port, HttpRecorder(port, "ines", secret) as client:
        assert client.box("SELECT 1", WIKI) == client.box("SELECT 1", WIKI) != client.box("SELECT 2", WIKI)
        assert client.ask("SELECT 1", WIKI) == client.ask("SELECT 1", WIKI) != client.ask("SELECT 2", WIKI)
