"""Look-ups of tables in the catalog as the asker knows it, and the errors of names, worded the same whether a thing is not there or not known."""

from __future__ import annotations

import difflib

from carrel.model.decisions import TableDecision
from carrel.model.errors import CarrelError, NotFound
from carrel.model.names import TableName
from carrel.model.tables import Table
from carrel.policy.decide import decide
from carrel.policy.guard.work import Work

_METADATA = "information_schema"


def find_table(work: Work, name: str, database: str | None) -> TableDecision:
    """What was decided on the table that the asker means.

    Raises: NotFound, the same for a table that is not there and one that the asker does not know.
    """
    database = database if database is not None else work.query.database
    if database is None:
        raise NotFound("no database selected", code="no_database", help=f"write `database.{name}` or choose a database")
    table = _look_up(work, TableName(database, name))
    decision = work.decisions.get(table.name) if table else None
    if decision is None and table is not None:
        decision = decide(work.policy, work.query.asker, table)
        work.considered[table.name] = decision
    if decision is None or not decision.known.allowed:
        near = difflib.get_close_matches(name, _known(work, database), n=1)
        raise NotFound(f"table `{database}.{name}` doesn't exist", help=f"did you mean `{database}.{near[0]}`?" if near else None)
    work.decisions[decision.table.name] = decision
    return decision


def unknown_column(name: str, clause: str) -> CarrelError:
    return NotFound(f"unknown column `{name}` in {clause}", code="unknown_column")


def ambiguous_column(name: str, clause: str) -> CarrelError:
    return NotFound(f"column `{name}` in {clause} is ambiguous", code="ambiguous_column")


def _look_up(work: Work, name: TableName) -> Table | None:
    table = work.catalog.table(name)
    if table is not None or (name.database.lower() != _METADATA and work.query.dialect == "mysql"):
        return table
    database = _METADATA if name.database.lower() == _METADATA else name.database
    return next((item for item in work.catalog.tables(database) if item.name.table.lower() == name.table.lower()), None)


def _known(work: Work, database: str) -> list[str]:
    """Names that a suggestion may show: only what the asker knows."""
    tables = (decide(work.policy, work.query.asker, table) for table in work.catalog.tables(database))
    return [decision.table.name.table for decision in tables if decision.known.allowed]
