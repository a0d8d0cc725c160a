"""One client's conversation: login, then command after command. It asks the gateway and translates; it decides nothing."""

from __future__ import annotations

import logging
import re
import secrets
import ssl
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from carrel.doors.mysql import binary, charsets, errors, fields, packets, prepared
from carrel.doors.mysql.answers import Answers
from carrel.doors.mysql.login import Authenticator, Denied, greet, new_salt
from carrel.doors.mysql.packets import Capability, Command, Ending, Login, Reader, Status
from carrel.doors.mysql.prepared import Statements
from carrel.doors.mysql.stream import Closed, PacketStream, WireError
from carrel.doors.mysql.types import define
from carrel.doors.mysql.uploads import Uploads
from carrel.model.errors import CarrelError, LimitReached, NotFound
from carrel.model.people import Origin, Principal
from carrel.model.ports import Doors, Session

_log = logging.getLogger(__name__)
_KILL = re.compile(r"\s*kill\s+(?:(?:hard|soft)\s+)?(?:(?P<kind>connection|query)\s+)?(?P<number>\d{1,10})\s*;?\s*\Z", re.IGNORECASE)
_STRANGER_BYTES: Final = 64 * 1024
_CURSOR_READ_ONLY: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one connection may take.

    Attributes:
        handshake_s: from the first byte to the end of the login.
        idle_s: between two commands.
        stall_s: how long the client may take nothing of an answer, or fetch nothing from an open cursor.
        packet_bytes: the longest statement.
    """

    handshake_s: float = 10.0
    idle_s: float = 28800.0
    stall_s: float = 60.0
    packet_bytes: int = 64 * 1024 * 1024


class House(Protocol):
    """What a connection needs of the server that holds it."""

    doors: Doors
    limits: Limits
    tls: ssl.SSLContext | None
    allow_clear: bool
    plugin: str

    def busy(self, connection: Connection) -> AbstractContextManager[None]:
        """While it lasts, a client that hangs up is noticed."""
        ...

    def disconnect(self, number: int) -> None:
        """Ends the connection with this id, if it is one of ours."""
        ...


class Connection:
    """One client. `run` is for its own thread; `hang_up` may come from any.

    Attributes:
        number: its id, which is the session's.
    """

    def __init__(self, stream: PacketStream, address: str, house: House) -> None:
        self.number = house.doors.gateway.number()
        self.stream = stream
        self._address = address
        self._house = house
        self._started = time.monotonic()
        self._session: Session | None = None
        self._answers = Answers(stream, Capability.PROTOCOL_41, charsets.UTF8MB4)
        self._uploads = Uploads(stream, self._answers, house.limits.stall_s)
        self._salt = new_salt()
        self._several = False
        self._statements = Statements(house.limits.packet_bytes)
        self._login_charset = charsets.UTF8MB4

    def run(self) -> None:
        """Serves the client until it leaves."""
        try:
            self._enter()
            while self._serve_one():
                pass
        except Closed:
            pass
        except Denied as denied:
            self._fail(*errors.denied(denied.user, self._address, password=denied.password))
        except WireError as error:
            self._fail(error.number, error.state, error.text)
        except CarrelError as error:
            self._fail(*errors.wire(error))
        except Exception as error:  # noqa: BLE001 - a thread's last line: one client's failure is no other client's
            self._fail(*_internal(error))
        finally:
            self._leave()

    @property
    def stranger(self) -> bool:
        """Whether nobody has logged in."""
        return self._session is None

    def hang_up(self) -> None:
        """Stops what runs and ends the connection."""
        session = self._session
        if session is not None:
            session.cancel()
        self.stream.shut()

    # login

    def _enter(self) -> None:
        self.stream.limit = _STRANGER_BYTES
        self.stream.deadline = time.monotonic() + self._house.limits.handshake_s
        login = greet(self.stream, self.number, self._salt, self._house.tls, self._house.plugin)
        self._answers.capabilities = login.capabilities
        if self._origin().exposed and not self._house.allow_clear:
            raise WireError(*errors.INSECURE)
        self._several = bool(login.capabilities & Capability.MULTI_STATEMENTS)
        self._admit(login)

    def _admit(self, login: Login) -> None:
        """Nothing but the login's own packets is answered before this returns."""
        authenticator = Authenticator(self.stream, self._house.doors.identity, self._origin(), self._house.plugin, self._salt)
        principal = authenticator.authenticate(login)
        self._salt = authenticator.salt
        self._login_charset = charsets.by_collation(login.collation)
        self._open(principal, login.database or None)
        self.stream.limit = self._house.limits.packet_bytes
        self.stream.deadline = None
        self._answers.ok()
        self.stream.flush()
        if self._answers.capabilities & Capability.COMPRESS:
            self.stream.compress()

    def _open(self, principal: Principal, database: str | None) -> None:
        self._answers.charset = self._login_charset
        gateway = self._house.doors.gateway
        self._session = gateway.open(principal, self._origin(), dialect="mysql", database=database, number=self.number)

    def _origin(self) -> Origin:
        return Origin(door="mysql", address=self._address, tls=self.stream.encrypted)

    def _close_session(self) -> None:
        session, self._session = self._session, None
        try:
            self._statements.clear()
        finally:
            if session is not None:
                session.close()

    @property
    def session(self) -> Session:
        assert self._session is not None
        return self._session

    # commands

    def _serve_one(self) -> bool:
        self.stream.begin()
        if self._statements.cursors and not self.stream.ready(self._house.limits.stall_s):
            self._statements.close_cursors()
        payload = self.stream.read()
        if payload[:1] == bytes((Command.QUIT,)):
            return False
        handler = _HANDLERS.get(payload[0] if payload else -1, Connection._unknown)
        try:
            with self._house.busy(self):
                handler(self, payload[1:])
        except CarrelError as error:
            if self._session is None:
                raise
            self._refuse(*errors.wire(error, self._session.database))
        except WireError as error:
            self._refuse(error.number, error.state, error.text)
        except (Closed, Denied):
            raise
        except Exception as error:  # noqa: BLE001 - our fault: the client is told its number, the log the place
            self._refuse(*_internal(error))
        self.stream.flush()
        return True

    def _query(self, body: bytes) -> None:
        text = charsets.decode(body, self._answers.charset)
        if not text.strip(" \t\r\n;"):
            raise WireError(1065, "42000", "Query was empty")
        killing = _KILL.match(text)
        if killing is not None:
            self._kill(int(killing["number"]), close=(killing["kind"] or "").lower() != "query")
            return
        files = self._uploads.open if self._answers.capabilities & Capability.LOCAL_FILES else None
        self._answers.send(self.session.ask(text, single=not self._several, files=files))
        self._answers.charset = charsets.chosen_by(text) or self._answers.charset

    def _init_db(self, body: bytes) -> None:
        database = charsets.decode(body, self._answers.charset)
        self.session.use(database)
        self._answers.ok(Ending(database=database))

    def _ping(self, _: bytes) -> None:
        self._answers.ok()

    def _statistics(self, _: bytes) -> None:
        """Only of this connection: what others do is not told."""
        self.stream.write(f"Uptime: {int(time.monotonic() - self._started)}  Threads: 1".encode())

    def _field_list(self, body: bytes) -> None:
        reader = Reader(body)
        table, wild = (charsets.decode(part, self._answers.charset) for part in (reader.text0(), reader.rest()))
        for definition, default in fields.of_table(self.session, table, wild):
            self.stream.write(definition.payload(self._answers.charset, default))
        self.stream.write(packets.end_of_rows(self._answers.capabilities, Ending()))

    def _process_kill(self, body: bytes) -> None:
        self._kill(Reader(body).integer(4), close=True)

    def _kill(self, number: int, *, close: bool) -> None:
        try:
            self._house.doors.gateway.cancel(self.session.principal, number, close=close)
        except NotFound:
            raise WireError(1094, "HY000", f"Unknown thread id: {number}") from None
        self._answers.ok()
        if close:
            self.stream.flush()
            self._house.disconnect(number)

    def _set_option(self, body: bytes) -> None:
        option = Reader(body).integer(2)
        if option > 1:
            raise WireError(1047, "08S01", "Unknown command")
        self._several = option == 0
        self.stream.write(packets.end_of_rows(self._answers.capabilities, Ending()))

    def _reset_connection(self, _: bytes) -> None:
        principal, database = self.session.principal, self.session.database
        self._close_session()
        self._open(principal, database)
        self._answers.ok()

    def _change_user(self, body: bytes) -> None:
        """Who it was ends here, whatever comes next; a failure ends the connection."""
        self._close_session()
        self.stream.limit = _STRANGER_BYTES
        self.stream.deadline = time.monotonic() + self._house.limits.handshake_s
        self._admit(packets.parse_change_user(body, self._answers.capabilities))

    def _prepare(self, body: bytes) -> None:
        """Decided and recorded here, for the columns, and anew at each execution."""
        text = charsets.decode(body, self._answers.charset)
        self._statements.require_room(text)
        columns = [define(column) for column in self.session.prepare(text)]
        statement = self._statements.add(text)
        for payload in statement.answer(self._answers.capabilities, self._answers.charset, columns):
            self.stream.write(payload)

    def _execute(self, body: bytes) -> None:
        """Streams the rows, or opens a cursor that the client will fetch from."""
        reader = Reader(body)
        statement = self._statements.get(reader.integer(4), "mysqld_stmt_execute")
        flags = reader.integer(1)
        reader.take(4)  # iteration count
        values = prepared.parameters(statement, reader, self._answers.charset)
        statement.close()
        answers = self.session.ask(statement.text, values, single=True)
        if flags & _CURSOR_READ_ONLY:
            statement.cursor = self._answers.open_cursor(answers)
        else:
            self._answers.send(answers, binary.send_batch)

    def _long_data(self, body: bytes) -> None:
        self._statements.append(body)

    def _close_statement(self, body: bytes) -> None:
        self._statements.close(int.from_bytes(body[:4], "little"))

    def _reset_statement(self, body: bytes) -> None:
        self._statements.get(Reader(body).integer(4), "mysqld_stmt_reset").close()
        self._answers.ok()

    def _fetch(self, body: bytes) -> None:
        reader = Reader(body)
        statement = self._statements.get(reader.integer(4), "mysqld_stmt_fetch")
        if statement.cursor is None:
            raise WireError(1421, "HY000", f"The statement ({statement.number}) has no open cursor.")
        last = True
        try:
            last = statement.cursor.send(self.stream, reader.integer(4))
        finally:
            if last:
                statement.close()
        self._answers.end_of_part(Status.LAST_ROW_SENT if last else Status.CURSOR_EXISTS)

    def _unknown(self, _: bytes) -> None:
        raise WireError(1047, "08S01", "Unknown command")

    # endings

    def _refuse(self, number: int, state: str, text: str) -> None:
        if self._session is None:  # a COM_CHANGE_USER that failed
            raise WireError(number, state, text)
        self.stream.write(packets.error(number, state, text, self._answers.capabilities))

    def _fail(self, number: int, state: str, text: str) -> None:
        try:
            self.stream.write(packets.error(number, state, text, self._answers.capabilities))
            self.stream.flush()
        except Closed:
            return

    def _leave(self) -> None:
        try:
            self._close_session()
        except CarrelError as error:
            _log.warning("a session could not be closed: %s", error.code)
        finally:
            self.stream.shut()
            self.stream.close()


def _internal(error: Exception) -> tuple[int, str, str]:
    """Our own failure: the log gets its kind and place, never its text, which may hold a value. That memory has run out is told as what it is."""
    if isinstance(error, MemoryError):
        return errors.wire(LimitReached("the server has no memory left for this statement", code="memory_limit", help="try again later"))
    number = secrets.token_hex(4)
    place = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:]))
    _log.error("internal error %s: %s at %s", number, type(error).__name__, place)
    return 1105, "HY000", f"internal error {number}"


_HANDLERS: Final[dict[int, Callable[[Connection, bytes], None]]] = {
    Command.INIT_DB: Connection._init_db,
    Command.QUERY: Connection._query,
    Command.FIELD_LIST: Connection._field_list,
    Command.STATISTICS: Connection._statistics,
    Command.PROCESS_KILL: Connection._process_kill,
    Command.PING: Connection._ping,
    Command.CHANGE_USER: Connection._change_user,
    Command.STMT_PREPARE: Connection._prepare,
    Command.STMT_EXECUTE: Connection._execute,
    Command.STMT_SEND_LONG_DATA: Connection._long_data,
    Command.STMT_CLOSE: Connection._close_statement,
    Command.STMT_RESET: Connection._reset_statement,
    Command.STMT_FETCH: Connection._fetch,
    Command.SET_OPTION: Connection._set_option,
    Command.RESET_CONNECTION: Connection._reset_connection,
}
