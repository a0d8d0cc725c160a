"""The stored catalog: definitions of the state with the tags of the tag files, as new as the last publication."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from carrel.catalog import metadata
from carrel.catalog.store import StoredCatalog
from carrel.model.names import TableName
from carrel.model.sensitivity import Hidden
from carrel.model.tables import Column, DatabaseKind, Table
from carrel.state.definitions import to_json
from carrel.state.schema import METADATA
from carrel.state.schema.lake import LAKE_DATABASE, LAKE_GENERATION, LAKE_TABLE
from carrel.state.store import State

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def publish(state: State, database: str, name: str, *columns: str, private: bool = False) -> None:
    table = Table(
        name=TableName(database, name), kind=DatabaseKind.WIKI, visibility=True, columns=tuple(Column(name=column, type="VARCHAR") for column in columns)
    )
    with state.write() as connection:
        connection.execute(insert(LAKE_DATABASE).prefix_with("OR REPLACE").values(name=database, kind="wiki", private=private, loaded=NOW))
        connection.execute(insert(LAKE_TABLE).values(
            database=database, name=name, version="v1", rows=3, bytes=10, definition=to_json(table), visibility="0", source="test", loaded=NOW
        ))
        if not connection.execute(update(LAKE_GENERATION).values(number=LAKE_GENERATION.c.number + 1)).rowcount:
            connection.execute(insert(LAKE_GENERATION).values(id=1, number=1))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    METADATA.create_all(state.engine)
    yield state
    state.close()


def test_an_empty_state_has_only_information_schema(state: State) -> None:
    catalog = StoredCatalog(state)
    assert [database.name for database in catalog.databases()] == ["information_schema"]
    assert catalog.tables("enwiki") == []
    assert catalog.table(TableName("enwiki", "revision")) is None


def test_a_table_carries_tags_meaning_and_what_the_state_says(state: State) -> None:
    publish(state, "enwiki", "user", "user_id", "user_email", "user_secret_plan", private=True)
    table = StoredCatalog(state).table(TableName("enwiki", "user"))
    assert table is not None
    assert [column.tag for column in table.columns] == ["public", "personal.email", None]
    assert table.documented
    assert table.private
    assert table.visibility
    assert table.version == "v1"
    assert table.retention is not None
    assert table.description


def test_a_publication_is_seen_by_the_next_call(state: State) -> None:
    catalog = StoredCatalog(state)
    publish(state, "enwiki", "page", "page_id")
    assert [table.name.table for table in catalog.tables("enwiki")] == ["page"]
    publish(state, "enwiki", "revision", "rev_id", "rev_len")
    assert [table.name.table for table in catalog.tables("enwiki")] == ["page", "revision"]
    revision = catalog.table(TableName("enwiki", "revision"))
    assert revision is not None
    assert revision.columns[1].hidden_by == Hidden.CONTENT


def test_names_of_wikis_and_their_tables_keep_their_case(state: State) -> None:
    publish(state, "enwiki", "page", "page_id")
    catalog = StoredCatalog(state)
    assert catalog.table(TableName("ENWIKI", "page")) is None
    assert catalog.table(TableName("enwiki", "PAGE")) is None


@pytest.mark.parametrize("name", [("information_schema", "TABLES"), ("INFORMATION_SCHEMA", "tables")])
def test_information_schema_is_found_whatever_its_case(state: State, name: tuple[str, str]) -> None:
    table = StoredCatalog(state).table(TableName(*name))
    assert table is not None
    assert str(table.name) == "information_schema.TABLES"
    assert table.kind is DatabaseKind.METADATA
    assert {column.tag for column in table.columns} == {"public"}
    assert {column.name: column.type for column in table.columns}["TABLE_ROWS"] == "UBIGINT"


def test_search_finds_words_in_names_and_meanings_names_first(state: State) -> None:
    publish(state, "enwiki", "revision", "rev_id", "rev_comment")
    publish(state, "enwiki", "comment", "comment_id", "comment_text")
    publish(state, "enwiki", "mystery", "id")
    catalog = StoredCatalog(state)
    assert [table.name.table for table in catalog.search("Comment")] == ["comment", "revision"]
    assert [table.name.table for table in catalog.search("edit summary")] == ["revision"]
    assert catalog.search("nothing of the kind") == []
    assert catalog.search("") == []


def test_every_table_about_the_databases_says_what_it_holds() -> None:
    assert [table.name.table for table in metadata.tables().values() if not table.description] == []
