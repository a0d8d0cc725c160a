"""One statement that writes, into tables of the person's own, what they may read. Nobody sees anything of it before it is whole. A file per group of forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from carrel.gateway.deeds import Asking, Deeds
from carrel.gateway.prepared import probed
from carrel.gateway.split import Statement
from carrel.gateway.writing.alter import alter, planned
from carrel.gateway.writing.change import delete, probe, settled, update
from carrel.gateway.writing.clash import look_at_assignments
from carrel.gateway.writing.create import create
from carrel.gateway.writing.insert import insert, places_of
from carrel.gateway.writing.share import grant, revoke
from carrel.gateway.writing.upload import upload
from carrel.gateway.writing.view import create_view, drop_view, look_at_view
from carrel.gateway.writing.whole import drop, rename, truncate
from carrel.gateway.writing.writer import Writer
from carrel.model.errors import NotAllowed, Unsupported
from carrel.model.queries import AuthorizedQuery, Done
from carrel.model.tables import Table
from carrel.policy.guard.writing import Deed, Write, read_write

DEEDS: Final[dict[Deed, Callable[[Writer], Done]]] = {
    Deed.CREATE: create, Deed.INSERT: insert, Deed.REPLACE: insert, Deed.UPDATE: update, Deed.DELETE: delete, Deed.ALTER: alter,
    Deed.DROP: drop, Deed.TRUNCATE: truncate, Deed.RENAME: rename,
    Deed.UPLOAD: upload,
    Deed.CREATE_VIEW: create_view, Deed.DROP_VIEW: drop_view,
    Deed.GRANT: grant, Deed.REVOKE: revoke,
}


def _look_at_insert(deeds: Deeds, table: Table) -> None:
    places_of(deeds.what, table)
    look_at_assignments(table, deeds.what.assignments)


_FITS: Final[dict[Deed, Callable[[Deeds, Table], object]]] = {
    **dict.fromkeys((Deed.INSERT, Deed.REPLACE), _look_at_insert),
    Deed.ALTER: planned,
    **dict.fromkeys((Deed.UPDATE, Deed.DELETE), lambda deeds, _: probed(deeds.asking.turn.statement, lambda values: probe(deeds, values))),
}
"""What looks at a statement that is being prepared, once its table is known."""


def write(asking: Asking) -> Done:
    """Does what the statement says, or raises CarrelError and leaves everything as it was."""
    what = _read(asking)
    return DEEDS[what.deed](Writer(asking, what))


def look(asking: Asking) -> None:
    """Raises what a statement that is being prepared would be refused with, as far as that does not depend on its values."""
    what = _read(asking)
    if what.deed is Deed.UPLOAD:
        raise NotAllowed("`LOAD DATA` cannot be prepared", help="send it as it is")
    deeds = Deeds(asking, what)
    if what.deed is Deed.CREATE_VIEW:
        look_at_view(Writer(asking, what))
        return
    if what.deed is Deed.CREATE or (what.deed in {Deed.DROP, Deed.DROP_VIEW} and what.quiet):
        deeds.require(what.table, None, making=True)
    elif what.deed in {Deed.GRANT, Deed.REVOKE}:
        deeds.require(what.table, deeds.find(what.table))
    else:
        table, _ = deeds.own()
        if (fits := _FITS.get(what.deed)) is not None:
            fits(deeds, table)
    if what.query is not None:
        text = what.query
        probed(asking.turn.statement, lambda values: asking.authorized(text, deeds.now, values))


def reads(asking: Asking, statement: Statement) -> AuthorizedQuery:
    """What a statement that is explained would read. Raises what it would be refused with, and Unsupported where it reads no table."""
    turn, whole = asking.turn, asking.turn.statement
    turn.statement = statement
    try:
        look(asking)
        what = _read(asking)
        if what.change is not None:
            return probe(Deeds(asking, what), turn.parameters)
        if what.query is None:
            raise Unsupported(f"EXPLAIN of `{statement.verb}` tells nothing: it reads no table", help="EXPLAIN SELECT …")
        return asking.authorized(what.query, turn.moment, turn.parameters)
    finally:
        turn.statement = whole


def _read(asking: Asking) -> Write:
    what = read_write(asking.turn.statement.text, asking.database)
    return settled(Deeds(asking, what))
