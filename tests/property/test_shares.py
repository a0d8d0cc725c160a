"""The laws of sharing, on random tables, people and origins: a share alone opens nothing, and nothing that is shared is clearer than where it came from."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from carrel.model.names import TableName
from carrel.model.people import Asker, PersonState
from carrel.model.sensitivity import PUBLIC, Mask, is_personal
from carrel.model.tables import MADE_OF, OWN, PRIVATE, Column, DatabaseKind, Retention, Table
from carrel.policy.decide import decide, may_write
from carrel.policy.load import default_text, load
from tests.policy_cases.catalog import asker

POLICY = load(default_text())
TAGS = ["public", "restricted", "secret", None, "personal.ip", "personal.name"]
KINDS = [DatabaseKind.WIKI, DatabaseKind.LOG, DatabaseKind.LAKE]
COPY = "c1"


@st.composite
def made(draw: st.DrawFn) -> Table:
    """A table that `bob` made."""
    more = st.frozensets(st.sampled_from(["restricted", "personal.email"]), max_size=1)
    tags = draw(st.lists(st.tuples(st.sampled_from(TAGS), more), min_size=1, max_size=4))
    columns = tuple(Column(name=f"c{number}", type="VARCHAR", tag=tag, also=also) for number, (tag, also) in enumerate(tags))
    origins = draw(st.frozensets(st.sampled_from([*KINDS, *(f"{kind} personal" for kind in KINDS), *MADE_OF]), max_size=4))
    database = draw(st.sampled_from(["staging", "u_bob", "datasets"]))
    kind = DatabaseKind.DATASETS if database == "datasets" else DatabaseKind.WORK
    return Table(
        name=TableName(database, "t"), kind=kind, columns=columns, owner="bob", copy=COPY, made_of=frozenset(map(str, origins)),
        retention=Retention(kind="copy"), version="1",
    )


@st.composite
def receivers(draw: st.DrawFn) -> Asker:
    groups = draw(st.lists(st.sampled_from(list(POLICY.groups)), max_size=3))
    state = draw(st.sampled_from([PersonState.ACTIVE] * 3 + [PersonState.SUSPENDED]))
    return asker(*groups, door=draw(st.sampled_from(["mysql", "http"])), state=state, shares=draw(st.sampled_from(["", COPY, "c2", f"{COPY} c2"])))


@given(receivers(), made())
def test_nobody_reads_what_is_not_shared_with_them_and_nobody_else_writes(person: Asker, table: Table) -> None:
    decision = decide(POLICY, person, table)
    if COPY not in person.shares and table.kind is DatabaseKind.WORK:
        assert not decision.read.allowed
        assert not decision.known.allowed or table.name.database == "staging"
    if table.kind is DatabaseKind.WORK:
        assert not may_write(POLICY, person, table).allowed
    if OWN in table.made_of:
        assert not decision.read.allowed


@given(receivers(), made())
def test_a_share_changes_nothing_but_whose_table_it_is(person: Asker, table: Table) -> None:
    """The receiver sees no more of it than if they had made it themself."""
    shared, own = decide(POLICY, person, table), decide(POLICY, person, replace(table, owner="ann", name=TableName("staging", "t")))
    assert shared.read.allowed <= own.read.allowed or table.kind is DatabaseKind.DATASETS
    if shared.read.allowed and table.kind is DatabaseKind.WORK:
        for name, column in shared.columns.items():
            assert column.allowed <= own.columns[name].allowed
            assert not column.allowed or (column.mask >= own.columns[name].mask and column.nameable <= own.columns[name].nameable)


@given(receivers(), made())
def test_what_is_shared_is_no_clearer_than_where_it_came_from(person: Asker, table: Table) -> None:
    decision = decide(POLICY, person, table)
    if not decision.read.allowed:
        return
    for origin in table.made_of - set(MADE_OF):
        kind, _, personal = origin.partition(" ")
        # A table as it may have been there: these columns, and one that is public, so that it opens to whoever reads anything of that kind.
        columns = (*table.columns, Column(name="public", type="VARCHAR", tag=PUBLIC))
        kept = Retention(kind="mirror")
        source = Table(name=TableName("there", "t"), kind=DatabaseKind(kind), columns=columns, private=PRIVATE in table.made_of, retention=kept)
        there = decide(POLICY, replace(person, shares=frozenset()), source)
        if not personal:
            public = decide(POLICY, person, replace(source, columns=columns[-1:]))
            assert public.read.allowed, f"nothing of kind {kind} is open to them"
            continue
        for column in table.columns:
            if any(map(is_personal, column.tags)) and decision.columns[column.name].allowed:
                before = there.columns[column.name]
                assert decision.columns[column.name].mask >= (before.mask if there.read.allowed and before.allowed else Mask.NULL)


@given(receivers(), made(), st.sampled_from(list(POLICY.groups)))
def test_one_more_group_never_shows_less_of_what_is_shared(person: Asker, table: Table, group: str) -> None:
    less, more = decide(POLICY, person, table), decide(POLICY, replace(person, groups=person.groups | {group}), table)
    for before, after in [(less.known, more.known), (less.read, more.read), *zip(less.columns.values(), more.columns.values(), strict=True)]:
        assert after.allowed >= before.allowed
        assert not before.allowed or (after.mask <= before.mask and after.nameable >= before.nameable)
