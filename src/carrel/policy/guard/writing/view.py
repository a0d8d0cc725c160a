"""CREATE VIEW and DROP VIEW. A view has the rights of whoever reads it; it keeps no rows."""

from __future__ import annotations

from typing import Final

from carrel.model.errors import NotAllowed, Unsupported
from carrel.policy.guard.views import LENGTH
from carrel.policy.guard.writing.forms import Deed, Write
from carrel.policy.guard.writing.reader import OPENS, Reader

BEGINS: Final = frozenset({"VIEW", "ALGORITHM", "DEFINER", "SQL", "SQL SECURITY"})
"""Words after CREATE, or CREATE OR REPLACE, with which a view is meant."""

_ALGORITHMS: Final = frozenset({"UNDEFINED", "MERGE", "TEMPTABLE"})


def create_view(reader: Reader) -> Write:
    """`reader` stands behind CREATE."""
    replacing = reader.accept("OR", "REPLACE")
    if reader.accept("ALGORITHM"):
        reader.expect("=")
        if reader.word() not in _ALGORITHMS:
            raise reader.error()
        reader.at += 1
    if reader.word() == "DEFINER":
        raise Unsupported("a view's definer is who makes it", help="leave DEFINER out")
    if reader.accept("SQL SECURITY") or reader.accept("SQL", "SECURITY"):
        if reader.accept("DEFINER"):
            raise Unsupported("a view never opens what its reader may not read", help="SQL SECURITY INVOKER, which is how every view is read here")
        reader.expect("INVOKER")
    reader.expect("VIEW")
    quiet = reader.accept("IF", "NOT", "EXISTS")
    if quiet and replacing:
        raise NotAllowed("OR REPLACE and IF NOT EXISTS do not go together")
    view = reader.table()
    columns = _columns(reader)
    reader.expect("AS")
    if reader.word() not in OPENS:
        raise reader.error()
    _refuse_check(reader)
    text = reader.rest()
    if len(text) > LENGTH:
        raise NotAllowed(f"a view's SELECT may have {LENGTH} characters", help="make views over views, or keep the rows: CREATE TABLE … AS SELECT …")
    if len({name.lower() for name in columns}) != len(columns):
        raise NotAllowed("duplicate column name")
    return Write(deed=Deed.CREATE_VIEW, table=view, quiet=quiet, replacing=replacing, columns=columns, query=text)


def drop_view(reader: Reader) -> Write:
    """`reader` stands before VIEW."""
    reader.expect("VIEW")
    quiet = reader.accept("IF", "EXISTS")
    view = reader.table()
    if not reader.accept("RESTRICT"):
        reader.accept("CASCADE")
    if reader.word() == ",":
        raise Unsupported("one view is dropped at a time", help="DROP VIEW one; DROP VIEW other")
    reader.end()
    return Write(deed=Deed.DROP_VIEW, table=view, quiet=quiet)


def _columns(reader: Reader) -> tuple[str, ...]:
    if not reader.accept("("):
        return ()
    found = [reader.name()]
    while reader.accept(","):
        found.append(reader.name())
    reader.expect(")")
    return tuple(found)


def _refuse_check(reader: Reader) -> None:
    tail = [token.text.upper() for token in reader.tokens[-4:]]
    if tail[-2:] == ["CHECK", "OPTION"]:
        raise Unsupported("views are not written, so there is nothing to check", help="leave WITH CHECK OPTION out")
