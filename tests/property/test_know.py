"""Law 5: not there and not known to you are one thing. A twin in which what the person does not know has never been loaded answers with the same bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from carrel.app import App
from carrel.model.names import TableName
from tests.instance import GROUP_OF, Instance
from tests.naive import Known, known
from tests.property.conftest import seeds
from tests.property.test_noninterference import GENERATED, LISTINGS, LITERALS, WIKI, Answers, answers, differing
from tests.questions import Questions
from tests.recording import HttpRecorder, MysqlRecorder, opened
from tests.twins import make_ignorant_twin

pytestmark = pytest.mark.timeout(1800)
PRIVATE = "arbcomwiki"
PEOPLE = ("ines", "omar")
SEED = seeds()[0]

NAMES = (
    "USE {d}", "SHOW TABLES FROM {d}", "SHOW TABLES IN `{d}`", "SHOW FULL TABLES FROM {d}", "SHOW TABLE STATUS FROM {d}", "SHOW CREATE DATABASE {d}",
    "SHOW DATABASES LIKE '{d}'", "SHOW DATABASES WHERE `Database` = '{d}'", "SHOW OPEN TABLES FROM {d}", "SHOW COLUMNS FROM {t} FROM {d}",
    "SHOW INDEX FROM {d}.{t}",
    "SHOW CREATE TABLE {d}.{t}", "DESCRIBE {d}.{t}", "EXPLAIN {d}.{t}", "EXPLAIN SELECT * FROM {d}.{t}", "SELECT * FROM {d}.{t}",
    "SELECT 1 FROM {d}.{t} LIMIT 0",
    "SELECT {d}.{t}.{c} FROM {t}", "SELECT {c} FROM {t} WHERE EXISTS (SELECT 1 FROM {d}.{t})", "SELECT * FROM `{d}`.`nothing_such`",
    "SELECT * FROM {d}.{t} a, {t} b",
    "SELECT * FROM {d}.{c}", "SELECT * FROM {t}x", "SELECT * FROM {d}x.{t}", "SELECT * FROM {d}.{t}x", "SHOW TABLES FROM {d}x", "USE {d}x", "SELECT {d}.f(1)",
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{d}'", "SELECT * FROM information_schema.schemata",
    "SELECT * FROM information_schema.columns WHERE table_schema = '{d}' OR table_name LIKE '%{t}%'", "SELECT COUNT(*) FROM information_schema.statistics",
    "SELECT schema_name FROM information_schema.schemata WHERE schema_name REGEXP 'arb|ledger'", "SELECT COUNT(*) FROM information_schema.key_column_usage",
    "WITH x AS (SELECT * FROM {d}.{t}) SELECT 1", "SELECT (SELECT COUNT(*) FROM {d}.{t})", "SELECT 1 UNION SELECT {c} FROM {d}.{t}",
    "SET @x = (SELECT 1 FROM {d}.{t})",
    "SELECT * FROM {d}.{t} PROCEDURE ANALYSE()", "DELETE FROM {d}.{t}", "INSERT INTO {d}.{t} VALUES (1)", "DROP TABLE {d}.{t}", "LOCK TABLES {d}.{t} READ",
    "CHECK TABLE {d}.{t}", "ANALYZE TABLE {d}.{t}", "HANDLER {d}.{t} OPEN", "SHOW GRANTS", "GRANT SELECT ON {d}.* TO x", "SHOW WARNINGS",
    "SHOW TRIGGERS FROM {d}",
    "SHOW PROCEDURE STATUS", "SHOW EVENTS FROM {d}", "SELECT * FROM {t} NATURAL JOIN {d}.{t}", "CREATE TABLE {d}.x (a INT)", "CALL {d}.p()", "DO {d}.f()",
)  # fmt: skip


@pytest.fixture(scope="module")
def homes(sample: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, App]]:
    """The instance, and one in which the private wiki and the tables that nobody has classified have never been."""
    folder = tmp_path_factory.mktemp("ignorant")
    one = App(sample.home)
    make_ignorant_twin(sample.home, folder / "home", {PRIVATE}, unknown(one))
    other = App(folder / "home")
    yield one, other
    one.close()
    other.close()


def unknown(app: App) -> set[TableName]:
    """Tables of the public wiki of which no documentation speaks, and of whose columns nobody may see one."""
    tables = app.catalog.tables(WIKI)
    return {table.name for table in tables if not table.documented and not any(column.tag == "public" for column in table.columns)}


def named(app: App) -> list[str]:
    """Questions that say the names of what is not known."""
    dice = random.Random(SEED)
    places = [table.name for table in app.catalog.tables(PRIVATE)]
    found = [template.format(d=PRIVATE, t=name.table, c="page_id") for template in NAMES for name in dice.sample(places, 2)]
    found += [template.format(d=WIKI, t=name.table, c="ll_id") for template in NAMES for name in unknown(app)]
    tables = {name.table: Known(("ll_id", "ll_note")) for name in unknown(app)}
    private = {table.name.table: Known(tuple(column.name for column in table.columns)) for table in app.catalog.tables(PRIVATE)}
    found += [*Questions(SEED, tables, LITERALS, WIKI).attacks(1), *Questions(SEED, private, LITERALS, PRIVATE).generated(GENERATED // 5)]
    return [f"USE {WIKI}", *dict.fromkeys(found)]


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_not_known_might_as_well_not_be_there(homes: tuple[App, App], who: str) -> None:
    asked = [f"USE {WIKI}", *LISTINGS, *named(homes[0])]
    asked += [*Questions(SEED, known(homes[0], WIKI, GROUP_OF[who]), LITERALS, WIKI).attacks(1)]
    one, other = (answers(app, who, asked, "nothing") for app in homes)
    found = differing(one, other)
    assert not found, f"{len(found)} answers differ; first: {found[:3]}"


@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_is_known_of_it_at_the_http_door_either(homes: tuple[App, App], sample: Instance, who: str) -> None:
    secret, asked = sample.credential(who)["password"], named(homes[0])
    tables = [*[table.name for table in homes[0].catalog.tables(PRIVATE)][:8], *unknown(homes[0]), TableName(PRIVATE, "nothing"), TableName("nothing", "page")]
    words = [PRIVATE, "ledger", "arbcom", "ll_note", "page", "lantern", "note"]
    told: list[Answers] = []
    for app in homes:
        with opened(app, "http") as port, HttpRecorder(port, who, secret) as client:
            answer = {sql: client.ask(sql, WIKI) for sql in asked} | {f"in {PRIVATE}: {sql}": client.ask(sql, PRIVATE) for sql in asked[:20]}
            for path in ["", f"/{PRIVATE}", f"/{WIKI}", *(f"/{name.database}/{name.table}" for name in tables), *(f"?q={word}" for word in words)]:
                answer[f"page {path}"] = client.page(f"/data{path}")
            for path in ["databases", f"databases/{PRIVATE}/tables", *(f"databases/{name.database}/tables/{name.table}" for name in tables)]:
                answer[path] = client.api(f"/api/v1/{path}")
            for word in words:
                answer[f"search {word}"] = client.api(f"/api/v1/search?q={word}")
            told.append(answer)
    found = differing(*told)
    assert not found, f"{len(found)} answers differ; first: {found[:3]}"
    said = {what: answer for what, answer in told[0].items() if PRIVATE not in what and what.startswith(("page ?", "search", "databases"))}
    assert not [what for what, answer in said.items() if PRIVATE.encode() in answer]


@pytest.mark.parametrize("who", PEOPLE)
def test_a_login_to_an_unknown_database_tells_nothing(homes: tuple[App, App], sample: Instance, who: str) -> None:
    """A private wiki and a name that nobody has: the same answer, name aside."""
    secret = sample.credential(who)["password"]
    with opened(homes[0], "mysql") as port:
        told = [MysqlRecorder.login(port, who, secret, database).replace(database.encode(), b"?") for database in (PRIVATE, "no" + PRIVATE[2:])]
    assert told[0] == told[1]
    assert b"1049" in told[0] or b"\x19\x04" in told[0]


def test_neither_pages_nor_suggestions_say_a_name_that_is_not_known(homes: tuple[App, App]) -> None:
    """A name one letter off: what is suggested is what is known."""
    told = answers(homes[0], "ines", [f"USE {WIKI}", "SELECT * FROM lantern_ledge", "SELECT * FROM pagge", f"SELECT * FROM {PRIVATE}.pagge"], "nothing")
    assert b"lantern_ledger" not in told["SELECT * FROM lantern_ledge"]
    assert b"page" in told["SELECT * FROM pagge"].replace(b"pagge", b"")
    assert b".page" not in told[f"SELECT * FROM {PRIVATE}.pagge"].replace(b".pagge", b"")


def test_the_listings_do_list(homes: tuple[App, App], tmp_path: Path) -> None:
    told = answers(homes[0], "ines", ["SHOW DATABASES", f"SHOW TABLES FROM {WIKI}"], "nothing")
    assert WIKI.encode() in told["SHOW DATABASES"]
    assert PRIVATE.encode() not in told["SHOW DATABASES"]
    assert b"revision" in told[f"SHOW TABLES FROM {WIKI}"]
