"""The migrations give the schema that the code declares, whoever runs them and however many at once; a database that is not ours is refused."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from carrel.model.errors import Unavailable
from carrel.state import migrations
from carrel.state.schema import METADATA
from carrel.state.store import State


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "50% state.sqlite"


def open_state(file: Path) -> State:
    return State(f"sqlite:///{file}")


def shape(state: State) -> dict[str, object]:
    """Columns, keys and indexes of every table, as the database itself tells them."""
    seen = inspect(state.engine)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)],
            seen.get_pk_constraint(table)["constrained_columns"],
            sorted((k["constrained_columns"], k["referred_table"]) for k in seen.get_foreign_keys(table)),
            sorted((i["name"], i["column_names"], i["unique"], str(i.get("dialect_options", {}).get("sqlite_where"))) for i in seen.get_indexes(table)),
        )
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def test_the_migrated_schema_is_the_declared_one(file: Path, tmp_path: Path) -> None:
    state, declared = open_state(file), open_state(tmp_path / "declared.sqlite")
    migrations.upgrade(state)
    METADATA.create_all(declared.engine)
    assert shape(state) == shape(declared)
    with state.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_back_to_nothing_and_forward_again(file: Path) -> None:
    state = open_state(file)
    migrations.upgrade(state)
    first = shape(state)
    assert migrations.current(state) == migrations.head()
    migrations.downgrade(state, "base")
    assert shape(state) == {}
    assert migrations.current(state) is None
    migrations.upgrade(state)
    assert shape(state) == first


def test_an_upgrade_of_a_current_database_writes_nothing(file: Path) -> None:
    state = open_state(file)
    migrations.upgrade(state)
    with state.read() as connection:
        before = connection.exec_driver_sql("PRAGMA data_version").scalar()
        migrations.upgrade(open_state(file))
        assert connection.exec_driver_sql("PRAGMA data_version").scalar() == before


def test_a_database_of_a_newer_carrel_is_left_alone(file: Path) -> None:
    state = open_state(file)
    migrations.upgrade(state)
    with state.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="newer Carrel: its schema is `9999`") as caught:
        migrations.upgrade(state)
    assert "install the newer" in (caught.value.help or "")


def test_a_lost_database_is_not_silently_filled(file: Path) -> None:
    with pytest.raises(Unavailable, match="missing or empty") as caught:
        migrations.ensure(open_state(file))
    assert "restore" in (caught.value.help or "")


@pytest.mark.parametrize("where", [0, 4096], ids=["header", "schema page"])
def test_a_damaged_database_says_so_and_what_to_do(file: Path, where: int) -> None:
    state = open_state(file)
    migrations.upgrade(state)
    state.close()
    sqlite3.connect(file).execute("PRAGMA journal_mode = DELETE").close()
    with file.open("r+b") as handle:
        handle.seek(where)
        handle.write(b"\xde\xad" * 2048)
        handle.seek(0)
        if where:
            handle.seek(100)  # the root page of the schema
            handle.write(b"\xff" * 64)
    with pytest.raises(Unavailable, match="state database is damaged") as caught:
        migrations.ensure(open_state(file))
    assert "backup" in (caught.value.help or "")


def upgrade_here(file: Path) -> None:
    state = State(f"sqlite:///{file}", busy_s=150)
    migrations.upgrade(state)
    state.close()


def test_processes_that_upgrade_at_once_do_not_disturb_each_other(file: Path) -> None:
    fork = multiprocessing.get_context("spawn")
    processes = [fork.Process(target=upgrade_here, args=(file,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(200)
    assert [process.exitcode for process in processes] == [0] * 4
    assert migrations.current(open_state(file)) == migrations.head()
