"""What every statement that writes does: whose table it is, whether the person may, now and again before anybody sees the rows, and its audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import pyarrow as pa

from carrel.gateway import records
from carrel.gateway.answers import EngineRows
from carrel.gateway.copying import Copying
from carrel.gateway.given import Inherited
from carrel.gateway.knowledge import Knower
from carrel.gateway.origins import made_of
from carrel.gateway.parts import Moment, Parts, moment, require_active
from carrel.gateway.temporary import Temporary
from carrel.gateway.turn import Lease, Turn
from carrel.model.audit import Begin, Finish
from carrel.model.copies import Copy
from carrel.model.decisions import Forbid
from carrel.model.errors import AccessRefused, CarrelError, Conflict, NotAllowed, NotFound
from carrel.model.names import SHARED_DATABASE, TableName
from carrel.model.ports import Catalog, Work
from carrel.model.queries import AuthorizedQuery, Done, Limits, Notice, Parameter, Query
from carrel.model.sensitivity import RESTRICTED, Mask
from carrel.model.tables import MADE, Column, Table
from carrel.policy.clock import given
from carrel.policy.decide import candidate, may_write
from carrel.policy.guard.writing import Deed, Write
from carrel.policy.load import Policy

Complete = Callable[..., Done]
"""Takes the answer, rows and bytes of a deed that is complete."""
Authorize = Callable[[Query, Catalog, Policy], AuthorizedQuery]


class Authorized(Protocol):
    """What the guard makes of a text with these values for its placeholders. `made_by`: another of the guard's ways than that of a query."""

    def __call__(self, text: str, now: Moment, parameters: tuple[Parameter, ...] = (), made_by: Authorize | None = None) -> AuthorizedQuery: ...



@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What the session lends for one statement.

    Attributes:
        inherited: what flows in beside tables.
        charset: of the files that its client sends.
        temporary: the session's own tables.
        limits: of one statement.
    """

    parts: Parts
    turn: Turn
    database: str | None
    knower: Knower
    statement: str
    inherited: Inherited
    charset: str
    temporary: Temporary
    limits: Limits
    authorized: Authorized
    relations: Callable[[AuthorizedQuery], dict[TableName, Any]]
    wait: Callable[[Turn, ExitStack], Lease]
    begin: Callable[[Begin], Callable[[Finish], None]]

    @property
    def read(self) -> frozenset[str]:
        """Personal tags of what the person was lately shown: what their client writes may hold."""
        return self.inherited.typed.personal


class Deeds:
    """One statement that writes, and who asks.

    Attributes:
        brought: what flows in, as `Table.made_of` tells it.
        typed: tags of a column into which nothing flows, as a count of rows; what the client wrote carries `asking.inherited.written`.
    """

    typed: Final = frozenset({RESTRICTED})

    def __init__(self, asking: Asking, what: Write) -> None:
        assert asking.parts.work is not None
        self.asking = asking
        self.what = what
        self.now = asking.turn.moment
        self.person = self.now.asker.principal.person
        self.work: Work = asking.parts.work
        self.brought: frozenset[str] = frozenset()

    # --- what may be, and what there is

    def there_already(self) -> Done | None:
        found = self.require(self.what.table, self.find(self.what.table), making=True)
        if found is None or (found.session is not None) != self.what.temporary:
            return None  # a temporary table stands before another of its name
        if not self.what.quiet:
            raise exists(self.what.table)
        with self.deed(self.begin(self.metadata(), None)) as done:
            return done(Done(notices=(Notice(code="table_exists", text=f"table `{self.what.table.table}` already exists"),)))

    def own(self) -> tuple[Table, Copy]:
        """The table that is there and is the person's own."""
        table = self.require(self.what.table, self.find(self.what.table))
        copy = self.work.find(table.name) if table is not None and (table.session is not None or not self.what.temporary) else None
        if table is None or copy is None:
            raise NotFound(f"table `{self.what.table}` doesn't exist", help="SHOW TABLES")
        require_kind(table, self.what.deed)
        return table, copy

    def find(self, name: TableName) -> Table | None:
        try:
            return self.asking.knower.table(name)
        except NotFound:
            return None

    def require(self, name: TableName, table: Table | None, *, making: bool = False) -> Table | None:
        """The table, if the person may write it; where there is none, whether they may make it. `making`: it is only looked whether one is there."""
        database = self.asking.knower.database(name.database)
        if database.kind not in MADE:
            raise AccessRefused(f"tables of `{database.name}` are not changed here", help=f"CREATE TABLE {SHARED_DATABASE}.name AS SELECT …")
        decision = may_write(self.now.policy, self.now.asker, table if table is not None and not making else self.candidate(name))
        if not decision.allowed:
            forbids = [verdict.reason for verdict in decision.verdicts if isinstance(verdict, Forbid)]
            why = forbids[0] if forbids else "no group of yours writes here"
            raise AccessRefused(f"you may not write `{name}`: {why}", reasons=decision.reasons, help="write a table of your own")
        return table

    def sees(self, table: Table, column: Column) -> bool:
        """Whether the person may read the column as it is kept."""
        judged = self.asking.knower.decision(table).columns.get(column.name)
        return judged is not None and judged.allowed and judged.mask is Mask.CLEAR

    def candidate(self, name: TableName) -> Table:
        return candidate(name, self.person)

    def again(self, query: AuthorizedQuery | None, made_by: Authorize | None = None) -> None:
        """Decides anew, with what holds now: who asks, the policy, and what they may see of each table that was read. `made_by`: as `Authorized` has it.

        Raises: AccessRefused.
        """
        now = moment(self.asking.parts, self.now.asker.principal, self.now.origin)
        require_active(now.asker)
        self.asking.turn.require_not_cancelled()
        if not may_write(now.policy, now.asker, self.candidate(self.what.table)).allowed:
            raise changed()
        if query is None:
            return
        text = self.what.query or self.asking.turn.statement.text
        anew = self.asking.authorized(text, now, self.asking.turn.parameters, made_by)
        if {name: part.sql("duckdb") for name, part in anew.fragments.items()} != {name: part.sql("duckdb") for name, part in query.fragments.items()}:
            raise changed()

    # --- the record

    def metadata(self) -> Begin:
        return records.of_metadata(self.now, self.asking.statement, self.what.deed.value, (self.what.table,))

    def begin(self, deed: Begin, id: str | None, **more: str) -> Begin:
        return replace(deed, details={**deed.details, "writes": str(self.what.table), **({} if id is None else {"copy": id}), **more})

    @contextmanager
    def deed(self, begin: Begin) -> Iterator[Complete]:
        """Begin and finish rows around a deed. What it gives takes the answer, rows and bytes of a deed that is complete."""
        finish, end = self.asking.begin(begin), Finish(outcome="failed")

        def done(answer: Done, rows: int = 0, size: int = 0) -> Done:
            nonlocal end
            end = Finish(outcome="complete", rows=rows, bytes=size)
            return answer

        try:
            yield done
        except CarrelError as error:
            end = Finish(outcome=error.code)
            raise
        finally:
            finish(end)

    @contextmanager
    def deed_of(self, query: AuthorizedQuery, held: ExitStack, id: str) -> Iterator[tuple[Complete, Iterator[pa.RecordBatch], pa.Schema]]:
        """As `_deed`, for one that reads: gives its rows as they stream, and their schema too."""
        self.brought |= made_of(query) | given(query).made_of
        lease = self.asking.wait(self.asking.turn, held).of(query)
        begin = records.of_query(query, self.now, self.asking.statement, self.what.deed.value, self.asking.parts.key_token)
        with self.deed(self.begin(begin, id)) as done, ExitStack() as stack:
            running = self.asking.parts.engine.run(query, self.asking.relations(query))
            copies = Copying(self.asking.parts, self.now, query, self.asking.statement)
            rows = EngineRows(running, query, stack.pop_all(), lambda _: None, lease, copies=copies)
            self.asking.turn.answer = rows
            try:
                yield done, rows.batches(), running.schema
            finally:
                rows.close()


def require_kind(table: Table, deed: Deed) -> None:
    """Raises NotAllowed for a view where a table is changed, and for a table where a view is dropped."""
    if table.session is not None and deed in {Deed.GRANT, Deed.RENAME, Deed.CREATE_VIEW}:
        raise NotAllowed("a temporary table is of one session, under one name", help="CREATE TABLE … AS SELECT …")
    if table.view is None and deed is Deed.DROP_VIEW:
        raise NotAllowed(f"`{table.name}` is not of type VIEW", help="DROP TABLE")
    if table.view is not None and deed not in {Deed.DROP_VIEW, Deed.CREATE_VIEW, Deed.GRANT}:
        raise NotAllowed(f"`{table.name}` is a view, which is not changed", help="DROP VIEW, or CREATE OR REPLACE VIEW")


def exists(name: TableName) -> Conflict:
    return Conflict(f"table `{name.table}` already exists", code="table_exists", help="DROP TABLE, or choose another name")


def changed() -> AccessRefused:
    return AccessRefused("your access has changed since this was asked: nothing was kept", help="ask again")


