"""A captured wiki beside a real MariaDB that holds the same dump: reflected by SQLAlchemy, and dumped and loaded again."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.instance import Instance
from tests.mysql_server import PASSWORD, USER, MariaDb
from tests.mysql_wire import Wire
from tests.shared import program, shared_path
from tests.system.test_mysql_clients import driver
from tests.system.test_mysql_show_mariadb import load

pytestmark = pytest.mark.system

WHO, WIKI = "ines", "enwiki"


@dataclass
class Pair:
    instance: Instance
    maria: MariaDb

    def metadata(self) -> tuple[Any, Any]:
        """What SQLAlchemy reflects of MariaDB's and of our wiki: every table, with columns, keys and indexes."""
        sqlalchemy = driver("sqlalchemy")
        found = []
        for user, secret, port in ((USER, PASSWORD, self.maria.port), (WHO, self.instance.credential(WHO)["password"], self.instance.port("mysql"))):
            engine = sqlalchemy.create_engine(sqlalchemy.engine.URL.create("mysql+pymysql", user, secret, "127.0.0.1", port, WIKI))
            metadata = sqlalchemy.MetaData()
            metadata.reflect(engine)
            engine.dispose()
            found.append(metadata)
        return found[0], found[1]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    dump = shared_path("world/dev/private/enwiki-all-tables.sql.gz")
    with Instance(tmp_path_factory.mktemp("world") / "home") as instance, MariaDb() as maria:
        instance.setup()
        instance.load(dump, WIKI)
        instance.serve("mysql")
        with maria.wire() as wire:
            wire.query(f"CREATE DATABASE {WIKI} DEFAULT CHARACTER SET binary; CREATE DATABASE again")
        load(maria, WIKI, subprocess.run([program("gzip"), "-dc", str(dump)], capture_output=True, check=True).stdout)
        yield Pair(instance, maria)


def test_what_sqlalchemy_reflects_is_what_it_reflects_of_mariadb(pair: Pair) -> None:
    """But for what policy changes: a column whose cells may come as NULL is told as nullable, and a key with such a column is not told."""
    theirs, mine = pair.metadata()
    assert len(mine.tables) > 50
    assert set(mine.tables) == set(theirs.tables)
    open_ = 0
    for name, table in mine.tables.items():
        other = theirs.tables[name]
        assert [(column.name, str(column.type), default(column)) for column in table.columns] == [
            (column.name, str(column.type), default(column)) for column in other.columns
        ], name
        opened = {column.name for column in table.columns if column.nullable and not other.c[column.name].nullable}
        assert not [column.name for column in table.columns if other.c[column.name].nullable and not column.nullable], name
        key = [column.name for column in other.primary_key]
        assert [column.name for column in table.primary_key] == ([] if opened & set(key) else key), name
        assert indexes(table) == indexes(other), name
        open_ += not opened
    assert open_ >= 10


def default(column: Any) -> str | None:
    return None if column.server_default is None else str(column.server_default.arg)


def indexes(table: Any) -> list[tuple[Any, ...]]:
    return sorted((index.name, index.unique, [column.name for column in index.columns], str(index.dialect_kwargs)) for index in table.indexes)


def test_a_dump_of_the_wiki_loads_again_with_the_rows_that_the_person_reads(pair: Pair) -> None:
    with Wire(pair.instance.port("mysql")) as mine, pair.maria.wire(database="again") as again:
        assert mine.login(WHO, pair.instance.credential(WHO)["password"], database=WIKI)[0] == 0
        readable = mine.query(f"SELECT table_name FROM information_schema.table_privileges WHERE table_schema = '{WIKI}'")[0]
        tables = [(row[0] or b"").decode() for row in readable.cells()]
        assert {"page", "revision", "user", "text", "logging"} <= set(tables)
        command = [program("mariadb-dump"), f"--defaults-file={pair.instance.cnf(WHO)}", WIKI, *tables]
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        load(pair.maria, "again", done.stdout)
        rows = 0
        for table in tables:
            expected, got = (sorted(wire.query(f"SELECT * FROM `{table}`")[0].rows) for wire in (mine, again))
            assert got == expected, table
            rows += len(got)
        assert rows > 1000
