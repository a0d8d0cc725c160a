"""The laws of deciding, each on random verdicts, rules and people, and against a specification of ten lines."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from carrel.model.decisions import Decision, Forbid, Limit, Permit, Request, Verdict
from carrel.model.names import ColumnName, TableName
from carrel.model.people import Asker, Lift, PersonState
from carrel.model.sensitivity import PERSONAL_KINDS, Hidden, Mask
from carrel.model.tables import Column, DatabaseKind, Retention, Table
from carrel.policy.decide import combine, decide, judge, knows, rules
from carrel.policy.load import Policy, default_text, load
from tests.policy_cases.catalog import NOW, asker

POLICY = load(default_text())
GROUPS = [*POLICY.groups, "no-such-group"]
TAGS = ["public", "restricted", "secret", None, "unheard-of", *(f"personal.{kind}" for kind in PERSONAL_KINDS)]

_WORDS = st.sampled_from("abc")
VERDICTS: st.SearchStrategy[Verdict] = st.one_of(
    st.builds(Permit, rule=_WORDS, reason=_WORDS, grant=_WORDS, lifts_masks=st.booleans(), lifts_suppression=st.booleans()),
    st.builds(Limit, rule=_WORDS, reason=_WORDS, mask=st.sampled_from(Mask), hides=st.sampled_from([Hidden(n) for n in range(32)]), nameable=st.booleans()),
    st.builds(Forbid, rule=_WORDS, reason=_WORDS),
)


def specification(verdicts: Sequence[Verdict]) -> tuple[bool, Mask, int, bool]:
    permits, limits = ([v for v in verdicts if isinstance(v, kind)] for kind in (Permit, Limit))
    allowed = len(permits) > 0 and not any(isinstance(v, Forbid) for v in verdicts)
    mask, hides, nameable = Mask.CLEAR, 0, True
    for limit in limits:
        mask = Mask.CLEAR if any(p.lifts_masks for p in permits) else max(mask, limit.mask)
        hides = 0 if any(p.lifts_suppression for p in permits) else hides | limit.hides
        nameable = nameable and limit.nameable
    return allowed, mask, hides, nameable


def shape(decision: Decision) -> tuple[bool, Mask, int, bool]:
    return decision.allowed, decision.mask, int(decision.hides), decision.nameable


@given(st.lists(VERDICTS, max_size=8))
def test_the_combination_is_the_specification(verdicts: list[Verdict]) -> None:
    assert shape(combine(verdicts)) == specification(verdicts)


@given(st.lists(VERDICTS, max_size=8), st.randoms())
def test_order_never_matters(verdicts: list[Verdict], shuffle: random.Random) -> None:
    other = list(verdicts)
    shuffle.shuffle(other)
    assert shape(combine(other)) == shape(combine(verdicts))


@given(st.lists(VERDICTS, max_size=8))
def test_a_forbid_trumps_every_permit(verdicts: list[Verdict]) -> None:
    assert not combine([*verdicts, Forbid(rule="x", reason="x")]).allowed


@given(st.lists(VERDICTS.filter(lambda verdict: not isinstance(verdict, Permit)), max_size=8))
def test_silence_is_no(verdicts: list[Verdict]) -> None:
    assert not combine(verdicts).allowed


@st.composite
def tables(draw: st.DrawFn) -> Table:
    tags = draw(st.lists(st.sampled_from(TAGS), min_size=1, max_size=6))
    columns = tuple(
        Column(name=f"c{number}", type="VARCHAR", tag=tag, hidden_by=draw(st.sampled_from([Hidden.NOTHING, Hidden.USER]))) for number, tag in enumerate(tags)
    )
    return Table(
        name=TableName(draw(st.sampled_from(["enwiki", "log"])), "t"), kind=draw(st.sampled_from(DatabaseKind)), columns=columns, private=draw(st.booleans()),
        documented=draw(st.booleans()), visibility=draw(st.booleans()), retention=draw(st.sampled_from([None, Retention(kind="mirror")])),
    )  # fmt: skip


@st.composite
def askers(draw: st.DrawFn) -> Asker:
    lifts = draw(
        st.lists(
            st.builds(
                Lift, id=_WORDS, purpose=_WORDS, suppressed=st.booleans(), ends=st.sampled_from([NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)]),
                columns=st.frozensets(st.builds(ColumnName, st.builds(TableName, st.just("enwiki"), st.just("t")), st.sampled_from(["c0", "c1"]))),
            ),
            max_size=2,
        )
    )  # fmt: skip
    return asker(
        *draw(st.lists(st.sampled_from(GROUPS), max_size=3)), door=draw(st.sampled_from(["mysql", "http", "cli"])),
        state=draw(st.sampled_from([PersonState.ACTIVE] * 3 + [*PersonState])), lifts=tuple(lifts),
    )  # fmt: skip


@given(askers(), tables(), st.sampled_from(GROUPS))
def test_one_more_group_never_shows_less(person: Asker, table: Table, group: str) -> None:
    less, more = decide(POLICY, person, table), decide(POLICY, replace(person, groups=person.groups | {group}), table)
    for before, after in [(less.known, more.known), (less.read, more.read), *zip(less.columns.values(), more.columns.values(), strict=True)]:
        assert after.allowed >= before.allowed
        assert not before.allowed or (after.mask <= before.mask and not after.hides & ~before.hides and after.nameable >= before.nameable)


@given(askers(), tables())
def test_what_may_be_read_is_known(person: Asker, table: Table) -> None:
    decision = decide(POLICY, person, table)
    assert decision.known.allowed or not decision.read.allowed


@given(askers(), tables())
def test_secret_and_unclassified_columns_open_to_nobody(person: Asker, table: Table) -> None:
    decision = decide(POLICY, person, table)
    for column in table.columns:
        if column.tag in ("secret", None, "unheard-of"):
            assert not decision.columns[column.name].allowed
            assert not decision.columns[column.name].nameable


@given(askers(), tables())
def test_only_an_active_person_may_anything(person: Asker, table: Table) -> None:
    decision = decide(POLICY, replace(person, state=PersonState.SUSPENDED), table)
    assert not decision.known.allowed
    assert not decision.read.allowed
    assert not any(column.allowed for column in decision.columns.values())


@given(askers(), tables())
def test_personal_columns_of_a_wiki_open_only_by_a_lift_that_has_not_ended(person: Asker, table: Table) -> None:
    decision = decide(POLICY, person, table)
    lifted = {name.column for lift in person.lifts if person.now < lift.ends for name in lift.columns if name.table == table.name}
    for column in table.columns:
        if (column.tag or "").startswith("personal.") and table.kind is DatabaseKind.WIKI and column.name not in lifted:
            assert decision.columns[column.name].mask is Mask.NULL or not decision.columns[column.name].allowed


@given(askers(), tables())
def test_hidden_rows_stay_hidden_without_a_lift_for_suppressed_material(person: Asker, table: Table) -> None:
    if table.visibility and not any(lift.suppressed for lift in person.lifts):
        decision = decide(POLICY, person, table)
        assert decision.read.hides & Hidden.ROW
        for column in table.columns:
            assert decision.columns[column.name].hides == Hidden.ROW | column.hidden_by


class Broken:
    """A rule that cannot decide, at once or after it has said something."""

    name = "broken"

    def judge(self, request: Request) -> Iterable[Verdict]:
        yield Permit(rule=self.name, reason="half said", grant="x")
        raise RuntimeError(request.table.name)


@given(askers(), tables(), st.randoms())
def test_a_rule_that_raises_closes_and_the_order_of_rules_never_matters(person: Asker, table: Table, shuffle: random.Random) -> None:
    those = list(rules(POLICY))
    straight = judge(those, person, table)
    shuffle.shuffle(those)
    assert judge(those, person, table) == straight
    broken = judge([*those, Broken()], person, table)
    assert not any(decision.allowed for decision in (broken.known, broken.read, *broken.columns.values()))


@given(askers(), tables())
def test_remembered_decisions_are_those_that_the_rules_give(person: Asker, table: Table) -> None:
    fresh: Policy = load(default_text())
    assert decide(POLICY, person, table) == decide(POLICY, person, table) == judge(rules(fresh), person, table)
    for _ in range(2):
        assert knows(POLICY, person, table) is judge(rules(POLICY), person, table).known.allowed


def test_every_verdict_names_its_rule_and_a_reason() -> None:
    names = {rule.name for rule in rules(POLICY)}
    table = Table(
        name=TableName("enwiki", "t"), kind=DatabaseKind.WIKI, documented=True, visibility=True,
        columns=tuple(Column(name=f"c{number}", type="VARCHAR", tag=tag) for number, tag in enumerate(TAGS)),
    )  # fmt: skip
    decision = decide(POLICY, asker("researchers"), table)
    for one in (decision.known, decision.read, *decision.columns.values()):
        assert all(verdict.rule in names and verdict.reason for verdict in one.verdicts)
