"""What a plugin can do, said in its own file. Shared tests read it: what is claimed works, what is not claimed raises Unsupported."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineCapabilities:
    """What an engine can do.

    Attributes:
        dialects: those of `Query.dialect` whose meaning it gives to functions and comparisons.
        snapshots: reads published snapshots from the lake's files.
        relations: takes tables whose rows the gateway supplies.
        interrupts: stops a running query from another thread.
        time_limit, row_limit, memory_limit: keeps to those of `Limits`.
        spills: sorts and joins more than fits in its memory.
    """

    dialects: frozenset[str]
    snapshots: bool = True
    relations: bool = True
    interrupts: bool = True
    time_limit: bool = True
    row_limit: bool = True
    memory_limit: bool = True
    spills: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOption:
    """Something that a source may be told when its files are loaded.

    Attributes:
        flag: as it is written on the command line.
        name, value: what the source is then told: a truth value where the flag stands there, else a number, of which this is the default.
        help: a sentence.
    """

    flag: str
    name: str
    value: bool | int
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCapabilities:
    """What a source can do.

    Attributes:
        layout: `wiki`: tables as the wiki's own database has them, which replace whatever the wiki had under these names;
            `rebuilt`: tables made from an export, which never replace the wiki's own unless they are told to.
        formats: the forms of its files, `sql`, `sql.gz`.
        resumes: goes on from a mark, see `ports.SourceTable`. A load that was killed reads the files of a source that does not from their beginning.
        numbers: tables with the column whose values it takes once each, in all files of a load. What `together` gives has `remember`, which is told, with the
            table's name, of those that an interrupted load has landed.
        beside: tables that come only where a file has something for them, each with the table beside which they stand: where that comes and they do not, what
            an earlier load had in them goes.
        options: what it may be told. Its module has `together`, which is given them and gives the `tables` of the files of one load.
    """

    layout: str
    formats: tuple[str, ...]
    resumes: bool = False
    passes_over: bool = False
    numbers: tuple[tuple[str, str], ...] = ()
    beside: tuple[tuple[str, str], ...] = ()
    options: tuple[SourceOption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCapabilities:
    """What a door can do.

    Attributes:
        dialect: of the statements that come in where the client names none.
        several_statements: one text may give several answers with rows.
        cancel: a client can stop its running statement, if only by going away.
        parameters: values can be bound to placeholders.
        tls: a connection can be encrypted.
    """

    dialect: str
    several_statements: bool
    cancel: bool
    parameters: bool
    tls: bool
