"""Every value of every table of a dump is the one that a real MariaDB has after loading the same file; so are the columns and keys."""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
import pytest
from pymysql.converters import encoders

from carrel.catalog.tagfile import tags
from carrel.gateway.metadata.rows import create_table
from carrel.model.sensitivity import SECRET
from carrel.model.tables import Table
from tests.lake_fixture import LakeFixture, as_bytes
from tests.mysql_server import PASSWORD, USER, MariaDb
from tests.shared import program, shared_path

pytestmark = pytest.mark.system

WORLD = ("world/dev/private/enwiki-all-tables.sql.gz", "world/dev/private/dewiki-all-tables.sql.gz")
REAL = (
    "data/2-sql-dumps/enwiki-pagelinks-wikibrain.sql",
    "data/2-sql-dumps/wikidatawiki-20140420-sites.sql",
    "data/2-sql-dumps/wmf-user_metrics-seed.sql",
    "data/2-sql-dumps/mwsql/testfile.sql.gz",
    "data/2-sql-dumps/mwsql/testfile.sql",
    "data/2-sql-dumps/quarry-mywiki_p-replica.sql",
    "data/2-sql-dumps/aawiki-20260101/aawiki-20260101-categorylinks.sql.gz",
    "data/2-sql-dumps/aawiki-20260101/aawiki-20260101-pagelinks.sql.gz",
)

ODD = r"""
CREATE TABLE odd (
  id int unsigned NOT NULL AUTO_INCREMENT,
  t1 tinyint, t2 tinyint unsigned, s1 smallint, s2 smallint unsigned, m1 mediumint, m2 mediumint unsigned, i1 int, i2 int unsigned zerofill,
  b1 bigint, b2 bigint unsigned, flag bool, d1 decimal(10,2), d2 decimal(38,10), d3 decimal(65,30), f1 float, f2 double, f3 double(10,3),
  c1 char(10), c2 varchar(20) DEFAULT 'it''s \\ "so"', c3 char(5) CHARACTER SET latin1, c4 varchar(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin,
  x1 binary(6), x2 varbinary(300) DEFAULT '\0\0', te tinytext, tx text, tm mediumtext, tl longtext, bt tinyblob, bb blob, bm mediumblob, bl longblob,
  en enum('a','b''c','d,e'), st set('x','y','z'), da date, dt datetime, dt6 datetime(6), ts timestamp NOT NULL DEFAULT current_timestamp(),
  ts3 timestamp(3) NULL DEFAULT NULL, ti time, ti2 time(2), ye year, bi bit(12), js longtext, nn int NOT NULL DEFAULT -5, de decimal(5,1) NOT NULL DEFAULT 1.5,
  `a ``quoted``, name` int DEFAULT 7,
  PRIMARY KEY (id), UNIQUE KEY c2 (c2,t1), KEY tx (tx(30)), KEY `two words` (s1,x2(4)), FULLTEXT KEY ft (tm)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC COMMENT='a; b';
INSERT INTO odd (id) VALUES (1);
INSERT INTO odd VALUES (2,-128,255,-32768,65535,-8388608,16777215,-2147483648,4294967295,-9223372036854775808,18446744073709551615,1,
  -12345678.91,1234567890123456789012345678.0123456789,12345678901234567890123456789012345.123456789012345678901234567891,0.1,1e300,-12.5,
  'pad','ünï ☃ 😀','ÿéß','ßé€',X'0001',CONCAT('\0\n\r\Z\\\'"', X'ff80fe'),'','a\tb\0c','x%_\\%\\_','NULL',X'F48FBA80',REPEAT(X'00ff27225c',50),'),(',');\n',
  'b''c','x,z','0000-00-00','2018-05-01 12:00:00','2018-05-01 12:00:00.123456','2018-05-01 12:00:00','2018-05-01 12:00:00.5','-838:59:59','12:34:56.78',
  2018,b'101010101010','{"a": 1}',0,-0.1,NULL);
INSERT INTO odd SELECT seq + 2, 1,1,1,1,1,1,1,1,1,1,1,seq/3,seq,seq,seq/7,seq*1.1e-5,seq,concat('c',seq),concat('v',seq),'a','b',char(seq),
  concat(char(seq), char(255 - seq % 256), repeat(char(seq),3)),'t','t','t','t','t','t','t','t','a','x','2018-02-28','1999-12-31','1999-12-31',
  '2001-01-01','2001-01-01','0:0:1','1:1:1',1901,seq,'[]',seq,seq % 1000,seq FROM seq_1_to_255;
CREATE TABLE empty_one (a int, UNIQUE KEY a (a));
CREATE TABLE checked (js json, n int CHECK (n > 0), g int AS (n + 1) STORED, CONSTRAINT c CHECK (n < 100));
INSERT INTO checked (js, n) VALUES ('{"a": [1, "b"]}', 3);
CREATE TABLE late (a int NOT NULL, b varchar(5) DEFAULT 'q', UNIQUE KEY k (b), UNIQUE KEY a (a));
INSERT INTO late VALUES (3,'c'),(1,'b'),(2,'a');
CREATE VIEW seen AS SELECT id, c2 FROM odd;
CREATE TRIGGER stop BEFORE INSERT ON late FOR EACH ROW BEGIN SET NEW.b = 'x;y'; END;
"""
NO_CHECKS = {"checked"}
"""Tables whose CREATE TABLE has parts that are not kept, because they say nothing about the rows."""

FORMS = {
    "as it comes": [],
    "hexadecimal": ["--hex-blob"],
    "one row an INSERT": ["--skip-extended-insert"],
    "with column names": ["--complete-insert", "--skip-opt", "--create-options"],
    "utf8": ["--default-character-set=utf8mb3", "--ignore-table=test.odd"],
    "whole server": ["--databases", "test", "--triggers", "--routines", "--events"],
}


@pytest.fixture(scope="module")
def server() -> Iterator[MariaDb]:
    with MariaDb() as server:
        yield server


def client(server: MariaDb, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [program("mariadb"), "--no-defaults", f"--socket={server.folder / 's'}", f"--user={USER}", f"--password={PASSWORD}"]
    return subprocess.run([*command, *arguments], check=True, capture_output=True, **options)


def filled(server: MariaDb, text: bytes, database: str = "test") -> None:
    client(server, "--default-character-set=utf8mb4", "-e", f"DROP DATABASE IF EXISTS {database}; CREATE DATABASE {database} CHARACTER SET binary")
    # Into the database that is compared, whatever its own is called.
    text = re.sub(rb"(?m)^(?:GRANT|CREATE DATABASE|CREATE USER|USE|FLUSH) [^;]*;|\bheartbeat_p\.", b"", text)
    # The dumps come from servers of their time: the mode takes what those took.
    client(server, "--default-character-set=utf8mb4", "--init-command=SET GLOBAL sql_mode='ALLOW_INVALID_DATES'", database, input=text)


def truth(server: MariaDb, database: str) -> dict[str, tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], str]]:
    """For each base table its rows, what DESCRIBE says, and SHOW CREATE TABLE."""
    connection = pymysql.connect(
        unix_socket=str(server.folder / "s"), user=USER, password=PASSWORD, database=database, charset="utf8mb4", conv=dict(encoders),
        init_command="SET time_zone='+00:00'",
    )
    found = {}
    with connection, connection.cursor() as cursor:
        cursor.execute("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
        for (name, _) in cursor.fetchall():
            cursor.execute(f"SELECT * FROM `{name}`")
            rows = list(cursor.fetchall())
            cursor.execute(f"DESCRIBE `{name}`")
            described = [(row[0], row[1], row[2], row[4], row[5]) for row in cursor.fetchall()]
            cursor.execute(f"SHOW CREATE TABLE `{name}`")
            found[name] = (rows, described, cursor.fetchone()[1])
    return found


def described(table: Table) -> list[tuple[Any, ...]]:
    return [(column.name, column.native_type, "YES" if column.nullable else "NO", column.default, column.extra) for column in table.columns]


def plain(rows: list[Any], columns: list[str], table: Table, secret: set[str]) -> list[tuple[Any, ...]]:
    """Rows in a form and an order that both sides share."""
    numbers = {column.name: float if column.type == "DOUBLE" else int for column in table.columns if column.type.endswith(("INT", "INTEGER", "DOUBLE"))}
    out = []
    for row in rows:
        values = row.values() if isinstance(row, dict) else row
        cells = []
        for column, value in zip(columns, values, strict=True):
            if value is None or column in secret:
                cells.append(None)
            elif column in numbers:
                # A zerofilled column is padded by MariaDB on the way out, which is the door's affair.
                cells.append(numbers[column](value))
            else:
                cells.append(value.encode() if isinstance(row, tuple) and isinstance(value, str) else as_bytes(value))
        out.append(tuple(cells))
    return sorted(out, key=repr)


def secret_columns(table: str) -> set[str]:
    known = tags().get(table)
    return {name for name, tag in known.columns.items() if tag.tag == SECRET} if known else set()


def assert_same(fixture: LakeFixture, server: MariaDb, database: str, wiki: str) -> None:
    expected = truth(server, database)
    tables = fixture.tables(wiki)
    assert set(tables) == set(expected)
    for name, (rows, columns, create) in expected.items():
        table = tables[name]
        names = [column.name for column in table.columns]
        secret = secret_columns(name)
        ours = plain(fixture.rows(name, wiki), names, table, secret)
        theirs = plain(rows, names, table, secret)
        assert len(ours) == len(theirs), name
        differences = [(column, a, b) for mine, other in zip(ours, theirs, strict=True) for column, a, b in zip(names, mine, other, strict=True) if a != b]
        assert differences == [], name
        assert described(table) == [tuple(as_text(cell) for cell in column) for column in columns], name
        assert name in NO_CHECKS or normal(create_table(table)) == normal(create), name


def as_text(cell: Any) -> Any:
    return cell.decode() if isinstance(cell, bytes) else cell


def normal(create: str) -> list[str]:
    """Without the counter, which is the server's: it may have gone on since the dump."""
    return [word for word in create.split(" ") if not word.startswith("AUTO_INCREMENT=")]


@pytest.mark.parametrize("relative", WORLD + REAL)
def test_real_dumps_give_what_mariadb_has(relative: str, server: MariaDb, tmp_path: Path) -> None:
    path = shared_path(relative)
    fixture = LakeFixture(tmp_path / "home", planner=lambda tables: ())
    fixture.load("sql-dump", path)
    data = path.read_bytes()
    filled(server, gzip.decompress(data) if path.suffix == ".gz" else data)
    assert_same(fixture, server, "test", "testwiki")
    fixture.close()


@pytest.mark.parametrize("wiki", ["enwiki", "dewiki"])
def test_a_set_of_public_tables_gives_what_mariadb_has(wiki: str, server: MariaDb, tmp_path: Path) -> None:
    files = sorted(shared_path(f"world/dev/dumps/{wiki}/20180501").glob("*.sql.gz"))
    assert len(files) == 20
    fixture = LakeFixture(tmp_path / "home", planner=lambda tables: ())
    fixture.load("sql-dump", *files)
    filled(server, b"\n".join(gzip.decompress(file.read_bytes()) for file in files))
    assert_same(fixture, server, "test", "testwiki")
    fixture.close()


@pytest.mark.parametrize("form", FORMS)
def test_every_type_and_form_gives_what_mariadb_has(form: str, server: MariaDb, tmp_path: Path) -> None:
    odd = ODD.replace("FOR EACH ROW BEGIN SET NEW.b = 'x;y'; END;", "FOR EACH ROW SET NEW.b = 'x;y';")
    filled(server, odd.encode())
    options = FORMS[form]
    dump = subprocess.run(
        [program("mariadb-dump"), "--no-defaults", f"--socket={server.folder / 's'}", f"--user={USER}", f"--password={PASSWORD}", *options,
         *([] if "--databases" in options else ["test"])],
        check=True, capture_output=True,
    ).stdout
    file = tmp_path / "dump.sql.gz"
    file.write_bytes(gzip.compress(dump))
    if form == "utf8":
        client(server, "test", "-e", "DROP VIEW seen; DROP TABLE odd")
    fixture = LakeFixture(tmp_path / "home", planner=lambda tables: ())
    fixture.load("sql-dump", file)
    assert_same(fixture, server, "test", "testwiki")
    fixture.close()
