"""Payloads of the protocol: parsed from a client, made for one. No input or output here, and no decision.

Integers are little-endian. `lenenc`: length-encoded, 1, 3, 4 or 9 bytes. `text0`: ended by a zero byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Final

from carrel.doors.mysql.stream import WireError

SERVER_VERSION: Final = "10.11.0-MariaDB-carrel"
NATIVE: Final = "mysql_native_password"
SHA2: Final = "caching_sha2_password"
CLEAR: Final = "mysql_clear_password"


class Capability(IntFlag):
    """Flags of the handshake, 4 bytes."""

    LONG_PASSWORD = 1
    FOUND_ROWS = 1 << 1
    LONG_FLAG = 1 << 2
    CONNECT_WITH_DB = 1 << 3
    NO_SCHEMA = 1 << 4
    COMPRESS = 1 << 5
    LOCAL_FILES = 1 << 7
    IGNORE_SPACE = 1 << 8
    PROTOCOL_41 = 1 << 9
    INTERACTIVE = 1 << 10
    SSL = 1 << 11
    IGNORE_SIGPIPE = 1 << 12
    TRANSACTIONS = 1 << 13
    SECURE_CONNECTION = 1 << 15
    MULTI_STATEMENTS = 1 << 16
    MULTI_RESULTS = 1 << 17
    PS_MULTI_RESULTS = 1 << 18
    PLUGIN_AUTH = 1 << 19
    CONNECT_ATTRS = 1 << 20
    PLUGIN_AUTH_LENENC = 1 << 21
    SESSION_TRACK = 1 << 23
    DEPRECATE_EOF = 1 << 24


SERVER_CAPABILITIES: Final = (
    Capability.LONG_PASSWORD | Capability.FOUND_ROWS | Capability.LONG_FLAG | Capability.CONNECT_WITH_DB | Capability.NO_SCHEMA | Capability.IGNORE_SPACE
    | Capability.PROTOCOL_41 | Capability.INTERACTIVE | Capability.IGNORE_SIGPIPE | Capability.TRANSACTIONS | Capability.SECURE_CONNECTION
    | Capability.MULTI_STATEMENTS | Capability.MULTI_RESULTS | Capability.PS_MULTI_RESULTS | Capability.PLUGIN_AUTH | Capability.CONNECT_ATTRS
    | Capability.PLUGIN_AUTH_LENENC | Capability.SESSION_TRACK | Capability.DEPRECATE_EOF | Capability.COMPRESS | Capability.LOCAL_FILES
)
"""All that is spoken; SSL is added where there is a certificate."""


class Command(IntEnum):
    """First byte of a client's packet after the login."""

    QUIT = 0x01
    INIT_DB = 0x02
    QUERY = 0x03
    FIELD_LIST = 0x04
    STATISTICS = 0x09
    PROCESS_KILL = 0x0C
    PING = 0x0E
    CHANGE_USER = 0x11
    STMT_PREPARE = 0x16
    STMT_EXECUTE = 0x17
    STMT_SEND_LONG_DATA = 0x18
    STMT_CLOSE = 0x19
    STMT_RESET = 0x1A
    SET_OPTION = 0x1B
    STMT_FETCH = 0x1C
    RESET_CONNECTION = 0x1F


class Status(IntFlag):
    """Server status, 2 bytes."""

    NONE = 0
    AUTOCOMMIT = 0x0002
    MORE_RESULTS = 0x0008
    CURSOR_EXISTS = 0x0040
    LAST_ROW_SENT = 0x0080
    SESSION_STATE_CHANGED = 0x4000


class Reader:
    """Takes a payload apart from the left. Every method raises WireError where the payload is too short."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._payload) - self._at

    def take(self, length: int) -> bytes:
        if length > self.left:
            raise WireError(1047, "08S01", "WireError packet")
        self._at += length
        return self._payload[self._at - length : self._at]

    def integer(self, width: int) -> int:
        return int.from_bytes(self.take(width), "little")

    def lenenc(self) -> int:
        first = self.integer(1)
        if first < 0xFB:
            return first
        if first in (0xFB, 0xFF):
            raise WireError(1047, "08S01", "WireError packet")
        return self.integer({0xFC: 2, 0xFD: 3, 0xFE: 8}[first])

    def lenenc_bytes(self) -> bytes:
        return self.take(self.lenenc())

    def text0(self) -> bytes:
        """Up to a zero byte, which is taken too; where there is none, the rest."""
        end = self._payload.find(b"\0", self._at)
        if end < 0:
            return self.rest()
        found = self.take(end - self._at)
        self._at += 1
        return found

    def rest(self) -> bytes:
        return self.take(self.left)


def lenenc(number: int) -> bytes:
    if number < 0xFB:
        return number.to_bytes(1, "little")
    if number < 1 << 16:
        return b"\xfc" + number.to_bytes(2, "little")
    if number < 1 << 24:
        return b"\xfd" + number.to_bytes(3, "little")
    return b"\xfe" + number.to_bytes(8, "little")


def lenenc_bytes(value: bytes) -> bytes:
    return lenenc(len(value)) + value


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A client's handshake response, or the same parts of COM_CHANGE_USER.

    Attributes:
        collation: the number it asks for; 0 where it names none.
        response: to the salt, in its plugin's way.
        database: empty where none is asked for.
        plugin: empty where the client names none.
    """

    capabilities: Capability
    collation: int
    user: str
    response: bytes
    database: str
    plugin: str
    attributes: dict[str, str] = field(default_factory=dict)


def greeting(number: int, salt: bytes, capabilities: Capability, plugin: str) -> bytes:
    """Protocol::HandshakeV10. `salt` is 20 bytes."""
    low, high = capabilities & 0xFFFF, capabilities >> 16
    return b"".join((
        b"\x0a", SERVER_VERSION.encode(), b"\0", (number & 0xFFFFFFFF).to_bytes(4, "little"), salt[:8], b"\0", low.to_bytes(2, "little"),
        b"\x2d", Status.AUTOCOMMIT.to_bytes(2, "little"), high.to_bytes(2, "little"), b"\x15", bytes(10), salt[8:], b"\0", plugin.encode(), b"\0",
    ))


def wants_tls(payload: bytes) -> bool:
    """Whether a first packet is Protocol::SSLRequest: the first 32 bytes of a handshake response, with the flag."""
    return len(payload) == 32 and bool(int.from_bytes(payload[:4], "little") & Capability.SSL)


def parse_login(payload: bytes, offered: Capability) -> Login:
    """Protocol::HandshakeResponse41. Raises WireError for anything else, older protocols too."""
    reader = Reader(payload)
    capabilities = Capability(reader.integer(4) & offered)
    if not capabilities & Capability.PROTOCOL_41:
        raise WireError(1043, "08S01", "Bad handshake")
    reader.take(4)  # the longest packet that the client takes
    collation = reader.integer(1)
    reader.take(23)
    user = reader.text0()
    if capabilities & Capability.PLUGIN_AUTH_LENENC:
        response = reader.lenenc_bytes()
    elif capabilities & Capability.SECURE_CONNECTION:
        response = reader.take(reader.integer(1))
    else:
        response = reader.text0()
    database = reader.text0() if capabilities & Capability.CONNECT_WITH_DB else b""
    plugin = reader.text0() if capabilities & Capability.PLUGIN_AUTH else b""
    attributes = _attributes(reader) if capabilities & Capability.CONNECT_ATTRS else {}
    return Login(
        capabilities=capabilities, collation=collation, user=_text(user), response=response, database=_text(database), plugin=_text(plugin),
        attributes=attributes,
    )


def parse_change_user(payload: bytes, capabilities: Capability) -> Login:
    """COM_CHANGE_USER without its first byte."""
    reader = Reader(payload)
    user = reader.text0()
    response = reader.take(reader.integer(1))
    database = reader.text0()
    collation = reader.integer(2) if reader.left >= 2 else 0
    plugin = reader.text0() if capabilities & Capability.PLUGIN_AUTH and reader.left else b""
    attributes = _attributes(reader) if capabilities & Capability.CONNECT_ATTRS else {}
    return Login(
        capabilities=capabilities, collation=collation, user=_text(user), response=response, database=_text(database), plugin=_text(plugin),
        attributes=attributes,
    )


def auth_switch(plugin: str, salt: bytes) -> bytes:
    return b"\xfe" + plugin.encode() + b"\0" + salt + b"\0"


def auth_more(data: bytes) -> bytes:
    return b"\x01" + data


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What an OK or EOF packet says. `database`: the new one, for clients that track it."""

    status: Status = Status.AUTOCOMMIT
    affected: int = 0
    warnings: int = 0
    info: str = ""
    database: str | None = None


def ok(capabilities: Capability, ending: Ending, *, header: int = 0x00) -> bytes:
    tracked = bool(capabilities & Capability.SESSION_TRACK)
    status = ending.status | (Status.SESSION_STATE_CHANGED if tracked and ending.database is not None else Status.NONE)
    start = bytes((header,)) + lenenc(ending.affected) + b"\0" + status.to_bytes(2, "little") + min(ending.warnings, 0xFFFF).to_bytes(2, "little")
    info = ending.info.encode()
    if not tracked or ending.database is None:  # with its length in both, as MariaDB's server sends it and its clients read it
        return start + lenenc_bytes(info) if info else start
    change = b"\x01" + lenenc_bytes(lenenc_bytes(ending.database.encode()))
    return start + lenenc_bytes(info) + lenenc_bytes(change)


def eof(ending: Ending) -> bytes:
    return b"\xfe" + min(ending.warnings, 0xFFFF).to_bytes(2, "little") + ending.status.to_bytes(2, "little")


def end_of_rows(capabilities: Capability, ending: Ending) -> bytes:
    return ok(capabilities, ending, header=0xFE) if capabilities & Capability.DEPRECATE_EOF else eof(ending)


def error(number: int, state: str, text: str, capabilities: Capability = Capability.PROTOCOL_41) -> bytes:
    start = b"\xff" + number.to_bytes(2, "little")
    return start + (b"#" + state.encode() if capabilities & Capability.PROTOCOL_41 else b"") + text.encode("utf-8", "replace")[:4096]


def _attributes(reader: Reader) -> dict[str, str]:
    if not reader.left:
        return {}
    inner = Reader(reader.lenenc_bytes())
    found: dict[str, str] = {}
    while inner.left:
        key = _text(inner.lenenc_bytes())
        found[key] = _text(inner.lenenc_bytes())
    return found


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
