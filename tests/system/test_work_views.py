"""Views with the real clients, beside a real MariaDB that has the same table and the same views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import MySQLdb
import pymysql
import pytest

from tests.instance import Instance
from tests.mysql_server import PASSWORD, USER, MariaDb

pytestmark = pytest.mark.system

MADE = (
    "CREATE TABLE b (id int NOT NULL, name varchar(20), n bigint unsigned)",
    "INSERT INTO b VALUES (1, 'one', 10), (2, NULL, 20), (3, 'three', 18446744073709551615)",
    "CREATE VIEW v AS SELECT id, name, id + 1, COUNT(*) AS c FROM b GROUP BY id",
    "CREATE VIEW w (x, `the name`) AS SELECT id, name FROM v WHERE id > 1",
    "CREATE OR REPLACE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW u AS SELECT id AS a FROM b UNION SELECT 9 ORDER BY a DESC LIMIT 3",
    "CREATE VIEW IF NOT EXISTS u AS SELECT 1 AS other",
)
ASKED = (
    "SELECT * FROM v ORDER BY id", "SELECT `id + 1`, c FROM v ORDER BY 1 DESC", "SELECT w.x, w.`the name` FROM w ORDER BY x",
    "SELECT MAX(x), COUNT(`the name`) FROM w",
    "SELECT v.id, w.x FROM v LEFT JOIN w ON w.x = v.id ORDER BY v.id", "SELECT a FROM u ORDER BY a", "SELECT b.n, w.x FROM b JOIN w ON w.x = b.id ORDER BY x",
    "SELECT x FROM w WHERE x IN (SELECT a FROM u) ORDER BY x", "SHOW FULL TABLES", "DESCRIBE w",
    "SELECT table_name, table_type, engine FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1",
)  # fmt: skip
REFUSED = {
    "CREATE VIEW v AS SELECT 1 AS a": 1050, "CREATE TABLE v (a int)": 1050, "SELECT nothing FROM v": 1054, "SELECT * FROM nothing": 1146,
    "CREATE VIEW z AS SELECT nothing FROM b": 1054, "DROP VIEW nothing": None, "DROP VIEW b": None, "DROP TABLE v": None,
    "CREATE OR REPLACE VIEW b AS SELECT 1": None,
    "CREATE OR REPLACE VIEW v AS SELECT * FROM w": None, "CREATE VIEW z AS SELECT @x": None,
    "INSERT INTO w VALUES (1, 'a')": None,
    "TRUNCATE w": None,
}  # fmt: skip
"""Numbers where ours is MariaDB's; None where it is refused with some other."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("views") / "home") as made:
        made.setup()
        made.load_sample()
        made.serve("mysql")
        yield made


def refusal(cursor: Any, sql: str) -> int | None:
    try:
        cursor.execute(sql)
    except pymysql.Error as error:
        return int(error.args[0])
    return None


def test_views_answer_as_in_mariadb(instance: Instance) -> None:
    settings: dict[str, Any] = {"charset": "utf8mb4", "conv": {}, "autocommit": True}
    with MariaDb() as maria:
        real = pymysql.connect(host="127.0.0.1", port=maria.port, user=USER, password=PASSWORD, **settings)
        ours = pymysql.connect(read_default_file=str(instance.cnf("ines")), **settings)
        with real, ours, real.cursor() as theirs, ours.cursor() as mine:
            theirs.execute("CREATE DATABASE staging")
            for cursor in (theirs, mine):
                for sql in ("USE staging", *MADE):
                    cursor.execute(sql)
            for sql in ASKED:
                answers = [(cursor.execute(sql), [column[0] for column in cursor.description], cursor.fetchall()) for cursor in (mine, theirs)]
                assert answers[0] == answers[1], sql
            for sql, number in REFUSED.items():
                found, real_number = refusal(mine, sql), refusal(theirs, sql)
                assert found is not None, sql
                assert real_number is not None or sql.startswith("INSERT"), sql
                assert number is None or found == real_number == number, sql
            for name in ("w", "v", "u"):
                mine.execute(f"DROP VIEW {name}")
            mine.execute("DROP TABLE b")


def test_a_view_that_is_shared_is_read_with_the_reader_s_own_rights(instance: Instance) -> None:
    text = "CREATE VIEW staging.shared AS SELECT page_title FROM samplewiki.page; GRANT SELECT ON staging.shared TO GROUP `statistics-privatedata-users`"
    assert instance.mysql("ines", text).returncode == 0
    whole = instance.mysql("pavel", "SELECT page_title FROM samplewiki.page ORDER BY 1")
    assert whole.stdout
    assert instance.mysql("pavel", "SELECT page_title FROM staging.shared ORDER BY 1").stdout == whole.stdout
    assert b"1142" in instance.mysql("pavel", "SHOW CREATE VIEW staging.shared").stderr
    with MySQLdb.connect(read_default_file=str(instance.cnf("pavel"))) as connection, connection.cursor() as cursor:
        assert cursor.execute("SELECT COUNT(*) FROM staging.shared") == 1
    assert "view" in instance.carrel("copy", "list", "--json").stdout
    assert instance.mysql("ines", "DROP VIEW staging.shared").returncode == 0
    assert b"1146" in instance.mysql("pavel", "SELECT * FROM staging.shared").stderr
