"""CREATE TABLE: of a SELECT, or with columns."""

from __future__ import annotations

from carrel.model.errors import NotAllowed, Unsupported
from carrel.model.tables import Index
from carrel.policy.guard.writing.alter import create_index
from carrel.policy.guard.writing.forms import Declared, Deed, Write
from carrel.policy.guard.writing.items import items
from carrel.policy.guard.writing.reader import FORMS_HELP, OPENS, Reader
from carrel.policy.guard.writing.view import BEGINS, create_view


def create(reader: Reader) -> Write:
    temporary = reader.accept("TEMPORARY")
    if temporary and reader.word() != "TABLE":
        raise reader.error()
    if reader.word(2 if reader.word() == "OR" else 0) in BEGINS:
        return create_view(reader)
    if reader.word() in {"UNIQUE", "INDEX", "FULLTEXT"}:
        return create_index(reader)
    if reader.word() != "TABLE":
        raise NotAllowed(f"`CREATE {reader.word()}` is not allowed", help=FORMS_HELP)
    reader.expect("TABLE")
    quiet = reader.accept("IF", "NOT", "EXISTS")
    table = reader.table()
    if reader.word() == "LIKE" or (reader.word() == "(" and reader.word(1) == "LIKE"):
        raise Unsupported("`CREATE TABLE … LIKE` is not supported", help="CREATE TABLE new AS SELECT * FROM old LIMIT 0")
    declared: tuple[Declared, ...] = ()
    keys: tuple[Index, ...] = ()
    if reader.word() == "(" and reader.word(1) not in OPENS:
        declared, keys = items(reader)
    reader.options()
    reader.accept("AS")
    query = reader.rest() or None
    if (query is None) == (not declared):
        raise Unsupported("columns and a SELECT together are not supported", help="name the columns in the SELECT") if declared else reader.error()
    return Write(deed=Deed.CREATE, table=table, quiet=quiet, declared=declared, keys=keys, query=query, temporary=temporary)
