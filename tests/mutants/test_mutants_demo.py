"""What `carrel demo --check` compares notices when a rule of the policy, a pass of the guard or the hiding of a table is switched off."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carrel.app import App
from carrel.catalog import visibility
from carrel.cli._demo import sample, walk
from carrel.cli._demo.clients import Got
from carrel.cli._demo.scene import Guest, Scene
from carrel.cli._formats import FORMATS
from carrel.identity.accounts import resume, suspend
from carrel.identity.owner import owner
from carrel.jobs.load import Loader
from carrel.model.errors import CarrelError
from carrel.model.names import TableName
from carrel.model.people import Origin, Principal
from carrel.model.queries import Done
from carrel.model.sensitivity import HIDDEN_COLUMN
from carrel.model.tables import Table
from carrel.plugins import find
from carrel.policy import guard
from carrel.policy.decide import rules
from tests.instance import GROUP_OF
from tests.mutants.stage import admit, make_home

EXPECTED = sample.expected()
RULES = [module.__name__.rpartition(".")[2] for module in find("carrel.policy.rules")]
PASSES = [step.__name__ for step in guard.PASSES]

HELD_TWICE = {
    "declassify": "only lets tags fall off what is kept as a copy, by rules that the default policy has none of",
    "expand": "nobody in the sample has a view",
    "owners": "nobody in the sample has a table of their own",
    "lifts": "only opens: nobody in the sample has one",
    "private_wikis": "the permits of the default policy do not cover private wikis either",
    "retention": "every personal column of a wiki's tables has a rule",
    "shares": "nobody in the sample shares anything",
    "state": "somebody who is not active has no groups either",
}
"""Steps whose absence the sample cannot show, and why. The table of mutants has each of them, with the law that shows it."""

HIDING = ["actor", "archive", "comment", "ipblocks", "logging", "revision", "text", "user", "user_properties"]


class InProcess:
    """Asks the gateway of an App, as a door would."""

    name = "gateway"
    many = True

    def __init__(self, app: App) -> None:
        self.app = app

    def missing(self) -> str | None:
        return None

    def refusal(self, code: str) -> str:
        return code

    def ask(self, scene: Scene, guest: Guest, database: str, statements: Sequence[str]) -> Sequence[Got]:
        return [self._ask(guest.person.name, database, sql) for sql in statements]

    def _ask(self, name: str, database: str, sql: str) -> Got:
        try:
            session = self.app.gateway.open(Principal(person=name, service="mysql"), Origin(door="mysql", address="local"), dialect="mysql", database=database)
        except CarrelError as error:
            return Got(rows=None, refusal=error.code, raw=error.text)
        out = io.BytesIO()
        try:
            for answer in session.ask(sql):
                if not isinstance(answer, Done):
                    try:
                        FORMATS["tsv"](answer, out)
                    finally:
                        answer.close()
        except CarrelError as error:
            return Got(rows=None, refusal=error.code, raw=error.text + (error.help or ""))
        except Exception as error:  # noqa: BLE001 - a pass that is missing may break anything
            return Got(rows=None, refusal=f"crash: {type(error).__name__}")
        finally:
            session.close()
        text = out.getvalue().decode("utf-8", "replace")
        return Got(rows=[tuple(line.split("\t")) for line in text.split("\n")[1:-1]], raw=text)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("mutants") / "home"
    make_home(home)
    app = App(home)
    try:
        admit(app, GROUP_OF)
        for wiki, private in ((sample.WIKI, False), ("arbcomwiki", True)):
            app.loader.load("sql-dump", [sample.dump(wiki)], wiki, principal=owner(home), private=private)
    finally:
        app.close()
    return home


@pytest.fixture
def app(home: Path) -> Iterator[App]:
    app = App(home)
    yield app
    app.close()


def differences(app: App) -> Iterator[str]:
    """The questions whose answer is not what the sample expects: for one who may read the wiki, and one who may not."""
    people = [person for person in sample.people() if person.name in {"ines", "omar"}]
    guests = tuple(Guest(person=person, cnf=Path(), netrc=Path(), secret="", password="") for person in people)
    scene = Scene(home=app.home, host="", ports={}, guests=guests)
    client = InProcess(app)
    for look, guest in ((look, guest) for look in (walk.ask_all, walk.read_all) for guest in guests):
        yield from (f"{line.who}: {line.question}: {line.got}" for line in look(client, scene, guest, EXPECTED) if not line.ok)
    suspend(app.state, people[0].name, by="test", reason="test", now=datetime.now(UTC))
    try:
        got = client.ask(scene, guests[0], sample.WIKI, [EXPECTED.questions[0].sql])[0]
    finally:
        resume(app.state, people[0].name)
    if got.rows is not None:
        yield f"{people[0].name}, suspended, gets an answer"


def differs(app: App) -> bool:
    return next(differences(app), None) is not None


def test_nothing_differs_when_nothing_is_switched_off(app: App) -> None:
    assert list(differences(app)) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_switched_off_is_noticed(rule: str, app: App) -> None:
    policy = app.policy()
    kept = [one for one in rules(policy) if one.name != rule]
    assert len(kept) == len(rules(policy)) - 1
    policy.rules[:] = kept
    policy.memory.clear()
    policy.known.clear()
    try:
        assert differs(app) is (rule not in HELD_TWICE), HELD_TWICE.get(rule)
    finally:
        policy.rules.clear()
        policy.memory.clear()
        policy.known.clear()


@pytest.mark.parametrize("step", PASSES)
def test_a_pass_that_is_left_out_is_noticed(step: str, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PASSES", tuple(one for one in guard.PASSES if one.__name__ != step))
    assert differs(app) is (step not in HELD_TWICE), HELD_TWICE.get(step)


@pytest.fixture
def other(home: Path, tmp_path: Path) -> Iterator[App]:
    """Of a home of its own."""
    shutil.copytree(home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sock", "tmp"))
    app = App(tmp_path / "home")
    yield app
    app.close()


@pytest.mark.parametrize("table", HIDING)
def test_a_table_whose_rows_are_not_hidden_is_noticed(table: str, other: App) -> None:
    _show_all(other, TableName(sample.WIKI, table))
    assert differs(other)


def test_a_table_that_leads_to_what_is_hidden_is_noticed(other: App) -> None:
    """Recent changes whose hidden rows are shown lead to summaries and names that are hidden."""

    def plans(tables: Mapping[str, Table]) -> list[visibility.VisibilityPlan]:
        return [replace(plan, expression="0", uses=frozenset()) if plan.table == "recentchanges" else plan for plan in visibility.plans(tables)]

    Loader(other.lake, other.audit, plans).load("sql-dump", [sample.dump(sample.WIKI)], sample.WIKI, principal=owner(other.home))
    assert differs(other)


def _show_all(app: App, name: TableName) -> None:
    """The table's files as they would be if none of its rows and cells were hidden."""
    table = app.catalog.table(name)
    assert table is not None
    with app.lake.open(name, table.version or "") as files:
        for file in files:
            rows = pq.read_table(file)
            place = rows.column_names.index(HIDDEN_COLUMN)
            assert any(rows[place].to_pylist())
            file.chmod(0o600)
            shown = pa.array([0] * rows.num_rows, rows.schema.field(place).type)
            pq.write_table(rows.set_column(place, rows.schema.field(place), shown), file, compression="zstd")
