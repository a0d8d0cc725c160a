"""Reads a dump statement by statement: tables from CREATE TABLE, rows from INSERT and REPLACE, and nothing that it does not understand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow as pa

from carrel.io.streams import open_stream
from carrel.model.ports import SourceTable
from carrel.sources.sql_dump import literals
from carrel.sources.sql_dump.charsets import UnknownCharset, decoders
from carrel.sources.sql_dump.definition import Definition, parse
from carrel.sources.sql_dump.marks import Mark
from carrel.sources.sql_dump.rows import Rows
from carrel.sources.sql_dump.tokens import BadDefinition
from carrel.sources.sql_dump.window import Window

_NAME: Final = rb"(?:`(?:[^`]|``)+`|[\w$]+)"
_INSERT: Final = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:(?:IGNORE|DELAYED|LOW_PRIORITY)\s+)*(?:INTO\s+)?(?:" + _NAME + rb"\s*\.\s*)?(?P<table>" + _NAME + rb")\s*"
    rb"(?:\((?P<columns>\s*" + _NAME + rb"\s*(?:,\s*" + _NAME + rb"\s*)*)\)\s*)?VALUES?\s*(?=\()",
    re.IGNORECASE,
)
_BLANK: Final = re.compile(rb"\s+|--(?:[ \t\r][^\n]*)?\n|#[^\n]*\n|/\*(?![!M]).*?\*/|/\*!?\*/", re.DOTALL)
_LAST_COMMENT: Final = re.compile(rb"(?:--(?:[ \t\r][^\n]*)?|#[^\n]*)\Z")
_EXECUTABLE: Final = re.compile(rb"/\*M?!(?P<version>\d*)(?P<body>.*?)\*/", re.DOTALL)
_PIECE: Final = (
    rb"(?:[^;'\"`/#\\-]++|" + literals.STRING + rb"|" + literals.QUOTED + rb"|`(?:[^`]|``)*+`|/\*.*?\*/|--[ \t][^\n]*\n|#[^\n]*\n|[/\\-])*+"
)
_STATEMENT: Final = re.compile(_PIECE + rb";", re.DOTALL)
_SKIPPED: Final = re.compile(
    rb"(?:SET|(?:DO|SELECT)\s+SETVAL|LOCK\s+TABLES?|UNLOCK\s+TABLES?|USE|GRANT|REVOKE|FLUSH|START\s+TRANSACTION|BEGIN|COMMIT|CHANGE\s+(?:MASTER|REPLICATION)|ANALYZE"
    rb"|CREATE\s+(?:DATABASE|SCHEMA|VIEW|(?:OR\s+REPLACE\s+)?(?:ALGORITHM|DEFINER|SQL|VIEW)|TRIGGER|PROCEDURE|FUNCTION|EVENT|USER|ROLE|SEQUENCE)"
    rb"|DROP\s+(?:DATABASE|SCHEMA|TABLE|TEMPORARY|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|SEQUENCE)|ALTER\s+DATABASE"
    rb"|ALTER\s+TABLE\s+" + _NAME + rb"\s+(?:DISABLE|ENABLE)\s+KEYS)\b",
    re.IGNORECASE,
)
"""Statements that change no row of a table: a loader has nothing to do for them."""

_SKIPPED_BODY: Final = re.compile(
    rb"(?:\\-|CREATE\s*$|CREATE\s+(?:TABLE|ALGORITHM\S*|SQL\s+SECURITY\s+\w+)\b|DEFINER\b|SQL\s+SECURITY"
    rb"|VIEW\b|TRIGGER\b|PROCEDURE\b|FUNCTION\b|EVENT\b|CALL\s+mysql\.)",
    re.IGNORECASE,
)
"""What executable comments hold besides: MariaDB's sandbox line; views, triggers and routines in pieces. `CREATE TABLE` in one stands in for a view."""

_NO_TABLE: Final = re.compile(
    rb"^\s*(?:(?:/\*M?!\d*\s*)?CREATE\b(?:\s|\*/|/\*M?!\d*|OR\s+REPLACE|AGGREGATE|ALGORITHM\s*=\s*\w+|DEFINER\s*=\s*\S+|SQL\s+SECURITY\s+\w+)*+)?"
    rb"(?P<kind>VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|SEQUENCE)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:" + _NAME + rb"\s*\.\s*)?(?P<name>" + _NAME + rb")",
    re.IGNORECASE | re.MULTILINE,
)
"""What makes something that is no table: a whole statement, or the last piece of one in executable comments."""

_NAMES: Final = re.compile(rb"SET\s+NAMES\s+'?(\w+)", re.IGNORECASE)
_MODE: Final = re.compile(rb"SQL_MODE\s*=.*?(NO_BACKSLASH_ESCAPES|ANSI_QUOTES|\bANSI\b)", re.IGNORECASE)
_DROP: Final = re.compile(rb"DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:" + _NAME + rb"\s*\.\s*)?(" + _NAME + rb")", re.IGNORECASE)
_DELIMITER: Final = re.compile(rb"DELIMITER[ \t]+(\S+)[ \t]*\r?\n", re.IGNORECASE)
_CREATE: Final = re.compile(rb"CREATE\s+TABLE\b", re.IGNORECASE)
_AHEAD: Final = 1 << 16
_LONGEST: Final = 64 << 20


def tables(
    file: Path, database: str, progress: Callable[[int], None], *, resume: str | None = None, passed_over: Callable[[str], None] = lambda _: None,
) -> Iterator[SourceTable]:
    """The tables of a dump with their rows, in the file's order; see `model.ports.Source`."""
    with open_stream(file) as stream:
        reader = _Reader(Window(stream, progress), database, passed_over)
        if resume is not None:
            yield from reader.resume(Mark.from_text(resume))
        yield from reader.tables()


class _Reader:
    def __init__(self, window: Window, database: str, passed_over: Callable[[str], None]) -> None:
        self._window = window
        self._passed_over = passed_over
        self._passed: list[str] = []
        self._database = database
        self._definitions: dict[str, Definition] = {}
        self._created: list[bytes] = []
        self._charset = "utf8mb4"
        self._rows_read: Rows | None = None
        self._heading = b""

    def resume(self, mark: Mark) -> Iterator[SourceTable]:
        """Goes to the place of a mark; yields the rows that are left of the INSERT in whose middle it lies."""
        window = self._window
        for text in mark.created:
            self._define(text, window.position)
        for what in mark.passed:
            self._pass_over(what)
        self._charset = mark.charset
        window.skip(mark.at)
        if match := _INSERT.match(mark.heading + b"("):
            definition = self._defined(match)
            yield self._table(definition, partial(self._rows, definition, match, comma=mark.comma))

    def _table(self, definition: Definition, batches: Callable[[], Iterator[pa.RecordBatch]]) -> SourceTable:
        return SourceTable(table=definition.table, batches=batches, mark=self._mark)

    def _mark(self) -> str | None:
        rows = self._rows_read
        mark = Mark(at=self._window.position, charset=self._charset, created=self._created, passed=self._passed)
        if rows is None:
            return mark.as_text()
        return None if rows.pending else replace(mark, heading=self._heading, comma=rows.comma).as_text()

    def _pass_over(self, what: str) -> None:
        if what not in self._passed:
            self._passed.append(what)
            self._passed_over(what)

    def _tell(self, text: bytes) -> None:
        """Names what is made by a statement, or by some, and is no table."""
        for match in _NO_TABLE.finditer(text):
            self._pass_over(f"{match.group('kind').decode().lower()} {_bare(match.group('name'))}")

    def tables(self) -> Iterator[SourceTable]:
        window = self._window
        while self._skip_blank():
            if match := _INSERT.match(window.data, window.at):
                definition = self._defined(match)
                yield self._table(definition, partial(self._rows, definition))
            elif window.data.startswith((b"/*!", b"/*M!"), window.at):
                self._executable()
            elif match := _DELIMITER.match(window.data, window.at):
                self._skip_routines(match)
            else:
                definition_ = self._statement()
                if definition_ is not None:
                    yield self._table(definition_, lambda: iter(()))
        if not self._definitions:
            raise window.bad("no CREATE TABLE in the file: it is not a dump of MySQL or MariaDB")

    def _rows(self, definition: Definition, within: re.Match[bytes] | None = None, *, comma: bool = True) -> Iterator[pa.RecordBatch]:
        """The rows of this INSERT and of those for the same table that follow it at once.

        Args:
            within: the heading of an INSERT in whose middle the window stands, `comma` whether right after a comma.
        """
        window = self._window
        rows: Rows | None = None
        columns: bytes | None = None
        while (match := within or _INSERT.match(window.data, window.at)) and self._defined(match) is definition:
            if rows is None or match.group("columns") != columns:
                if rows is not None and rows.pending:
                    yield rows.flush(window)
                columns = match.group("columns")
                rows = self._reader(definition, match)
            if match is not within:
                window.at = match.end()
            self._rows_read, self._heading = rows, match.group()
            yield from rows.read(window, match.group(), comma=comma or match is not within)
            window.at += 1
            self._rows_read, within = None, None
            if not self._skip_blank():
                break
        if rows is not None and rows.pending:
            yield rows.flush(window)

    def _reader(self, definition: Definition, match: re.Match[bytes]) -> Rows:
        names = [_bare(name) for name in re.findall(_NAME, match.group("columns") or b"")]
        try:
            return Rows(definition, names, decoders(definition, self._charset))
        except KeyError as error:
            raise self._window.bad(f"INSERT names a column that `{definition.table.name.table}` does not have: `{error.args[0]}`") from None
        except UnknownCharset as error:
            raise self._window.bad(
                f"text in the character set `{error}`, which cannot be read", help="make the dump with --default-character-set=utf8mb4",
            ) from None

    def _defined(self, match: re.Match[bytes]) -> Definition:
        name = _bare(match.group("table"))
        definition = self._definitions.get(name)
        if definition is None:
            raise self._window.bad(f"rows for the table `{name}`, but the file has no CREATE TABLE for it before them", match.start())
        return definition

    def _skip_blank(self) -> bool:
        """Goes to the next statement. False at the end of the file."""
        window = self._window
        while True:
            window.ensure(_AHEAD)
            if window.at >= len(window.data):
                return False
            match = _BLANK.match(window.data, window.at)
            if match is None and window.ended:
                match = _LAST_COMMENT.match(window.data, window.at)
            if match is not None:
                window.at = match.end()
            elif window.data.startswith(b";", window.at):
                window.at += 1
            else:
                return True

    def _executable(self) -> None:
        """`/*!40101 SET … */`: what stands in it must be something that can be skipped."""
        window = self._window
        while (match := _EXECUTABLE.match(window.data, window.at)) is None:
            if len(window.data) - window.at > _LONGEST or not window.more():
                raise window.bad("an executable comment that does not end", help="fetch the file again")
        body = match.group("body").strip()
        if not (_SKIPPED.match(body) or _SKIPPED_BODY.match(body)):
            raise window.bad(f"an executable comment that a dump of tables does not have: `{_word(body)}`")
        self._note(body)
        window.at = match.end()
        if not window.data.startswith(b";", window.at):
            self._rest_of(body)

    def _rest_of(self, body: bytes) -> None:
        """A view or trigger may go on in plain text up to its semicolon; other comments end where they end."""
        if re.match(rb"CREATE\b|VIEW\b", body, re.IGNORECASE):
            self._read_statement()

    def _skip_routines(self, match: re.Match[bytes]) -> None:
        """From `DELIMITER ;;` to `DELIMITER ;`: triggers and routines."""
        window = self._window
        window.at = match.end()
        while True:
            end = re.compile(rb"^DELIMITER[ \t]+;[ \t]*\r?\n?", re.IGNORECASE | re.MULTILINE).search(window.data, window.at)
            if end is not None:
                self._tell(window.data[window.at:end.start()])
                window.at = end.end()
                return
            if len(window.data) - window.at > _LONGEST or not window.more():
                raise window.bad("DELIMITER is not set back: the file is cut", help="fetch the file again")

    def _statement(self) -> Definition | None:
        """Reads a statement that holds no rows; a definition where it is CREATE TABLE."""
        window = self._window
        start = window.position
        text = self._read_statement()
        if _CREATE.match(text):
            return self._define(text, start)
        if not _SKIPPED.match(text):
            raise window.bad_at(start, f"a statement that a dump of tables does not have: `{_word(text)}`")
        self._note(text)
        return None

    def _read_statement(self) -> bytes:
        window = self._window
        while (match := _STATEMENT.match(window.data, window.at)) is None:
            if len(window.data) - window.at > _LONGEST or not window.more():
                raise window.bad(f"the file ends in the middle of a statement: `{_word(window.data[window.at:])}`", help="fetch the file again")
        window.at = match.end()
        return match.group()

    def _define(self, text: bytes, start: int) -> Definition:
        try:
            definition = parse(text, self._database)
        except BadDefinition as error:
            raise self._window.bad_at(start + error.at, error.reason) from None
        name = definition.table.name.table
        if name in self._definitions:
            raise self._window.bad_at(start, f"the file makes the table `{name}` twice", help="load each database of the file on its own")
        self._definitions[name] = definition
        self._created.append(text)
        return definition

    def _note(self, text: bytes) -> None:
        """What a skipped statement makes, and says about those that follow."""
        self._tell(text)
        if match := _NAMES.match(text):
            self._charset = match.group(1).decode().lower()
        elif match := _MODE.search(text):
            raise self._window.bad(f"the dump is written in the SQL mode {match.group(1).decode()}", help="make the dump with the default SQL mode")
        elif (match := _DROP.match(text)) and _bare(match.group(1)) in self._definitions:
            raise self._window.bad(f"the file drops the table `{_bare(match.group(1))}` after it has filled it")


def _bare(name: bytes) -> str:
    text = name.decode("utf-8", "replace")
    return text[1:-1].replace("``", "`") if text.startswith("`") else text


def _word(text: bytes) -> str:
    """The first words of a statement, for a message: keywords and names, never a value."""
    match = re.match(rb"[A-Za-z_]+(?:\s+[A-Za-z_]+)?", text)
    return match.group().decode() if match else "unreadable"
