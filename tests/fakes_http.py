"""Hand-written ports behind the HTTP door: two people, one wiki with text of our own, and questions whose answers are set beforehand."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyarrow as pa

from carrel.doors.http.door import HttpDoor
from carrel.model.copies import Copy, CopyKind, CopyState, Receiver, ReceiverKind
from carrel.model.decisions import Decision, Limit, Permit, TableDecision
from carrel.model.errors import AccessRefused, AuthenticationFailed, Cancelled, CarrelError, NotFound, SyntaxRefused
from carrel.model.names import TableName
from carrel.model.people import Origin, Principal
from carrel.model.ports import Doors, TablePage
from carrel.model.queries import Done, Notice, ResultColumn
from carrel.model.sensitivity import Hidden, Mask
from carrel.model.tables import Column, Database, DatabaseKind, Index, Retention, Table

SECRETS = {"ann": "correct horse", "ben": "quiet reading"}
GROUPS = {"ann": frozenset({"researchers"}), "ben": frozenset[str]()}


class FakeIdentity:
    """Takes the passwords of `SECRETS` and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def verify_secret(self, user: str, secret: str, origin: Origin) -> Principal:
        self.calls += 1
        if SECRETS.get(user) != secret:
            raise AuthenticationFailed("access denied for that name and secret")
        return Principal(person=user, service="http")

    def verify_native(self, user: str, salt: bytes, response: bytes, origin: Origin) -> Principal:
        raise AuthenticationFailed("access denied for that name and secret")

    def verify_sha2(self, user: str, salt: bytes, response: bytes, origin: Origin) -> Principal | None:
        raise AuthenticationFailed("access denied for that name and secret")


def a_copy(name: str, owner: str = "ann", id: str = "c1", days: int = 5, *, out: bool = True) -> Copy:
    """A copy that ends in so many days."""
    now = datetime.now(UTC)
    kind, state = (CopyKind.DOWNLOAD, CopyState.OUT) if out else (CopyKind.TABLE, CopyState.HERE)
    ends, tags = now.date() + timedelta(days=days), frozenset({"personal.ip"})
    return Copy(id=id, kind=kind, name=name, owner=owner, made=now, door="http", ends=ends, state=state, tags=tags)


class FakeCopies:
    """Two of ann's and one of ben's; remembers what was said to be deleted."""

    def __init__(self) -> None:
        self.copies = [a_copy("edits.tsv"), a_copy("staging.t", id="c2", days=40, out=False), a_copy("ben.tsv", owner="ben", id="c3")]
        self.said: list[tuple[str, str]] = []
        self.shares = [Receiver(ReceiverKind.GROUP, "analytics-privatedata-users"), Receiver(ReceiverKind.USER, "ben")]

    def own(self, principal: Principal, origin: Origin) -> list[Copy]:
        return [copy for copy in self.copies if copy.owner == principal.person]

    def deleted(self, principal: Principal, origin: Origin, id: str) -> Copy:
        for copy in self.own(principal, origin):
            if copy.id == id:
                self.said.append((principal.person, id))
                self.copies.remove(copy)
                return copy
        raise NotFound(f"there is no copy `{id}`")

    def receivers(self, id: str) -> list[Receiver]:
        return self.shares if id == "c2" else []

    def unshare(self, principal: Principal, origin: Origin, id: str, receiver: Receiver) -> None:
        if id not in {copy.id for copy in self.own(principal, origin)} or receiver not in self.shares:
            raise NotFound(f"there is no copy `{id}`")
        self.shares.remove(receiver)


@dataclass
class FakeRows:
    """An answer whose batches come from a function; remembers that it was closed, and hears `stop`."""

    columns: tuple[ResultColumn, ...]
    source: Callable[[threading.Event], Iterator[pa.RecordBatch]]
    notices: tuple[Notice, ...] = ()
    closed: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    copy: Copy | None = None

    def copied(self, name: str) -> Copy | None:
        self.copy = a_copy(name)
        return self.copy

    def batches(self, *, by_value: bool = False) -> Iterator[pa.RecordBatch]:
        for batch in self.source(self.stop):
            if self.stop.is_set():
                raise Cancelled("the query was cancelled")
            yield batch

    def check(self) -> None:
        """The rights of this asker never end."""

    def close(self) -> None:
        self.closed += 1


def rows_of(table: pa.Table, notices: tuple[Notice, ...] = (), batch_rows: int = 1000) -> FakeRows:
    """An answer that holds the table."""
    columns = tuple(ResultColumn(name=name, type=kind) for name, kind in zip(table.schema.names, table.schema.types, strict=True))
    return FakeRows(columns, lambda stop: iter(table.to_batches(max_chunksize=batch_rows)), notices)


Answer = FakeRows | Done | CarrelError


@dataclass
class FakeStanding:
    """Remembers how it ended."""

    deed: str
    fingerprint: str
    end: tuple[str, int] | None = None

    def check(self) -> None:
        """The rights of this asker never end."""

    def close(self, outcome: str, sent: int = 0) -> None:
        self.end = self.end or (outcome, sent)


class FakeSession:
    """Answers from the gateway's list, in order."""

    def __init__(self, gateway: FakeGateway, principal: Principal, database: str | None) -> None:
        self.id = len(gateway.sessions) + 1
        self.principal = principal
        self.database = database
        self.closed = False
        self.cancelled = 0
        self._gateway = gateway
        self._running: FakeRows | None = None

    def ask(self, text: str) -> Iterator[FakeRows | Done]:
        self._gateway.asked.append(text)
        for make in self._gateway.answers.get(text, [lambda: SyntaxRefused("not a statement", line=1, column=3, near=text[2:12])]):
            answer = make()
            if isinstance(answer, CarrelError):
                raise answer
            if isinstance(answer, FakeRows):
                self._running = answer
                self._gateway.given.append(answer)
            elif answer.database is not None:
                self.database = answer.database
            yield answer

    def standing(self, text: str, deed: str) -> FakeStanding:
        if self._gateway.refusing is not None:
            raise self._gateway.refusing
        standing = FakeStanding(deed, self._gateway.fingerprint)
        self._gateway.standings.append(standing)
        return standing

    def use(self, database: str) -> None:
        self.database = database

    def cancel(self) -> None:
        self.cancelled += 1
        if self._running is not None:
            self._running.stop.set()

    def close(self) -> None:
        self.closed = True


class FakeGateway:
    """Attributes: answers by statement text, each a list of makers; asked, given and sessions are what has happened."""

    def __init__(self) -> None:
        self.answers: dict[str, Sequence[Callable[[], Answer]]] = {}
        self.asked: list[str] = []
        self.given: list[FakeRows] = []
        self.sessions: list[FakeSession] = []
        self.fingerprint = "as it is"
        self.refusing: CarrelError | None = None
        self.standings: list[FakeStanding] = []
        self.opened: list[tuple[Principal, Origin, str, str | None]] = []

    def open(self, principal: Principal, origin: Origin, *, dialect: str, database: str | None = None) -> FakeSession:
        if database not in {None, "samplewiki"}:
            raise NotFound(f"unknown database `{database}`", code="unknown_database", help="SHOW DATABASES")
        session = FakeSession(self, principal, database)
        self.sessions.append(session)
        self.opened.append((principal, origin, dialect, database))
        return session

    def cancel(self, principal: Principal, session_id: int, *, close: bool = False) -> None:
        raise NotFound("there is no such session", code="unknown_session")


MIRROR = Retention(kind="mirror")
_PUBLIC = Permit(rule="grants", reason="group `researchers`", grant="group:researchers")
_HIDING = Limit(rule="suppression", reason="the wiki has hidden it", hides=Hidden.USER | Hidden.COMMENT | Hidden.ROW)
_SECRET = Limit(rule="secrets", reason="a secret, which no group may read", mask=Mask.NULL, nameable=False)
_PERSONAL = Limit(rule="personal-columns", reason="personal; it opens by a grant that names the column and a purpose", mask=Mask.NULL)
_HASHED = Limit(rule="personal-columns", reason="personal; shown as a pseudonym that stays the same", mask=Mask.HASHED)
_UNKNOWN = Limit(rule="unclassified", reason="nobody has classified this column yet", mask=Mask.NULL, nameable=False)


def _open(*limits: Limit) -> Decision:
    mask = max((limit.mask for limit in limits), default=Mask.CLEAR)
    hides = Hidden.NOTHING
    for limit in limits:
        hides |= limit.hides
    return Decision(allowed=True, mask=mask, hides=hides, nameable=all(limit.nameable for limit in limits), verdicts=(_PUBLIC, *limits))


def _table(name: str, description: str, columns: Sequence[tuple[Column, Decision]], **facts: object) -> tuple[Table, dict[str, Decision]]:
    table = Table(
        name=TableName("samplewiki", name), kind=DatabaseKind.WIKI, columns=tuple(column for column, _ in columns), description=description,
        documented=True, retention=MIRROR, version="1", **facts,  # type: ignore[arg-type]
    )
    return table, {column.name: decision for column, decision in columns}


def _column(
    name: str, native: str, tag: str | None, description: str, *limits: Limit, nullable: bool = False, hidden_by: Hidden = Hidden.NOTHING
) -> tuple[Column, Decision]:
    return Column(name=name, type="VARCHAR", native_type=native, nullable=nullable, tag=tag, description=description, hidden_by=hidden_by), _open(*limits)


TABLES = (
    _table("revision", "One row for each saved version of a page: when, by whom, and how large it was.", [
        _column("rev_id", "bigint(20) unsigned", "public", "Number of the version; later versions have higher numbers."),
        _column("rev_page", "int(10) unsigned", "public", "The page that the version belongs to."),
        _column("rev_comment_id", "bigint(20) unsigned", "public", "The edit's summary, in the table comment.", _HIDING, hidden_by=Hidden.COMMENT),
        _column("rev_actor", "bigint(20) unsigned", "public", "Who saved the version, in the table actor.", _HIDING, hidden_by=Hidden.USER),
        _column("rev_timestamp", "binary(14)", "public", "When the version was saved: year to second, in UTC."),
        _column("rev_minor_edit", "tinyint(3) unsigned", "public", "1 where the author called it a minor edit."),
        _column("rev_deleted", "tinyint(3) unsigned", "public", "Bits that say which parts of the version the wiki hides."),
        _column("rev_len", "int(10) unsigned", "public", "Size of the text in bytes.", nullable=True),
        _column("rev_parent_id", "bigint(20) unsigned", "public", "The version before it; 0 for a page's first.", nullable=True),
        _column("rev_sha1", "varbinary(32)", "public", "Digest of the text in base 36."),
    ], primary_key=("rev_id",), visibility=True, indexes=(
        Index(name="rev_page_timestamp", columns=("rev_page", "rev_timestamp")), Index(name="rev_page_id", columns=("rev_page", "rev_id"), unique=True),
    )),
    _table("user", "One row for each account of the wiki.", [
        _column("user_id", "int(10) unsigned", "public", "Number of the account."),
        _column("user_name", "varbinary(255)", "public", "Name of the account, as it signs.", _HIDING, hidden_by=Hidden.USER),
        _column("user_real_name", "varbinary(255)", "personal.name", "The name that the person gave, if any.", _PERSONAL),
        _column("user_email", "tinyblob", "personal.email", "Where the wiki sends mail.", _PERSONAL),
        _column("user_password", "tinyblob", "secret", "Digest of the password. It is never loaded.", _SECRET),
        _column("user_touched", "binary(14)", "personal.session", "When something of the account last changed.", _HASHED),
        _column("user_editcount", "int(11)", "public", "How many edits the wiki has counted.", nullable=True),
        _column("user_experiment", "varbinary(32)", None, "", _UNKNOWN),
    ], primary_key=("user_id",), visibility=True),
    _table("page", "One row for each page that there is: its name, its size and its latest version.", [
        _column("page_id", "int(10) unsigned", "public", "Number of the page; it stays when the page is renamed."),
        _column("page_namespace", "int(11)", "public", "Kind of page: 0 for articles, 1 for their talk pages."),
        _column("page_title", "varbinary(255)", "public", "Name without the namespace, blanks as underscores."),
    ], primary_key=("page_id",)),
    _table("logging", "One row for each deed that the wiki logs: moves, blocks, uploads.", [
        _column("log_id", "int(10) unsigned", "public", "Number of the entry."), _column("log_type", "varbinary(32)", "public", "Kind of deed."),
    ], primary_key=("log_id",)),
    _table("cu_changes", "Where edits came from, for those who look into abuse. Its rows go after 90 days.", [
        _column("cuc_ip", "varbinary(255)", "personal.ip", "The address that the edit came from.", _PERSONAL),
        _column("cuc_agent", "varbinary(255)", "personal.user_agent", "The browser that the edit came from.", _PERSONAL),
    ]),
)
_CLOSED = frozenset({"cu_changes"})
_DENIED = Decision(allowed=False)


def page_of(table: Table, columns: dict[str, Decision], person: str) -> TablePage:
    """The table as Ann (a researcher) or Ben (in no group) may know it."""
    readable = person == "ann" and table.name.table not in _CLOSED
    read = _open(_HIDING) if readable and table.visibility else _open() if readable else _DENIED
    decision = TableDecision(table=table, known=_open(), read=read, columns=columns if readable else dict.fromkeys(columns, _DENIED))
    readers = () if table.name.table in _CLOSED else ("analytics-privatedata-users", "researchers", "statistics-privatedata-users")
    return TablePage(table=table, decision=decision, readers=readers)


class FakeBrowser:
    """Attributes: looks lists each call as the audit would have it."""

    def __init__(self) -> None:
        self.looks: list[tuple[str, ...]] = []

    def databases(self, principal: Principal, origin: Origin) -> Sequence[Database]:
        self.looks.append(("databases", principal.person))
        return [Database(name="information_schema", kind=DatabaseKind.METADATA), Database(name="log", kind=DatabaseKind.LOG),
                Database(name="samplewiki", kind=DatabaseKind.WIKI), Database(name="wmf", kind=DatabaseKind.LAKE)]

    def tables(self, principal: Principal, origin: Origin, database: str) -> Sequence[TablePage]:
        self.looks.append(("tables", principal.person, database))
        if database != "samplewiki":
            raise NotFound(f"unknown database `{database}`", code="unknown_database", help="SHOW DATABASES")
        return [page_of(table, columns, principal.person) for table, columns in TABLES]

    def table(self, principal: Principal, origin: Origin, name: TableName) -> TablePage:
        self.looks.append(("table", principal.person, str(name)))
        for table, columns in TABLES:
            if table.name == name:
                return page_of(table, columns, principal.person)
        raise NotFound(f"table `{name}` doesn't exist", help="SHOW TABLES")

    def search(self, principal: Principal, origin: Origin, words: str) -> Sequence[TablePage]:
        self.looks.append(("search", principal.person, words))
        return [page_of(table, columns, principal.person) for table, columns in TABLES if words.lower() in f"{table.name} {table.description}".lower()]

    def groups(self, principal: Principal) -> frozenset[str]:
        return GROUPS[principal.person]


MASKED = Notice(code="column_masked", text="`user_email` and `user_real_name` are masked: personal columns open by a grant that names them and a purpose")
REFUSED = AccessRefused(
    "you may not read `samplewiki.cu_changes`", reasons=("personal-columns: personal data of a wiki opens by a grant that names columns and a purpose",),
    help="ask for a grant that names the columns and a purpose, with a sponsor",
)


def endless(stop: threading.Event) -> Iterator[pa.RecordBatch]:
    """Rows without end, 64 KiB at a time."""
    batch = pa.record_batch({"line": ["x" * 63] * 1024})
    while True:
        yield batch


def sleeping(stop: threading.Event) -> Iterator[pa.RecordBatch]:
    """No row ever; ends when it is told to stop."""
    stop.wait(60)
    raise Cancelled("the query was cancelled")
    yield


def failing(stop: threading.Event) -> Iterator[pa.RecordBatch]:
    """Ten thousand rows, then a limit."""
    yield pa.record_batch({"n": pa.array(range(10_000), pa.int64())})
    raise CarrelError("the answer took longer than 1 s", code="time_limit")


def sample_doors(**facts: object) -> Doors:
    """What the door is handed, with the fakes above."""
    return Doors(
        gateway=FakeGateway(), browser=FakeBrowser(), identity=FakeIdentity(), **{"tls_certificate": None, "tls_key": None, "ports": {"mysql": 3307}, **facts},  # type: ignore[arg-type]
    )


@contextmanager
def open_door(doors: Doors, host: str = "127.0.0.1", **options: Any) -> Iterator[str]:
    """The real door on a free port, as long as the context lasts; gives `http://127.0.0.1:PORT`."""
    door = HttpDoor(doors, **options)
    port = door.start(host, 0)
    try:
        yield f"http{'' if host == '127.0.0.1' else 's'}://127.0.0.1:{port}"
    finally:
        door.stop(1)


def token_in(page: str) -> str:
    """The token of the page's first form."""
    return re.findall('name="token" value="([^"]+)"', page)[0]


@contextmanager
def signed_in(base: str, person: str = "ann") -> Iterator[httpx.Client]:
    """A browser in which the person has signed in."""
    with httpx.Client(base_url=base, headers={"Origin": base}) as client:
        form = {"user": person, "secret": SECRETS[person], "token": token_in(client.get("/sign-in").text), "next": "/data"}
        answer = client.post("/sign-in", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/data")
        yield client


def eventually(condition: Callable[[], bool], within: timedelta = timedelta(seconds=10)) -> bool:
    """Whether the condition comes true in time."""
    end = time.monotonic() + within.total_seconds()
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()
