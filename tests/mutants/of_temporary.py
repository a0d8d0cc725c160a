"""Mutants of temporary tables: of one session, and gone with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from carrel.lake import register
from tests.mutants.mutant import Mutant
from tests.mutants.stage import Stage, hear
from tests.mutants.switch import change, nothing, put

_MAKE: Final = "CREATE TEMPORARY TABLE staging.t AS SELECT clientIp FROM log.Edit_1"


def a_temporary_table_is_of_its_session_alone(stage: Stage) -> Iterator[str]:
    """No other session hears of a temporary table, be it the same person's."""
    with stage.session("pavel") as session:
        hear(session, _MAKE)
        names = [table.name.table for table in register.temporary(stage.app.state)]
        for who in ("pavel", "mei"):
            told = stage.words("SHOW TABLES FROM staging", who)
            if any(name in told for name in names):
                yield f"{who} is told the name"
            if any(stage.ask(f"SELECT * FROM staging.`{name}`", who).rows is not None for name in (*names, "t")):
                yield f"{who} reads it"


def a_temporary_table_ends_with_its_session(stage: Stage) -> Iterator[str]:
    """Nothing of a temporary table is there when its session has ended."""
    with stage.session("pavel") as session:
        hear(session, _MAKE)
    left = register.temporary(stage.app.state)
    if left:
        yield "it is there"
    for table in left:
        copy = stage.app.work.find(table.name)
        assert copy is not None
        stage.app.work.drop(table, copy)


def a_temporary_table_ends_with_the_day(stage: Stage) -> Iterator[str]:
    """However long its session lasts, a temporary table ends with the day."""
    with stage.session("ines") as session:
        hear(session, "CREATE TEMPORARY TABLE staging.t (a int)")
        for table in register.temporary(stage.app.state):
            copy = stage.app.work.find(table.name)
            if copy is None or copy.ends > (datetime.now(UTC) + timedelta(days=2)).date():
                yield "it stays"


def a_temporary_table_stands_before_another(stage: Stage) -> Iterator[str]:
    """What one session has under a name is not shown to another that asks the same question, and the other way round."""
    stage.ask("CREATE TABLE staging.t AS SELECT 'base' AS a")
    with stage.session() as session:
        before = hear(session, "SELECT a FROM staging.t").cells
        hear(session, "CREATE TEMPORARY TABLE staging.t AS SELECT 'mine' AS a")
        if (before, hear(session, "SELECT a FROM staging.t").cells, stage.ask("SELECT a FROM staging.t").cells) != (["base"], ["mine"], ["base"]):
            yield "mixed up"
    stage.ask("DROP TABLE staging.t")


MUTANTS: Final = (
    Mutant(
        name="temporary: told by no catalog", killer=a_temporary_table_is_of_its_session_alone,
        switch=change("carrel.catalog.store:CatalogView._read", "if table.session is None", "", "that the catalog tells no temporary table"),
    ),
    Mutant(
        name="temporary: ends with its session", killer=a_temporary_table_ends_with_its_session,
        switch=put("carrel.gateway.temporary:Temporary.close", lambda _: nothing, "that a session drops its tables"),
    ),
    Mutant(
        name="temporary: ends with the day", killer=a_temporary_table_ends_with_the_day,
        switch=put("carrel.gateway.writing.writer:Writer._this_day", lambda _: lambda _, until: until, "that a temporary table has the day's end"),
    ),
    Mutant(
        name="temporary: before others", killer=a_temporary_table_stands_before_another,
        switch=put("carrel.gateway.temporary:Temporary.over", lambda _: lambda _, catalog: catalog, "that a session's tables stand first"),
    ),
)
