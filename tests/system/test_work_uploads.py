"""LOAD DATA LOCAL with the real clients, and the rows and warnings that come of files against those of a real MariaDB."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import MySQLdb
import pymysql
import pytest

from tests.instance import Instance
from tests.mysql_server import PASSWORD, USER, MariaDb
from tests.shared import program

pytestmark = pytest.mark.system

CSV = "FIELDS TERMINATED BY ',' ENCLOSED BY '\"'"
FILES: tuple[tuple[str, str, bytes], ...] = (
    ("a int, b varchar(3)", "", b"1\tx\n2\tlong\n3\n4\ty\tz\nx1\ta\n 5 \tb\n\\N\tNULL\n6\\\t7\n1e2\t\\Nx\n2.5\tq\n99999999999\tr\n-7x\ts\n\n0x10\tt"),
    ("a int NOT NULL DEFAULT 5, b varchar(5) NOT NULL DEFAULT 'dd', c int DEFAULT 9, d varchar(5) DEFAULT 'x'", "", b"\\N\t\\N\t\\N\t\\N\n1\n"),
    ("a varchar(50), b varchar(50), c varchar(20)", CSV, b'"a,b",c,d\n"x""y","NULL",NULL\n"a\nb",1,2\n"un",x"y",z\n"a"b",c\n"\\N",\\N,"q"\n"open,never\n'),
    ("a varchar(50), b varchar(50), c varchar(20)", "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' LINES TERMINATED BY '\\r\\n'",
     b'"a,b",c,d\r\n"x""y","NULL",NULL\r\n"a\r\nb",1,2\r\n"C:\\dir",\\N,q\r\n'),
    ("a varchar(50), b varchar(50)", CSV + " ESCAPED BY '\"'", b'"fie""ld1","field2"\n"a\\n",b\n'),
    ("a varchar(50), b varchar(50)", "FIELDS TERMINATED BY '||' LINES STARTING BY 'xx' TERMINATED BY '@@'", b"junkxxa||b@@no start@@xxc|d||e@f@@xx@@"),
    ("a varchar(50), b varchar(50)", "IGNORE 2 LINES", b"h1\\\nstill\nsecond\nr\ts\n"),
    ("a date, b datetime, c time, d timestamp NULL", "",
     b"2018-01-02\t2018-01-02 03:04:05\t10:20:30\t2018-01-02 03:04:05\nabc\tabc\tabc\tabc\n20180102\t20180102030405\t102030\t20180102030405\n"
     b"2018-1-2\t2018-1-2 3:4:5\t1:2:3\t2018-02-30 00:00:00\n2018-01-02 10:11:12\t2018-01-02\t-838:59:59\t2018-01-02T03:04:05Z\n"
     b"0000-00-00\t2018-13-01\t999:00:00\t\n\\N\t2018-01-02 03:04:05.678\t10:20\t2018-01-02 03:04:05.5\n180102\t180102\t5\t2018/01/02\n"),
    ("a decimal(5,2), b double, c tinyint unsigned, d bigint unsigned, e float", "",
     b"1.005\t1e3\t255\t18446744073709551615\t1.5\n12345.678\tabc\t256\t-1\t1e39\n-1.999x\t1.5x\t-1\t1e30\t\n\t\t\t\t\n"
     b" .5\t .5\t 7\t 7.5\t.1\n1e1\t1e400\t1.5\t2.5\t1e-50\n"),
    ("a varchar(10), b varbinary(10), c blob, d text", "", b"\xc3\xa9\t\xff\xfe\t\x00\xff\t\xc3\xa9\n\xff\tx\tx\t\xff\n"),
    ("a varchar(10), b varbinary(10)", "CHARACTER SET latin1", b"\xe9\t\xe9\n\x80\x81\tx\n"),
    ("a varchar(10), b varbinary(10)", "CHARACTER SET binary", b"\xc3\xa9\t\xe9\n\x80\x81\tx\n"),
    ("a int, b int, c int", "(a, @x, c)", b"1\t2\t3\n4\t5\t6\t7\n8\n"),
    ("a int, b int DEFAULT 3, c varchar(5)", "(a, @x) SET c = NULLIF(@x, ''), b = 5", b"1\t2\n4\t\n5\t\\N\n8\n"),
    ("a int, b int DEFAULT 3, c varchar(5)", "(c)", b"1\n"),
    ("a char(3), b binary(3), e year", "", b"ab  \tab\t2018\nabcd\tabcd\tabc\n"),
    ("a varchar(5), b varchar(5)", "", b"\\0\\b\tx\\ny\n\\t\\Z\t\\\\\\q\n"),
    ("a varchar(5)", "", b"trail  \nab   cdef\nend\\"),
    ("a int", "", b""),
)


def random_files() -> Iterator[tuple[str, str, bytes]]:
    dice = random.Random(20181124)
    layouts = ("", CSV, CSV + " ESCAPED BY ''", CSV + " LINES STARTING BY '>' TERMINATED BY '\\r\\n'", "FIELDS TERMINATED BY ';;' LINES TERMINATED BY ';:'")
    kinds = ("a varchar(4), b int", "a int unsigned, b varbinary(3)", "a decimal(4,1), b bigint", "a double, b smallint NOT NULL", "a text NOT NULL, b char(2)")
    parts = [b"1", b"-20", b"3.55", b"a", b"NULL", b"\\N", b"\\", b'"', b'""', b",", b"\t", b"\n", b"\r\n", b";", b";;", b";:", b">", b" ", b"2018-02-03",
             b"12:13", b"70000", b"9e9", b"\xc3\xa9", b"x"]  # fmt: skip
    for number in range(60):
        layout = layouts[number % len(layouts)]
        ends = [b"\n", b"\r\n>", b";:", b"\t", b",", b";;"]
        yield kinds[number % 7 % len(kinds)], layout, b"".join(dice.choice(parts if dice.random() < 0.6 else ends) for _ in range(dice.randint(1, 60)))


def heard(cursor: Any, file: Path, case: tuple[str, str, bytes], verb: str) -> tuple[Any, ...]:
    """Rows, and the numbers of warnings or whether it was refused."""
    columns, options, data = case
    file.write_bytes(data)
    charset, rest = (options, "") if options.startswith("CHARACTER") else ("", options)
    cursor.execute("DROP TABLE IF EXISTS t")
    cursor.execute(f"CREATE TABLE t ({columns})")
    try:
        cursor.execute(f"LOAD DATA LOCAL INFILE '{file}' {verb} INTO TABLE t {charset} {rest}")
        told: Any = cursor.rowcount, cursor._result.message.decode().partition("Records")[2]
        cursor.execute("SHOW WARNINGS")
        told = (*told, [row[1] for row in cursor.fetchall()])
    except pymysql.Error:
        told = "refused"
    cursor.execute("SELECT * FROM t")
    return told, cursor.fetchall()


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("uploads") / "home") as made:
        made.setup()
        made.load_sample()
        made.serve("mysql")
        yield made


@pytest.fixture
def table(instance: Instance, tmp_path: Path) -> Iterator[Path]:
    """`staging.t` and a file for it."""
    assert instance.mysql("ines", "CREATE TABLE staging.t (a int, b varchar(10))").returncode == 0
    file = tmp_path / "t.txt"
    file.write_bytes(b"1\ta\n2\tb\n")
    yield file
    instance.mysql("ines", "DROP TABLE staging.t")


def test_files_become_the_rows_that_they_are_in_mariadb(instance: Instance, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"local_infile": True, "charset": "utf8mb4", "conv": {}, "autocommit": True}
    with MariaDb() as maria:
        real = pymysql.connect(host="127.0.0.1", port=maria.port, user=USER, password=PASSWORD, **settings)
        ours = pymysql.connect(read_default_file=str(instance.cnf("ines")), **settings)
        with real, ours, real.cursor() as theirs, ours.cursor() as mine:
            theirs.execute("CREATE DATABASE d")
            theirs.execute("USE d")
            theirs.execute("SET time_zone = '+00:00'")
            mine.execute("USE staging")
            for case in (*FILES, *random_files()):
                for verb in ("", "REPLACE"):
                    assert heard(mine, tmp_path / "f", case, verb) == heard(theirs, tmp_path / "f", case, verb), (case, verb)
            mine.execute("DROP TABLE t")


def client(instance: Instance, *arguments: str, name: str = "mariadb") -> subprocess.CompletedProcess[str]:
    command = [program(name), f"--defaults-file={instance.cnf('ines')}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("way", [(), ("--compress",)])
def test_the_mysql_client_sends_its_file(instance: Instance, table: Path, way: tuple[str, ...]) -> None:
    sql = f"SELECT 1; LOAD DATA LOCAL INFILE '{table}' INTO TABLE staging.t; SELECT COUNT(*) FROM staging.t; SHOW WARNINGS"
    done = client(instance, *way, "--local-infile=1", "-vv", "-e", sql)
    assert done.returncode == 0, done.stderr
    assert "Records: 2  Deleted: 0  Skipped: 0  Warnings: 0" in done.stdout
    assert "COUNT(*)\n2\n" in done.stdout


def test_a_client_that_sends_no_files_is_told_so(instance: Instance, table: Path) -> None:
    for option, number in (("--local-infile=0", "ERROR 4166"), ("--local-infile=1", "ERROR 2 ")):
        done = client(instance, option, "-e", f"LOAD DATA LOCAL INFILE '{table}.not' INTO TABLE staging.t")
        assert number in done.stderr
    done = client(instance, "--local-infile=1", "-e", "LOAD DATA INFILE '/etc/hostname' INTO TABLE staging.t")
    assert "the server reads no files" in done.stderr
    assert instance.mysql("ines", "SELECT COUNT(*) FROM staging.t").stdout == b"COUNT(*)\n0\n"


def test_mysqlimport(instance: Instance, table: Path) -> None:
    done = client(instance, "--local", "--verbose", "--columns=a,b", "staging", str(table), name="mariadb-import")
    assert done.returncode == 0, done.stderr
    assert "staging.t: Records: 2  Deleted: 0  Skipped: 0  Warnings: 0" in done.stdout


def test_python_clients(instance: Instance, table: Path) -> None:
    sql = f"LOAD DATA LOCAL INFILE '{table}' INTO TABLE staging.t"
    with MySQLdb.connect(read_default_file=str(instance.cnf("ines")), local_infile=1) as connection, connection.cursor() as cursor:
        assert cursor.execute(sql) == 2
    with pymysql.connect(read_default_file=str(instance.cnf("ines")), local_infile=True) as connection, connection.cursor() as cursor:
        assert cursor.execute(sql) == 2
        with pytest.raises(pymysql.Error, match=r"staging\.nothing"):
            cursor.execute(f"LOAD DATA LOCAL INFILE '{table}' INTO TABLE staging.nothing")
        cursor.execute("SELECT COUNT(*) FROM staging.t")
        assert cursor.fetchall() == ((4,),)


def test_a_large_file_takes_no_memory_of_its_size(instance: Instance, table: Path) -> None:
    line = b"%07d\t" + b"0123456789" + b"\n"
    with table.open("wb") as file:
        for number in range(6_000_000):
            file.write(line % number)
    assert instance.server is not None
    before = _resident_mb(instance.server.pid)
    done = client(instance, "--local-infile=1", "-e", f"LOAD DATA LOCAL INFILE '{table}' INTO TABLE staging.t; SELECT COUNT(*), SUM(a) FROM staging.t")
    assert "6000000\t17999997000000" in done.stdout, done.stderr
    assert _resident_mb(instance.server.pid) - before < 250, "rows of 114 MB as a file, twice that in memory, were not kept"


def _resident_mb(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) >> 10
