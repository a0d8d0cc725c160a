"""The ports: what one room may ask of another through the hands of `app`. All are synchronous and may be called from any thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from carrel.model.audit import Begin, Entry, Finish
from carrel.model.copies import Copy, Receiver
from carrel.model.copybook import CopyBook
from carrel.model.decisions import Request, TableDecision, Verdict
from carrel.model.names import TableName
from carrel.model.people import Asker, Origin, Principal
from carrel.model.queries import AuthorizedQuery, Done, Parameter, ResultColumn, Rows, Standing, Unpublished
from carrel.model.tables import Database, Table

if TYPE_CHECKING:
    import pyarrow as pa


class Rule(Protocol):
    """One rule of the policy. A rule that raises counts as a forbid."""

    name: str

    def judge(self, request: Request) -> Iterable[Verdict]:
        """What this rule says of the request; nothing where it has nothing to say. Pure."""
        ...


class Catalog(Protocol):
    """What tables there are, whoever asks: for the guard and the gateway, which filter by `know`. Doors get `Browser`."""

    def databases(self) -> Sequence[Database]: ...

    def tables(self, database: str) -> Sequence[Table]: ...

    def table(self, name: TableName) -> Table | None: ...


class LiveCatalog(Catalog, Protocol):
    """A catalog that changes as tables are published."""

    def view(self) -> Catalog:
        """The catalog of this moment, which does not change: what one statement reads names and snapshots from."""
        ...


class Storage(Protocol):
    """The lake as an engine sees it.

    Attributes:
        directory: the folder below which all files of all snapshots lie; an engine may read nothing outside it.
    """

    directory: Path

    def open(self, table: TableName, version: str) -> AbstractContextManager[Sequence[Path]]:
        """The Parquet files of a published snapshot; they stay on disk until the context ends. Raises SnapshotReplaced when it is gone."""
        ...


class Draft(Protocol):
    """Rows on their way into a table that a person makes.

    Attributes:
        folder: where they are.
        rows: written so far.
    """

    folder: Path
    rows: int

    def begin(self, schema: pa.Schema, number: int) -> None:
        """The next part, for batches of this schema; `number` parts are there."""

    def add(self, batch: pa.RecordBatch) -> None: ...

    def size(self) -> int:
        """Bytes of all parts so far."""

    def end(self) -> int:
        """Finishes the part. Gives the bytes of all."""


class Work(Protocol):
    """Tables that people make. A table and its row in the registry of copies change together."""

    def draft(self, table: Table) -> AbstractContextManager[Draft]:
        """Rows to be: nobody sees them until `publish` has returned, and nothing of them stays where it was not called."""

    def find(self, name: TableName) -> Copy | None:
        """What the registry says of a table that is there."""

    def last_day(self, owner: str) -> date | None:
        """Of the owner's longest membership; None where none is in force."""

    def check_room(self, owner: str, draft: Draft, *, size: int = 0, rows: int = 0) -> None:
        """`size`, `rows`: of the table before. Raises LimitReached where the draft is more than a table, or all of the owner's together, may have."""

    def rows(self, table: Table) -> AbstractContextManager[Iterator[tuple[int, pa.RecordBatch]]]:
        """The rows of a published table in their order, each batch with the place, as the column ROW has it, of its first; the others follow it."""

    def staged(self, draft: Draft) -> Iterator[tuple[int, pa.RecordBatch]]:
        """As `rows`, of a draft whose parts are finished."""
        ...

    def link(self, table: Table, folder: Path) -> int:
        """Puts the files of a published table into `folder`. Gives how many."""

    def publish(self, draft: Draft, table: Table, size: int, copy: Copy, *, before: Table | None) -> None:
        """Makes the draft the table. `before`: what it replaces, perhaps under another name; None: there is none of its name, and `copy` is new.

        Raises Conflict where there is another than `before`.
        """

    def redefine(self, table: Table, copy: Copy, also: Callable[[Any], None]) -> None:
        """Gives a published table, whose rows stay as they are, another definition and another row in the registry, `also` in the same transaction of the
        state. Raises Conflict where it has been changed meanwhile."""

    def session(self) -> str:
        """What holds the temporary tables of this process. They go at the latest when a server starts after it has ended."""
        ...

    def read(self, name: TableName) -> Table | None:
        """A table as it is published at this moment, a temporary one too."""
        ...

    def drop(self, table: Table, copy: Copy) -> None:
        """The table is unknown when this returns. Raises Conflict where it has been changed meanwhile."""

    def share(self, copy: Copy, receivers: Collection[Receiver], now: datetime) -> None:
        """Lets them read the table from this moment on. Raises Conflict where it has gone meanwhile."""

    def unshare(self, copy: Copy, receivers: Collection[Receiver]) -> None:
        """Takes that back from each. Raises NotFound where one of them had no share: then nothing is changed."""

    def shared(self, owner: str) -> Sequence[tuple[TableName, Receiver]]:
        """What a person has shared, in the order of names."""


class Running(Protocol):
    """A query in an engine. `batches` may be read once, from one thread; `interrupt` may come from any."""

    schema: pa.Schema

    def batches(self) -> Iterator[pa.RecordBatch]: ...

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


class Engine(Protocol):
    """What runs SQL.

    Raises, for the asker: LimitReached, Cancelled, NotAllowed (a function or construct that it cannot give the dialect's meaning to), Internal.
    The engine's own error text never leaves it.
    """

    def run(self, query: AuthorizedQuery, relations: Mapping[TableName, pa.Table | Unpublished]) -> Running:
        """Starts the query. `relations` are tables whose rows the gateway supplies: information_schema, as this asker may know it; rows that are not
        published."""
        ...

    def explain(self, query: AuthorizedQuery, relations: Mapping[TableName, pa.Table | Unpublished]) -> str:
        """The final text that `run` would execute, checked as `run` checks it."""
        ...

    def close(self) -> None: ...


class People(Protocol):
    """Facts about people for the gateway."""

    def asker(self, principal: Principal, door: str, now: datetime) -> Asker:
        """Facts of this moment; an unknown person is ABSENT with no groups. Never raises for an unknown name."""
        ...


class Identity(Protocol):
    """Who is it? For the doors. Every method takes constant time whether or not the name exists, counts attempts per person and address, records
    success and failure in the audit, and raises AuthenticationFailed with one text for all causes."""

    def verify_native(self, user: str, salt: bytes, response: bytes, origin: Origin) -> Principal:
        """`mysql_native_password`: response = SHA1(secret) XOR SHA1(salt + SHA1(SHA1(secret))), 20 bytes; salt is the 20 bytes sent."""
        ...

    def verify_sha2(self, user: str, salt: bytes, response: bytes, origin: Origin) -> Principal | None:
        """`caching_sha2_password`, fast path: 32 bytes. None where no verifier of this kind is kept and the full exchange is needed."""
        ...

    def verify_secret(self, user: str, secret: str, origin: Origin) -> Principal:
        """A password or an issued secret in clear, over TLS, a Unix socket or loopback."""
        ...


class Audit(Protocol):
    """Append only. A failed write raises Unavailable, and then nothing may be answered."""

    def begin(self, deed: Begin) -> int:
        """Commits the row and returns its number. Returns only when the row is on disk."""
        ...

    def finish(self, number: int, end: Finish) -> None: ...

    def record(self, deed: Begin, end: Finish) -> int:
        """Begin and finish of a deed that is over already, in one commit."""
        ...


class AuditReader(Protocol):
    def search(
        self, *, person: str | None = None, table: str | None = None, action: str | None = None, outcome: str | None = None,
        since: datetime | None = None, until: datetime | None = None, row_day: date | None = None, row_key: str | None = None, limit: int = 100,
    ) -> Sequence[Entry]:
        """Newest first. `row_day` and `row_key` (a token): deeds that can have read a row of `table` of that day, with that key."""
        ...


Files = Callable[[str], AbstractContextManager[Iterator[bytes]]]
"""Asks a client for the file that its own statement has named so: its pieces, read to the end when the context ends, whatever happened."""


class Session(Protocol):
    """One client's conversation: its person, database and variables. For one thread, which may leave an answer open while it asks for more (a cursor);
    `cancel` may come from any."""

    id: int
    principal: Principal
    database: str | None

    def ask(self, text: str, parameters: Sequence[Parameter] = (), *, single: bool = False, files: Files | None = None) -> Iterator[Rows | Done]:
        """Runs each statement of `text` in turn, yielding its answer before the next one of the text is looked at. Each answer with rows must be closed.

        Args:
            text: statements in the session's dialect.
            parameters: for each `?` placeholder of the text its value, put into the parsed tree as a literal, never into the text.
            single: a text with more than one statement is refused as a syntax error before anything runs.
            files: how the client is asked for a file that the text names; None: it gives none.

        Raises CarrelError for the statement that fails; the statements before it have run.
        """
        ...

    def prepare(self, text: str) -> tuple[ResultColumn, ...]:
        """The columns that the one statement of `text` will answer with, as far as they can be told before its placeholders have values; none where
        it has no rows. Nothing runs, and the look is recorded as an answer is. Nothing is kept: what `ask` may see is decided anew.

        Raises CarrelError as `ask` would.
        """
        ...

    def standing(self, text: str, deed: str) -> Standing:
        """Decides the one query of `text` as `ask` would, without running it, and records it under the name `deed`.

        Raises CarrelError as `ask` would, and NotAllowed for a statement whose answer cannot be kept: anything but a query, and queries of metadata.
        """
        ...

    def use(self, database: str) -> None:
        """Chooses the database. Raises NotFound where the asker does not know it."""
        ...

    def cancel(self) -> None:
        """Stops the statements under way, in the engine too. Nothing happens where none runs."""
        ...

    def close(self) -> None: ...


class Gateway(Protocol):
    """The one way to data."""

    def number(self) -> int:
        """A session id that nobody has had, below 2**32, for a door that must tell the client its id before it knows who asks."""
        ...

    def open(self, principal: Principal, origin: Origin, *, dialect: str, database: str | None = None, number: int | None = None) -> Session:
        """A session with the id `number`, or a fresh one; raises NotFound for a database that the person does not know."""
        ...

    def cancel(self, principal: Principal, session_id: int, *, close: bool = False) -> None:
        """Stops the statement of one of the person's own sessions (`close`: ends the session). Raises NotFound for anybody else's, as for none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage:
    """A table as one person may know it.

    Attributes:
        decision: what this person may read, with reasons.
        readers: groups whose members may read something of it.
    """

    table: Table
    decision: TableDecision
    readers: tuple[str, ...]


class Browser(Protocol):
    """The catalog as one person may know it: for pages and completion. Each call is audited."""

    def databases(self, principal: Principal, origin: Origin) -> Sequence[Database]: ...

    def tables(self, principal: Principal, origin: Origin, database: str) -> Sequence[TablePage]:
        """Raises NotFound, the same for a database that is not there and one that is not known."""
        ...

    def table(self, principal: Principal, origin: Origin, name: TableName) -> TablePage: ...

    def search(self, principal: Principal, origin: Origin, words: str) -> Sequence[TablePage]: ...

    def groups(self, principal: Principal) -> frozenset[str]: ...


def _nowhere() -> None:
    """The mark of a place from which no source can go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A table as its source declares it, and some of its rows; tags come from the catalog.

    A source may give a table several times; its rows add up. The batches are read to their end before the source is asked for the next table.
    Text columns arrive as `binary`, as the source has the bytes, or as `string`; every other column in the Arrow type of `Column.type`.

    Attributes:
        mark: asked when a batch has been taken: what `Source.tables` needs as `resume` to go on with all that follows the batches taken so far, of this
            table and of those before it. Text that only the source understands, and a function of the file alone; None where it cannot go on just there.
    """

    table: Table
    batches: Callable[[], Iterator[pa.RecordBatch]]
    mark: Callable[[], str | None] = _nowhere


class Source(Protocol):
    """Where a wiki's tables come from: the module `source` of each package below `carrel.sources` fills this."""

    def tables(
        self, file: Path, database: str, progress: Callable[[int], None], *, resume: str | None = None, passed_over: Callable[[str], None] = ...,
    ) -> Iterator[SourceTable]:
        """The tables of `file`, for the wiki `database`. `progress` is told how many bytes of the file on disk have been read.

        `resume` is the mark of an earlier reading of the same file, to go on from; it is given to sources whose capabilities say `resumes` alone.
        `passed_over` is told by kind and name what the file holds and is no table, `view seen`, once each; given to those that say `passes_over`.

        Raises BadInput with file, position and reason, at any moment of the reading.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What every door is handed.

    Attributes:
        ports: of each open door by its name, `{"mysql": 3307}`; `app` fills it as doors open, so a door reads it when it needs it.
        scratch: a folder in the home for files without a name, which end with the process at the latest; None: there is none.
        copies: the registry of copies; None: there is none.
    """

    gateway: Gateway
    browser: Browser
    identity: Identity
    tls_certificate: Path | None
    tls_key: Path | None
    ports: Mapping[str, int] = field(default_factory=dict)
    scratch: Path | None = None
    copies: CopyBook | None = None


class Door(Protocol):
    """A way in. `start` binds and returns at once; `stop` lets running answers end for `grace_s` seconds, then closes them."""

    name: str

    def start(self, host: str, port: int) -> int:
        """Binds (0: any free port) and serves in threads of its own. Returns the port. Raises Conflict when it is taken."""
        ...

    def stop(self, grace_s: float = 5.0) -> None: ...


__all__ = [
    "Audit", "AuditReader", "Browser", "Catalog", "CopyBook", "Door", "Doors", "Engine", "Gateway", "Identity", "LiveCatalog", "Parameter", "People",
    "ResultColumn", "Rule", "Running", "Session", "Source", "SourceTable", "Storage", "TablePage",
]
