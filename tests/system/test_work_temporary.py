"""Temporary tables with the real clients: used by the next statement, gone with the connection, its user, or the server."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import MySQLdb
import pymysql
import pytest

from tests.instance import Instance

pytestmark = pytest.mark.system

MAKE = "CREATE TEMPORARY TABLE staging.t AS SELECT page_id, page_title FROM samplewiki.page"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("temporary") / "home") as made:
        made.setup()
        made.load_sample()
        made.serve("mysql")
        yield made


def there(instance: Instance) -> bool:
    """Whether the registry of copies has any that is here."""
    return "staging.t-" in instance.carrel("copy", "list", "--json").stdout


def test_the_next_statement_uses_it_and_the_next_connection_does_not(instance: Instance) -> None:
    sql = "INSERT INTO staging.t VALUES (0, 'Mine'); SELECT COUNT(*) > 1, MIN(page_title) > '' FROM staging.t; SHOW TABLES FROM staging"
    done = instance.mysql("ines", f"{MAKE}; {sql}")
    assert done.stdout == b"COUNT(*) > 1\tMIN(page_title) > ''\n1\t1\n", done.stderr
    assert b"1146" in instance.mysql("ines", "SELECT * FROM staging.t").stderr
    assert not there(instance)


def test_another_user_of_the_connection_has_none(instance: Instance) -> None:
    with MySQLdb.connect(read_default_file=str(instance.cnf("ines"))) as connection, connection.cursor() as cursor:
        cursor.execute(MAKE)
        cursor.execute("SELECT COUNT(*) FROM staging.t")
        assert there(instance)
        settings = instance.credential("pavel")
        connection.change_user(settings["user"], settings["password"], "")
        with pytest.raises(MySQLdb.Error, match="doesn't exist"):
            cursor.execute("SELECT COUNT(*) FROM staging.t")
        assert not there(instance)


def test_a_connection_that_is_reset_has_none(instance: Instance) -> None:
    with pymysql.connect(read_default_file=str(instance.cnf("ines"))) as connection, connection.cursor() as cursor:
        cursor.execute(MAKE)
        connection._execute_command(0x1F, b"")
        connection._read_ok_packet()
        with pytest.raises(pymysql.Error, match="doesn't exist"):
            cursor.execute("SELECT COUNT(*) FROM staging.t")
    assert not there(instance)


def test_a_killed_server_leaves_none_when_it_has_come_back(instance: Instance) -> None:
    connection = pymysql.connect(read_default_file=str(instance.cnf("ines")))
    connection.cursor().execute(MAKE)
    assert there(instance)
    assert instance.server is not None
    os.kill(instance.server.pid, signal.SIGKILL)
    instance.server.wait()
    assert there(instance)
    instance.serve("mysql")
    instance.cnf("ines").unlink()  # the port is another one now
    assert not there(instance)
    assert b"1146" in instance.mysql("ines", "SELECT * FROM staging.t").stderr
    assert not list(instance.home.glob("lake/staging.db/t-*/*"))
