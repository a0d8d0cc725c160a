"""What SHOW and information_schema may ask of a session: the asker's knowledge at this moment, the session's variables, the asker's own connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from carrel.gateway.knowledge import Knower
from carrel.gateway.metadata.relations import relation
from carrel.gateway.metadata.rows import Knowledge, Row
from carrel.gateway.metadata.show import variable_texts
from carrel.gateway.variables import Variables
from carrel.model.copies import Receiver
from carrel.model.names import TableName
from carrel.model.queries import AuthorizedQuery, Notice
from carrel.model.tables import DatabaseKind, Table


def relations(query: AuthorizedQuery, host: Callable[[], SessionHost]) -> dict[TableName, Any]:
    """The rows of each table of information_schema that the query reads, as the asker may know them; `host` is asked only where there is one."""
    tables = {name: decision.table for name, decision in query.decisions.items() if decision.table.kind is DatabaseKind.METADATA}
    if not tables:
        return {}
    known = host().known()
    return {name: relation(table, known) for name, table in tables.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHost:
    """Fills `metadata.show.Host` for one statement.

    Attributes:
        account: `ann`@`192.0.2.7` with these quotes.
        notices: of the statement before.
        own: the asker's own connections, as SHOW PROCESSLIST gives them.
        state: figures about this session alone, for SHOW STATUS.
        gives: what the asker shares of their own tables.
    """

    knower: Knower
    database: str | None
    account: str
    session_variables: Variables
    notices: tuple[Notice, ...]
    own: Callable[[], Sequence[Row]]
    state: Callable[[], Mapping[str, str]]
    gives: Callable[[], Sequence[tuple[TableName, Receiver]]] = tuple

    def given(self) -> Sequence[tuple[TableName, Receiver]]:
        return self.gives()

    def known(self) -> Knowledge:
        return Knowledge(
            databases=self.knower.databases(), tables=self.knower.tables, seen=self.knower.seen, readable=self.knower.readable, account=self.account,
            variables=lambda: variable_texts(self.variables()), processes=self.own, status=self.status,
        )

    def known_table(self, name: TableName) -> Table:
        found = self.knower.seen(self.knower.table(name))
        return replace(found, name=name) if found.session is not None else found

    def known_database(self, name: str) -> None:
        self.knower.database(name)

    def variables(self) -> Mapping[str, Any]:
        return self.session_variables.all_system()

    def last_notices(self) -> tuple[Notice, ...]:
        return self.notices

    def processes(self) -> Sequence[Row]:
        return self.own()

    def status(self) -> Mapping[str, str]:
        own = self.own()
        running = sum(row["Command"] != "Sleep" for row in own)
        return {**self.state(), "Threads_connected": str(len(own)), "Threads_running": str(running)}
