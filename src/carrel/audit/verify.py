"""Reads the whole audit and says whether it is what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, select, type_coerce
from sqlalchemy.types import NullType

from carrel.audit import chain, content
from carrel.model.audit import Begin
from carrel.state.schema.audit import AUDIT_ENTRY, AUDIT_HEAD
from carrel.state.store import State

_AT_ONCE: Final = 1000

# The time comes as the database holds it: one that was changed may be none, and is a finding, not a crash.
_ROWS: Final = select(
    *(type_coerce(column, NullType()).label("time") if column.name == "time" else column for column in AUDIT_ENTRY.c)
).order_by(AUDIT_ENTRY.c.number)

_Finding = tuple[int | None, str | None]
_GOOD: Final[_Finding] = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found.

    Attributes:
        rows: how many were read; the last one read is the broken one, where one is.
        destroyed: of them, those whose content has been destroyed, as a row of the audit says.
        open: begin rows without a finish.
        broken: number of the first row that is not what was written; None where all are.
        reason: what is wrong there.
        head, digest: the last row's number and chain value: note them elsewhere, as a witness for later.
        sealed: True: every seal was checked; False: there are none; None: there are, but no key was given to check them.
        sealed_from: number of the first sealed row.
    """

    rows: int
    destroyed: int
    open: int
    broken: int | None
    reason: str | None
    head: int
    digest: str
    sealed: bool | None
    sealed_from: int | None

    @property
    def ok(self) -> bool:
        return self.broken is None


def verify(state: State, key: bytes | None, witness: tuple[int, str] | None) -> Verification:
    """Reads every row in the order of numbers, in one snapshot.

    Without a key, whoever can write the state can compute the whole chain anew: only a witness finds that.
    With the key, what is left undetected is a state set back as a whole to an earlier copy: again only a witness finds it.
    """
    with _snapshot(state) as connection:
        head = connection.execute(select(AUDIT_HEAD)).mappings().one_or_none()
        reader = _Reader(key=key, sealed_from=head["sealed_from"] if head else None, witness=witness)
        rows = connection.execution_options(yield_per=_AT_ONCE).execute(_ROWS).mappings()
        for row in rows:
            reason = reader.read(row)
            if reason is not None:
                return reader.result(reader.number + 1 if row["number"] != reader.number else reader.number, reason)
        return reader.end(head)


@contextmanager
def _snapshot(state: State) -> Iterator[Connection]:
    with state.read() as connection:
        if connection.dialect.name != "sqlite":
            yield connection.execution_options(isolation_level="REPEATABLE READ")
            return
        connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")


def _time(value: Any) -> datetime:
    """SQLite gives text, PostgreSQL a naive datetime, both in UTC. Raises ValueError, TypeError."""
    return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Goes along the rows; `number` and `chain` are those of the last good row."""

    key: bytes | None
    sealed_from: int | None
    witness: tuple[int, str] | None
    number: int = 0
    chain: str = chain.GENESIS
    empty: list[list[int]] = field(default_factory=list)
    through: int = 0
    open: set[int] = field(default_factory=set)

    def read(self, row: Mapping[Any, Any]) -> str | None:
        """What is wrong with the row; None where nothing is."""
        expected = self.number + 1
        if row["number"] != expected:
            return f"row {expected} is missing"
        self.number = expected
        try:
            return self._read(row)
        except (ValueError, KeyError, TypeError, AttributeError):
            return f"row {expected} cannot be read"

    def _read(self, row: Mapping[Any, Any]) -> str | None:
        if row["body"] is None:
            self._note_empty(row["number"])
        elif (reason := self._content(row)) is not None:
            return reason
        if not chain.same(row["chain"], chain.chain_value(self.chain, row["number"], row["content"])):
            return f"row {row['number']} does not follow row {row['number'] - 1} in the chain"
        self.chain = row["chain"]
        if self.key and self._is_sealed(row["number"]) and not chain.same(row["seal"], chain.row_seal(self.key, row["chain"])):
            return f"the seal of row {row['number']} is not right"
        if self.witness and self.witness[0] == row["number"] and not chain.same(self.witness[1], row["chain"]):
            return f"row {row['number']} is not the one that the witness saw"
        return self._pair(row)

    def _content(self, row: Mapping[Any, Any]) -> str | None:
        number = row["number"]
        if not chain.same(row["content"], chain.content_digest(number, _time(row["time"]), row["of"], row["writer"], row["body"])):
            return f"the content of row {number} was changed"
        deed = content.decode(row["body"])
        if isinstance(deed, Begin):
            if (row["person"], row["action"]) != (content.index_text(deed.principal.person), deed.action):
                return f"the look-up columns of row {number} were changed"
            if deed.action == "audit_destroy":
                self.through = max(self.through, int(str(deed.details["through"])))
        elif (row["person"], row["action"]) != (None, None):
            return f"the look-up columns of row {number} were changed"
        return None

    def _pair(self, row: Mapping[Any, Any]) -> str | None:
        if row["of"] is None:
            self.open.add(row["number"])
        elif row["of"] in self.open:
            self.open.discard(row["of"])
        else:
            return f"row {row['number']} closes row {row['of']}, which is not open"
        return None

    def _note_empty(self, number: int) -> None:
        if self.empty and self.empty[-1][1] == number - 1:
            self.empty[-1][1] = number
        else:
            self.empty.append([number, number])

    def _is_sealed(self, number: int) -> bool:
        return self.sealed_from is not None and number >= self.sealed_from

    def end(self, head: Mapping[Any, Any] | None) -> Verification:
        """The result after the last row: what only the whole can tell."""
        for check in (self._destruction, self._head, self._witness, self._head_seal):
            broken, reason = check(head)
            if broken is not None:
                return self.result(broken, reason)
        return self.result(None, None)

    def _destruction(self, _head: Mapping[Any, Any] | None) -> _Finding:
        for first, last in self.empty:
            if last > self.through:
                broken = max(first, self.through + 1)
                return broken, f"the content of row {broken} is gone, and no row says that it was destroyed"
        return _GOOD

    def _head(self, head: Mapping[Any, Any] | None) -> _Finding:
        if head is None:
            return (self.number, "the head is missing") if self.number else _GOOD
        if head["number"] > self.number:
            return self.number + 1, f"rows {self.number + 1} to {head['number']} are missing at the end"
        if head["number"] < self.number:
            return head["number"] + 1, f"row {head['number'] + 1} was added without the head"
        return _GOOD if chain.same(head["chain"], self.chain) else (self.number, "the head does not fit the last row")

    def _witness(self, _head: Mapping[Any, Any] | None) -> _Finding:
        if self.witness and self.witness[0] > self.number:
            return self.number + 1, f"the witness saw row {self.witness[0]}; the last one is {self.number}"
        return _GOOD

    def _head_seal(self, head: Mapping[Any, Any] | None) -> _Finding:
        never_written = self.number == 0 and (head is None or head["sealed_from"] is None)
        if not self.key or head is None or never_written:
            return _GOOD
        if head["seal"] is None or head["sealed_from"] is None:
            return self.number, "a seal key is set, but the head carries no seal; if the key is new, the next row written seals it"
        if not chain.same(head["seal"], chain.head_seal(self.key, head["number"], head["chain"], head["sealed_from"])):
            return self.number, "the seal of the head is not right"
        return _GOOD

    def result(self, broken: int | None, reason: str | None) -> Verification:
        return Verification(
            rows=self.number, destroyed=sum(last - first + 1 for first, last in self.empty), open=len(self.open), broken=broken, reason=reason,
            head=self.number, digest=self.chain, sealed=None if self.sealed_from and not self.key else bool(self.sealed_from), sealed_from=self.sealed_from,
        )
