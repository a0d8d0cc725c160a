"""Whatever is done to the rows of a sealed audit, `verify` finds it, and names the first row that is not what was written."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.audit import content
from carrel.audit.log import AuditLog
from carrel.audit.statement import tokenised
from carrel.model.audit import Begin, Finish
from carrel.model.people import Principal
from carrel.state import migrations
from carrel.state.store import State

ROWS = 12
COLUMNS = ("time", '"of"', "writer", "person", "action", "body", "content", "chain", "seal")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("audit") / "state.sqlite"
    state = State(f"sqlite:///{file}")
    migrations.upgrade(state)
    log = AuditLog(state, "key")
    for index in range(ROWS // 2):
        person = Principal(person=f"p{index}", service="mysql")
        log.finish(
            log.begin(Begin(principal=person, door="mysql", address="192.0.2.1", action="query", verdict="allowed")), Finish(outcome="complete", rows=index)
        )
    assert log.verify().ok
    state.close()
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("DROP INDEX audit_entry_of")
    connection.commit()
    connection.close()
    return file


number = st.integers(1, ROWS)
mutation = st.one_of(
    st.tuples(st.just("edit"), number, st.sampled_from(COLUMNS), st.one_of(st.none(), st.text(max_size=70))),
    st.tuples(st.just("flip"), number, st.sampled_from(("body", "content", "chain", "seal", "writer")), st.integers(0, 500)),
    st.tuples(st.just("remove"), number, number),
    st.tuples(st.just("swap"), number, number),
    st.tuples(st.just("copy"), number, st.integers(-3, ROWS + 5)),
    st.tuples(st.just("cut"), st.integers(0, ROWS - 1)),
    st.tuples(st.just("cut and set back"), st.integers(0, ROWS - 1)),
)


def mutate(connection: sqlite3.Connection, change: tuple[object, ...]) -> None:
    kind, *what = change
    if kind == "edit":
        row, column, value = what
        connection.execute(f"UPDATE OR IGNORE audit_entry SET {column} = ? WHERE number = ?", (value, row))
    elif kind == "flip":
        row, column, at = what
        (text,) = connection.execute(f"SELECT {column} FROM audit_entry WHERE number = ?", (row,)).fetchone()
        place = int(str(at)) % len(text)
        connection.execute(f"UPDATE audit_entry SET {column} = ? WHERE number = ?", (text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :], row))
    elif kind == "remove":
        connection.execute("DELETE FROM audit_entry WHERE number BETWEEN min(?, ?) AND max(?, ?)", (*what, *what))
    elif kind == "swap":
        one, other = what
        for old, new in ((one, 1000), (other, one), (1000, other)):
            connection.execute("UPDATE audit_entry SET number = ? WHERE number = ?", (new, old))
    elif kind == "copy":
        source, to = what
        connection.execute(f"INSERT OR REPLACE INTO audit_entry SELECT ?, {', '.join(COLUMNS)} FROM audit_entry WHERE number = ?", (to, source))
    else:
        (keep,) = what
        connection.execute("DELETE FROM audit_entry WHERE number > ?", (keep,))
        if kind == "cut and set back":
            connection.execute(
                "UPDATE audit_head SET number = ?, chain = coalesce((SELECT chain FROM audit_entry WHERE number = ?), ?)", (keep, keep, "0" * 64)
            )


def rows(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return [*connection.execute("SELECT * FROM audit_entry ORDER BY number"), *connection.execute("SELECT * FROM audit_head")]


@settings(max_examples=150, deadline=None)
@given(changes=st.lists(mutation, min_size=1, max_size=3))
def test_every_mutation_is_found(original: Path, changes: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(original, folder))
        with closing(sqlite3.connect(file)) as connection:
            for change in changes:
                if kind_applies(connection, change):
                    mutate(connection, change)
            connection.commit()
        before, after = rows(original), rows(file)
        state = State(f"sqlite:///{file}")
        result = AuditLog(state, "key").verify()
        state.close()
    assert result.ok == (before == after)


def kind_applies(connection: sqlite3.Connection, change: tuple[object, ...]) -> bool:
    """Whether the row that a flip needs is there and its column holds text; NOT NULL columns take no NULL."""
    if change[0] == "flip":
        found = connection.execute(f"SELECT {change[2]} FROM audit_entry WHERE number = ?", (change[1],)).fetchone()
        return found is not None and isinstance(found[0], str) and found[0] != ""
    return True


@given(person=st.text(max_size=100), details=st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.none()), max_size=4))
def test_content_survives_encoding(person: str, details: dict[str, object]) -> None:
    deed = Begin(principal=Principal(person=person, service="x"), door="d", address="a", action="b", verdict="c", details=details, tables=("x.y",))
    assert content.decode(content.encode(deed)) == deed


harmless = st.characters(min_codepoint=32, exclude_characters="*'\\`\"", codec="utf-8")


@given(value=st.text(alphabet=harmless, min_size=6, max_size=30), number=st.integers(10**6, 10**12))
def test_no_literal_is_readable_in_a_tokenised_statement(value: str, number: int) -> None:
    key = b"0123456789abcdef"
    for quoted in (f"'{value}'", f'"{value}"', f"N'{value}'", f"_utf8'{value}'", f"/* {value} */ 1"):
        told = tokenised(f"SELECT a FROM t WHERE b = {quoted} AND c = {number} -- {value}", "mysql", key)
        assert value not in told
        assert str(number) not in told
        assert told == tokenised(f"SELECT a FROM t WHERE b = {quoted} AND c = {number}", "mysql", key)


def test_equal_literals_have_equal_tokens_under_one_key_and_none_under_another() -> None:
    one = tokenised("SELECT 'x', 'x', 'y'", "mysql", b"a" * 16)
    first, second, third = one.removeprefix("SELECT ").split(", ")
    assert first == second != third
    assert first not in tokenised("SELECT 'x'", "mysql", b"b" * 16)


@pytest.mark.parametrize("text", ["SELECT 'open secret", "SELECT /* open secret", "\0secret '"])
def test_what_cannot_be_cut_is_one_token(text: str) -> None:
    assert "secret" not in tokenised(text, "mysql", b"a" * 16)
