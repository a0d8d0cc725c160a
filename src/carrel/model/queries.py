"""A question's forms on its way: text from a stranger, what the guard made of it, and the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from carrel.model.copies import Copy
from carrel.model.decisions import TableDecision
from carrel.model.names import ColumnName, TableName
from carrel.model.people import Asker
from carrel.model.provenance import NOTHING, Provenance
from carrel.model.tables import Column

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one query may use. None: no limit.

    Attributes:
        time: wall time until the last row has left the engine.
        rows: rows in the result.
        memory_mb: of the engine's working memory.
        queries: of one person that run at once.
    """

    time: timedelta | None = timedelta(hours=1)
    rows: int | None = None
    memory_mb: int | None = None
    queries: int | None = None


Parameter = str | bytes | int | float | Decimal | datetime | date | timedelta | None
"""A value that a client binds to a placeholder. Times carry no zone: they are what the client wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One statement as it came in.

    Attributes:
        text: the statement, without its closing semicolon.
        dialect: the client's: `mysql`, `hive`, `duckdb`.
        database: what an unqualified table name belongs to; None: nothing was chosen.
        asker: who asks, with the facts about them.
        variables: session and user variables by name, `@@sql_mode`, `@x`, already evaluated; the guard puts them in as literals.
        limits: what it may use.
        definers: the facts about whoever made a view that others read, by person.
        parameters: the values of the `?` placeholders in order; the guard puts them into the tree as literals, and refuses another number of them.
    """

    text: str
    dialect: str
    database: str | None
    asker: Asker
    variables: Mapping[str, str | int | float | Decimal | bool | None] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    definers: Mapping[str, Asker] = field(default_factory=dict, compare=False, repr=False)
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A tag that fell off an output column: by which declassifier of the policy, for what flows in from which base column, and what took its place."""

    rule: str
    column: ColumnName
    tag: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputColumn:
    """One column of a result, as the guard foresees it.

    Attributes:
        heading: what MariaDB would print above it.
        origin: the base column, where the output is that column unchanged; the door takes its native type from it.
        sources: every base column whose value flows into it, also through conditions, joins, grouping and ordering.
        tags: the union of their tags; what the audit records.
        released: what declassifiers let fall off for copies.
        kept: `carried`, where that has been found; None: nothing falls off.
        given: what flows in that is of no table: variables by name, `@x` and `@@x`, parameters by number, `?0`, and the words of `provenance`.
        inherited: what that carries. The gateway fills it in, which knows the session; it is in `tags` and `kept` then.
    """

    heading: str
    origin: tuple[ColumnName, Column] | None
    sources: frozenset[ColumnName]
    tags: frozenset[str]
    released: tuple[Release, ...] = ()
    kept: frozenset[str] | None = None
    given: frozenset[str] = frozenset()
    inherited: Provenance = NOTHING

    @property
    def carried(self) -> frozenset[str]:
        """The tags that a copy of this column carries: `tags` without what a declassifier released."""
        return self.tags if self.kept is None else self.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A warning that the client can ask for. It depends on columns and policy, never on data; where `number` is set, on what the client itself sent.

    Attributes:
        code: stable, `column_masked`.
        text: one line.
        number: MariaDB's, of a warning that it has; 0: a note of ours.
    """

    code: str
    text: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which rows of a table a question can have read: none outside.

    Attributes:
        since, until: the first and the last day of the rows' own time, `2018-03-01`, both included; None: open on that side.
        keys: the only values of the first column of the primary key; None: any.
    """

    since: str | None = None
    until: str | None = None
    keys: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizedQuery:
    """A query that policy lets run. Only `carrel.policy.guard` makes one; an engine takes nothing else.

    Attributes:
        tree: the statement, names resolved, each base table replaced by its policy fragment. Owned by this value: copy before changing.
        fragments: per base table name the policy's subquery (an `exp.Select`), the only places where that table stands in `tree`.
            In the tree each fragment's Select carries `meta["carrel_fragment"] = str(TableName)`;
            an engine prints it as it is, renaming only the base table to its snapshot.
        versions: the published snapshot that each base table is read from; None for a table without rows and for relations that the gateway supplies.
        outputs: in order.
        influences: base columns that reach no output directly but decide which rows or groups come out.
        decisions: what was decided for each table, for the audit and for `policy explain`.
        dialect: the asker's; an engine gives functions and comparisons that dialect's meaning.
        notices: what the asker should be told.
        limits: what it may use.
        bound: values of parameters that are not in `tree`: there an `exp.Placeholder` stands, whose name is the parameter's number. The same statement may
            come again with other values of the same types.
        variables: names of the variables that the text names, set or not; all else of `Query.variables` has no bearing on this value.
        memory: where an engine keeps what it made of the statement, whatever the values of `bound`, for when it comes again.
    """

    tree: exp.Expression
    fragments: Mapping[TableName, exp.Expression]
    versions: Mapping[TableName, str | None]
    outputs: tuple[OutputColumn, ...]
    influences: frozenset[ColumnName]
    decisions: Mapping[TableName, TableDecision]
    asker: Asker
    dialect: str
    notices: tuple[Notice, ...] = ()
    limits: Limits = Limits()
    bound: Mapping[int, str | int] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()
    memory: MutableMapping[object, object] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultColumn:
    """A column of an answer.

    Attributes:
        name: the heading.
        type: Arrow type of the batches' column.
        origin: table and column it comes from unchanged, for the door's metadata; None for an expression.
        key: `PRI`, `UNI` or `MUL` where the origin's table has a key that begins with it, as `DESCRIBE` prints it; else empty.
        decimals: digits after the point that every value of a DOUBLE shows (`ROUND(x, 2)`: 2); None: as many as the value has.
            An engine says it in the metadata of its schema's field, as `decimals`.
        required: whether clients are told that no value is NULL; None: as the origin's declaration says. An engine says it in the metadata, 0 or 1.
    """

    name: str
    type: pa.DataType
    origin: tuple[ColumnName, Column] | None = None
    key: str = ""
    decimals: int | None = None
    required: bool | None = None


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Rows of a table that are not published: Parquet files below the lake's folder, in order."""

    paths: tuple[Path, ...]


class Rows(Protocol):
    """An answer with rows. `batches` streams; whoever got the answer closes it, whatever happened. `copy`: what `copied` has entered; None before."""

    columns: tuple[ResultColumn, ...]
    notices: tuple[Notice, ...]
    copy: Copy | None

    def copied(self, name: str) -> Copy | None:
        """Says that the rows become a file of that name outside, before its first byte is written; it is entered in the registry of copies, and when the
        answer is closed its rows and bytes are. None for an answer about metadata, which is no copy of data. Raises Unavailable: then nothing may go out."""
        ...

    def batches(self, *, by_value: bool = False) -> Iterator[pa.RecordBatch]:
        """The rows, once. Raises CarrelError in the middle when a limit is reached or the query is cancelled.

        Args:
            by_value: numbers and texts that are not NULL will be written one by one, so that what the memory holds beneath a NULL goes nowhere; else there
                are zeros.
        """
        ...

    def check(self) -> None:
        """Raises CarrelError where the asker may no longer have the rows that are left. `batches` looks by itself every second; who holds rows back, as a
        cursor does, looks before it hands them on."""
        ...

    def close(self) -> None:
        """Stops the engine if it still runs and writes the audit's finish row. May be called again."""
        ...


class Standing(Protocol):
    """A statement that was decided and recorded as if it were asked, for an answer to it that was kept. Whoever got it closes it.

    Attributes:
        fingerprint: the same as long as the statement's tables, and what the asker may see of them, are the same.
    """

    fingerprint: str

    def check(self) -> None:
        """Raises CarrelError where the asker may no longer have what was kept."""
        ...

    def close(self, outcome: str, sent: int = 0) -> None:
        """Writes the audit's finish row: how it ended, and how many bytes went out. May be called again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An answer without rows: a setting, `USE`.

    Attributes:
        database: the session's database when the statement changed it.
        info: the text that a client prints, often empty.
        matched: rows that an UPDATE found, where they are not the ones that it changed; a client may ask to be told these.
        warnings: how many there were in all, where that is more than the notices that were kept.
    """

    affected: int = 0
    matched: int | None = None
    database: str | None = None
    info: str = ""
    notices: tuple[Notice, ...] = ()
    warnings: int = 0
