"""The real clients on a real instance with the sample wiki: prepared values, refusals, completion, Ctrl-C's second connection."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from typing import Any

import pytest

from tests.instance import Instance
from tests.mysql_wire import Definition, Wire
from tests.shared import program
from tests.system.test_mysql_clients import CLIENTS, ask, driver, every_client, number_of

pytestmark = pytest.mark.system

WHO, WIKI = "ines", "samplewiki"
LONG = "SELECT count(*) FROM revision a, revision b, revision c, revision d, revision e WHERE a.rev_id + b.rev_id + c.rev_id + d.rev_id + e.rev_id = 7"


@every_client
def test_a_client_asks_in_the_wiki_and_is_refused_what_is_closed(sample_instance: Instance, connect: Any) -> None:
    with contextlib.closing(connect(sample_instance.port("mysql"), WHO, sample_instance.credential(WHO)["password"])) as connection:
        ask_all(connection, f"USE {WIKI}")
        assert ask(connection, "SELECT page_id, page_title FROM page WHERE page_title = 'Main_Page' AND page_namespace = 0")[0][0] == 1
        with pytest.raises(Exception, match="user_password") as failure:
            ask(connection, "SELECT user_password FROM user")
        assert number_of(failure.value) == 1142
        with pytest.raises(Exception, match="doesn't exist") as failure:
            ask(connection, "SELECT * FROM no_such_table")
        assert number_of(failure.value) == 1146


def ask_all(connection: Any, text: str) -> None:
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute(text)


def test_values_bound_to_a_prepared_statement_are_values(sample_instance: Instance) -> None:
    driver("mysql.connector")
    make = CLIENTS["Connector/Python"]
    with contextlib.closing(make(sample_instance.port("mysql"), WHO, sample_instance.credential(WHO)["password"])) as connection:
        ask_all(connection, f"USE {WIKI}")
        with contextlib.closing(connection.cursor(prepared=True)) as cursor:
            for title, found in (("Main_Page", 1), ("' OR 1=1 -- ", 0), (b"Main_Page", 1)):
                cursor.execute("SELECT page_id FROM page WHERE page_namespace = %s AND page_title = %s", (0, title))
                assert len(cursor.fetchall()) == found


def test_completion_knows_what_the_person_knows(sample_instance: Instance) -> None:
    with Wire(sample_instance.port("mysql")) as wire:
        assert wire.login(WHO, sample_instance.credential(WHO)["password"], database=WIKI)[0] == 0
        fields, selected = wire.fields("page"), wire.query("SELECT * FROM page LIMIT 1")[0]
        assert [field.name for field in fields if isinstance(field, Definition)] == [column.name for column in selected.columns]
        assert [(field.type, field.length) for field in fields if isinstance(field, Definition)] == [(c.type, c.length) for c in selected.columns]
        refused = wire.fields("no_such_table")
        assert refused[:2] == (1146, "42S02")
        assert str(refused[2]).startswith(f"Table '{WIKI}.no_such_table' doesn't exist")


def test_the_interactive_client_reads_names_for_completion(sample_instance: Instance) -> None:
    command = [program("mariadb"), f"--defaults-file={sample_instance.cnf(WHO)}", "--auto-rehash", "--batch", WIKI, "-e", "SELECT 1"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"1\n1\n", b"")


def test_a_second_connection_stops_a_statement_in_the_engine(sample_instance: Instance) -> None:
    password = sample_instance.credential(WHO)["password"]
    with Wire(sample_instance.port("mysql")) as wire, Wire(sample_instance.port("mysql")) as other:
        for each in (wire, other):
            assert each.login(WHO, password, database=WIKI)[0] == 0
        timer = threading.Timer(1.0, lambda: other.query(f"KILL QUERY {wire.number}"))
        timer.start()
        assert (wire.query(LONG)[0].error or (0,))[0] == 1317
        timer.join()
        assert wire.query("SELECT 1")[0].cells() == [[b"1"]]


def test_the_audit_says_who_can_have_seen_a_row(sample_instance: Instance) -> None:
    for key in (1, 2):
        sample_instance.rows("ines", f"SELECT page_title AS asked_{key} FROM page WHERE page_id = {key}", "samplewiki")
    found = sample_instance.carrel("audit", "search", "--table", "samplewiki.page", "--row-key", "2", "--json").stdout
    assert "asked_2" in found
    assert "asked_1" not in found


def test_statements_and_bound_values_larger_than_a_chunk_of_the_protocol(sample_instance: Instance) -> None:
    size = 17_000_000
    with contextlib.closing(sample_instance.connect(WHO, WIKI, max_allowed_packet=64 << 20)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT LENGTH('{'a' * size}'), COUNT(*) FROM page WHERE page_title <> '{'b' * size}'")
        assert cursor.fetchall()[0][0] == size
        assert len(cursor.description[0][0]) == 255
        with pytest.raises(Exception, match="characters"):
            cursor.execute("SELECT 1" + " + 1" * 1_000_000)
        cursor.execute("SELECT 1")
    driver("mysql.connector")
    make = CLIENTS["Connector/Python"]
    made = make(sample_instance.port("mysql"), WHO, sample_instance.credential(WHO)["password"])
    with contextlib.closing(made) as connection, contextlib.closing(connection.cursor(prepared=True)) as cursor:
        cursor.execute("SELECT LENGTH(%s)", ("c" * size,))
        assert cursor.fetchall()[0][0] == size
