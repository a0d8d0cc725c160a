"""Mutants of writing: whose tables may be written, what their columns carry, and when what was written is seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from carrel.identity import accounts
from carrel.lake.work import WorkTables
from carrel.model.errors import CarrelError, Unavailable
from carrel.model.names import TableName
from carrel.model.provenance import NOTHING
from carrel.policy.load import default_text
from tests.mutants.mutant import Mutant
from tests.mutants.of_policy import without
from tests.mutants.stage import EVENTS, WIKI, Stage
from tests.mutants.switch import change, put

_DEEDS: Final = "carrel.gateway.deeds:Deeds"
_IP: Final = str(EVENTS[0]["clientIp"])


def a_table_is_its_owner_s_alone(stage: Stage) -> Iterator[str]:
    """What a person has made no other person reads, changes or drops; of a personal database nobody else hears."""
    try:
        for name in ("staging.mine", "u_pavel.mine"):
            stage.ask(f"CREATE TABLE {name} AS SELECT clientIp, event FROM log.Edit_1", "pavel")
            for sql in (f"SELECT * FROM {name}", f"SELECT event FROM {name}"):
                if (heard := stage.ask(sql, "mei")).rows is not None:
                    yield f"mei: {sql}: {heard.text}"
            for sql in (f"INSERT INTO {name} SELECT 'a', 'b'", f"TRUNCATE {name}", f"RENAME TABLE {name} TO {name}2", f"DROP TABLE {name}"):
                if not stage.ask(sql, "mei").error:
                    yield f"mei: {sql}"
        if "mine" in stage.words("SHOW TABLES FROM u_pavel", "mei") or "u_pavel" in stage.words("SHOW DATABASES", "mei"):
            yield "a personal database is known"
    finally:
        for table in ("mine", "mine2"):
            for database in ("staging", "u_pavel"):
                for who in ("pavel", "mei"):
                    stage.ask(f"DROP TABLE IF EXISTS {database}.{table}", who)


def who_may_not_write_writes_nothing(stage: Stage) -> Iterator[str]:
    """Nobody writes without a permit that says so, and nobody writes tables that were loaded."""
    for who, sql in (("omar", "CREATE TABLE staging.o AS SELECT 1 AS a"), ("will", "CREATE TABLE staging.o (a int)"), ("omar", "CREATE TABLE u_omar.o (a int)"),
                     ("ines", "CREATE TABLE stagewiki.o AS SELECT 1 AS a"), ("ines", "CREATE TABLE log.o (a int)")):  # fmt: skip
        if not stage.ask(sql, who).error:
            yield f"{who}: {sql}"
            stage.ask(f"DROP TABLE {sql.split()[2]}", who)


def what_is_kept_carries_what_flowed_in(stage: Stage) -> Iterator[str]:
    """A column that is kept carries the tags of all that flowed in, what comes as NULL too; so does one to which rows are added."""
    made = {
        "flow": ("SELECT event AS c FROM log.Edit_1 WHERE clientIp > ''", "", "personal.ip"),
        "nulls": ("SELECT user_email AS c FROM user", "", "personal.email"),
        "added": ("SELECT event AS c FROM log.Edit_1", "SELECT clientIp FROM log.Edit_1", "personal.ip"),
    }
    for name, (first, then, tag) in made.items():
        stage.ask(f"CREATE TABLE staging.{name} AS {first}", "pavel")
        if then:
            stage.ask(f"INSERT INTO staging.{name} {then}", "pavel")
        table = stage.app.catalog.table(TableName("staging", name))
        if table is None or tag not in table.columns[0].tags:
            yield name
        stage.ask(f"DROP TABLE staging.{name}", "pavel")


def what_is_released_is_released_from_kept_columns_too(stage: Stage) -> Iterator[str]:
    """A kept column carries what a declassifier of the policy leaves, and its table's clock says the same; of several tags one falls off alone."""
    rule = '[[declassify]]\nname = "n"\nfrom = "personal.ip"\nby = "ip_prefix"\nto = "public"\nreason = "to test"\n'
    with stage.policy(default_text() + rule):
        for name, sql, personal in (
            ("net", "SELECT CARREL_IP_PREFIX(clientIp) AS c FROM log.Edit_1", False), ("whole", "SELECT clientIp AS c FROM log.Edit_1", True),
            ("two", "SELECT CARREL_IP_PREFIX(clientIp) AS c FROM log.Edit_1 WHERE clientIp > 'x'", True),
        ):  # fmt: skip
            stage.ask(f"CREATE TABLE staging.{name} AS {sql}", "pavel")
            table = stage.app.catalog.table(TableName("staging", name))
            copy = stage.app.work.find(TableName("staging", name)) if stage.app.work else None
            if table is None or copy is None or {("personal.ip" in table.columns[0].tags), copy.personal, copy.oldest is not None} != {personal}:
                yield name
            stage.ask(f"DROP TABLE staging.{name}", "pavel")


def what_a_session_has_read_is_in_what_it_writes(stage: Stage) -> Iterator[str]:
    """What a client writes after its session has read personal data counts as that."""
    with stage.session("pavel") as session:
        for sql in ("SELECT clientIp FROM log.Edit_1", "CREATE TABLE staging.typed (a varchar(20))", "INSERT INTO staging.typed VALUES ('fifty-five')"):
            for answer in session.ask(sql):
                close = getattr(answer, "close", None)
                if close is not None:
                    close()
    table = stage.app.catalog.table(TableName("staging", "typed"))
    if table is None or "personal.ip" not in table.columns[0].tags:
        yield "typed"
    stage.ask("DROP TABLE staging.typed", "pavel")


def who_has_lost_the_right_publishes_nothing(stage: Stage) -> Iterator[str]:
    """A person whose access ends while a table is written does not get it."""
    real = WorkTables.check_room

    def ends(self: WorkTables, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        accounts.suspend(stage.app.state, "ines", by="test", reason="test", now=datetime.now(UTC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkTables, "check_room", ends)
        stage.ask("CREATE TABLE staging.late AS SELECT page_id FROM page")
    with suppress(CarrelError):
        accounts.resume(stage.app.state, "ines")
    if stage.app.catalog.table(TableName("staging", "late")) is not None:
        yield "published"
        stage.ask("DROP TABLE staging.late")


def nothing_is_written_that_is_not_on_record(stage: Stage) -> Iterator[str]:
    """Where the audit cannot be written, no statement changes anything."""
    stage.ask("CREATE TABLE staging.there AS SELECT page_id FROM page")

    class Broken:
        def begin(self, _: object) -> int:
            raise Unavailable("the audit")

        def finish(self, *_: object) -> None:
            pass

    before = {table.name: table for table in stage.app.catalog.tables("staging")}
    for sql in (f"CREATE TABLE staging.new AS SELECT page_id FROM {WIKI}.page", "CREATE TABLE staging.newer (a int)", "INSERT INTO staging.there VALUES (9)",
                "INSERT INTO staging.there SELECT 9", "UPDATE staging.there SET page_id = 9", "DELETE FROM staging.there WHERE page_id = 1",
                "ALTER TABLE staging.there ADD c int", "REPLACE INTO staging.there VALUES (9)", "CREATE INDEX i ON staging.there (page_id)",
                "TRUNCATE staging.there",
                "RENAME TABLE staging.there TO staging.here", "DROP TABLE staging.there"):
        with suppress(CarrelError):
            stage.ask(sql, "ines", None, audit=Broken())
        if {table.name: table for table in stage.app.catalog.tables("staging")} != before:
            yield sql
            break
    for name in ("there", "new", "newer", "here"):
        stage.ask(f"DROP TABLE IF EXISTS staging.{name}")


MUTANTS: Final = (
    Mutant(name="rule: owners", switch=without("owners"), killer=a_table_is_its_owner_s_alone),
    Mutant(
        name="write: permit", switch=change(f"{_DEEDS}.require", "if not decision.allowed:", "if False:", "that a statement asks whether the person may write"),
        killer=a_table_is_its_owner_s_alone,
    ),
    Mutant(
        name="write: kind of database", killer=who_may_not_write_writes_nothing, held_by=("write: kind in the state",),
        switch=change(f"{_DEEDS}.require", "if database.kind not in MADE:", "if False:", "that databases which were loaded are not written"),
    ),
    Mutant(
        name="write: kind in the state", killer=who_may_not_write_writes_nothing, held_by=("write: kind of database",),
        switch=change("carrel.lake.register:put", "kind not in (None, database.kind.value)", "False", "that a loaded database takes no tables of people"),
    ),
    Mutant(
        name="write: flows into CREATE", killer=what_is_kept_carries_what_flowed_in,
        switch=put("carrel.gateway.columns:flow", lambda real: lambda *args: (frozenset({"public"}), real(*args)[1]), "that a kept column carries tags"),
    ),
    Mutant(
        name="write: NULL carries its tag", killer=what_is_kept_carries_what_flowed_in,
        switch=change("carrel.policy.carried:kept", "if not closed or", "if True or", "that a masked column carries its tag"),
    ),
    Mutant(
        name="write: declassifiers", killer=what_is_released_is_released_from_kept_columns_too,
        switch=change("carrel.policy.carried:_brought", "(tags - {one.tag for one in released})", "tags", "that kept columns let go of what is released"),
    ),
    Mutant(
        name="write: flows into INSERT", killer=what_is_kept_carries_what_flowed_in,
        switch=change("carrel.gateway.columns:merged", "tagged(column, before | tags,", "tagged(column, before,", "that added rows bring their tags"),
    ),
    Mutant(
        name="write: what was read", killer=what_a_session_has_read_is_in_what_it_writes,
        switch=put("carrel.gateway.given:Given.typed", lambda _: lambda *_: NOTHING, "that what is typed carries what was read"),
    ),
    Mutant(
        name="write: again", switch=put(f"{_DEEDS}.again", lambda _: lambda *_: None, "that a write is decided again before it is seen"),
        killer=who_has_lost_the_right_publishes_nothing,
    ),
    *(
        Mutant(
            name=f"write: {deed} on record", killer=nothing_is_written_that_is_not_on_record,
            switch=change(
                f"{_DEEDS}.deed", "self.asking.begin(begin)", f'self.asking.begin(begin) if self.what.deed.value != "{deed}" else (lambda _: None)',
                f"that {deed} has a row in the audit first",
            ),
        )
        for deed in ("create", "insert", "update", "delete", "replace", "alter", "truncate", "rename", "drop")
    ),
)
