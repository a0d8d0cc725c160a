"""One statement that writes, into tables of the person's own, what they may read. Nobody sees anything of it before it is whole. A file per group of forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from carrel.gateway.deeds import Asking, Deeds
from carrel.gateway.prepared import probed
from carrel.gateway.writing.change import delete, probe, settled, update
from carrel.gateway.writing.create import create
from carrel.gateway.writing.insert import insert
from carrel.gateway.writing.share import grant, revoke
from carrel.gateway.writing.upload import upload
from carrel.gateway.writing.whole import drop, rename, truncate
from carrel.gateway.writing.writer import Writer
from carrel.model.errors import NotAllowed
from carrel.model.queries import Done
from carrel.policy.guard.writing import Deed, Write, read_write

DEEDS: Final[dict[Deed, Callable[[Writer], Done]]] = {
    Deed.CREATE: create, Deed.INSERT: insert, Deed.UPDATE: update, Deed.DELETE: delete, Deed.DROP: drop, Deed.TRUNCATE: truncate, Deed.RENAME: rename,
    Deed.UPLOAD: upload,
    Deed.GRANT: grant, Deed.REVOKE: revoke,
}


def write(asking: Asking) -> Done:
    """Does what the statement says, or raises CarrelError and leaves everything as it was."""
    what = _read(asking)
    return DEEDS[what.deed](Writer(asking, what))


def look(asking: Asking) -> None:
    """Raises what a statement that is being prepared would be refused with, as far as that does not depend on its values and its SELECT."""
    what = _read(asking)
    if what.deed is Deed.UPLOAD:
        raise NotAllowed("`LOAD DATA` cannot be prepared", help="send it as it is")
    deeds = Deeds(asking, what)
    making = what.deed is Deed.CREATE or (what.deed is Deed.DROP and what.quiet)
    deeds.require(what.table, None if making else deeds.find(what.table), making=making)
    if what.change is not None:
        probed(asking.turn.statement, lambda values: probe(deeds, values))


def _read(asking: Asking) -> Write:
    what = read_write(asking.turn.statement.text, asking.database)
    return settled(Deeds(asking, what))
