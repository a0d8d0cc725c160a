"""What somebody with an analyst's account would try, statement by statement, in each dialect: no word that must not leak comes out, and nothing breaks.

The words are the sample's own list of what a MediaWiki hides, made beside the wiki and not by the code under test.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.app import App
from carrel.cli._demo import sample as expected
from carrel.model.errors import CarrelError
from carrel.model.people import Origin, Principal
from carrel.model.ports import Session
from carrel.model.queries import Done, Parameter, Rows
from tests.instance import GROUP_OF, Instance
from tests.naive import known
from tests.property.test_noninterference import GENERATED, LITERALS, WIKI
from tests.questions import Questions

pytestmark = pytest.mark.timeout(1800)
HERE = Path(__file__).parent
PLANTED = Path("/tmp/carrel-attack")
DIALECTS = [file.stem for file in sorted(HERE.glob("*.sql"))]
SLOW_S = 30.0


def statements(dialect: str) -> list[str]:
    """Of a file: each ends with a semicolon at the end of a line; lines that begin with `-- ` say what follows."""
    lines = (HERE / f"{dialect}.sql").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("-- "))
    return [statement.strip() for statement in re.split(r";\n", text + "\n") if statement.strip()]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    instance = Instance(tmp_path_factory.mktemp("attacks") / "home")
    instance.setup()
    instance.load_sample()
    app = App(instance.home)
    yield app
    app.close()


def told(session: Session, sql: str) -> bytes:
    """Everything that a door could send, raw buffers included."""
    out = io.BytesIO()
    try:
        for answer in session.ask(sql):
            if not isinstance(answer, Done):
                _write(answer, out)
    except CarrelError as error:
        out.write(f"{error.code}: {error.text}: {error.help}: {getattr(error, 'reasons', '')}".encode())
    return out.getvalue()


def _write(answer: Rows, out: io.BytesIO) -> None:
    out.write(repr([column.name for column in answer.columns]).encode())
    out.write(repr(answer.notices).encode())
    try:
        for batch in answer.batches():
            with pa.ipc.new_stream(out, batch.schema) as writer:
                writer.write_batch(batch)
    finally:
        answer.close()


def open_session(app: App, who: str, dialect: str = "mysql") -> Session:
    return app.gateway.open(Principal(person=who, service="http"), Origin(door="http", address="local"), dialect=dialect, database=WIKI)


def words() -> re.Pattern[bytes]:
    return re.compile(b"|".join(re.escape(word.encode()) for word in sorted(expected.expected().forbidden, key=len, reverse=True)))


def check(session: Session, asked: list[str]) -> None:
    search = words()
    leaks, broken, slow = [], [], []
    for sql in asked:
        began = time.monotonic()
        answer = told(session, sql)
        leaks += [(sql, found[0]) for found in search.finditer(answer) if found[0].decode() not in sql]
        broken += [sql] if answer.startswith(b"internal:") or b"internal error" in answer else []
        slow += [sql] if time.monotonic() - began > SLOW_S else []
    assert not leaks, leaks[:5]
    assert not broken, broken[:5]
    assert not slow, slow


@pytest.mark.parametrize("who", ["ines", "omar"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_attack_brings_out_a_word_or_breaks_anything(app: App, dialect: str, who: str) -> None:
    PLANTED.unlink(missing_ok=True)
    session = open_session(app, who, dialect)
    check(session, statements(dialect))
    session.close()
    assert not PLANTED.exists()
    assert b"STILL HERE" in told(open_session(app, who, dialect), "SELECT UPPER('still here') AS x")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_attack_template_brings_out_a_word(app: App, dialect: str) -> None:
    tables = known(app, WIKI, GROUP_OF["ines"])
    check(open_session(app, "ines", dialect), list(Questions(5, tables, LITERALS, WIKI).attacks(2)))


def test_no_generated_question_brings_out_a_word(app: App) -> None:
    tables = known(app, WIKI, GROUP_OF["ines"])
    check(open_session(app, "ines"), list(Questions(6, tables, LITERALS, WIKI).generated(GENERATED)))


def test_the_search_finds_what_is_there(app: App) -> None:
    """A word that may be seen, looked for in the same way; and each list has words."""
    answer = told(open_session(app, "ines"), "SELECT user_name FROM user")
    assert re.search(rb"Marta Quill", answer)
    assert len(expected.expected().forbidden) > 150


VALUES = (
    "' OR 1 = 1 -- ", "\\", "'; SELECT user_token FROM user; --", "?", "\0", "a" * 100_000, b"\xff'\"`", datetime(2018, 1, 1, tzinfo=UTC).replace(tzinfo=None),
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:30])
def test_a_parameter_is_a_value_whatever_it_holds(app: App, value: Parameter) -> None:
    for answer in open_session(app, "ines").ask("SELECT COUNT(*) AS n FROM user WHERE user_name = ?", (value,)):
        assert not isinstance(answer, Done)
        assert [batch.to_pylist() for batch in answer.batches()] == [[{"n": 0}]]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT " + "a" * 300_000, "SELECT `" + "a" * 10_000 + "` FROM user", "SELECT " + "(" * 5_000, "SELECT " + "-" * 5_000 + "1",
        "SELECT " + "NOT " * 5_000 + "1", "SELECT 1" + " UNION SELECT 1" * 5_000, "SELECT 1 WHERE 1" + " AND 1" * 30_000,
        "SELECT " + "1," * 30_000 + "1", "SELECT " + "CASE WHEN 1 THEN " * 500, "SELECT * FROM " + ", ".join(f"user u{number}" for number in range(100)),
        "SELECT 1 FROM user" + " JOIN user" * 40,
        "SELECT '" + "\\" * 100_001, "SELECT 1 /*" + "/*" * 50_000, "SELECT " + "SUBSTRING(" * 25 + "user_name" + ", -2, 1)" * 25 + " FROM user",
        "SELECT " + "IF(1," * 28 + "1" + ",2)" * 28,
        "WITH " + ", ".join(f"c{number} AS (SELECT * FROM c{number - 1} a, c{number - 1} b)" if number else "c0 AS (SELECT 1 AS x)" for number in range(40))
        + " SELECT COUNT(*) FROM c39", "SELECT " + "@" * 1_000, ";" * 100_000, "SELECT 1;" * 2_000, "\ufeffSELECT 1",
        "SELECT\u00a01", "SELECT 1 AS `\u202euser`",
    ],
    ids=lambda text: text[:20] + f"… {len(text)}",
)  # fmt: skip
def test_a_huge_or_odd_text_is_answered_in_time(app: App, text: str) -> None:
    check(open_session(app, "ines"), [text])
