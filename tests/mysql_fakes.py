"""Stand-ins that fill the ports, for the MySQL door alone: answers by exact text, two people with one password each."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pyarrow as pa

from carrel.model.errors import AuthenticationFailed, Cancelled, CarrelError, NotFound, SyntaxRefused
from carrel.model.people import Origin, Principal
from carrel.model.ports import Browser, Doors, Files, Parameter
from carrel.model.queries import Done, Notice, ResultColumn, Rows
from tests.mysql_wire import native_response, sha2_response

PASSWORDS = {"ann": "open sesame", "bob": "b0b's"}


class FakeRows:
    """Rows from batches, closed once at least."""

    def __init__(self, columns: Sequence[ResultColumn], batches: Callable[[], Iterator[pa.RecordBatch]], notices: tuple[Notice, ...] = ()) -> None:
        self.columns = tuple(columns)
        self.notices = notices
        self._batches = batches
        self.closed = 0

    def batches(self, *, by_value: bool = False) -> Iterator[pa.RecordBatch]:
        return self._batches()

    def check(self) -> None:
        """The rights of this asker never end."""

    def close(self) -> None:
        self.closed += 1


def table(data: pa.Table, origins: Sequence[Any] | None = None, notices: tuple[Notice, ...] = ()) -> FakeRows:
    columns = [
        ResultColumn(name=name, type=kind, origin=origins[number] if origins else None)
        for number, (name, kind) in enumerate(zip(data.schema.names, data.schema.types, strict=True))
    ]
    return FakeRows(columns, lambda: iter(data.to_batches()), notices)


@dataclass
class FakeIdentity:
    """Knows PASSWORDS. `fast`: whether it keeps verifiers for caching_sha2_password's fast path."""

    fast: bool = True
    seen: list[tuple[str, str, Origin]] = field(default_factory=list)

    def _decide(self, kind: str, user: str, origin: Origin, good: bool) -> Principal:
        self.seen.append((kind, user, origin))
        if not good:
            raise AuthenticationFailed("access denied")
        return Principal(person=user, service="mysql")

    def verify_native(self, user: str, salt: bytes, response: bytes, origin: Origin) -> Principal:
        return self._decide("native", user, origin, user in PASSWORDS and response == native_response(PASSWORDS[user], salt))

    def verify_sha2(self, user: str, salt: bytes, response: bytes, origin: Origin) -> Principal | None:
        if not self.fast:
            return None
        return self._decide("sha2", user, origin, user in PASSWORDS and response == sha2_response(PASSWORDS[user], salt))

    def verify_secret(self, user: str, secret: str, origin: Origin) -> Principal:
        return self._decide("secret", user, origin, PASSWORDS.get(user) == secret)


Reply = Rows | Done | CarrelError


class FakeSession:
    """Answers `replies[text]`, split at semicolons; what it does not know is a syntax error."""

    def __init__(self, gateway: FakeGateway, number: int, principal: Principal, database: str | None) -> None:
        self._gateway = gateway
        self.id = number
        self.principal = principal
        self.database = database
        self.cancelled = threading.Event()
        self.closed = False
        self.asked: list[tuple[str, tuple[Parameter, ...]]] = []
        self.prepared: list[str] = []

    def ask(
        self, text: str, parameters: Sequence[Parameter] = (), *, single: bool = False, files: Files | None = None,
    ) -> Iterator[Rows | Done]:
        statements = [part.strip() for part in text.split(";") if part.strip()]
        if single and len(statements) > 1:
            raise SyntaxRefused("one statement at a time", near=statements[1])
        for statement in statements:
            self.asked.append((statement, tuple(parameters)))
            yield self._answer(statement, parameters)

    def _answer(self, statement: str, parameters: Sequence[Parameter]) -> Rows | Done:
        if statement.lower().startswith("set "):
            return Done()
        if statement.lower().startswith("use "):
            self.use(statement[4:].strip("`"))
            return Done(database=self.database)
        if statement == "endless":
            return cast("Rows", FakeRows([ResultColumn(name="n", type=pa.int64())], self._endless))
        if statement == "parameters":
            shown = [repr(value) for value in parameters]
            return cast("Rows", table(pa.table({f"p{number}": pa.array([value]) for number, value in enumerate(shown)})))
        reply = self._gateway.replies.get(statement)
        if reply is None:
            raise SyntaxRefused("unexpected", line=1, near=statement)
        found = reply() if callable(reply) else reply
        if isinstance(found, CarrelError):
            raise found
        return cast("Rows | Done", found)

    def _endless(self) -> Iterator[pa.RecordBatch]:
        self._gateway.running.set()
        try:
            yield pa.record_batch({"n": pa.array([1], pa.int64())})
            while not self.cancelled.wait(0.01):
                if self._gateway.flood:
                    yield pa.record_batch({"n": pa.array(range(10000), pa.int64())})
        finally:
            self._gateway.stopped.set()
        self.cancelled.clear()
        raise Cancelled("the statement was stopped")

    def prepare(self, text: str) -> tuple[ResultColumn, ...]:
        self.prepared.append(text)
        reply = self._gateway.replies.get(text)
        found = reply() if callable(reply) else reply
        if isinstance(found, CarrelError):
            raise found
        return found.columns if isinstance(found, FakeRows) else ()

    def use(self, database: str) -> None:
        if database not in self._gateway.databases:
            raise NotFound(f"unknown database `{database}`", code="unknown_database")
        self.database = database

    def cancel(self) -> None:
        self.cancelled.set()

    def close(self) -> None:
        self.closed = True
        self._gateway.sessions.pop(self.id, None)


class FakeGateway:
    """Sessions by number; `replies` maps a statement to its answer or to a function that makes one."""

    def __init__(self) -> None:
        self.replies: dict[str, Any] = {}
        self.databases = {"enwiki", "log"}
        self.sessions: dict[int, FakeSession] = {}
        self.opened: list[FakeSession] = []
        self.running = threading.Event()
        self.stopped = threading.Event()
        self.flood = False
        self._numbers = itertools.count(41)

    def number(self) -> int:
        return next(self._numbers)

    def open(self, principal: Principal, origin: Origin, *, dialect: str, database: str | None = None, number: int | None = None) -> FakeSession:
        if database is not None and database not in self.databases:
            raise NotFound(f"unknown database `{database}`", code="unknown_database")
        session = FakeSession(self, self.number() if number is None else number, principal, database)
        self.sessions[session.id] = session
        self.opened.append(session)
        return session

    def cancel(self, principal: Principal, session_id: int, *, close: bool = False) -> None:
        session = self.sessions.get(session_id)
        if session is None or session.principal.person != principal.person:
            raise NotFound(f"no session {session_id}", code="unknown_table")
        session.cancel()


def doors(gateway: FakeGateway, identity: FakeIdentity, certificate: Path | None = None, key: Path | None = None) -> Doors:
    return Doors(gateway=gateway, browser=cast("Browser", None), identity=identity, tls_certificate=certificate, tls_key=key)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost and its key."""
    from tests.mysql_certificate import make  # noqa: PLC0415 - cryptography is slow to import and few tests need it

    return make(folder)


class Sink:
    """Takes what a stream would send."""

    def __init__(self, sequence: int = 0) -> None:
        self.sequence = sequence
        self.sent = bytearray()

    def room(self, size: int) -> memoryview:
        return memoryview(bytearray(size))

    def write_framed(self, framed: bytes | memoryview, packets: int) -> None:
        self.sent += framed
        self.sequence = (self.sequence + packets) & 0xFF

    def write(self, payload: bytes) -> None:
        for start in range(0, len(payload) + 1, 0xFFFFFF):
            chunk = payload[start : start + 0xFFFFFF]
            self.sent += len(chunk).to_bytes(3, "little") + bytes([self.sequence]) + chunk
            self.sequence = (self.sequence + 1) & 0xFF
