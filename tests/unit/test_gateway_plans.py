"""What is kept of a statement is used again only where nothing that it rests on has changed: the answer is as if it were asked for the first time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.engines.duckdb import engine, remembered
from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.engines.duckdb.remembered import remember
from carrel.gateway import plans
from carrel.gateway.admission import Admission
from carrel.gateway.gateway import PolicyGateway
from carrel.gateway.parts import Parts
from carrel.gateway.plans import Plans
from carrel.gateway.policies import PolicyFile
from carrel.gateway.session import GatewaySession
from carrel.model.audit import Begin, Finish
from carrel.model.errors import CarrelError
from carrel.model.names import ColumnName, TableName
from carrel.model.people import Asker, Lift, Origin, PersonState, Principal
from carrel.model.queries import Done, Limits, Parameter
from carrel.model.tables import Database, DatabaseKind, Retention, Table
from carrel.policy.guard import variables
from carrel.policy.load import default_text
from tests.engine_queries import NOW, FolderStorage, table

COLUMNS = (("id", "INTEGER", "int(11)"), ("title", "VARCHAR", "varchar(255)"), ("mail", "VARCHAR", "varchar(255)"), ("ts", "VARCHAR", "binary(14)"))
ANN, BEN = Principal(person="ann", service="test"), Principal(person="ben", service="test")
Values = tuple[Parameter, ...]


def rows(*titles: str) -> pa.Table:
    return pa.table({
        "id": pa.array(range(1, len(titles) + 1), pa.int32()), "title": titles, "mail": [f"{title}@x" for title in titles],
        "ts": [f"201{number}0101000000" for number, _ in enumerate(titles)],
    })


class World:
    """Fills the ports LiveCatalog, People and Audit, and holds all that can change."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.storage = FolderStorage(folder / "lake")
        self.engine = DuckDbEngine(self.storage, directory=folder / "tmp", memory_mb=500, spill_mb=0, threads=1)
        self.policy = folder / "policy.toml"
        self.policy.write_text(default_text())
        self.policies = PolicyFile(self.policy)
        self.now = NOW
        self.state = PersonState.ACTIVE
        self.groups = frozenset({"researchers"})
        self.lifts: tuple[Lift, ...] = ()
        self.deeds: list[Begin] = []
        self.tables_now: dict[TableName, Table] = {}
        self.load("enwiki", "Alpha", "Beta", "7")
        self.load("frwiki", "Un", "Deux")
        self.tag("mail", "personal.email")

    def load(self, database: str, *titles: str) -> None:
        name = TableName(database, "page")
        one = self.tables_now.get(name) or table(database, "page", *COLUMNS, primary_key=["id"])
        self.change(self.storage.save(one, rows(*titles)))

    def change(self, one: Table) -> None:
        self.tables_now = {**self.tables_now, one.name: replace(one, documented=True, retention=Retention(kind="mirror"))}
        self._view = View(self.tables_now)

    def tag(self, column: str, tag: str) -> None:
        for one in self.tables_now.values():
            self.change(replace(one, columns=tuple(replace(old, tag=tag) if old.name == column else old for old in one.columns)))

    def view(self) -> View:
        return self._view

    def databases(self) -> Sequence[Database]:
        return self._view.databases()

    def tables(self, database: str) -> Sequence[Table]:
        return self._view.tables(database)

    def table(self, name: TableName) -> Table | None:
        return self._view.table(name)

    def asker(self, principal: Principal, door: str, now: datetime) -> Asker:
        groups = self.groups if principal is ANN else frozenset[str]()
        return Asker(principal=principal, door=door, state=self.state, groups=groups, lifts=self.lifts if principal is ANN else (), now=now)

    def begin(self, deed: Begin) -> int:
        self.deeds.append(deed)
        return len(self.deeds)

    def finish(self, number: int, end: Finish) -> None:
        """Nothing is asked of it here."""

    def record(self, deed: Begin, end: Finish) -> int:
        return self.begin(deed)

    def gateway(self) -> PolicyGateway:
        """One that remembers nothing yet."""
        return PolicyGateway(Parts(
            catalog=self, people=self, policies=self.policies, engine=self.engine, audit=self, admission=Admission(total=9, per_person=9), limits=Limits(),
            tokenise=lambda text, dialect: text, key_token=str, now=lambda: self.now, plans=Plans(),
        ))


@dataclass(frozen=True)
class View:
    by_name: dict[TableName, Table]

    def databases(self) -> Sequence[Database]:
        return [Database(name=name, kind=DatabaseKind.WIKI) for name in sorted({one.database for one in self.by_name})]

    def tables(self, database: str) -> Sequence[Table]:
        return [one for name, one in self.by_name.items() if name.database == database]

    def table(self, name: TableName) -> Table | None:
        return self.by_name.get(name)


@dataclass(frozen=True, kw_only=True)
class Client:
    """Who asks, and what was done in the session before."""

    principal: Principal = ANN
    door: str = "mysql"
    dialect: str = "mysql"
    database: str = "enwiki"
    said: tuple[str, ...] = ()

    def open(self, gateway: PolicyGateway) -> GatewaySession:
        session = gateway.open(self.principal, Origin(door=self.door, address="127.0.0.1"), dialect=self.dialect, database=self.database)
        for text in self.said:
            ask(session, text)
        return session


@dataclass(frozen=True, kw_only=True)
class Case:
    """A statement that comes twice, and what is another at the second time. `then`: another client of the same gateway asks."""

    text: str = "SELECT id, title FROM page WHERE id < ? ORDER BY id"
    values: Values = (9,)
    after: Values | None = None
    client: Client = field(default_factory=Client)
    then: Client | None = None
    before: Callable[[World], object] = lambda world: None
    changes: Callable[[World], object] = lambda world: None


def closes_wikis(world: World) -> None:
    world.policy.write_text(default_text().replace('tags = ["public"]', 'tags = ["restricted"]'))


def lift(world: World) -> None:
    column = ColumnName(TableName("enwiki", "page"), "mail")
    world.lifts = (Lift(id="1", columns=frozenset({column}), suppressed=False, purpose="study", ends=NOW + timedelta(hours=1)),)


CASES = {
    "policy": Case(changes=closes_wikis),
    "grant": Case(changes=lambda world: setattr(world, "groups", frozenset())),
    "state": Case(changes=lambda world: setattr(world, "state", PersonState.SUSPENDED)),
    "person": Case(then=Client(principal=BEN)),
    "lift": Case(text="SELECT id, mail FROM page WHERE id = ?", values=(1,), changes=lift),
    "end of a lift": Case(
        text="SELECT id, mail FROM page WHERE id = ?", values=(1,), before=lift, changes=lambda world: setattr(world, "now", NOW + timedelta(hours=2)),
    ),
    "name": Case(text="SELECT USER() AS me", values=(), then=Client(principal=BEN)),
    "load": Case(changes=lambda world: world.load("enwiki", "Gamma")),
    "drop": Case(changes=lambda world: setattr(world, "_view", View({}))),
    "tag": Case(changes=lambda world: world.tag("title", "restricted")),
    "database": Case(then=Client(database="frwiki")),
    "USE": Case(then=Client(said=("USE frwiki",))),
    "dialect": Case(text="SELECT 'a' || title AS x FROM page WHERE id < 9 ORDER BY id", values=(), then=Client(dialect="duckdb")),
    "variable": Case(text="SELECT id FROM page WHERE id < @n ORDER BY id", values=(), client=Client(said=("SET @n = 2",)), then=Client(said=("SET @n = 3",))),
    "variable's type": Case(text="SELECT @x = 'y' AS same", values=(), client=Client(said=("SET @x = 0",)), then=Client(said=("SET @x = '0'",))),
    "unset variable": Case(text="SELECT @never AS x", values=(), then=Client(said=("SET @never = 1",))),
    "sql_mode": Case(text="SELECT @@sql_mode AS mode", values=(), then=Client(said=("SET sql_mode = 'NO_ENGINE_SUBSTITUTION'",))),
    "written value": Case(text="SELECT id FROM page WHERE title LIKE ? ORDER BY id", values=("a%",), after=("b%",)),
    "limit": Case(text="SELECT id FROM page ORDER BY id LIMIT ? OFFSET ?", values=(1, 0), after=(2, 1)),
    "limit that is none": Case(text="SELECT id FROM page ORDER BY id LIMIT ?", values=(1,), after=("1",)),
    "chosen value": Case(text="SELECT IF(id < ?, 'few', 'many') AS size, COUNT(*) AS n FROM page GROUP BY size ORDER BY size", values=(1,), after=(9,)),
    "shown value": Case(text="SELECT ? AS x, id FROM page WHERE id = ?", values=("a", 1), after=("b", 1)),
    "bound value": Case(after=(2,)),
    "bound text": Case(text="SELECT id FROM page WHERE title IN (?, ?)", values=("Alpha", "x"), after=("y'\\", "beta")),
    "value's type": Case(text="SELECT id FROM page WHERE title = ?", values=("0",), after=(0,)),
    "moment": Case(text="SELECT id FROM page WHERE ts >= ? ORDER BY id", values=(20100101000000,), after=(20110101000000,)),
    "digits": Case(text="SELECT id FROM page WHERE ts >= ? ORDER BY id", values=(20110101000000,), after=(9,)),
    "date": Case(text="SELECT id FROM page WHERE DATE(ts) >= ? ORDER BY id", values=(20110101,), after=(20120101,)),
    "NULL": Case(after=(None,)),
    "time": Case(text="SELECT NOW() AS now, id FROM page WHERE id = ?", values=(1,), changes=lambda world: setattr(world, "now", NOW + timedelta(days=1))),
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.engine.close()


def ask(session: GatewaySession, text: str, values: Values = ()) -> object:
    """All that is answered."""
    try:
        found: list[object] = []
        for answer in session.ask(text, values):
            if not isinstance(answer, Done):
                found.append(([column.name for column in answer.columns], [row for batch in answer.batches() for row in batch.to_pylist()], answer.notices))
        return found
    except CarrelError as error:
        return type(error).__name__, str(error), error.help


def stale(world: World, case: Case) -> str | None:
    """What is wrong with the second answer; None where it is as if it had come first."""
    case.before(world)
    gateway = world.gateway()
    session = case.client.open(gateway)
    first = [ask(session, case.text, case.values) for _ in range(2)]
    if case.then is not None:
        session = case.then.open(gateway)
    never_asked = (case.then or case.client).open(world.gateway())
    case.changes(world)
    values = case.values if case.after is None else case.after
    deeds = len(world.deeds)
    second = ask(session, case.text, values)
    if len(world.deeds) != deeds + 1:
        return "it was not recorded"
    fresh = ask(never_asked, case.text, values)
    assert fresh != first[0], "nothing has changed"
    return None if second == fresh and first[0] == first[1] else f"{second}, not {fresh}"


@pytest.mark.parametrize("name", CASES)
def test_an_answer_is_as_if_it_had_never_been_asked_for(world: World, name: str) -> None:
    assert stale(world, CASES[name]) is None


def blind(monkeypatch: pytest.MonkeyPatch, **parts: object) -> None:
    """Plans whose key has something else in place of these parts."""
    whole = plans.key_of
    monkeypatch.setattr(plans, "key_of", lambda query: whole(query)._replace(**parts))


def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "decided_as_before", lambda made, asker, catalog, policy: True)


def of_any_catalog_and_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Plans, "_made_of_these", lambda self, catalog, policy: None)


MUTANTS: dict[str, tuple[set[str], Callable[[pytest.MonkeyPatch], None]]] = {
    "dialect": ({"dialect"}, lambda patch: blind(patch, dialect="")),
    "database": ({"database", "USE"}, lambda patch: blind(patch, database="")),
    "types": ({"NULL"}, lambda patch: blind(patch, types=())),
    "types, and kinds of values": (
        {"value's type"}, lambda patch: (blind(patch, types=()), patch.setattr(remembered, "shape_of", lambda value: ""))[0]
    ),
    "values that are written": ({"written value", "shown value"}, lambda patch: patch.setattr(plans, "written", lambda parameters, but: ())),
    "variables that are named": (
        {"variable", "variable's type", "unset variable", "sql_mode"}, lambda patch: patch.setattr(plans, "named", lambda query, made: ())
    ),
    "person, and variables that are named": (
        {"name"}, lambda patch: (blind(patch, person=()), patch.setattr(plans, "named", lambda query, made: ()))[0]
    ),
    "person, and deciding anew": (
        {"grant", "person", "lift", "end of a lift"}, lambda patch: (blind(patch, person=()), undecided(patch))[0]
    ),
    "policy and catalog, and deciding anew": (
        {"policy", "load", "drop", "tag"}, lambda patch: (of_any_catalog_and_policy(patch), undecided(patch))[0]
    ),
    "bound values": ({"bound value", "bound text", "limit", "chosen value"}, lambda patch: patch.setattr(
        plans, "replace", lambda query, **changes: replace(query, **{name: value for name, value in changes.items() if name != "bound"}),
    )),
    "values that are looked at": ({"date"}, lambda patch: patch.setattr(remembered, "_values", lambda query, looked: ())),
    "the moment": ({"time"}, lambda patch: patch.setattr(engine, "remember", lambda query, places, made: remember(query, places, replace(made, timed=False)))),
}  # fmt: skip
"""What plans rest on, switched off: the cases that must fail. Person, policy and catalog are looked at twice, and either suffices."""


def fails(made: World, case: Case) -> bool:
    try:
        return stale(made, case) is not None
    except AssertionError:
        return True


@pytest.mark.parametrize("name", MUTANTS)
def test_without_one_of_its_parts_a_plan_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    wanted, mutate = MUTANTS[name]
    mutate(monkeypatch)
    failed = set()
    for case in sorted(wanted):
        made = World(tmp_path / case)
        try:
            if fails(made, CASES[case]):
                failed.add(case)
        finally:
            made.engine.close()
    assert failed == wanted


def test_what_is_kept_is_bounded_and_holds_no_bound_value(world: World) -> None:
    gateway = world.gateway()
    session = Client().open(gateway)
    for number in range(plans.MOST + 5):
        ask(session, f"SELECT {number} AS x FROM page WHERE title = ?", (f"unheard-of-{number}",))
    for number in range(plans.VARIANTS + 5):
        ask(session, "SELECT ? AS x FROM page", (number,))
    kept = gateway._parts.plans._kept
    assert len(kept) == plans.MOST
    assert max(map(len, kept.values())) == plans.VARIANTS
    assert "unheard-of" not in repr(kept)
    assert all("unheard-of" not in repr(plan.query.memory) for every in kept.values() for plan in every)


NASTY: tuple[Parameter, ...] = (
    "", "Alpha", "alpha ", "a'b", "\\", "%", "ä", "\0", "\U0001f389", "$1", "\ue000", "0", " 7", "7", 0, 7, 2**31, 2**63 - 1, 2**63, -1,
    20110101000000, 20110101, 1.5, Decimal("7.0"), date(2011, 1, 1), datetime(2011, 1, 1, 2, 3, 4), timedelta(hours=-3), True, None, b"Alpha", b"\xff",
)  # fmt: skip
COMPARED = (
    "id = ?", "title = ?", "? <= title", "ts BETWEEN ? AND '2015'", "id IN (1, ?)", "NOT (ts <> ?)", "DATE(ts) > ?", "title <=> ?",
    "id + 1 > ? AND title LIKE '%a'",
    "(id = ? OR id = 2)", "id IN (SELECT id FROM page WHERE ts < ?)", "title COLLATE utf8mb4_bin >= ?",
    "SELECT title, COUNT(*) AS n FROM page GROUP BY title HAVING n >= ? OR title = 'beta' ORDER BY title", "SELECT MAX(ts) AS x FROM page HAVING x > ?",
    "SELECT SUM(id >= ? OR title = 'beta') AS n, COUNT(*) AS m FROM page", "SELECT SUM(title < ?) AS n FROM page GROUP BY id > 1 ORDER BY n",
    "SELECT id FROM page ORDER BY id LIMIT ?", "SELECT id FROM page ORDER BY id LIMIT 9 OFFSET ?", "SELECT id FROM page UNION SELECT 9 ORDER BY 1 LIMIT ?",
    "SELECT COUNT(*) AS n FROM (SELECT id FROM page LIMIT ?) AS some", "SELECT id, CASE WHEN title < ? THEN 'a' ELSE id END AS x FROM page ORDER BY id",
    "SELECT IF(id < ? AND ts > '2', 1, 0) AS x, COUNT(*) AS n FROM page GROUP BY x ORDER BY n, x", "SELECT DISTINCT IF(id IN (?), 1, NULL) AS x FROM page",
    "SELECT IF(id < ?, 1, 0) AS x, COUNT(*) AS n FROM page GROUP BY IF(id < 7, 1, 0) ORDER BY n", "SELECT id FROM page ORDER BY IF(id < ?, 1, 0), id",
    "SELECT MAX(IF(id < ?, title, '')) AS x FROM page", "SELECT id, SUM(id) OVER (PARTITION BY IF(title < ?, 1, 0)) AS x FROM page ORDER BY id",
    "SELECT a.id FROM page AS a LEFT JOIN page AS b ON b.id = a.id AND b.title = ? WHERE b.id IS NULL ORDER BY 1",
)  # fmt: skip


@pytest.mark.parametrize("condition", COMPARED)
def test_a_bound_value_means_what_the_literal_does(world: World, monkeypatch: pytest.MonkeyPatch, condition: str) -> None:
    text = condition if condition.startswith("SELECT") else f"SELECT id FROM page WHERE {condition} ORDER BY id"
    bound = Client().open(world.gateway())
    found = [ask(bound, text, (value,)) for value in NASTY]
    monkeypatch.setattr(variables, "bindable", lambda value: None)
    monkeypatch.setattr(plans, "bindable", lambda value: None)
    written = Client().open(world.gateway())
    assert found == [ask(written, text, (value,)) for value in NASTY]


def test_each_time_the_audit_is_told_what_these_values_reach(world: World) -> None:
    session = Client().open(world.gateway())
    reached = []
    for number in (1, 2):
        ask(session, "SELECT id FROM page WHERE id = ? AND title > ?", (number, "A"))
        reached.append(world.deeds[-1].reach)
    assert reached == [{"enwiki.page": {"keys": ["1"]}}, {"enwiki.page": {"keys": ["2"]}}]


def test_a_question_of_one_table_looks_at_no_list_of_tables(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Client().open(world.gateway())
    monkeypatch.setattr(View, "tables", lambda self, database: pytest.fail("all tables were listed"))
    assert ask(session, "SELECT title FROM page WHERE id = ?", (1,)) == [(["title"], [{"title": "Alpha"}], ())]
