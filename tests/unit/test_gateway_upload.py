"""LOAD DATA LOCAL: what becomes of a client's file, whose it is, and when a client is asked for one at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from carrel.gateway import slots
from carrel.gateway.session import GatewaySession
from carrel.lake.work import WorkTables
from carrel.model.errors import CarrelError, LimitReached
from carrel.model.names import TableName
from carrel.model.queries import Done, Limits
from tests.mutants.stage import Stage, hear


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", "a key of thirty-two characters..")
        made = Stage(tmp_path_factory.mktemp("stage"))
        yield made
        made.close()


@pytest.fixture
def table(stage: Stage) -> Iterator[Stage]:
    assert not stage.ask("CREATE TABLE staging.t (a int, b varchar(3))").error
    yield stage
    stage.ask("DROP TABLE staging.t")


class Client:
    """Sends a file when it is asked; knows what it was asked for, and whether it is still."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.asked: list[str] = []
        self.open = False

    @contextmanager
    def files(self, name: str) -> Iterator[Iterator[bytes]]:
        self.asked.append(name)
        self.open = True
        try:
            yield self._sent()
        finally:
            self.open = False

    def _sent(self) -> Iterator[bytes]:
        yield from self.pieces


def load(session: GatewaySession, sql: str, client: Client) -> Done | str:
    """The answer, or the code of the refusal."""
    try:
        (answer,) = session.ask(sql, files=client.files)
    except CarrelError as error:
        return error.code
    assert isinstance(answer, Done)
    return answer


def loaded(stage: Stage, sql: str, *pieces: bytes, who: str = "ines", **options: Any) -> Done | str:
    with stage.session(who, "staging", **options) as session:
        return load(session, sql, Client(*pieces))


INTO = "LOAD DATA LOCAL INFILE 'x' INTO TABLE staging.t"


def test_rows_come_in_and_what_does_not_fit_is_bent_and_told(table: Stage) -> None:
    client = Client(b"1\ta", b"\n2\tlong\nx\n")
    with table.session("ines", "staging") as session:
        answer = load(session, "LOAD DATA LOCAL INFILE '/home/ann/it''s.txt' INTO TABLE t", client)
        assert isinstance(answer, Done)
        assert (answer.affected, answer.info) == (3, "Records: 3  Deleted: 0  Skipped: 0  Warnings: 3")
        assert hear(session, "SHOW WARNINGS").cells[1::3] == ["1265", "1366", "1261"]
    assert client.asked == ["/home/ann/it's.txt"]
    assert table.ask("SELECT * FROM staging.t").rows == [("1", "a"), ("2", "lon"), ("0", "NULL")]


def test_fields_go_where_the_statement_says(table: Stage) -> None:
    sql = INTO + " FIELDS TERMINATED BY ',' IGNORE 1 LINES (@x, @`y`, a) SET b = NULLIF(@X, '')"
    assert isinstance(loaded(table, sql, b"h\n,,1\nq,r,2\n"), Done)
    assert isinstance(loaded(table, INTO + " (a) SET b = UPPER('z')", b"3\n"), Done)
    assert table.ask("SELECT * FROM staging.t").rows == [("1", "NULL"), ("2", "q"), ("3", "Z")]


def test_strict_mode_refuses_by_row_and_keeps_nothing(table: Stage) -> None:
    client = Client(b"1\ta\n", b"2\tlong\n", b"3\tc\n")
    with table.session("ines", "staging") as session, pytest.raises(CarrelError, match="row 2"):
        list(session.ask("LOAD DATA LOCAL INFILE 'x' REPLACE INTO TABLE t", files=client.files))
    assert not client.open, "a door reads it to its end then"
    assert table.ask("SELECT COUNT(*) FROM staging.t").cells == ["0"]


@pytest.mark.parametrize("sql", [
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE staging.t", "LOAD XML LOCAL INFILE 'x' INTO TABLE staging.t",
    "LOAD DATA LOCAL INFILE 'x' INTO TABLE stagewiki.page",
    "LOAD DATA LOCAL INFILE 'x' INTO TABLE staging.nothing", "LOAD DATA LOCAL INFILE 'x' INTO TABLE staging.pavels", INTO + " (nothing)", INTO + " (a, a)",
    INTO + " (a, @x) SET b = CONCAT(@x, 'y')", INTO + " (a) SET b = RAND()", INTO + " (a) SET b = (SELECT MAX(page_id) FROM stagewiki.page)",
    INTO + " (a) SET b = user_password", INTO + " CHARACTER SET ucs2", INTO + " FIELDS TERMINATED BY ''",
    INTO + " FIELDS ENCLOSED BY 'ab'", INTO + " PARTITION (p)",
    "LOAD DATA LOCAL INFILE @x INTO TABLE staging.t", "LOAD DATA LOCAL INFILE CONCAT('a', 'b') INTO TABLE staging.t",
    "LOAD DATA LOCAL INFILE x INTO TABLE staging.t", "PREPARE s FROM 'LOAD DATA LOCAL INFILE ''x'' INTO TABLE staging.t'",
    "EXECUTE IMMEDIATE 'LOAD DATA LOCAL INFILE ''/etc/passwd'' INTO TABLE staging.t'",
    "LOAD INDEX INTO CACHE staging.t", INTO + " AS SELECT 1",
])  # fmt: skip
def test_a_client_is_not_asked_for_a_file_where_nothing_will_come_of_it(table: Stage, sql: str) -> None:
    table.ask("CREATE TABLE staging.pavels (a int)", "pavel")
    client = Client(b"1\ta\n")
    with table.session("ines", "staging") as session:
        hear(session, "SET @x = '/etc/passwd'")
        try:
            answers = list(session.ask(sql, files=client.files))
        except CarrelError:
            answers = []
    assert (answers, client.asked) == ([], [])
    table.ask("DROP TABLE staging.pavels", "pavel")


def test_who_offers_no_files_and_who_may_not_write_is_refused(table: Stage) -> None:
    assert table.ask(INTO).error == "local_infile"
    assert loaded(table, INTO, b"1\ta\n", who="pavel") == "access_refused"
    assert loaded(table, "LOAD DATA LOCAL INFILE 'x' INTO TABLE stagewiki.page", who="ines") == "access_refused"
    with table.session() as session, pytest.raises(CarrelError, match="cannot be prepared"):
        session.prepare(INTO)


def test_it_carries_what_the_session_has_read(stage: Stage) -> None:
    with stage.session("pavel", "staging") as session:
        assert not hear(session, "CREATE TABLE typed (a varchar(20), b int)").error
        hear(session, "SELECT clientIp FROM log.Edit_1")
        assert isinstance(load(session, "LOAD DATA LOCAL INFILE 'x' INTO TABLE typed (a)", Client(b"192.0.2.55\n")), Done)
    found = stage.app.catalog.table(TableName("staging", "typed"))
    assert found is not None
    assert [column.tags for column in found.columns] == [{"personal.ip", "restricted"}, {"restricted"}]
    copy = stage.app.parts.work and stage.app.parts.work.find(TableName("staging", "typed"))
    assert copy is not None
    assert "personal.ip" in copy.tags
    assert stage.last("pavel").action == "upload"
    stage.ask("DROP TABLE staging.typed", "pavel")


def test_it_is_looked_at_as_it_passes(stage: Stage) -> None:
    stage.forget()
    with stage.session("pavel", "staging") as session:
        assert not hear(session, "CREATE TABLE looked (a varchar(40), b varchar(40), c int)").error
        rows = b"plain\tx\t1\n" * 50_000 + b"plain\tann@mail.example\t2\n"
        assert isinstance(load(session, "LOAD DATA LOCAL INFILE 'x' INTO TABLE looked (a, b, c)", Client(rows)), Done)
        assert load(session, "LOAD DATA LOCAL INFILE 'x' INTO TABLE looked (a)", Client(b"plain\n$2y$10$abcdefghijklmnopqrstuv\n")) == "not_allowed"
        assert hear(session, "SELECT COUNT(*) FROM looked").cells == ["50001"]
    found = stage.app.catalog.table(TableName("staging", "looked"))
    assert found is not None
    assert [column.tags for column in found.columns] == [{"restricted"}, {"personal.email", "restricted"}, {"restricted"}]
    stage.ask("DROP TABLE staging.looked", "pavel")


def test_too_much_too_long_and_too_many_are_refused_and_the_file_is_read_to_its_end(table: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: WorkTables, *_: Any, **__: Any) -> None:
        raise LimitReached("the table takes more room than yours may", code="row_limit")

    client = Client(b"1\ta\n", b"2\tb\n", b"3\tc\n")
    with monkeypatch.context() as patch, table.session("ines", "staging") as session:
        patch.setattr(WorkTables, "check_room", full)
        assert load(session, INTO, client) == "row_limit"
        assert not client.open
    assert loaded(table, INTO, b"1\ta\n", limits=Limits(time=timedelta(0))) == "time_limit"
    monkeypatch.setattr(slots, "PER_PERSON", 0)
    client = Client(b"1\ta\n")
    with table.session("ines", "staging") as session:
        assert (load(session, INTO, client), client.asked) == ("too_many", [])
    assert table.ask("SELECT COUNT(*) FROM staging.t").cells == ["0"]


def test_a_statement_that_is_stopped_keeps_nothing(table: Stage) -> None:
    with table.session("ines", "staging") as session:
        class Stopping(Client):
            def _sent(self) -> Iterator[bytes]:
                yield b"1\ta\n"
                session.cancel()
                yield b"2\tb\n"

        assert load(session, INTO, Stopping()) == "cancelled"
    assert table.ask("SELECT COUNT(*) FROM staging.t").cells == ["0"]
