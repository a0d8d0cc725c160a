"""Prepared statements of real clients on a real instance: columns at PREPARE, cursors, statements under a name, EXPLAIN; each has its row in the audit."""

from __future__ import annotations

import json
import subprocess

import pytest

from carrel.doors.mysql.packets import Capability
from tests.instance import Instance
from tests.mysql_wire import CAPABILITIES, Wire
from tests.shared import program

pytestmark = pytest.mark.system

WHO, WIKI = "ines", "samplewiki"


def wire_of(instance: Instance, who: str = WHO, capabilities: Capability = CAPABILITIES) -> Wire:
    wire = Wire(instance.port("mysql"), capabilities=capabilities)
    assert wire.login(who, instance.credential(who)["password"], database=WIKI)[0] == 0
    return wire


def actions(instance: Instance) -> list[str]:
    """Newest first."""
    return [entry["action"] for entry in json.loads(instance.carrel("audit", "search", "--person", WHO, "--json").stdout) if entry.get("action")]


def test_prepare_tells_the_columns_that_execute_will_tell(sample_instance: Instance) -> None:
    with wire_of(sample_instance) as wire:
        for text in (
            "SELECT page_id, page_title FROM page WHERE page_id > ? LIMIT ?", "SELECT count(*), max(rev_timestamp) FROM revision WHERE rev_page = ?",
            "SHOW TABLES", "DESCRIBE page",
        ):
            number, _, parameters = wire.prepare(text)
            told = wire.told[int(parameters) :]
            values = b"\0\1\x08\0\x08\0" + (1).to_bytes(8, "little") * 2 if parameters == 2 else b"\0\1\x08\0" + (1).to_bytes(8, "little")
            got = wire.execute(int(number), values if parameters else b"")[0]
            assert got.error is None
            assert [(column.name, column.type) for column in told] == [(column.name, column.type) for column in got.columns], text
        assert wire.prepare("SET @a = 1")[1:] == (0, 0)


@pytest.mark.parametrize(("text", "number"), [
    ("SELECT user_password FROM user", 1142), ("SELECT * FROM nothing_here", 1146), ("SELECT nothing_here FROM page", 1054), ("SELECT FROM", 1064),
    ("INSERT INTO page VALUES (?)", 1142), ("CREATE TABLE page AS SELECT 1", 1142), ("DROP TABLE nothing_here.t", 1049), ("UPDATE page SET page_id = ?", 1142),
    ("EXECUTE s", 1235), ("SELECT 1; SELECT 2", 1064),
])
def test_prepare_refuses_what_execute_would(sample_instance: Instance, text: str, number: int) -> None:
    with wire_of(sample_instance) as wire:
        assert wire.prepare(text)[0] == number


def test_prepare_execute_and_explain_have_their_rows_in_the_audit(sample_instance: Instance) -> None:
    with wire_of(sample_instance) as wire:
        number = int(wire.prepare("SELECT page_id FROM page LIMIT 1")[0])
        wire.execute(number)
        wire.query("EXPLAIN SELECT page_id FROM page")
        assert actions(sample_instance)[:3] == ["show", "query", "prepare"]


def test_execute_decides_anew(sample_instance: Instance) -> None:
    with wire_of(sample_instance, "mei") as wire:
        number = int(wire.prepare("SELECT count(*) FROM page")[0])
        assert wire.execute(number)[0].error is None
        sample_instance.carrel("user", "suspend", "mei", "--reason", "a test")
        try:
            assert (wire.execute(number)[0].error or (0,))[0] == 1142
        finally:
            sample_instance.carrel("user", "resume", "mei")


def test_a_cursor_streams_and_other_statements_run_beside_it(sample_instance: Instance) -> None:
    with wire_of(sample_instance) as wire:
        number = int(wire.prepare("SELECT a.rev_id FROM revision a, revision b, revision c")[0])
        assert wire.open_cursor(number).error is None
        assert len(wire.fetch(number, 10).rows) == 10
        assert wire.query("SELECT 1")[0].cells() == [[b"1"]]
        assert len(wire.fetch(number, 10_000).rows) == 10_000
        wire.command(b"\x1a" + number.to_bytes(4, "little"))
        assert wire.read()[0] == 0


def test_an_open_cursor_ends_with_the_rights_of_its_person(sample_instance: Instance) -> None:
    with wire_of(sample_instance) as wire:
        number = int(wire.prepare("SELECT rev_id FROM revision")[0])
        assert wire.open_cursor(number).error is None
        assert len(wire.fetch(number, 1).rows) == 1
        sample_instance.carrel("user", "suspend", WHO, "--reason", "a test")
        try:
            error = wire.fetch(number, 1).error
            assert error is not None
            assert error[0] == 1142
        finally:
            sample_instance.carrel("user", "resume", WHO)
        again = wire.fetch(number, 1).error
        assert again is not None
        assert again[0] == 1421
        assert wire.query("SELECT 1")[0].cells() == [[b"1"]]


def test_a_long_answer_ends_with_the_rights_of_its_person(sample_instance: Instance) -> None:
    with wire_of(sample_instance) as wire:
        wire.command(b"\x03SELECT a.rev_id, b.rev_id FROM revision a, revision b, revision c WHERE c.rev_id < 40")
        wire.socket.settimeout(60)
        assert wire.socket.recv(1 << 16)
        sample_instance.carrel("user", "suspend", WHO, "--reason", "a test")
        try:
            last = b""
            while b"your access has ended" not in last:
                chunk = wire.socket.recv(1 << 20)
                assert chunk
                last = last[-100:] + chunk
        finally:
            sample_instance.carrel("user", "resume", WHO)


STATEMENTS = """
PREPARE s FROM 'SELECT page_title FROM page WHERE page_id = ? LIMIT ?';
SET @id = 1, @n = 5;
EXECUTE s USING @id, @n;
SET @text = 'SELECT ? + 1 AS n';
PREPARE t FROM @text;
EXECUTE t USING @n;
EXECUTE IMMEDIATE 'SELECT ? AS w' USING 'it''s';
DEALLOCATE PREPARE s;
EXECUTE s USING @id, @n;
"""


def test_statements_are_prepared_under_a_name(sample_instance: Instance) -> None:
    command = [program("mariadb"), f"--defaults-file={sample_instance.cnf(WHO)}", "--batch", WIKI]
    done = subprocess.run(command, input=STATEMENTS.encode(), capture_output=True, timeout=60, check=False)
    assert done.stdout == b"page_title\nMain_Page\nn\n6\nw\nit's\n"
    assert b"ERROR 1243 (HY000) at line 10: unknown prepared statement handler (s) given to EXECUTE\n" in done.stderr


def test_explain_shows_what_would_run_under_ones_own_rights(sample_instance: Instance) -> None:
    with wire_of(sample_instance) as wire:
        (result,) = wire.query("EXPLAIN SELECT page_title FROM page WHERE page_id = 1")
        text = b"\n".join(row[0] or b"" for row in result.cells()).decode()
        assert [column.name for column in result.columns] == ["explain"]
        assert '"_hidden" & ' in text
        assert '"samplewiki"."page" ' in text
        assert (wire.query("EXPLAIN SELECT user_password FROM user")[0].error or (0,))[0] == 1142
        assert wire.query("EXPLAIN page")[0].cells() == wire.query("DESCRIBE page")[0].cells()


def test_the_client_may_pack_what_it_says(sample_instance: Instance) -> None:
    query = "SELECT a.rev_id, a.rev_timestamp, b.rev_comment_id FROM revision a, revision b ORDER BY a.rev_id, b.rev_id LIMIT 20000"
    secret = sample_instance.credential(WHO)["password"]
    in_clear = ["--no-defaults", "-h127.0.0.1", f"-P{sample_instance.port('mysql')}", f"-u{WHO}", f"-p{secret}", "--skip-ssl"]
    over_tls = [f"--defaults-file={sample_instance.cnf(WHO)}"]
    outputs = []
    for options in (over_tls, [*over_tls, "--compress"], [*in_clear, "--compress"]):
        done = subprocess.run([program("mariadb"), *options, "--batch", "--quick", WIKI, "-e", query], capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1] == outputs[2]
    assert outputs[0].count(b"\n") == 20001
