"""Answers SHOW GRANTS: what the asker may read, and what they let others read of their own tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from carrel.gateway.metadata.absent import TEXT
from carrel.gateway.metadata.relations import answer
from carrel.gateway.metadata.rows import Knowledge
from carrel.gateway.metadata.words import Words
from carrel.model.copies import Receiver, ReceiverKind
from carrel.model.errors import NotFound
from carrel.model.names import TableName
from carrel.model.tables import MADE, DatabaseKind


class Host(Protocol):
    @property
    def account(self) -> str: ...

    def known(self) -> Knowledge: ...

    def given(self) -> Sequence[tuple[TableName, Receiver]]: ...


def grants(words: Words, host: Host) -> pa.Table:
    """The words after SHOW GRANTS: nothing, `FOR CURRENT_USER`, `FOR ben`, `FOR 'ben'@'%'`, `FOR GROUP researchers`.

    Raises:
        NotFound: the asker shares nothing with them, whether or not there is such a person.
    """
    if not words.accept("FOR"):
        words.end()
        return _own(host)
    if words.accept("CURRENT_USER") or words.accept("CURRENT_ROLE"):
        if words.accept("("):
            words.expect(")")
        words.end()
        return _own(host)
    receiver = _receiver(words)
    if receiver.kind is ReceiverKind.USER and receiver.name == host.account.split("`")[1]:
        return _own(host)
    given = [table for table, to in host.given() if to == receiver]
    if not given:
        raise NotFound(f"there is no such grant defined for {receiver.kind} `{receiver.name}`", code="unknown_grant", help="SHOW GRANTS lists your own")
    account = f"GROUP `{receiver.name}`" if receiver.kind is ReceiverKind.GROUP else f"`{receiver.name}`@`%`"
    return _lines(f"Grants for {account}", [f"GRANT SELECT ON `{table.database}`.`{table.table}` TO {account}" for table in given])


def _receiver(words: Words) -> Receiver:
    kind = ReceiverKind.GROUP if words.accept("GROUP") or words.accept("ROLE") else ReceiverKind.USER
    if kind is ReceiverKind.USER:
        words.accept("USER")
    name = words.account()
    if kind is ReceiverKind.USER and words.accept("@"):
        words.account()
    words.end()
    return Receiver(kind, name)


def _own(host: Host) -> pa.Table:
    lines = [f"GRANT USAGE ON *.* TO {host.account}"]
    for database in host.known().databases:
        if database.kind is not DatabaseKind.METADATA:
            lines += [f"GRANT SELECT ON {place} TO {host.account}" for place in _places(database.name, host.known(), by_name=database.kind in MADE)]
    return _lines(f"Grants for {host.account}", lines)


def _places(database: str, known: Knowledge, *, by_name: bool) -> list[str]:
    """What of a database may be read: the whole of it, or tables by name."""
    tables = known.tables(database)
    readable = [table for table in tables if known.readable(table)]
    whole = len(readable) == len(tables) and not by_name
    return [f"`{database}`.*"] if whole else [f"`{database}`.`{table.name.table}`" for table in readable]


def _lines(heading: str, lines: list[str]) -> pa.Table:
    return answer({heading: TEXT}, [{heading: line} for line in lines])
