"""ALTER TABLE, several things in one statement, and the statements that add or drop one key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from carrel.model.errors import Unsupported
from carrel.model.tables import Index
from carrel.policy.guard.writing.forms import (
    PRIMARY,
    AddColumn,
    AddKey,
    ChangeColumn,
    Deed,
    DropColumn,
    DropKey,
    Place,
    RenameColumn,
    RenameKey,
    RenameTable,
    SetDefault,
    Step,
    Write,
)  # fmt: skip
from carrel.policy.guard.writing.items import at_key, column, items, key, key_columns, literal
from carrel.policy.guard.writing.reader import Reader

_PLACES: Final = frozenset({"FIRST", "AFTER"})
_HOW: Final = frozenset({"ALGORITHM", "LOCK"})


def alter(reader: Reader) -> Write:
    if reader.word() == "VIEW":
        raise Unsupported("`ALTER VIEW` is not supported", help="CREATE OR REPLACE VIEW … AS SELECT …")
    reader.accept("ONLINE")
    reader.expect("TABLE")
    table = reader.table()
    steps = list(_steps(reader))
    while reader.accept(","):
        steps += _steps(reader)
    reader.end()
    return Write(deed=Deed.ALTER, table=table, steps=tuple(steps))


def create_index(reader: Reader) -> Write:
    """CREATE [UNIQUE] INDEX name ON t (a, b); the reader stands behind CREATE."""
    unique = reader.accept("UNIQUE")
    kind = "FULLTEXT" if reader.accept("FULLTEXT") else ""
    reader.expect("INDEX")
    quiet = reader.accept("IF", "NOT", "EXISTS")
    name = reader.name()
    reader.method()
    reader.expect("ON")
    table = reader.table()
    made = Index(name=name, columns=key_columns(reader), unique=unique, kind=kind)
    _how(reader)
    reader.end()
    return Write(deed=Deed.ALTER, table=table, steps=(AddKey(made, quiet),))


def drop_index(reader: Reader) -> Write:
    """DROP INDEX name ON t; the reader stands behind INDEX."""
    quiet = reader.accept("IF", "EXISTS")
    name = reader.name()
    reader.expect("ON")
    table = reader.table()
    _how(reader)
    reader.end()
    return Write(deed=Deed.ALTER, table=table, steps=(DropKey(PRIMARY if name.upper() == PRIMARY else name, quiet),))


def _steps(reader: Reader) -> Iterator[Step]:
    verb = reader.word()
    made = _VERBS.get(verb)
    if made is not None:
        reader.at += 1
        yield from made(reader)
    elif verb in _HOW:
        _how(reader)
    elif verb in {"ENABLE", "DISABLE"} and reader.word(1) == "KEYS":
        reader.at += 2
    elif verb == "CONVERT":
        raise Unsupported("`CONVERT TO CHARACTER SET` is not supported", help="texts of all languages are kept as they are")
    elif not reader.options():
        raise reader.error()


def _add(reader: Reader) -> Iterator[Step]:
    if at_key(reader):
        yield AddKey(key(reader), False)
        return
    reader.accept("COLUMN")
    quiet = reader.accept("IF", "NOT", "EXISTS")
    if reader.word() == "(":
        columns, keys = items(reader)
        yield from (AddColumn(one, Place(), quiet) for one in columns)
        yield from (AddKey(one, False) for one in keys)
        return
    made = column(reader, _PLACES)
    yield AddColumn(made, _place(reader) or Place(), quiet)
    yield from (AddKey(one, False) for one in made.keys)


def _place(reader: Reader) -> Place | None:
    if reader.accept("FIRST"):
        return Place(first=True)
    return Place(after=reader.name()) if reader.accept("AFTER") else None


def _drop(reader: Reader) -> Iterator[Step]:
    if reader.accept("PRIMARY", "KEY"):
        yield DropKey(PRIMARY)
        return
    key_too = reader.accept("INDEX") or reader.accept("KEY") or reader.accept("CONSTRAINT")
    key_too or reader.accept("COLUMN")
    quiet = reader.accept("IF", "EXISTS")
    name = reader.name()
    reader.accept("RESTRICT") or reader.accept("CASCADE")
    yield DropKey(PRIMARY if name.upper() == PRIMARY else name, quiet) if key_too else DropColumn(name, quiet)


def _modify(reader: Reader) -> Iterator[Step]:
    reader.accept("COLUMN")
    quiet = reader.accept("IF", "EXISTS")
    made = column(reader, _PLACES)
    yield ChangeColumn(made.name, made, _place(reader), quiet)
    yield from (AddKey(one, False) for one in made.keys)


def _change(reader: Reader) -> Iterator[Step]:
    reader.accept("COLUMN")
    quiet = reader.accept("IF", "EXISTS")
    name = reader.name()
    made = column(reader, _PLACES)
    yield ChangeColumn(name, made, _place(reader), quiet)
    yield from (AddKey(one, False) for one in made.keys)


def _rename(reader: Reader) -> Iterator[Step]:
    if reader.accept("COLUMN"):
        name = reader.name()
        reader.expect("TO")
        yield RenameColumn(name, reader.name())
    elif reader.accept("INDEX") or reader.accept("KEY"):
        name = reader.name()
        reader.expect("TO")
        yield RenameKey(name, reader.name())
    else:
        reader.accept("TO") or reader.accept("AS")
        yield RenameTable(reader.table())


def _alter_column(reader: Reader) -> Iterator[Step]:
    reader.accept("COLUMN")
    name = reader.name()
    if reader.accept("DROP", "DEFAULT"):
        yield SetDefault(name, None)
        return
    reader.expect("SET", "DEFAULT")
    yield SetDefault(name, literal(reader))


def _how(reader: Reader) -> None:
    while reader.word() in _HOW:
        reader.at += 1
        reader.accept("=")
        reader.name()


_VERBS: Final = {"ADD": _add, "DROP": _drop, "MODIFY": _modify, "CHANGE": _change, "RENAME": _rename, "ALTER": _alter_column}
