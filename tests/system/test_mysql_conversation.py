"""One conversation, the same for every client: log in, a wrong password, a value, a bound value, refused, unknown, masked, tables, columns.

docs/reference/mysql-door.md has the table of clients; it is written from CLIENTS and the programs here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.instance import Instance
from tests.shared import program
from tests.system.test_mysql_clients import driver

pytestmark = pytest.mark.system

WHO, WIKI = "ines", "samplewiki"
PROGRAMS = Path(__file__).parent / "clients"
Ask = Callable[..., list[tuple[Any, ...]]]


class Failed(Exception):
    """What the server said: MariaDB's number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Place:
    port: int
    secret: str

    def options(self, **more: Any) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "user": WHO, "password": self.secret, "database": WIKI, **more}


Client = Callable[[Place], contextlib.AbstractContextManager[Ask]]


@contextlib.contextmanager
def failures() -> Iterator[None]:
    """Each driver's own error as ours."""
    try:
        yield
    except Failed:
        raise
    except Exception as error:
        cause = getattr(error, "orig", None) or error
        found = re.search(r"\b1\d{3}\b", f"{getattr(cause, 'errno', '')} {cause.args[:1]}")
        if found is None:
            raise
        raise Failed(int(found[0])) from error


def by_dbapi(module: str, *, mark: str = "%s", prepared: bool = False, **more: Any) -> Client:
    @contextlib.contextmanager
    def client(place: Place) -> Iterator[Ask]:
        options = place.options(**more)
        with failures(), contextlib.closing(driver(module).connect(**options)) as connection:

            def ask(text: str, *values: object) -> list[tuple[Any, ...]]:
                with failures(), contextlib.closing(connection.cursor(**({"prepared": True} if prepared else {}))) as cursor:
                    cursor.execute(*((text.replace("?", mark), values) if values else (text,)))
                    return [tuple(row) for row in cursor.fetchall()]

            yield ask

    return client


@contextlib.contextmanager
def aiomysql(place: Place) -> Iterator[Ask]:
    options = place.options()
    options["db"] = options.pop("database")

    async def once(text: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        connection = await driver("aiomysql").connect(**options)
        try:
            async with connection.cursor() as cursor:
                warnings.simplefilter("ignore")  # aiomysql makes a Python warning of each notice
                await cursor.execute(text.replace("?", "%s"), values or None)
                return list(await cursor.fetchall())
        finally:
            connection.close()

    def ask(text: str, *values: object) -> list[tuple[Any, ...]]:
        with failures(), warnings.catch_warnings():
            return asyncio.run(once(text, values))

    ask("SELECT 1")
    yield ask


def engine_of(place: Place, dialect: str) -> Any:
    sqlalchemy, options = driver("sqlalchemy"), place.options()
    url = sqlalchemy.engine.URL.create(f"mysql+{dialect}", options["user"], options["password"], options["host"], options["port"], WIKI)
    return sqlalchemy.create_engine(url)


def by_sqlalchemy(dialect: str, *, pandas: bool = False) -> Client:
    @contextlib.contextmanager
    def client(place: Place) -> Iterator[Ask]:
        sqlalchemy, engine = driver("sqlalchemy"), engine_of(place, dialect)
        with failures(), engine.connect() as connection:

            def ask(text: str, *values: object) -> list[tuple[Any, ...]]:
                for number in range(len(values)):
                    text = text.replace("?", f":v{number}", 1)
                bound = {f"v{number}": value for number, value in enumerate(values)}
                with failures():
                    if pandas:
                        frame = driver("pandas").read_sql(sqlalchemy.text(text), connection, params=bound)
                        return [tuple(row) for row in frame.itertuples(index=False)]
                    return [tuple(row) for row in connection.execute(sqlalchemy.text(text), bound)]

            yield ask
        engine.dispose()

    return client


def by_program(name: str, *more: str) -> Client:
    @contextlib.contextmanager
    def client(place: Place) -> Iterator[Ask]:
        base = [program(name), "--no-defaults", "-h127.0.0.1", f"-P{place.port}", f"-u{WHO}", f"-p{place.secret}", "--batch", "-N", *more, WIKI, "-e"]

        def ask(text: str, *values: object) -> list[tuple[Any, ...]]:
            if values:
                text = f'EXECUTE IMMEDIATE "{text}" USING {", ".join(map(repr, values))}'
            done = subprocess.run([*base, text], capture_output=True, timeout=60, check=False)
            if done.returncode:
                raise Failed(int(re.findall(rb"ERROR (\d+)", done.stderr)[0]))
            return [tuple(None if cell == "NULL" else cell for cell in line.split("\t")) for line in done.stdout.decode().splitlines()]

        ask("SELECT 1")
        yield ask

    return client


def by_connector_c(**more: Any) -> Client:
    """MySQL Connector/Python's C part, a process for each question."""

    @contextlib.contextmanager
    def client(place: Place) -> Iterator[Ask]:
        def ask(text: str, *values: object) -> list[tuple[Any, ...]]:
            asked = json.dumps([place.options(**more), text.replace("?", "%s"), values])
            done = subprocess.run([sys.executable, str(PROGRAMS / "connector_c.py"), asked], capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, done.stderr[-1000:]
            told = json.loads(done.stdout)
            if isinstance(told, dict):
                raise Failed(told["error"])
            return [tuple(row) for row in told]

        ask("SELECT 1")
        yield ask

    return client


CLIENTS: dict[str, Client] = {
    "mysql": by_program("mysql"),
    "mariadb": by_program("mariadb"),
    "mariadb, packed": by_program("mariadb", "--compress"),
    "mariadb, over TLS": by_program("mariadb", "--ssl"),
    "PyMySQL": by_dbapi("pymysql"),
    "MySQLdb": by_dbapi("MySQLdb"),
    "MySQLdb, packed": by_dbapi("MySQLdb", compress=True),
    "Connector/Python": by_dbapi("mysql.connector", use_pure=True),
    "Connector/Python, prepared": by_dbapi("mysql.connector", use_pure=True, prepared=True),
    "Connector/Python, packed": by_dbapi("mysql.connector", use_pure=True, compress=True),
    "Connector/Python, C part": by_connector_c(),
    "Connector/Python, C part, packed": by_connector_c(compress=True),
    "mariadb connector": by_dbapi("mariadb", mark="?"),
    "aiomysql": aiomysql,
    "SQLAlchemy, PyMySQL": by_sqlalchemy("pymysql"),
    "SQLAlchemy, MySQLdb": by_sqlalchemy("mysqldb"),
    "pandas": by_sqlalchemy("pymysql", pandas=True),
}


@pytest.fixture
def place(sample_instance: Instance) -> Place:
    return Place(sample_instance.port("mysql"), sample_instance.credential(WHO)["password"])


def text_of(cell: object) -> str | None:
    return None if cell is None else bytes(cell).decode() if isinstance(cell, bytes | bytearray) else str(cell)


def number_of(call: Callable[[], object]) -> int:
    with pytest.raises(Failed) as failure:
        call()
    return failure.value.number


@pytest.mark.parametrize("client", CLIENTS.values(), ids=list(CLIENTS))
def test_the_conversation(place: Place, client: Client) -> None:
    with client(place) as ask:
        assert text_of(ask("SELECT page_title FROM page WHERE page_id = 1")[0][0]) == "Main_Page"
        assert text_of(ask("SELECT page_id FROM page WHERE page_namespace = ? AND page_title = ?", 0, "Main_Page")[0][0]) == "1"
        assert number_of(lambda: ask("SELECT user_password FROM user")) == 1142
        assert number_of(lambda: ask("SELECT * FROM nothing_here")) == 1146
        assert text_of(ask("SELECT * FROM user WHERE user_id = 1")[0][3]) is None
        assert "page" in [text_of(row[0]) for row in ask("SHOW TABLES")]
        assert [text_of(row[0]) for row in ask("SHOW COLUMNS FROM change_tag_def")] == ["ctd_id", "ctd_name", "ctd_user_defined", "ctd_count"]
        assert [text_of(row[0]) for row in ask("SELECT rev_id FROM revision ORDER BY rev_id LIMIT 100")][:2] == ["1", "2"]

    def enter() -> None:
        with client(Place(place.port, "wrong")) as asked:
            asked("SELECT 1")

    assert number_of(enter) == 1045


def said(command: Sequence[str]) -> dict[str, set[str]]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-1000:]
    found: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition("=")
        found.setdefault(key, set()).add(value)
    return found


def test_the_conversation_over_jdbc_and_what_dbeaver_asks(place: Place) -> None:
    jar = Path("/usr/share/java/mariadb-java-client.jar")
    if not jar.exists():
        pytest.skip("no JDBC driver: libmariadb-java is not installed")
    url = f"jdbc:mariadb://127.0.0.1:{place.port}/{WIKI}"
    assert said([program("java"), "-cp", str(jar), str(PROGRAMS / "Conversation.java"), url, WHO, place.secret]) == {
        "wrong": {"1045"}, "title": {"Main_Page"}, "denied": {"1142"}, "unknown": {"1146"}, "masked": {"null"}, "prepared": {"page_title"}, "bound": {"1"},
        "fetched": {"true"}, "version": {"10.11.0-MariaDB-carrel"}, "catalogs": {"true"}, "tables": {"[page, pagelinks, page_props, page_restrictions]"},
        "columns": {"[ctd_id, ctd_name, ctd_user_defined, ctd_count]"}, "key": {"[page_id]"},
        "indexes": {"[PRIMARY, ctd_count, ctd_name, ctd_user_defined]"}, "foreign": {"[]"}, "routines": {"[]"}, "privileges": {"[SELECT]"},
        "types": {"true"}, "keywords": {"false"},
    }


def test_the_conversation_in_r(sample_instance: Instance) -> None:
    if subprocess.run([program("Rscript"), "-e", "library(RMySQL)"], capture_output=True, check=False).returncode:
        pytest.skip("no RMySQL: r-cran-rmysql is not installed")
    assert said([program("Rscript"), str(PROGRAMS / "conversation.R"), str(sample_instance.cnf(WHO))]) == {
        "title": {"Main_Page"}, "denied": {"may not use"}, "unknown": {"doesn't exist"}, "masked": {"TRUE"}, "exists": {"TRUE"}, "tables": {"TRUE"},
        "fields": {"ctd_id,ctd_name,ctd_user_defined,ctd_count"}, "part": {"10"}, "quoted": {"1"}, "read": {"4"}, "wrong": {"Access denied"},
    }


@pytest.mark.parametrize("dialect", ["pymysql", "mysqldb", "mysqlconnector"])
def test_sqlalchemy_reflects_the_whole_wiki(place: Place, dialect: str) -> None:
    sqlalchemy = driver("sqlalchemy")
    if dialect != "pymysql":
        driver({"mysqldb": "MySQLdb", "mysqlconnector": "mysql.connector"}[dialect])
    engine = engine_of(place, dialect)
    inspector, metadata = sqlalchemy.inspect(engine), sqlalchemy.MetaData()
    assert inspector.get_schema_names() == ["information_schema", WIKI, "staging", f"u_{WHO}"]
    assert {"page", "revision"} < set(inspector.get_table_names())
    assert inspector.get_view_names() == []
    assert inspector.get_pk_constraint("page")["constrained_columns"] == ["page_id"]
    assert {index["name"] for index in inspector.get_indexes("page")} == {"page_len", "page_name_title", "page_random", "page_redirect_namespace_len"}
    assert inspector.get_foreign_keys("page") == inspector.get_check_constraints("page") == []
    assert not inspector.has_table("nothing_here")
    metadata.reflect(engine)
    assert set(metadata.tables) == set(inspector.get_table_names())
    page = metadata.tables["page"]
    with engine.connect() as connection:
        assert [text_of(title) for (title,) in connection.execute(sqlalchemy.select(page.c.page_title).where(page.c.page_id == 1))] == ["Main_Page"]
    engine.dispose()


def test_the_mariadb_connector_fetches_from_a_cursor(place: Place) -> None:
    module = driver("mariadb")
    with contextlib.closing(module.connect(**place.options())) as connection, contextlib.closing(connection.cursor()) as plain:
        plain.execute("SELECT rev_id FROM revision WHERE rev_id > 1 ORDER BY rev_id")
        rows = plain.fetchall()
        with contextlib.closing(connection.cursor(cursor_type=1, prefetch_size=7, prepared=True, buffered=False)) as cursor:
            cursor.execute("SELECT rev_id FROM revision WHERE rev_id > ? ORDER BY rev_id", (1,))
            assert [cursor.fetchone() for _ in range(20)] == rows[:20]
            assert cursor.fetchall() == rows[20:]
