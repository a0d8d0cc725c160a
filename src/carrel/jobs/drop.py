"""Taking a wiki out of the lake, on record in the audit."""

from __future__ import annotations

from carrel.lake import Lake
from carrel.model.audit import Begin, Finish
from carrel.model.errors import CarrelError, NotFound
from carrel.model.people import Principal
from carrel.model.ports import Audit
from carrel.model.tables import DatabaseKind


def drop_wiki(lake: Lake, audit: Audit, wiki: str, principal: Principal) -> int:
    """Makes a wiki unknown and deletes its tables: at once, or each when the last question that reads it has ended. Gives the number of tables.

    Raises:
        NotFound: there is no such wiki.
        Conflict: it is being loaded.
    """
    if not any(database.name == wiki and database.kind is DatabaseKind.WIKI for database in lake.databases()):
        raise NotFound(f"no wiki `{wiki}` has been loaded")
    tables = lake.published(wiki)
    number = audit.begin(Begin(
        principal=principal, door="cli", address="local", action="drop", verdict="allowed", tables=(f"{wiki}.*",), details={"wiki": wiki},
    ))
    outcome = "failed"
    try:
        lake.drop(wiki)
        outcome = "complete"
    except CarrelError as error:
        outcome = error.code
        raise
    finally:
        audit.finish(number, Finish(outcome=outcome, rows=0))
    return len(tables)
