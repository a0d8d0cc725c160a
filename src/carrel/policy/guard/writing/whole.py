"""Statements that change a table as a whole: DROP TABLE, TRUNCATE, RENAME TABLE."""

from __future__ import annotations

from carrel.model.errors import NotAllowed, Unsupported
from carrel.policy.guard.writing.alter import drop_index
from carrel.policy.guard.writing.forms import Deed, Write
from carrel.policy.guard.writing.reader import Reader
from carrel.policy.guard.writing.view import drop_view


def drop(reader: Reader) -> Write:
    if reader.accept("INDEX"):
        return drop_index(reader)
    if reader.word() == "VIEW":
        return drop_view(reader)
    temporary = reader.accept("TEMPORARY")
    if reader.word() != "TABLE":
        raise NotAllowed("only tables and views of your own can be dropped", help="DROP TABLE staging.name")
    reader.expect("TABLE")
    quiet = reader.accept("IF", "EXISTS")
    table = reader.table()
    if reader.word() == ",":
        raise Unsupported("one table is dropped at a time", help="DROP TABLE one; DROP TABLE other")
    reader.end()
    return Write(deed=Deed.DROP, table=table, quiet=quiet, temporary=temporary)


def truncate(reader: Reader) -> Write:
    reader.accept("TABLE")
    table = reader.table()
    reader.end()
    return Write(deed=Deed.TRUNCATE, table=table)


def rename(reader: Reader) -> Write:
    reader.expect("TABLE")
    table = reader.table()
    reader.expect("TO")
    to = reader.table()
    reader.end()
    return Write(deed=Deed.RENAME, table=table, to=to)
