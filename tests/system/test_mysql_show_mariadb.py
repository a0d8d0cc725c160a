"""SHOW, information_schema and mysqldump against a real MariaDB that holds the same sample wiki: headings, types, and a dump that loads again."""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.instance import Instance
from tests.mysql_server import PASSWORD, USER, MariaDb
from tests.mysql_wire import Definition, Wire
from tests.shared import SAMPLE, program
from tests.tool_questions import TOOLS

pytestmark = pytest.mark.system

WHO, WIKI = "ines", "samplewiki"


@pytest.fixture(scope="module")
def maria() -> Iterator[MariaDb]:
    with MariaDb() as server:
        with server.wire() as wire:
            wire.query(f"CREATE DATABASE {WIKI} DEFAULT CHARACTER SET binary; CREATE DATABASE again")
        load(server, WIKI, gzip.decompress((SAMPLE / "samplewiki-all-tables.sql.gz").read_bytes()))
        yield server


def load(server: MariaDb, database: str, sql: bytes) -> None:
    command = [program("mariadb"), "--no-defaults", "-h127.0.0.1", f"-P{server.port}", f"-u{USER}", f"-p{PASSWORD}", database]
    done = subprocess.run(command, input=sql, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-500:]


@pytest.fixture
def wires(maria: MariaDb, sample_instance: Instance) -> Iterator[tuple[Wire, Wire]]:
    with maria.wire(database=WIKI) as theirs, Wire(sample_instance.port("mysql")) as mine:
        assert mine.login(WHO, sample_instance.credential(WHO)["password"], database=WIKI)[0] == 0
        yield theirs, mine


SHOWN = (
    "SHOW DATABASES", "SHOW DATABASES LIKE 'sample%'", "SHOW SCHEMAS", "SHOW TABLES", "SHOW FULL TABLES",
    "SHOW /*!50002 FULL*/ TABLES FROM `samplewiki` LIKE 'pag%'",
    "SHOW TABLES LIKE 'page'", "SHOW FULL TABLES WHERE Table_type = 'VIEW'", "SHOW TABLE STATUS", "SHOW TABLE STATUS LIKE 'page'", "SHOW COLUMNS FROM page",
    "SHOW FULL COLUMNS FROM page", "DESCRIBE page", "DESC page page_id", "EXPLAIN page", "SHOW FIELDS FROM page LIKE 'page_id'",
    "SHOW FULL FIELDS FROM page FROM samplewiki", "SHOW COLUMNS FROM page WHERE Field = 'page_id'", "SHOW INDEX FROM page", "SHOW KEYS FROM page",
    "SHOW INDEXES IN page WHERE Key_name = 'PRIMARY'", "SHOW CREATE TABLE page", "SHOW CREATE DATABASE samplewiki",
    "SHOW CREATE DATABASE IF NOT EXISTS samplewiki", "SHOW VARIABLES", "SHOW SESSION VARIABLES LIKE 'sql_mode'", "SHOW GLOBAL VARIABLES LIKE 'version%'",
    "SHOW VARIABLES WHERE Variable_name = 'sql_mode' OR Variable_name LIKE 'character%'", "SHOW STATUS", "SHOW GLOBAL STATUS LIKE 'Uptime'", "SHOW WARNINGS",
    "SHOW WARNINGS LIMIT 5", "SHOW ERRORS", "SHOW COUNT(*) WARNINGS", "SHOW COUNT(*) ERRORS", "SHOW COLLATION", "SHOW COLLATION WHERE Charset = 'utf8mb4'",
    "SHOW CHARACTER SET", "SHOW CHARSET LIKE 'utf8%'", "SHOW ENGINES", "SHOW STORAGE ENGINES", "SHOW PROCESSLIST", "SHOW PLUGINS", "SHOW TRIGGERS",
    "SHOW TRIGGERS LIKE 'page'", "SHOW EVENTS", "SHOW EVENTS FROM samplewiki", "SHOW FUNCTION STATUS WHERE Db = 'samplewiki'", "SHOW PROCEDURE STATUS LIKE 'x'",
    "SHOW PACKAGE STATUS", "SHOW OPEN TABLES", "SHOW PRIVILEGES", "SHOW PROFILES",
)
ERRORS = (
    "SHOW CREATE TABLE nope", "SHOW INDEX FROM nope", "SHOW TABLES FROM nope", "SHOW CREATE VIEW nope", "SHOW CREATE FUNCTION nope", "SHOW NONSENSE",
    "DESCRIBE nope", "SHOW CREATE DATABASE nope", "LOCK TABLES nope READ",
)


def shape(column: Definition) -> tuple[str, str, int, bool]:
    """Heading, the column it comes from, its type, and whether it may be NULL."""
    return column.name, column.org_name, column.type, bool(column.flags & 1)


@pytest.mark.parametrize("text", SHOWN)
def test_headings_and_types_are_mariadbs(wires: tuple[Wire, Wire], text: str) -> None:
    expected, got = (wire.query(text)[0] for wire in wires)
    assert (expected.error, got.error) == (None, None)
    assert [column.name for column in got.columns] == [column.name for column in expected.columns]
    if any(column.org_name for column in got.columns):
        assert [shape(column) for column in got.columns] == [shape(column) for column in expected.columns]


@pytest.mark.parametrize("text", ERRORS)
def test_error_numbers_are_mariadbs(wires: tuple[Wire, Wire], text: str) -> None:
    expected, got = (wire.query(text)[0] for wire in wires)
    assert (got.error or (0,))[0] == (expected.error or (0,))[0]


KINDS = {1: "number", 2: "number", 3: "number", 4: "number", 5: "number", 8: "number", 9: "number", 13: "number", 246: "number", 7: "time", 10: "time",
         11: "time", 12: "time"}
"""Of the protocol's types; all others are text to a tool."""


@pytest.mark.parametrize("tool", TOOLS)
def test_what_tools_ask_has_answers_of_mariadbs_shape(maria: MariaDb, sample_instance: Instance, tool: str) -> None:
    """One connection for each tool, since it sets what it relies on."""
    with maria.wire(database=WIKI) as theirs, Wire(sample_instance.port("mysql")) as mine:
        assert mine.login(WHO, sample_instance.credential(WHO)["password"], database=WIKI)[0] == 0
        for text in TOOLS[tool]:
            expected, got = (wire.query(text.replace("{wiki}", WIKI))[0] for wire in (theirs, mine))
            assert (got.error, expected.error) == (None, None), text
            shapes = [[(re.sub("for .*", "for", column.name), KINDS.get(column.type, "text")) for column in result.columns] for result in (expected, got)]
            assert shapes[1] == shapes[0], text


OPEN = "'change_tag_def', 'content_models', 'slot_roles'"
"""Tables of which ines reads every cell."""

SAME_ROWS = (
    "SHOW FULL TABLES LIKE 'page%'", "DESCRIBE change_tag_def", "SHOW COLUMNS FROM slot_roles", "SHOW CREATE TABLE change_tag_def",
    "SHOW CREATE TABLE content_models", "SHOW CREATE DATABASE samplewiki", "SHOW CHARACTER SET LIKE 'utf8mb4'",
    f"SELECT table_name, table_type, engine FROM information_schema.tables WHERE table_schema = 'samplewiki' AND table_name IN ({OPEN}) ORDER BY 1",
    "SELECT table_name, column_name, ordinal_position, column_default, is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale,"
    f" column_type, column_key, extra FROM information_schema.columns WHERE table_schema = 'samplewiki' AND table_name IN ({OPEN}) ORDER BY 1, 3",
    "SELECT table_name, index_name, seq_in_index, column_name, non_unique, nullable, index_type FROM information_schema.statistics"
    f" WHERE table_schema = 'samplewiki' AND table_name IN ({OPEN}) ORDER BY 1, 2, 3",
    "SELECT table_name, constraint_name, column_name, ordinal_position FROM information_schema.key_column_usage"
    f" WHERE table_schema = 'samplewiki' AND table_name IN ({OPEN}) ORDER BY 1, 2, 4",
    "SELECT table_name, constraint_name, constraint_type FROM information_schema.table_constraints"
    f" WHERE table_schema = 'samplewiki' AND table_name IN ({OPEN}) ORDER BY 1, 2",
)


@pytest.mark.parametrize("text", SAME_ROWS)
def test_what_is_open_is_described_as_mariadb_describes_it(wires: tuple[Wire, Wire], text: str) -> None:
    expected, got = (wire.query(text)[0] for wire in wires)
    assert got.error is None
    # the counter would tell how many rows there are
    assert got.cells() == [[cell and re.sub(rb" AUTO_INCREMENT=\d+", b"", cell) for cell in row] for row in expected.cells()]


def test_every_table_of_information_schema_that_is_told_has_mariadbs_columns(wires: tuple[Wire, Wire]) -> None:
    text = (
        "SELECT table_name, column_name, column_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'information_schema' ORDER BY table_name, ordinal_position"
    )
    expected: dict[bytes, list[object]] = {}
    got: dict[bytes, list[object]] = {}
    for wire, found in zip(wires, (expected, got), strict=True):
        for row in wire.query(text)[0].cells():
            found.setdefault(row[0] or b"", []).append(row[1:])
    assert {name: expected[name] for name in got} == got


def dump(instance: Instance, *args: str) -> subprocess.CompletedProcess[bytes]:
    command = [program("mariadb-dump"), f"--defaults-file={instance.cnf(WHO)}", *args]
    return subprocess.run(command, capture_output=True, timeout=120, check=False)


READABLE = f"SELECT table_name FROM information_schema.table_privileges WHERE table_schema = '{WIKI}' ORDER BY table_name"


@pytest.mark.parametrize("options", [
    (), ("--single-transaction", "--skip-lock-tables", "--no-tablespaces"), ("--complete-insert", "--hex-blob"),
], ids=str)
def test_a_dump_of_what_one_may_read_loads_again_with_the_same_rows(
    maria: MariaDb, sample_instance: Instance, wires: tuple[Wire, Wire], options: tuple[str, ...]
) -> None:
    _, mine = wires
    tables = [(row[0] or b"").decode() for row in mine.query(READABLE)[0].cells()]
    assert {"page", "revision", "user"} < set(tables)
    done = dump(sample_instance, *options, WIKI, *tables)
    assert (done.returncode, done.stderr) == (0, b"")
    load(maria, "again", done.stdout)
    with maria.wire(database="again") as again:
        for table in tables:
            expected, got = (sorted(wire.query(f"SELECT * FROM {table}")[0].rows) for wire in (mine, again))
            assert got == expected, table


def test_a_dump_of_everything_goes_on_past_what_is_closed(sample_instance: Instance) -> None:
    done = dump(sample_instance, "--force", WIKI)
    assert done.returncode == 2
    assert b"you may not read `samplewiki.watchlist`" in done.stderr
    assert b"INSERT INTO `page` VALUES" in done.stdout
    assert done.stdout.rstrip().splitlines()[-1].startswith(b"-- Dump completed")


def test_a_column_that_may_come_as_null_is_told_as_nullable(wires: tuple[Wire, Wire]) -> None:
    theirs, mine = wires
    described = {row[0]: row[2] for row in mine.query("DESCRIBE user")[0].cells()}
    declared = {row[0]: row[2] for row in theirs.query("DESCRIBE user")[0].cells()}
    assert (declared[b"user_password"], described[b"user_password"]) == (b"NO", b"YES")
    assert described[b"user_id"] == b"NO"
    columns = {column.name: column.flags & 1 for column in mine.query("SELECT * FROM user LIMIT 1")[0].columns}
    assert (columns["user_password"], columns["user_id"]) == (0, 1)
    privileges = {row[0]: row[7] for row in mine.query("SHOW FULL COLUMNS FROM user")[0].cells()}
    assert (privileges[b"user_password"], privileges[b"user_id"]) == (b"", b"select")
