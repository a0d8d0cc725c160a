"""Mutants of UPDATE and DELETE: what they may read, what the columns carry then, and that both are decided again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from carrel.gateway.deeds import Deeds
from carrel.identity import accounts
from carrel.lake.work import WorkTables
from carrel.model.errors import CarrelError
from carrel.model.names import TableName
from carrel.model.sensitivity import SECRET
from carrel.model.tables import Table
from tests.mutants.mutant import Mutant
from tests.mutants.stage import EVENTS, WIKI, Stage
from tests.mutants.switch import change, put

_CHANGE: Final = "carrel.gateway.writing.change"
_IP: Final = str(EVENTS[0]["clientIp"])


def a_change_carries_what_decided_it(stage: Stage) -> Iterator[str]:
    """What an UPDATE sets carries what it was made of and what chose its rows; which rows a DELETE leaves tells of its conditions in every column."""
    changes = {
        "set": "UPDATE staging.change t JOIN log.Edit_1 e ON e.event = t.word SET t.n = 2, t.word = e.clientIp",
        "chosen": "UPDATE staging.change SET n = 2 WHERE EXISTS (SELECT 1 FROM log.Edit_1 WHERE clientIp > '' AND event = word)",
        "first": "UPDATE staging.change t JOIN log.Edit_1 e SET t.word = e.clientIp, t.n = e.id",
        "left": "DELETE FROM staging.change WHERE word IN (SELECT event FROM log.Edit_1 WHERE clientIp > '')",
        "joined": "DELETE t FROM staging.change t JOIN log.Edit_1 e ON e.clientIp <> t.word",
    }
    for name, sql in changes.items():
        stage.ask("CREATE TABLE staging.change AS SELECT event AS word, 1 AS n FROM log.Edit_1", "pavel")
        if (heard := stage.ask(sql, "pavel")).error:
            yield f"{name}: {heard.text}"
        table = stage.app.catalog.table(TableName("staging", "change"))
        if table is None or "personal.ip" not in table.columns[0 if name in ("set", "first") else 1].tags:
            yield name
        if table is not None and name == "first" and "personal.ip" not in table.columns[1].tags:
            yield "which of several rows is taken"
        stage.ask("DROP TABLE staging.change", "pavel")


def what_a_session_has_read_is_in_what_it_sets(stage: Stage) -> Iterator[str]:
    """A value that a client writes into SET or WHERE, after its session has read personal data, counts as that."""
    for sql in ("UPDATE staging.typed SET a = 'fifty-five' WHERE n = 1", "DELETE FROM staging.typed WHERE n > 1 OR a = 'fifty-five'"):
        stage.ask("CREATE TABLE staging.typed AS SELECT page_title AS a, page_id AS n FROM page", "pavel")
        with stage.session("pavel") as session:
            for said in ("SELECT clientIp FROM log.Edit_1", sql):
                for answer in session.ask(said):
                    close = getattr(answer, "close", None)
                    if close is not None:
                        close()
        table = stage.app.catalog.table(TableName("staging", "typed"))
        if table is None or "personal.ip" not in table.columns[0].tags:
            yield sql
        stage.ask("DROP TABLE staging.typed", "pavel")


def a_change_reads_what_its_person_may_read(stage: Stage) -> Iterator[str]:
    """No UPDATE or DELETE tells of a column or a row that the person may not read, and none changes a table that is not their own."""
    stage.ask("CREATE TABLE staging.probe AS SELECT page_id AS n, CAST(page_title AS CHAR) AS word FROM page")
    stage.ask("CREATE TABLE staging.others AS SELECT clientIp AS word FROM log.Edit_1", "pavel")
    for sql in (
        "UPDATE staging.probe SET word = (SELECT CONCAT(user_email) FROM user)", "UPDATE staging.probe SET n = 9 WHERE (SELECT MAX(user_email) FROM user) > ''",
        "UPDATE staging.probe t JOIN user u ON u.user_email > '' SET t.n = 9", "UPDATE staging.probe SET n = 9 ORDER BY (SELECT user_email FROM user) LIMIT 1",
        "DELETE FROM staging.probe WHERE EXISTS (SELECT 1 FROM user WHERE user_email LIKE 'a%')",
        "UPDATE staging.probe SET word = (SELECT word FROM staging.others)",
        "DELETE t FROM staging.probe t JOIN staging.others o", "UPDATE staging.others SET word = 'x'", "DELETE FROM staging.others",
        "UPDATE staging.probe p, staging.others o SET o.word = p.word", "DELETE o FROM staging.probe p JOIN staging.others o",
        f"UPDATE staging.probe p JOIN {WIKI}.page q SET q.page_title = p.word", f"DELETE q FROM staging.probe p JOIN {WIKI}.page q",
        "DELETE FROM staging.probe WHERE n IN (SELECT m_id FROM mystery)",
        "UPDATE staging.probe SET n = 9 WHERE 'Suppressed-title' IN (SELECT log_title FROM logging)",
    ):
        stage.ask(sql)
    if (rows := stage.ask("SELECT n, word FROM staging.probe ORDER BY n").rows) != [("1", "Gamma"), ("2", "Alpha"), ("3", "Beta")]:
        yield f"probe: {rows}"
    if len(stage.ask("SELECT word FROM staging.others", "pavel").cells) != 2:
        yield "others"
    stage.ask("DROP TABLE staging.probe")
    stage.ask("DROP TABLE staging.others", "pavel")


def who_has_lost_the_right_changes_nothing(stage: Stage) -> Iterator[str]:
    """A person whose access ends while rows are changed changes none."""
    real = WorkTables.check_room

    def ends(self: WorkTables, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        accounts.suspend(stage.app.state, "ines", by="test", reason="test", now=datetime.now(UTC))

    stage.ask("CREATE TABLE staging.kept AS SELECT page_id FROM page")
    for sql in ("UPDATE staging.kept SET page_id = 9", "DELETE FROM staging.kept"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(WorkTables, "check_room", ends)
            stage.ask(sql)
        with suppress(CarrelError):
            accounts.resume(stage.app.state, "ines")
        if sorted(stage.ask("SELECT page_id FROM staging.kept").cells) != ["1", "2", "3"]:
            yield sql
    stage.ask("DROP TABLE staging.kept")


def what_fits_tells_nothing_that_is_closed(stage: Stage) -> Iterator[str]:
    """Whether a type fits, and how many values change, tells nothing of a column that its owner may no longer read."""
    stage.ask("CREATE TABLE staging.closed AS SELECT clientIp AS ip, 1 AS n FROM log.Edit_1", "pavel")
    real = Deeds.find

    def find(self: Deeds, name: TableName) -> Table | None:
        return _closed(real(self, name))

    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Deeds, "find", find)
            for sql in ("ALTER TABLE staging.closed MODIFY ip varchar(3)", "ALTER TABLE staging.closed MODIFY ip varchar(99)"):
                if (heard := stage.ask(sql, "pavel")).error != "access_refused":
                    yield f"{sql}: {heard.text}"
            with stage.session("pavel") as session:
                told = [getattr(answer, "affected", None) for answer in session.ask(f"UPDATE staging.closed SET ip = '{_IP}'")]
                if told != [2]:
                    yield f"changed: {told}"
    finally:
        stage.ask("DROP TABLE staging.closed", "pavel")


def _closed(table: Table | None) -> Table | None:
    """The table as if a column of it had come to hold what nobody may read."""
    if table is None or table.name.table != "closed":
        return table
    return replace(table, columns=tuple(replace(column, tag=SECRET) if column.name == "ip" else column for column in table.columns))


def no_two_rows_have_one_key(stage: Stage) -> Iterator[str]:
    """A key that is unique is kept to by every statement that brings or changes rows, and by one that declares it."""
    stage.ask("CREATE TABLE staging.one (a int PRIMARY KEY, b varchar(9))")
    stage.ask("INSERT INTO staging.one VALUES (1, 'x'), (2, 'x')")
    for sql in (
        "INSERT INTO staging.one VALUES (1, 'y')", "INSERT INTO staging.one SELECT 2, 'y'", "UPDATE staging.one SET a = 1",
        "ALTER TABLE staging.one ADD UNIQUE (b)",
        "CREATE UNIQUE INDEX i ON staging.one (b)", "INSERT INTO staging.one VALUES (2, 'z') ON DUPLICATE KEY UPDATE a = 1",
        "CREATE TABLE staging.two (PRIMARY KEY (b)) AS SELECT b FROM staging.one",
    ):  # fmt: skip
        if stage.ask(sql).error != "duplicate_key":
            yield sql
    for name in ("one", "two"):
        stage.ask(f"DROP TABLE IF EXISTS staging.{name}")


def a_default_carries_what_a_session_has_read(stage: Stage) -> Iterator[str]:
    """A default that a client writes after its session has read personal data counts as that."""
    for step in ("MODIFY page_id bigint DEFAULT 4", "ALTER page_id SET DEFAULT 4"):
        with stage.session("pavel") as session:
            for sql in (f"CREATE TABLE staging.told AS SELECT page_id FROM {WIKI}.page", "SELECT clientIp FROM log.Edit_1", f"ALTER TABLE staging.told {step}"):
                for answer in session.ask(sql):
                    close = getattr(answer, "close", None)
                    if close is not None:
                        close()
        table = stage.app.catalog.table(TableName("staging", "told"))
        if table is None or "personal.ip" not in table.columns[-1].tags:
            yield step
        stage.ask("DROP TABLE staging.told", "pavel")


def a_row_that_meets_another_carries_its_key(stage: Stage) -> Iterator[str]:
    """Which rows REPLACE and INSERT IGNORE leave tells of the keys of all; what ON DUPLICATE KEY UPDATE sets carries what it was made of."""
    for name, first, then in (
        ("ignore", "(word varchar(40) UNIQUE, n int, m int)", "INSERT IGNORE INTO staging.meets (word, n) SELECT clientIp, 1 FROM log.Edit_1"),
        ("replace", "(word varchar(40) UNIQUE, n int, m int)", "REPLACE INTO staging.meets (word, n) SELECT clientIp, 1 FROM log.Edit_1"),
        ("update", "(n int PRIMARY KEY, word varchar(40), m int)",
         "INSERT INTO staging.meets (n, word) SELECT 1, clientIp FROM log.Edit_1 ON DUPLICATE KEY UPDATE m = LENGTH(VALUES(word))"),
    ):  # fmt: skip
        stage.ask(f"CREATE TABLE staging.meets {first}", "pavel")
        if (heard := stage.ask(then, "pavel")).error:
            yield f"{name}: {heard.text}"
        table = stage.app.catalog.table(TableName("staging", "meets"))
        if table is None or "personal.ip" not in table.columns[2].tags:
            yield name
        stage.ask("DROP TABLE staging.meets", "pavel")


MUTANTS: Final = (
    Mutant(
        name="write: flows into UPDATE", killer=a_change_carries_what_decided_it,
        switch=change(f"{_CHANGE}:update", "columns[place], *flow(output, query, writer.typed))", "columns[place], frozenset(), Mask.CLEAR)",
                      "that a column which is set carries what flowed in"),
    ),
    Mutant(
        name="write: flows into DELETE", killer=a_change_carries_what_decided_it,
        switch=change(f"{_CHANGE}:delete", "[merged(column, *flown) for column in table.columns]", "table.columns",
                      "that the rows which are left tell of the conditions"),
    ),
    Mutant(
        name="write: first of several", killer=a_change_carries_what_decided_it,
        switch=change("carrel.policy.guard.changes:_first_of_each", "work.relation.influences |=", "_ =",
                      "that a row which is chosen among several tells of all"),
    ),
    Mutant(
        name="write: literals", killer=what_a_session_has_read_is_in_what_it_sets,
        switch=change("carrel.policy.guard.given:given", "if isinstance(node, exp.Literal):", "if False:",
                      "that what is typed into SET and WHERE carries what was read"),
    ),
    Mutant(
        name="write: changes are questions", killer=a_change_reads_what_its_person_may_read,
        switch=change("carrel.policy.guard.changes:authorize_change", "for step in PASSES:",
                      "for step in [one for one in PASSES if one.__name__ not in ('refuse_closed', 'decide_reading')]:",
                      "that an UPDATE or DELETE reads as a SELECT does"),
    ),
    Mutant(
        name="write: what fits", killer=what_fits_tells_nothing_that_is_closed,
        switch=put("carrel.gateway.deeds:Deeds.sees", lambda _: lambda *_: True, "that what a statement does with values depends on what its person may read"),
    ),
    Mutant(
        name="write: unique keys", killer=no_two_rows_have_one_key,
        switch=put("carrel.gateway.writing.keys:unique_keys", lambda _: lambda *_: [], "that keys are looked at"),
    ),
    Mutant(
        name="write: unique keys of ALTER", killer=no_two_rows_have_one_key,
        switch=put("carrel.gateway.writing.alter:unique_keys", lambda _: lambda *_: [], "that keys which are declared are looked at"),
    ),
    Mutant(
        name="write: keys that meet", killer=a_row_that_meets_another_carries_its_key,
        switch=put("carrel.gateway.writing.clash:influenced", lambda _: lambda _, added: added, "that the rows which are left tell of their keys"),
    ),
    Mutant(
        name="write: what comes", killer=a_row_that_meets_another_carries_its_key,
        switch=change("carrel.gateway.writing.clash:_Clashing._meeting", "columns_with(table, self.added)", "table.columns",
        "that rows which come carry their tags"),
    ),
    Mutant(
        name="write: flows into ON DUPLICATE KEY UPDATE", killer=a_row_that_meets_another_carries_its_key,
        switch=change("carrel.gateway.writing.settling:Settling._question", "self.columns[place] = merged(", "_ = merged(",
                      "that what is set carries what flowed in"),
    ),
    Mutant(
        name="write: defaults", killer=a_default_carries_what_a_session_has_read,
        switch=put("carrel.gateway.writing.alter:_Plan._told", lambda _: lambda _, column: column, "that a default carries what was read"),
    ),
    Mutant(
        name="write: again of changes", killer=who_has_lost_the_right_changes_nothing,
        switch=put("carrel.gateway.deeds:Deeds.again", lambda _: lambda *_: None, "that a change is decided again before it is seen"),
    ),
)
