"""Mutants of copies: their clocks, who may say what of them, and what a sweep takes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa

from carrel.access.copies import Copies
from carrel.catalog import visibility
from carrel.model.copies import Copy, CopyKind, CopyState
from carrel.model.errors import AccessRefused, CarrelError
from carrel.model.names import TableName
from carrel.model.people import Origin, Principal
from carrel.model.tables import Column, DatabaseKind, Retention, Table
from carrel.policy.clock import Flow, clock, extended
from carrel.policy.limits import CopyRetention
from carrel.state import copies
from tests.copies_fixture import PRINCIPAL, TODAY, House
from tests.mutants.mutant import Mutant
from tests.mutants.stage import Stage
from tests.mutants.switch import change, nothing, put

CANARY: Final = "Kanarienvogel-mutant"
PERSONAL: Final = frozenset({"personal.ip"})
GRANT: Final = TODAY + timedelta(days=365)


def _table(name: str, retention: Retention | None) -> Table:
    return Table(name=TableName("log", name), kind=DatabaseKind.LOG, columns=(Column(name="ip", type="VARCHAR", tag="personal.ip"),), retention=retention)


def _left(table: Table, since: int | None = None, **known: Copy) -> int:
    """Days for which a copy of the table's personal column may stay."""
    flow = Flow(table=table, tags=PERSONAL, since=None if since is None else TODAY + timedelta(days=since))
    by_name = {TableName("log", name): copy for name, copy in known.items()}
    return (clock([flow], by_name, made=TODAY, grant=GRANT, mirror_days=90).ends - TODAY).days


@contextmanager
def _house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        try:
            yield house
        finally:
            house.close()


def copies_end_with_the_data(_: Stage) -> Iterator[str]:
    """A copy of personal columns ends with the time of the events in it, and with the copy that it was made of."""
    aged = _table("aged", Retention(kind="age", column="timestamp", limit=timedelta(days=60)))
    with _house() as house:
        short = house.plant("short", 5)
    for what, days, most in (
        ("of a copy that another has the name of", _left(replace(_table("short", Retention(kind="copy")), copy="other"), short=short), 0),
        ("of a copy", _left(_table("short", Retention(kind="mirror")), short=short), 5), ("of a wiki", _left(_table("w", Retention(kind="mirror"))), 90),
        ("of old events", _left(aged, -50), 10), ("of events of any age", _left(aged), 0), ("of events to come", _left(aged, 300), 60),
        ("without a rule", _left(_table("none", None)), 0), ("with more in it", (short.with_more(replace(short, ends=TODAY)).ends - TODAY).days, 0),
    ):
        if days > most:
            yield f"a copy {what} may stay for {days} days"


def personal_copies_get_no_more_time(_: Stage) -> Iterator[str]:
    """A copy with personal columns gets no more time, and no copy gets more than its owner's access lasts."""
    with _house() as house:
        copy = house.plant("t", 5)
    for what, one, until in (("personal", copy, GRANT), ("beyond the grant", replace(copy, tags=frozenset({"public"})), GRANT + timedelta(days=1))):
        try:
            extended(one, grant=GRANT, until=until)
            yield f"more time for a copy: {what}"
        except AccessRefused:
            continue


def copies_are_their_owners(stage: Stage) -> Iterator[str]:
    """Only its owner says at the door that a file is deleted, and nobody says it of what is in the house."""
    with _house() as house:
        book = Copies(state=house.state, audit=stage.app.audit, catalog=stage.app.catalog, policy=stage.app.policy, now=stage.app.parts.now)
        file, table = house.plant("edits.tsv", 5, kind=CopyKind.DOWNLOAD), house.plant("t", 5)
        for person, copy in (("ben", file), ("ann", table)):
            try:
                book.deleted(Principal(person=person, service="http"), Origin(door="http", address="127.0.0.1"), copy.id)
                yield f"{person} has struck off {copy.name}"
            except CarrelError:
                continue


def a_sweep_takes_what_was_looked_at(_: Stage) -> Iterator[str]:
    """A sweep takes what its plan says, no more at once than is allowed, what is due alone, with every byte, and as one deed with its row."""
    with _house() as house:
        house.plant("due", 0, CANARY)
        house.plant("later", 1)
        checksum = house.sweeper.plan().checksum
        house.plant("more", 0)
        yield from _swept(house, checksum, "another plan")
        house.allowed = CopyRetention(sweep_percent=1, sweep_always=1)
        yield from _swept(house, house.sweeper.plan().checksum, "more than is allowed")
        house.allowed = CopyRetention()
        house.today += timedelta(days=31)
        yield from _swept(house, house.sweeper.plan().checksum, "what should have gone long ago")
    with _house() as house:
        due = house.plant("due", 0, CANARY)
        for statement in (CANARY, ""):
            with house.state.write() as connection:
                copies.replace(connection, replace(due, statement=statement))
        house.plant("later", 1)
        house.sweep()
        if house.lake.tables("staging") and {table.name.table for table in house.lake.tables("staging")} != {"later"}:
            yield f"there are {[table.name.table for table in house.lake.tables('staging')]}"
        with house.state.read() as connection:
            if copies.get(connection, due.id).state is not CopyState.GONE:
                yield "what went is not struck off"
        if CANARY.encode() in (house.home / "state.sqlite-wal").read_bytes():
            yield "SQLite's log has what went"
        if house.found(CANARY):
            yield "bytes of what went are left"


def rows_of_sources_end(_: Stage) -> Iterator[str]:
    """Rows of a source's table go with every byte when they are older than its rule says, or nobody knows how old; no younger one does, none of what is
    never swept, and no more at once than policy allows."""
    at = [f"{TODAY - timedelta(days=days):%Y%m%d}120000" for days in (91, 90, 89, 0)]
    stays = [*at[2:], f"{TODAY + timedelta(days=900):%Y%m%d}120000"]
    with _house() as house:
        house.allowed = CopyRetention(sweep_percent=60, sweep_always=1, allowed_interval=400)
        house.land([*((time, CANARY) for time in (*at[:2], None)), *((time, "kept") for time in stays)])
        house.sweep()
        if _rows(house) != stays:
            yield f"there are {_rows(house)}"
        if house.found(CANARY):
            yield "bytes of rows that went are left"
        house.today += timedelta(days=91)
        yield from _swept(house, house.sweeper.plan().checksum, "more than is allowed")
        house.allowed = CopyRetention(sweep_percent=100, allowed_interval=400, never=frozenset({"samplewiki"}))
        house.sweep()
        if _rows(house) != stays:
            yield "what is never swept was"
        house.allowed = CopyRetention(sweep_percent=100, allowed_interval=400)
        house.sweep()
        if _rows(house):
            yield "a row is younger than the day on which it landed"


def _rows(house: House) -> list[str | None]:
    try:
        return house.rows()
    except CarrelError as error:
        return [error.text]


def a_wiki_goes_that_is_not_loaded_anew(_: Stage) -> Iterator[str]:
    """Tables with personal columns of a wiki whose state is older than policy allows go, and no others."""
    with _house() as house:
        house.land([(f"{TODAY:%Y%m%d}120000", "kept")])
        told = {}
        with house.lake.load(house.lake.databases()[0], "told") as load:
            for name, column in (("cu_log", "cul_target_text"), ("category", "cat_title")):
                table = Table(name=TableName("samplewiki", name), kind=DatabaseKind.WIKI, columns=(Column(name=column, type="VARCHAR"),))
                load.land(table, [pa.record_batch([[CANARY if name == "cu_log" else "kept"]], names=[column])], frozenset())
                told[name] = str(TODAY - timedelta(days=30))
            load.publish(visibility.plans, told)
        house.allowed = CopyRetention(mirror_days=30)
        house.sweep()
        left = [one.name.table for one in house.lake.tables("samplewiki")]
        if house.found(CANARY) or left != ["category", "cu_changes"]:
            yield f"there are {left}"


def _swept(house: House, checksum: str, what: str) -> Iterator[str]:
    try:
        house.sweeper.apply(checksum, PRINCIPAL)
        yield f"{what} was done"
    except CarrelError:
        return


_AGING: Final = "carrel.lake.aging"
_CLOCK: Final = "carrel.policy.clock"
MUTANTS: Final = (
    Mutant(name="copies: of a copy", switch=change(f"{_CLOCK}:bounds", "copy = copies.get(flow.table.name)", "copy = None", "that it ends with that copy"),
           killer=copies_end_with_the_data),
    Mutant(name="copies: which copy", switch=change(f"{_CLOCK}:bounds", "flow.table.copy not in (None, copy.id)", "False", "that a name is not a copy"),
           killer=copies_end_with_the_data),
    Mutant(name="copies: age", switch=change(f"{_CLOCK}:_of_a_table", "max(made, oldest + rule.limit)", "made + rule.limit", "that events bring their own age"),
           killer=copies_end_with_the_data),
    Mutant(name="copies: unknown age", switch=change(f"{_CLOCK}:_of_a_table", "made - rule.limit if", "made if", "that a row of unknown age may be the oldest"),
           killer=copies_end_with_the_data),
    Mutant(name="copies: events to come", switch=change(f"{_CLOCK}:_of_a_table", "min(flow.since, made)", "flow.since", "that no event is to come"),
           killer=copies_end_with_the_data),
    Mutant(name="copies: no rule", switch=change(f"{_CLOCK}:_of_a_table", "return None, made", "return None, date.max", "that a rule is needed"),
           killer=copies_end_with_the_data),
    Mutant(name="copies: more rows", switch=change("carrel.model.copies:Copy.with_more", "ends=min(", "ends=max(", "that rows that are added bring their end"),
           killer=copies_end_with_the_data),
    Mutant(name="copies: extend", switch=change(f"{_CLOCK}:extended", "if copy.personal:", "if False:", "that personal data gets no more time"),
           killer=personal_copies_get_no_more_time),
    Mutant(name="copies: grant", switch=change(f"{_CLOCK}:extended", "until > grant", "False", "that no copy outlives its owner's access"),
           killer=personal_copies_get_no_more_time),
    Mutant(name="copies: owner", switch=change("carrel.access.copies:Copies.deleted", "copy.owner != principal.person", "False", "whose a copy is"),
           killer=copies_are_their_owners),
    Mutant(name="copies: in the house", switch=change("carrel.access.copies:Copies.clean", "copy.state is not CopyState.OUT", "False", "what is outside"),
           killer=copies_are_their_owners),
    Mutant(name="sweep: checksum", switch=change("carrel.jobs.retention:Sweeper._demand", "plan.checksum != checksum", "False", "that the plan was looked at"),
           killer=a_sweep_takes_what_was_looked_at),
    Mutant(name="sweep: share", switch=change("carrel.jobs.retention:Sweeper._demand", "plan.beyond(self._allowed())", "[]", "how much goes at once"),
           killer=a_sweep_takes_what_was_looked_at),
    Mutant(name="sweep: interval", switch=change("carrel.jobs.retention_plan:Plan._late", "(self.day - ended).days", "0", "that a clock may be wrong"),
           killer=a_sweep_takes_what_was_looked_at),
    Mutant(name="sweep: log", switch=put("carrel.state.store:State.forget", lambda _: nothing, "what SQLite's log still holds"),
           killer=a_sweep_takes_what_was_looked_at),
    Mutant(name="sweep: age", switch=change(f"{_AGING}:Age.goes", "<= number(self.last)", "< number(self.last)", "that a row goes on its day"),
           killer=rows_of_sources_end),
    Mutant(name="sweep: rows", switch=change(f"{_AGING}:_stay", "not age.goes(day)", "True", "which rows of a file go"), killer=rows_of_sources_end),
    Mutant(name="sweep: unknown", switch=change(f"{_AGING}:days", "UNKNOWN)", "99991231)", "that what nobody knows the age of goes"),
           killer=rows_of_sources_end),
    Mutant(name="sweep: landing", switch=change(f"{_AGING}:Age.goes", "min(day, number(self.landed))", "day", "that no row is younger than its landing"),
           killer=rows_of_sources_end),
    Mutant(name="sweep: never", switch=change("carrel.jobs.retention_plan:Plan.tables", " if one.kept is None", "", "what policy never sweeps"),
           killer=rows_of_sources_end),
    Mutant(name="sweep: share of rows", killer=rows_of_sources_end,
           switch=change("carrel.jobs.retention_plan:Plan._rows_beyond", "one.rule != MIRROR", "False", "how many rows go at once")),
    Mutant(name="sweep: old files", killer=rows_of_sources_end,
           switch=change("carrel.lake.expire:finished", "if folder.name != named", "if folder.name == named", "that files of before go")),
    Mutant(name="sweep: mirror", switch=change("carrel.jobs.aged:_is_mirror", "bool(allowed.mirror_days)", "False", "that a wiki must be loaded anew"),
           killer=a_wiki_goes_that_is_not_loaded_anew),
    Mutant(name="sweep: personal", switch=change("carrel.jobs.aged:_is_mirror", "personal and", "", "which of its tables are about people"),
           killer=a_wiki_goes_that_is_not_loaded_anew),
    Mutant(name="sweep: due", switch=change("carrel.state.copies:due", "COPY.c.ends <= day", "COPY.c.ends < day", "that what is due today goes today"),
           killer=a_sweep_takes_what_was_looked_at),
    Mutant(name="sweep: row", switch=put("carrel.state.copies:gone", lambda _: nothing, "that a sweep strikes off what went"),
           killer=a_sweep_takes_what_was_looked_at),
    Mutant(name="sweep: files", switch=put("carrel.lake.snapshots:retire", lambda _: nothing, "that the files go"), killer=a_sweep_takes_what_was_looked_at),
)
