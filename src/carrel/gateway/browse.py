"""The catalog as one person may know it, for pages and completion. Each look is audited before it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from carrel.gateway import records
from carrel.gateway.knowledge import Knower
from carrel.gateway.parts import Moment, Parts, moment, require_active
from carrel.model.audit import Finish
from carrel.model.errors import CarrelError
from carrel.model.names import TableName
from carrel.model.people import Asker, Origin, PersonState, Principal
from carrel.model.ports import TablePage
from carrel.model.tables import Database, Table
from carrel.policy.decide import decide


class PolicyBrowser:
    """Implements the port Browser."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def databases(self, principal: Principal, origin: Origin) -> Sequence[Database]:
        now, knower = self._look(principal, origin)
        self._record(now, "databases", ())
        return knower.databases()

    def tables(self, principal: Principal, origin: Origin, database: str) -> Sequence[TablePage]:
        now, knower = self._look(principal, origin)
        try:
            name = knower.database(database).name
        except CarrelError as error:
            self._record(now, "tables", (), error)
            raise
        self._record(now, "tables", ())
        return [self._page(table, now, knower) for table in knower.tables(name)]

    def table(self, principal: Principal, origin: Origin, name: TableName) -> TablePage:
        now, knower = self._look(principal, origin)
        try:
            table = knower.table(name)
        except CarrelError as error:
            self._record(now, "table", (), error)
            raise
        self._record(now, "table", (name,))
        return self._page(table, now, knower)

    def search(self, principal: Principal, origin: Origin, words: str) -> Sequence[TablePage]:
        """Tables whose names, columns or descriptions hold every word, whatever its case."""
        now, knower = self._look(principal, origin)
        self._record(now, "search", ())
        wanted = words.lower().split()
        tables = [table for database in knower.databases() for table in knower.tables(database.name)]
        return [self._page(table, now, knower) for table in tables if wanted and all(word in _text(table) for word in wanted)]

    def groups(self, principal: Principal) -> frozenset[str]:
        return self._parts.people.asker(principal, principal.service, self._parts.now()).groups

    def _look(self, principal: Principal, origin: Origin) -> tuple[Moment, Knower]:
        now = moment(self._parts, principal, origin)
        require_active(now.asker)
        return now, Knower(self._parts.catalog.view(), now)

    def _page(self, table: Table, now: Moment, knower: Knower) -> TablePage:
        return TablePage(table=table, decision=knower.decision(table), readers=self._readers(table, now))

    def _readers(self, table: Table, now: Moment) -> tuple[str, ...]:
        return tuple(group for group in sorted(now.policy.groups) if self._may_read(group, table, now))

    def _may_read(self, group: str, table: Table, now: Moment) -> bool:
        member = replace(now.asker, principal=Principal(person="", service=now.asker.door), state=PersonState.ACTIVE, groups=frozenset({group}), lifts=())
        assert isinstance(member, Asker)
        return decide(now.policy, member, table).read.allowed

    def _record(self, now: Moment, what: str, tables: tuple[TableName, ...], error: CarrelError | None = None) -> None:
        deed = records.of_refusal(error, now, f"page {what}") if error else records.of_metadata(now, f"page {what}", "page", tables)
        self._parts.audit.record(deed, Finish(outcome=error.code if error else "complete"))


def _text(table: Table) -> str:
    return " ".join([str(table.name), table.description, *(f"{column.name} {column.description}" for column in table.columns)]).lower()
