"""Mutants of files that clients send: when one is asked for, what its rows carry, and that nothing half-done stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from carrel.model.errors import CarrelError, Unavailable
from carrel.model.names import TableName
from tests.mutants.mutant import Mutant
from tests.mutants.stage import Stage, hear
from tests.mutants.switch import change, nothing, put

_UPLOAD: Final = "carrel.gateway.writing.upload"
_INTO: Final = "LOAD DATA LOCAL INFILE 'x' INTO TABLE staging.file"


class _Client:
    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.asked: list[str] = []

    @contextmanager
    def files(self, name: str) -> Iterator[Iterator[bytes]]:
        self.asked.append(name)
        yield iter(self.pieces)


def _load(stage: Stage, client: _Client, sql: str = _INTO, who: str = "ines", before: str = "", **parts: Any) -> None:
    with stage.session(who, None, **parts) as session:
        if before:
            hear(session, before)
        with suppress(CarrelError):
            list(session.ask(sql, files=client.files))


def only_its_owner_fills_a_table(stage: Stage) -> Iterator[str]:
    """Nobody's file comes into another's table, and nobody is asked for a file that nothing will come of."""
    stage.ask("CREATE TABLE staging.file (a int)")
    client = _Client(b"1\n")
    _load(stage, client, who="pavel")
    if client.asked or stage.ask("SELECT COUNT(*) FROM staging.file").cells != ["0"]:
        yield "pavel's file"
    stage.ask("DROP TABLE staging.file")


def what_a_session_has_read_is_in_the_file_that_it_sends(stage: Stage) -> Iterator[str]:
    """A file that a client sends after its session has read personal data counts as that."""
    stage.ask("CREATE TABLE staging.file (a varchar(20))", "pavel")
    _load(stage, _Client(b"fifty-five\n"), who="pavel", before="SELECT clientIp FROM log.Edit_1")
    table = stage.app.catalog.table(TableName("staging", "file"))
    if table is None or "personal.ip" not in table.columns[0].tags:
        yield "untagged"
    stage.ask("DROP TABLE staging.file", "pavel")


def a_prepared_text_asks_for_no_file(stage: Stage) -> Iterator[str]:
    """A name that is put together when a statement runs is no name that the client wrote: no file is asked for by EXECUTE."""
    stage.ask("CREATE TABLE staging.file (a int)")
    for sql in (f"EXECUTE IMMEDIATE '{_INTO.replace(chr(39), chr(39) * 2)}'", "EXECUTE IMMEDIATE @text"):
        client = _Client(b"1\n")
        _load(stage, client, sql, before=f'SET @text = "{_INTO}"')
        if client.asked:
            yield sql
    stage.ask("DROP TABLE staging.file")


def a_file_is_asked_for_when_that_is_on_record(stage: Stage) -> Iterator[str]:
    """Where the audit cannot be written, no client is asked for a file."""

    class Broken:
        def begin(self, _: object) -> int:
            raise Unavailable("the audit")

        def finish(self, *_: object) -> None:
            pass

    stage.ask("CREATE TABLE staging.file (a int)")
    client = _Client(b"1\n")
    _load(stage, client, audit=Broken())
    if client.asked:
        yield "asked"
    stage.ask("DROP TABLE staging.file")


def a_value_that_does_not_fit_is_refused_where_that_is_asked(stage: Stage) -> Iterator[str]:
    """With REPLACE, a file with one value that does not fit leaves nothing."""
    stage.ask("CREATE TABLE staging.file (a int)")
    _load(stage, _Client(b"1\nx\n"), _INTO.replace("'x' INTO", "'x' REPLACE INTO"))
    if stage.ask("SELECT COUNT(*) FROM staging.file").cells != ["0"]:
        yield "half of it"
    stage.ask("DROP TABLE staging.file")


MUTANTS: Final = (
    Mutant(
        name="upload: whose table", killer=only_its_owner_fills_a_table,
        switch=change("carrel.gateway.deeds:Deeds.require", "if not decision.allowed:", "if False:", "that a file comes into one's own table alone"),
    ),
    Mutant(
        name="upload: what was read", killer=what_a_session_has_read_is_in_the_file_that_it_sends,
        switch=change(f"{_UPLOAD}:_planned", "[writer.asking.inherited.written]", "[Provenance()]", "that a file's rows carry what was read"),
    ),
    Mutant(
        name="upload: prepared", killer=a_prepared_text_asks_for_no_file,
        switch=change("carrel.gateway.prepared:NamedStatements.only", 'found[0].verb == "LOAD"', "False", "that EXECUTE sends no file"),
    ),
    Mutant(
        name="upload: on record", killer=a_file_is_asked_for_when_that_is_on_record,
        switch=change(
            "carrel.gateway.deeds:Deeds.deed", "self.asking.begin(begin)", 'self.asking.begin(begin) if self.what.deed.value != "upload" else (lambda _: None)',
            "that a file has a row in the audit first",
        ),
    ),
    Mutant(
        name="upload: strict", killer=a_value_that_does_not_fit_is_refused_where_that_is_asked,
        switch=put("carrel.gateway.bending:Sink.settle", lambda _: nothing, "that REPLACE refuses what does not fit"),
    ),
)
