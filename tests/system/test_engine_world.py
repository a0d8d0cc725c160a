"""The questions of the captured wikis: the engine's answers over the unfiltered tables are those that the wikis' own MariaDB gave."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.model.tables import Table
from tests.engine_mariadb import connect, load, mariadb
from tests.engine_queries import FolderStorage, authorized, table
from tests.shared import program, shared_path

pytestmark = pytest.mark.system

WIKIS = ("enwiki", "dewiki")
_INTEGERS = {"tinyint": "TINYINT", "smallint": "SMALLINT", "mediumint": "INTEGER", "int": "INTEGER", "bigint": "BIGINT"}


def duckdb_type(native: str) -> str:
    word = re.match(r"\w+", native)
    assert word is not None
    if word[0] in _INTEGERS:
        return ("U" if "unsigned" in native else "") + _INTEGERS[word[0]]
    return "DOUBLE" if word[0] in ("float", "double") else "VARCHAR"


def read(connection, database: str, name: str) -> tuple[Table, pa.Table]:
    """A table of MariaDB as the lake would keep it."""
    with connection.cursor() as cursor:
        place = f"table_schema='{database}' AND table_name='{name}'"
        cursor.execute(f"SELECT column_name, column_type FROM information_schema.columns WHERE {place} ORDER BY ordinal_position")
        columns = [(column, duckdb_type(native), native) for column, native in cursor.fetchall()]
        cursor.execute(f"SELECT * FROM `{database}`.`{name}`")
        rows = cursor.fetchall()
    data = {}
    for place, (column, kind, _) in enumerate(columns):
        values = [row[place] for row in rows]
        texts = [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in values]
        if kind == "VARCHAR":
            data[column] = pa.array(texts, pa.string())
        else:
            numbers = [None if value is None else float(value) if kind == "DOUBLE" else int(value) for value in texts]
            data[column] = pa.array(numbers, pa.float64() if kind == "DOUBLE" else pa.uint64() if kind.startswith("U") else pa.int64())
    return table(database, name, *columns), pa.table(data)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDbEngine, dict[str, list[Table]]]]:
    folder: Path = tmp_path_factory.mktemp("world")
    dumps = {wiki: shared_path(f"world/dev/private/{wiki}-all-tables.sql.gz") for wiki in WIKIS}
    storage = FolderStorage(folder / "lake")
    tables: dict[str, list[Table]] = {}
    with mariadb(folder) as socket:
        for wiki, dump in dumps.items():
            load(socket, wiki, [])
            subprocess.run([program("mariadb"), "--no-defaults", f"--socket={socket}", "--user=root", wiki], input=gzip.decompress(dump.read_bytes()),
                check=True)
            connection = connect(socket)
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT table_name FROM information_schema.tables WHERE table_schema='{wiki}'")
                names = [row[0] for row in cursor.fetchall()]
            found = [read(connection, wiki, name) for name in names if name not in ("objectcache", "l10n_cache", "text")]
            tables[wiki] = [storage.save(one, rows) for one, rows in found]
            connection.close()
    engine = DuckDbEngine(storage, directory=folder / "tmp", memory_mb=500, spill_mb=500, threads=2)
    yield engine, tables
    engine.close()


def shown(value: object) -> str | None:
    return None if value is None else str(value)


@pytest.mark.parametrize("wiki", WIKIS)
def test_the_worlds_questions_have_their_answers(world: tuple[DuckDbEngine, dict[str, list[Table]]], wiki: str) -> None:
    engine, tables = world
    answers = json.loads(shared_path(f"world/dev/expected-{wiki}.json").read_text())["answers"]
    wrong = []
    for name, answer in answers.items():
        batches = list(engine.run(authorized(answer["sql"], tables[wiki], database=wiki), {}).batches())
        got = [tuple(shown(value.as_py()) for value in row) for batch in batches for row in zip(*batch.columns, strict=True)]
        wanted = [tuple(shown(value) for value in row) for row in answer["rows"]]
        if (got if "ORDER BY" in answer["sql"] else sorted(got)) != wanted:
            wrong.append((name, [pair for pair in zip(got, wanted, strict=False) if pair[0] != pair[1]][:3], len(got), len(wanted)))
    assert not wrong
