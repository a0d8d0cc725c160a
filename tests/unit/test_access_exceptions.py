"""Exceptions from retention: made by command with owner, reason, approvers and an end, kept to by the sweep, and ended by themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from carrel.model.errors import AccessRefused, BadInput, CarrelError, Conflict
from carrel.model.exceptions import RetentionException
from carrel.policy.exceptions import check
from carrel.policy.limits import CopyRetention
from carrel.policy.load import default_text
from carrel.state import exceptions
from tests.copies_fixture import CHANGES, PRINCIPAL, TODAY, House
from tests.shared import SAMPLE
from tests.unit.test_cli_administration import Instance

PEOPLE = """\
groups:
  researchers: {gid: 714, description: replicas, members: [ann]}
  privacy: {gid: 716, description: privacy engineers, members: [ben, cleo, ann]}
users:
  ann: {ensure: present, uid: 4001, email: ann@example.org}
  ben: {ensure: present, uid: 4002, email: ben@example.org}
  cleo: {ensure: present, uid: 4003, email: cleo@example.org}
  dora: {ensure: present, uid: 4004, email: dora@example.org}
"""
ALLOWED = CopyRetention(approvers=frozenset({"privacy"}), longest_exception=60)
GROUPS = {"ann": frozenset({"privacy"}), "ben": frozenset({"privacy", "nda"}), "cleo": frozenset({"privacy"}), "dora": frozenset({"nda"})}


def exception(what: str = "samplewiki.cu_changes", days: int = 10, **facts: object) -> RetentionException:
    """Of ann's, for so many days from TODAY on."""
    known: dict[str, object] = {
        "id": exceptions.new_id(), "what": what, "name": what, "owner": "ann", "reason": "a court asks", "approvers": ("ben", "cleo"),
        "made": datetime(2026, 11, 24, tzinfo=UTC), "made_by": "root", "ends": TODAY + timedelta(days=days),
    }
    return RetentionException(**{**known, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(("facts", "error", "words"), [
    ({"reason": " "}, BadInput, "has a reason"), ({"days": 0}, BadInput, "ends between tomorrow and 2027-01-23"), ({"days": 62}, BadInput, "ends between"),
    ({"approvers": ("ben",)}, AccessRefused, "needs 2 people"), ({"approvers": ("ben", "ben")}, AccessRefused, "needs 2 people"),
    ({"approvers": ()}, AccessRefused, "needs 2 people"), ({"approvers": ("ann", "ben")}, AccessRefused, "`ann` answers for it"),
    ({"approvers": ("ben", "dora")}, AccessRefused, "`dora` may not agree"), ({"approvers": ("ben", "eve")}, AccessRefused, "`eve` may not agree"),
])  # fmt: skip
def test_what_policy_does_not_let_be_made(facts: dict[str, object], error: type[CarrelError], words: str) -> None:
    check(exception(days=61), GROUPS, ALLOWED, TODAY)
    with pytest.raises(error, match=words):
        check(exception(**facts), GROUPS, ALLOWED, TODAY)  # type: ignore[arg-type]


def test_nobody_may_agree_where_policy_names_nobody() -> None:
    with pytest.raises(AccessRefused) as refused:
        check(exception(), GROUPS, CopyRetention(), TODAY)
    assert "names none" in str(refused.value.help)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.close()


def enter(house: House, one: RetentionException) -> None:
    with house.state.write() as connection:
        exceptions.add(connection, one, house.today)


def test_what_is_excepted_stays_until_the_exceptions_end_and_then_goes_by_itself(house: House) -> None:
    copy = house.plant("t", 0)
    house.land([(f"{TODAY - timedelta(days=90):%Y%m%d}000000", "x") for _ in range(30)])
    enter(house, of_copy := exception(copy.id, 70, ends=TODAY + timedelta(days=70)))
    enter(house, of_table := exception(days=70))
    plan = house.sweeper.plan()
    assert (plan.items, plan.tables, [(kept.id, one.id) for kept, one in plan.kept]) == ([], [], [(copy.id, of_copy.id)])
    assert [one.kept for one in plan.aged] == [f"exception {of_table.id} until {TODAY + timedelta(days=69)}"]
    house.today += timedelta(days=69)
    house.sweeper.run(PRINCIPAL)
    assert (house.there(), len(house.rows())) == ({"staging.t"}, 30)
    house.today += timedelta(days=1)
    house.sweeper.run(PRINCIPAL)  # neither longer ago than is allowed, nor more rows: they were let stay
    assert (house.there(), len(house.rows())) == (set(), 0)


def test_one_that_was_made_since_the_plan_is_kept_to(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = house.plant("t", 0)
    house.land([(f"{TODAY - timedelta(days=90):%Y%m%d}000000", "x"), (f"{TODAY:%Y%m%d}000000", "x")])
    plan = house.sweeper.plan()
    enter(house, exception(copy.id))
    enter(house, exception())
    monkeypatch.setattr(house.sweeper, "plan", lambda: plan)
    assert len(house.sweeper.run(PRINCIPAL).left) == 2
    assert (house.there(), len(house.rows())) == ({"staging.t"}, 2)


def test_one_at_a_time_and_ended_once(house: House) -> None:
    enter(house, one := exception())
    with pytest.raises(Conflict, match="is kept by the exception"):
        enter(house, exception(days=20))
    with house.state.write() as connection:
        ended = exceptions.end(connection, one.id, by="root", when=datetime(*TODAY.timetuple()[:3], 12, tzinfo=UTC))
    assert (ended.last, ended.holds(TODAY)) == (TODAY, False)
    with house.state.write() as connection, pytest.raises(Conflict, match="ended on"):
        exceptions.end(connection, one.id, by="root", when=datetime(2026, 11, 25, tzinfo=UTC))
    enter(house, later := exception(days=20))
    with house.state.write() as connection:
        assert exceptions.latest(connection, [str(CHANGES), "other"]) == {str(CHANGES): later}
        assert exceptions.end_of(connection, "ann", by="root", when=datetime(2026, 11, 24, 12, tzinfo=UTC)) == 1
        assert exceptions.all_of(connection, TODAY) == []
        assert len(exceptions.all_of(connection, None)) == 2


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=9), TODAY + timedelta(days=10)])
def test_it_holds_before_its_end(day: date) -> None:
    one = exception()
    assert one.holds(day) == (day < one.ends)
    assert not replace(one, ended=datetime(2026, 11, 24, tzinfo=UTC)).holds(day)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    made = Instance(Path(tmp_path_factory.mktemp("exceptions")) / "home")
    made.carrel("init")
    people = made.home.parent / "people.yaml"
    people.write_text(PEOPLE)
    made.carrel("access", "import", people)
    made.carrel("load", "sql-dump", SAMPLE / "samplewiki-all-tables.sql.gz", "--wiki", "samplewiki")
    policy = default_text() + '\n[retention]\napprovers = ["privacy"]\n\n[groups.privacy]\ndescription = "Privacy engineers"\n'
    (made.home / "policy.toml").write_text(policy)
    return made


def except_(instance: Instance, *arguments: object, ok: bool = True) -> str:
    result = instance.carrel("retention", "except", *arguments, ok=ok)
    return result.stdout if ok else result.stderr


def test_an_exceptions_life_by_command(instance: Instance) -> None:
    until = datetime.now(UTC).date() + timedelta(days=30)
    who = ("--owner", "ann", "--reason", "a court asks", "--until", until)
    agreed = ("--approver", "ben", "--approver", "cleo")
    assert "2 people" in except_(instance, "add", "samplewiki.page", *who, "--approver", "ben", ok=False)
    assert "may not agree" in except_(instance, "add", "samplewiki.page", *who, "--approver", "dora", "--approver", "ben", ok=False)
    assert "there is no table" in except_(instance, "add", "samplewiki.none", *who, *agreed, ok=False)
    assert "there is no copy" in except_(instance, "add", "c123", *who, *agreed, ok=False)
    assert except_(instance, "list") == "no exceptions\n"
    made = json.loads(except_(instance, "add", "samplewiki.page", *who, *agreed, "--json"))
    assert (made["name"], made["owner"], made["approvers"], made["until"]) == ("samplewiki.page", "ann", ["ben", "cleo"], str(until))
    assert "is kept by the exception" in except_(instance, "add", "samplewiki.page", *who, *agreed, ok=False)
    assert f"ben, cleo  {until}  a court asks" in except_(instance, "list")
    assert "is kept by nothing" in except_(instance, "end", made["id"])
    assert (except_(instance, "list"), "ended" in except_(instance, "list", "--ended")) == ("no exceptions\n", True)
    assert "ended on" in except_(instance, "end", made["id"], ok=False)
    entries = json.loads(instance.carrel("audit", "search", "--action", "exception", "--json").stdout)
    assert [(entry["details"]["deed"], entry["finish"]["outcome"]) for entry in entries][:3] == [
        ("end", "conflict"), ("end", "complete"), ("add", "conflict"),
    ]  # fmt: skip


def test_it_ends_with_its_owners_access(instance: Instance) -> None:
    until = datetime.now(UTC).date() + timedelta(days=30)
    facts = ("samplewiki.user", "--owner", "dora", "--reason", "x", "--until", until, "--approver", "ben", "--approver", "ann")
    except_(instance, "add", *facts)
    instance.carrel("access", "offboard", "dora")
    assert except_(instance, "list") == "no exceptions\n"
    assert "cannot answer for it" in except_(instance, "add", *facts, ok=False)
