"""Fewer tags for a column of a kept table: who proposes, who confirms, what is never opened, and what becomes of the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from carrel.access.retags import Retags
from carrel.cli import carrel
from carrel.identity import accounts
from carrel.model.copies import Copy
from carrel.model.errors import AccessRefused, BadInput, CarrelError, Conflict, NotFound
from carrel.model.names import TableName
from carrel.model.people import Principal
from carrel.model.sensitivity import PUBLIC, RESTRICTED, SECRET, TAGS, is_personal
from carrel.model.tables import Column
from carrel.policy.retag import check
from tests.mutants.stage import YEAR, Stage

NAME = TableName("staging", "kept")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", "a key of thirty-two characters..")
        made = Stage(tmp_path_factory.mktemp("stage"))
        now = datetime.now(UTC)
        accounts.add_group(made.app.state, "data-stewards", description="", now=now)
        for person in ("sam", "pavel"):
            with suppress(CarrelError):
                accounts.add_person(made.app.state, person, realname=person, email="", ends=None, now=now)
            accounts.add_member(made.app.state, "data-stewards", person, ends=now + YEAR, latest=now + YEAR, sponsor="desk", by="test", now=now)
        yield made
        made.close()


@pytest.fixture
def stage(house: Stage) -> Iterator[Stage]:
    heard = house.ask("CREATE TABLE staging.kept AS SELECT event, clientIp FROM log.Edit_1", "pavel")
    assert not heard.error, heard.text
    yield house
    house.ask("DROP TABLE IF EXISTS staging.kept", "pavel")


def who(person: str) -> Principal:
    return Principal(person=person, service="cli", via="owner:root")


def book(stage: Stage) -> Retags:
    return stage.app.retags


def kept(stage: Stage) -> Copy:
    copy = stage.app.work.find(NAME)
    assert copy is not None
    return copy


def tags(stage: Stage, column: str = "clientIp") -> set[str | None]:
    table = stage.app.catalog.table(NAME)
    assert table is not None
    found = table.column(column)
    assert found is not None
    return set(found.tags)


def propose(stage: Stage, to: Sequence[str] = (RESTRICTED,), *, person: str = "pavel", column: str = "clientip", reason: str = "one test machine") -> None:
    book(stage).propose(who(person), kept(stage).id, column, to, reason)


def decide(stage: Stage, person: str = "sam", *, confirm: bool = True) -> Copy:
    return book(stage).decide(who(person), kept(stage).id, "clientIp", confirm=confirm)


def test_owner_and_steward_agree_and_the_table_is_about_nobody(stage: Stage) -> None:
    copy = kept(stage)
    propose(stage)
    assert tags(stage) == {"personal.ip"}, "before a steward confirms it"
    later = decide(stage)
    grant = stage.app.work.last_day("pavel")
    assert grant is not None
    assert (tags(stage), later.tags, later.oldest, later.ends) == ({RESTRICTED}, {PUBLIC, RESTRICTED}, None, grant + timedelta(days=1))
    assert kept(stage) == later
    assert later.ends > copy.ends
    assert stage.ask("SELECT clientIp FROM staging.kept WHERE clientIp > ''", "pavel").cells == ["192.0.2.55"] * 2
    assert stage.ask("CREATE TABLE staging.again AS SELECT clientIp FROM staging.kept", "pavel").error == ""
    found = stage.app.work.find(TableName("staging", "again"))
    assert found is not None
    assert found.tags == {RESTRICTED}
    stage.ask("DROP TABLE staging.again", "pavel")
    (told,) = book(stage).of(later.id)
    assert "clientIp: personal.ip -> restricted, proposed by pavel" in str(told)
    assert "(one test machine), confirmed by sam on" in str(told)
    assert [deed.begin.details["deed"] for deed in stage.app.audit.search(action="copy", limit=2) if deed.begin] == ["confirm", "retag"]
    assert stage.ask("INSERT INTO staging.kept SELECT event, clientIp FROM log.Edit_1", "pavel").error == ""
    assert tags(stage) == {"personal.ip", RESTRICTED}, "what comes later brings its own"


def test_nobody_agrees_with_themself_and_only_a_steward_confirms(stage: Stage) -> None:
    propose(stage)
    for person in ("pavel", "mei", "ines", "nobody"):
        with pytest.raises(AccessRefused):
            decide(stage, person)
    with stage.suspended("sam"), pytest.raises(AccessRefused):
        decide(stage)
    assert tags(stage) == {"personal.ip"}
    for person in ("mei", "sam"):
        with pytest.raises(AccessRefused):
            propose(stage, person=person)
    with stage.suspended("pavel"), pytest.raises(AccessRefused):
        propose(stage)


def test_what_was_refused_replaced_or_decided_cannot_be_confirmed(stage: Stage) -> None:
    with pytest.raises(NotFound):
        decide(stage)
    propose(stage, (PUBLIC,))
    propose(stage)
    decide(stage, confirm=False)
    assert tags(stage) == {"personal.ip"}
    with pytest.raises(NotFound):
        decide(stage)
    assert [one.outcome for one in book(stage).of(kept(stage).id)] == ["replaced", "refused"]


def test_a_table_that_was_changed_since_is_another_one(stage: Stage) -> None:
    propose(stage)
    stage.ask("INSERT INTO staging.kept SELECT event, clientIp FROM log.Edit_1", "pavel")
    with pytest.raises(Conflict):
        decide(stage)
    assert tags(stage) == {"personal.ip"}


def test_proposals_without_reason_of_more_tags_or_of_what_there_is_not_are_refused(stage: Stage) -> None:
    for to, column, reason in (
        ((RESTRICTED,), "clientIp", " "), (("personal.ip",), "clientIp", "x"), (("personal.name",), "clientIp", "x"),
        (("personal.ip", RESTRICTED), "clientIp", "x"),
        ((), "clientIp", "x"), (("nothing",), "clientIp", "x"), ((SECRET,), "clientIp", "x"), ((RESTRICTED,), "event", "x"),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            propose(stage, to, column=column, reason=reason)
    with pytest.raises(NotFound):
        propose(stage, column="nothing")
    with pytest.raises(NotFound):
        book(stage).propose(who("pavel"), "c0", "clientIp", (RESTRICTED,), "x")


def test_a_table_that_stays_about_people_keeps_its_end(stage: Stage) -> None:
    stage.ask("DROP TABLE staging.kept", "pavel")
    stage.ask("CREATE TABLE staging.kept AS SELECT clientIp, event, clientIp AS other FROM log.Edit_1", "pavel")
    before = kept(stage)
    propose(stage)
    assert (decide(stage).ends, kept(stage).personal) == (before.ends, True)


def test_the_command_proposes_confirms_and_shows(stage: Stage) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(carrel, ["--home", str(stage.home), "copy", *words], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    id = kept(stage).id
    stage.ask("GRANT SELECT ON staging.kept TO GROUP researchers", "pavel")
    assert "waits for a steward" in run("retag", id, "clientIp", "--to", "restricted", "--reason", "a test", "--as", "pavel")
    assert "carries public, restricted" in run("confirm", id, "clientIp", "--as", "sam")
    shown = run("show", id)
    assert "confirmed by sam" in shown
    assert "group researchers" in shown
    assert stage.ask("SELECT clientIp FROM staging.kept", "ines").cells == ["192.0.2.55"] * 2


ALL = st.sets(st.sampled_from(sorted(str(tag) for tag in TAGS if tag is not None)), min_size=1, max_size=4)


@given(ALL, ALL)
def test_what_is_agreed_on_is_always_less_and_never_opens_what_is_secret(before: set[str], after: set[str]) -> None:
    first, *others = sorted(before)
    try:
        agreed = check(Column(name="c", type="VARCHAR", tag=first, also=frozenset(others)), after)
    except CarrelError:
        return
    assert SECRET not in before | agreed
    assert {tag for tag in agreed if is_personal(tag)} <= before
    assert agreed - {PUBLIC} != before - {PUBLIC}
    assert RESTRICTED not in agreed - before or any(map(is_personal, before - agreed))
    assert len([tag for tag in agreed if tag != PUBLIC]) <= len([tag for tag in before if tag != PUBLIC])


def test_what_nobody_has_classified_keeps_being_closed() -> None:
    for tag in (None, SECRET):
        with pytest.raises(AccessRefused):
            check(Column(name="c", type="VARCHAR", tag=tag, also=frozenset({RESTRICTED})), (RESTRICTED,))
