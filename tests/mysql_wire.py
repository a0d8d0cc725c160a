"""A MySQL client made of bare packets, for comparing what two servers send and for saying what no real client would."""

from __future__ import annotations

import hashlib
import socket
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from carrel.doors.mysql.packets import Capability, Reader

CAPABILITIES = (
    Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH | Capability.MULTI_STATEMENTS | Capability.MULTI_RESULTS
    | Capability.CONNECT_WITH_DB | Capability.LONG_FLAG | Capability.TRANSACTIONS | Capability.PS_MULTI_RESULTS
)


def native_response(password: str, salt: bytes) -> bytes:
    """SHA1(password) XOR SHA1(salt + SHA1(SHA1(password)))."""
    if not password:
        return b""
    stage1 = hashlib.sha1(password.encode()).digest()
    mask = hashlib.sha1(salt + hashlib.sha1(stage1).digest()).digest()
    return bytes(a ^ b for a, b in zip(stage1, mask, strict=True))


def sha2_response(password: str, salt: bytes) -> bytes:
    """SHA256(password) XOR SHA256(SHA256(SHA256(password)) + salt)."""
    stage1 = hashlib.sha256(password.encode()).digest()
    mask = hashlib.sha256(hashlib.sha256(stage1).digest() + salt).digest()
    return bytes(a ^ b for a, b in zip(stage1, mask, strict=True))


@dataclass(frozen=True)
class Definition:
    """A column definition as it stands in the packet."""

    schema: str
    table: str
    org_table: str
    name: str
    org_name: str
    charset: int
    length: int
    type: int
    flags: int
    decimals: int
    default: bytes | None = None


@dataclass
class Result:
    """One answer: `columns` and `rows` (raw payloads), or an OK, or an error."""

    columns: list[Definition]
    rows: list[bytes]
    end: bytes
    error: tuple[int, str, str] | None = None

    def cells(self) -> list[list[bytes | None]]:
        return [text_row(row) for row in self.rows]

    @property
    def status(self) -> int:
        return int.from_bytes(self.end[3:5], "little")


def text_row(payload: bytes) -> list[bytes | None]:
    reader = Reader(payload)
    cells: list[bytes | None] = []
    while reader.left:
        if payload[len(payload) - reader.left] == 0xFB:
            reader.take(1)
            cells.append(None)
        else:
            cells.append(reader.lenenc_bytes())
    return cells


def parse_definition(payload: bytes, *, default: bool = False) -> Definition:
    reader = Reader(payload)
    _, schema, table, org_table, name, org_name = (reader.lenenc_bytes().decode() for _ in range(6))
    reader.lenenc()
    charset, length, kind, flags, decimals = reader.integer(2), reader.integer(4), reader.integer(1), reader.integer(2), reader.integer(1)
    reader.take(2)
    value = None
    if default and reader.left and payload[len(payload) - reader.left] != 0xFB:
        value = reader.lenenc_bytes()
    return Definition(schema, table, org_table, name, org_name, charset, length, kind, flags, decimals, value)


def parse_error(payload: bytes) -> tuple[int, str, str]:
    number = int.from_bytes(payload[1:3], "little")
    if payload[3:4] == b"#":
        return number, payload[4:9].decode(), payload[9:].decode()
    return number, "", payload[3:].decode()


class Wire:
    """A connection of bare packets."""

    def __init__(self, port: int, *, capabilities: Capability = CAPABILITIES, timeout: float = 20.0) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.capabilities = capabilities
        self.sequence = 0
        self.number = 0
        self.salt = b""
        self.told: list[Definition] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.socket.close()

    def receive(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            chunk = self.socket.recv(length - len(data))
            if not chunk:
                raise ConnectionError("closed")
            data += chunk
        return data

    def read(self) -> bytes:
        payload = b""
        while True:
            header = self.receive(4)
            length = int.from_bytes(header[:3], "little")
            assert header[3] == self.sequence, (header[3], self.sequence)
            self.sequence = (header[3] + 1) & 0xFF
            payload += self.receive(length)
            if length < 0xFFFFFF:
                return payload

    def write(self, payload: bytes) -> None:
        for start in range(0, len(payload) + 1, 0xFFFFFF):
            chunk = payload[start : start + 0xFFFFFF]
            self.socket.sendall(len(chunk).to_bytes(3, "little") + bytes([self.sequence]) + chunk)
            self.sequence = (self.sequence + 1) & 0xFF

    def greet(self) -> None:
        reader = Reader(self.read())
        assert reader.integer(1) == 10
        reader.text0()
        self.number = reader.integer(4)
        self.salt = reader.take(8)
        reader.take(1 + 2 + 1 + 2 + 2 + 1 + 10)
        self.salt += reader.take(12)

    def encrypt(self, collation: int = 45) -> None:
        self.capabilities |= Capability.SSL
        self.write(int(self.capabilities).to_bytes(4, "little") + (1 << 24).to_bytes(4, "little") + bytes([collation]) + bytes(23))
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)

    def respond(self, user: str, response: bytes, *, database: str = "", plugin: str = "mysql_native_password", collation: int = 45) -> None:
        self.write(
            int(self.capabilities).to_bytes(4, "little") + (1 << 24).to_bytes(4, "little") + bytes([collation]) + bytes(23) + user.encode() + b"\0"
            + bytes([len(response)]) + response + database.encode() + b"\0" + plugin.encode() + b"\0"
        )

    def login(self, user: str, password: str, *, database: str = "", collation: int = 45, tls: bool = False) -> bytes:
        """Logs in by mysql_native_password and returns the answer's payload."""
        self.greet()
        if tls:
            self.encrypt(collation)
        self.respond(user, native_response(password, self.salt), database=database, collation=collation)
        return self.read()

    def command(self, payload: bytes) -> None:
        self.sequence = 0
        self.write(payload)

    def query(self, text: str | bytes) -> list[Result]:
        self.command(b"\x03" + (text.encode() if isinstance(text, str) else text))
        return self.results()

    def results(self) -> list[Result]:
        found = [self.result()]
        while found[-1].error is None and found[-1].status & 8:
            found.append(self.result())
        return found

    def result(self) -> Result:
        first = self.read()
        if first[0] == 0xFF:
            return Result([], [], first, parse_error(first))
        if first[0] == 0x00:
            reader = Reader(first)
            reader.take(1)
            reader.lenenc()
            reader.lenenc()
            status, warnings = reader.take(2), reader.take(2)
            return Result([], [], b"\0" + warnings + status + reader.rest())
        columns = [parse_definition(self.read()) for _ in range(Reader(first).lenenc())]
        if not self.capabilities & Capability.DEPRECATE_EOF:
            assert self.read()[0] == 0xFE
        rows: list[bytes] = []
        while True:
            payload = self.read()
            if payload[0] == 0xFF:
                return Result(columns, rows, payload, parse_error(payload))
            if payload[0] == 0xFE and len(payload) < 0xFFFFFF:
                return Result(columns, rows, payload if len(payload) == 5 else b"\xfe" + payload[5:7] + payload[3:5])
            rows.append(payload)

    def prepare(self, text: str) -> tuple[int, int, int] | tuple[int, str, str]:
        """COM_STMT_PREPARE: the statement's number, how many columns and parameters it has; `told` holds the parameters, then the columns."""
        self.command(b"\x16" + text.encode())
        first = self.read()
        if first[0] == 0xFF:
            return parse_error(first)
        reader = Reader(first[1:])
        number, columns, parameters = reader.integer(4), reader.integer(2), reader.integer(2)
        self.told = []
        for count in (parameters, columns):
            self.told += [parse_definition(self.read()) for _ in range(count)]
            if count and not self.capabilities & Capability.DEPRECATE_EOF:
                assert self.read()[0] == 0xFE
        return number, columns, parameters

    def open_cursor(self, number: int, values: bytes = b"") -> Result:
        """COM_STMT_EXECUTE for a read-only cursor: the columns, and the end that stands after them."""
        self.command(b"\x17" + number.to_bytes(4, "little") + b"\1" + b"\1\0\0\0" + values)
        first = self.read()
        if first[0] == 0xFF:
            return Result([], [], first, parse_error(first))
        columns = [parse_definition(self.read()) for _ in range(Reader(first).lenenc())]
        end = self.read()
        return Result(columns, [], end if len(end) == 5 else b"\xfe" + end[5:7] + end[3:5])

    def fetch(self, number: int, count: int) -> Result:
        """COM_STMT_FETCH: binary rows and their end."""
        self.command(b"\x1c" + number.to_bytes(4, "little") + count.to_bytes(4, "little"))
        rows: list[bytes] = []
        while True:
            payload = self.read()
            if payload[0] == 0xFF:
                return Result([], rows, payload, parse_error(payload))
            if payload[0] == 0xFE:
                return Result([], rows, payload if len(payload) == 5 else b"\xfe" + payload[5:7] + payload[3:5])
            rows.append(payload)

    def execute(self, number: int, values: bytes = b"") -> list[Result]:
        """COM_STMT_EXECUTE; `values` as they stand after the iteration count. The rows are binary."""
        self.command(b"\x17" + number.to_bytes(4, "little") + b"\0" + b"\1\0\0\0" + values)
        return self.results()

    def fields(self, table: str) -> list[Definition] | tuple[int, str, str]:
        """COM_FIELD_LIST."""
        self.command(b"\x04" + table.encode() + b"\0")
        found: list[Definition] = []
        while True:
            payload = self.read()
            if payload[0] == 0xFF:
                return parse_error(payload)
            if payload[0] == 0xFE:
                return found
            found.append(parse_definition(payload, default=True))


__all__ = ["CAPABILITIES", "Definition", "Result", "Wire", "native_response", "parse_definition", "parse_error", "sha2_response", "text_row"]
