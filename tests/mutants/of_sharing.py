"""Mutants of sharing: who may share, what a receiver reads of it, and when a share ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from carrel.identity import accounts
from carrel.jobs.notices import Notifier
from carrel.model.errors import CarrelError
from carrel.model.names import ColumnName, TableName
from carrel.model.people import Lift, Principal
from carrel.model.tables import Column
from carrel.policy.retag import check
from carrel.state import copies, shares
from tests.mutants.mutant import Mutant
from tests.mutants.of_policy import without
from tests.mutants.stage import EVENTS, OWNER, WIKI, YEAR, Stage
from tests.mutants.switch import Switch, change, put

_IP: Final = str(EVENTS[0]["clientIp"])
_EVENTS: Final = "SELECT event, clientIp FROM log.Edit_1"


@contextmanager
def _shared(stage: Stage, query: str, to: str, *, name: str = "staging.given", who: str = "pavel", **options: Any) -> Iterator[str]:
    stage.ask(f"CREATE TABLE {name} AS {query}", who, **options)
    stage.ask(f"GRANT SELECT ON {name} TO {to}", who)
    try:
        yield name
    finally:
        for one in (name, f"{name}2"):
            stage.ask(f"DROP TABLE IF EXISTS {one}", who)


def _reads(stage: Stage, name: str, who: str, column: str = "event") -> bool:
    return stage.ask(f"SELECT {column} FROM {name}", who).rows is not None


def only_owners_share(stage: Stage) -> Iterator[str]:
    """Nobody shares what another person made, nor takes it back, nor makes tables in another's database that they have heard of."""
    for given in ("u_pavel.given", "staging.given"):
        with _shared(stage, _EVENTS, "USER mei", name=given) as name:
            for sql in (f"GRANT SELECT ON {name} TO ines", f"REVOKE SELECT ON {name} FROM mei", "CREATE TABLE u_pavel.mine AS SELECT 1 AS a"):
                if not stage.ask(sql, "mei").error:
                    yield sql
                    stage.ask("DROP TABLE u_pavel.mine", "mei")


def a_receiver_reads_what_they_may_read_anyway(stage: Stage) -> Iterator[str]:
    """A share opens nothing that the receiver could not read where it came from, and nothing for others."""
    with _shared(stage, _EVENTS, "GROUP researchers") as name:
        if _IP in stage.words(f"SELECT clientIp FROM {name}", "ines"):
            yield "an address"
        for who in ("mei", "omar"):
            if _reads(stage, name, who):
                yield f"{who} reads what is shared with researchers"
    with _shared(stage, "SELECT hits FROM wmf.hours", "USER ines", who="mei") as name:
        if _reads(stage, name, "ines", "hits"):
            yield "the cluster"
    lift = Lift(id="1", columns=frozenset({ColumnName(TableName(WIKI, "user"), "user_email")}), suppressed=False, purpose="x", ends=datetime.now(UTC) + YEAR)
    with _shared(stage, "SELECT user_editcount AS n FROM user", "USER mei", lift=lift) as name:
        if _reads(stage, name, "mei", "n"):
            yield "what was opened for a purpose"
    with _shared(stage, "SELECT TABLE_NAME AS n FROM information_schema.TABLES", "USER mei") as name:
        if _reads(stage, name, "mei", "n"):
            yield "metadata"


def the_order_of_a_shared_table_tells_nothing(stage: Stage) -> Iterator[str]:
    """The rows of a shared table come in an order that depends on what the receiver may see."""
    with _shared(stage, "SELECT event FROM log.Keyed_1", "GROUP researchers") as name:
        for sql in (f"SELECT * FROM {name}", f"SELECT event FROM {name} LIMIT 1"):
            if stage.ask(sql).cells[:1] != ["open"]:
                yield sql


def a_share_ends(stage: Stage) -> Iterator[str]:
    """A share ends with the table and its name, with its owner's access and membership, and when it is taken back, in the middle of an answer too."""
    with _shared(stage, _EVENTS, "USER mei") as name:
        with stage.suspended("pavel"):
            if _reads(stage, name, "mei"):
                yield "its owner is suspended"
        now = datetime.now(UTC)
        accounts.remove_member(stage.app.state, "statistics-privatedata-users", "pavel", by="test", now=now)
        if _reads(stage, name, "mei"):
            yield "its owner is in no group"
        accounts.add_member(stage.app.state, "statistics-privatedata-users", "pavel", ends=now + YEAR, latest=now + YEAR, sponsor="desk", by="test", now=now)
        with stage.session("mei") as session:
            for rows in session.ask(f"SELECT event FROM {name}"):
                stage.ask(f"REVOKE SELECT ON {name} FROM mei", "pavel")
                try:
                    rows.check()  # type: ignore[union-attr]
                    yield "an answer goes on"
                except CarrelError:
                    continue
        if _reads(stage, name, "mei"):
            yield "it was taken back"
    with _shared(stage, _EVENTS, "USER mei") as name:
        stage.ask(f"RENAME TABLE {name} TO {name}2", "pavel")
        if _reads(stage, f"{name}2", "mei"):
            yield "it has another name"
    with _shared(stage, _EVENTS, "USER mei") as name:
        stage.ask(f"DROP TABLE {name}", "pavel")
        if stage.app.work.shared("pavel"):
            yield "it is gone"


def owners_are_told_once(stage: Stage) -> Iterator[str]:
    """An owner is told of a copy's end once for each of its warnings, and of nothing that is not theirs to see."""
    now, sent = stage.app.parts.now, []

    class Box:
        def hand(self, message: object) -> None:
            sent.append(message)

    with _shared(stage, _EVENTS, "USER mei") as name:
        copy = stage.app.work.find(TableName(*name.split(".")))
        if copy is None:
            return
        with stage.app.state.write() as connection:
            copies.replace(connection, replace(copy, ends=now().date() + timedelta(days=3)))
        for _ in range(2):
            Notifier(stage.app.state, stage.app.audit, Box(), sender="carrel@example.org", now=now).run(OWNER)
        if len(sent) != 1:
            yield f"{len(sent)} mails"
        if " ends on " in stage.words(f"SELECT event FROM {name}", "mei") or " ends on " not in stage.words(f"SELECT event FROM {name}", "pavel"):
            yield "the note"


def two_people_agree_on_less(stage: Stage) -> Iterator[str]:
    """A column gets fewer tags where its owner and a steward agree, two people, on the rows that were looked at; what is secret never does."""
    now = datetime.now(UTC)
    with suppress(CarrelError):
        accounts.add_group(stage.app.state, "data-stewards", description="", now=now)
    stewards = {"group": "data-stewards", "person": "pavel", "ends": now + YEAR, "latest": now + YEAR, "sponsor": "desk", "by": "test", "now": now}
    with suppress(CarrelError):
        accounts.add_member(stage.app.state, **stewards)
        accounts.add_member(stage.app.state, **{**stewards, "person": "greta"})
    for deciders, change_it in ((("pavel", "mei"), False), (("greta",), True)):
        with _shared(stage, _EVENTS, "USER mei") as name:
            table = TableName(*name.split("."))
            copy = stage.app.work.find(table)
            if copy is None:
                return
            for person in ("mei", "pavel"):
                with suppress(CarrelError):
                    stage.app.retags.propose(_who(person), copy.id, "clientIp", ["restricted"], "a test")
                    if person != "pavel":
                        yield "proposed by another"
            if change_it:
                stage.ask(f"INSERT INTO {name} SELECT event, clientIp FROM log.Edit_1", "pavel")
            for person in deciders:
                with suppress(CarrelError):
                    stage.app.retags.decide(_who(person), copy.id, "clientIp", confirm=True)
                    yield f"{person} has confirmed it, {change_it}"
    try:
        check(Column(name="c", type="VARCHAR", tag="secret", also=frozenset({"personal.ip"})), ["restricted"])
        yield "secret"
    except CarrelError:
        return


def _who(person: str) -> Principal:
    return Principal(person=person, service="cli", via="owner:root")


def _held(old: str, new: str, says: str) -> Switch:
    """The statement that finds a person's shares, made anew without something."""
    changed = change("carrel.state.shares:_held", old, new, says)

    def off(patch: pytest.MonkeyPatch) -> None:
        changed.off(patch)
        patch.setattr(shares, "_HELD", shares._held())

    return Switch(says, off)


_READS: Final = a_receiver_reads_what_they_may_read_anyway
MUTANTS: Final = (
    Mutant(name="rule: shares", switch=without("shares"), killer=_READS),
    Mutant(name="share: database of another", killer=only_owners_share,
           switch=change("carrel.policy.rules.owners:Owners.judge", "database != personal_database(person)", "False", "whose a personal database is")),
    Mutant(name="share: owner", killer=only_owners_share,
           switch=change("carrel.policy.rules.owners:Owners.judge", "if action is Action.WRITE or (not", "if (not", "that a receiver does not write")),
    Mutant(name="share: what flowed in", killer=_READS,
           switch=put("carrel.gateway.deeds:made_of", lambda _: lambda _: frozenset(), "what a table was made of")),
    Mutant(name="share: lift", switch=put("carrel.gateway.origins:_lifted", lambda _: lambda _: False, "that a lift is one person's"), killer=_READS),
    Mutant(name="share: metadata", killer=_READS,
           switch=change("carrel.gateway.origins:_of", "table.kind is DatabaseKind.METADATA or", "", "that metadata is told to each person anew")),
    Mutant(name="share: order", killer=the_order_of_a_shared_table_tells_nothing,
           switch=change("carrel.engines.duckdb.fragments:in_visible_order", "not in (None, asker.principal.person)", "is ...", "whose order it is")),
    Mutant(name="share: owner's account", switch=_held(", PERSON.c.suspended.is_(None)", "", "that the owner is not suspended"), killer=a_share_ends),
    Mutant(name="share: owner's membership", switch=_held("PERSON.c.ends > now), access)", "PERSON.c.ends > now))", "that the owner is in a group"),
           killer=a_share_ends),
    Mutant(name="share: lease", killer=a_share_ends,
           switch=change("carrel.gateway.turn:Lease.__call__", "not self._shares <= now.asker.shares", "False", "that an answer ends with its share")),
    Mutant(name="share: name", killer=a_share_ends,
           switch=change("carrel.lake.work:WorkTables._put", "shares.end(connection, copy.id)", "pass", "that a share does not go along to another name")),
    Mutant(name="retag: owner", killer=two_people_agree_on_less,
           switch=change("carrel.access.retags:Retags.propose", "copy.owner != principal.person", "False", "whose table it is")),
    Mutant(name="retag: two people", killer=two_people_agree_on_less,
           switch=change("carrel.policy.retag:require_steward", "steward.principal.person == owner", "False", "that two people agree")),
    Mutant(name="retag: steward", killer=two_people_agree_on_less,
           switch=change("carrel.policy.retag:require_steward", "not may_write(policy, steward, table).allowed", "False", "that a steward confirms")),
    Mutant(name="retag: version", killer=two_people_agree_on_less,
           switch=change("carrel.access.retags:Retags._confirm", "table.version != retag.version", "False", "that the rows are those that were looked at")),
    Mutant(name="retag: secret", killer=two_people_agree_on_less,
           switch=change("carrel.policy.retag:check", "SECRET in before or not before <= TAGS:", "not before <= TAGS:", "that secrets stay secret")),
    Mutant(name="notice: once", killer=owners_are_told_once,
           switch=change("carrel.state.notices:take", "values(handed=now)", "values(handed=None)", "that a warning was told")),
    Mutant(name="notice: whose", killer=owners_are_told_once,
           switch=change("carrel.gateway.ending:warned", "decision.table.owner == now.asker.principal.person", "True", "whose table ends")),
    Mutant(name="share: gone", switch=change("carrel.state.copies:gone", "shares.end(connection, id)", "pass", "that a share goes with the table"),
           killer=a_share_ends),
)
