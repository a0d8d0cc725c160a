"""Where the laws are tried: a small instance in this process, with a row and a cell of each kind that somebody may not see, each holding a word of its own."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

from carrel.app import App
from carrel.cli._formats import FORMATS
from carrel.doors.mysql.door import MysqlDoor
from carrel.gateway.browse import PolicyBrowser
from carrel.gateway.gateway import PolicyGateway
from carrel.gateway.session import GatewaySession
from carrel.identity import accounts, credentials
from carrel.jobs.load import Loader
from carrel.model.audit import Begin
from carrel.model.errors import CarrelError
from carrel.model.names import TableName
from carrel.model.people import Asker, Lift, Origin, Principal
from carrel.model.ports import Catalog, Doors, LiveCatalog, People
from carrel.model.queries import Done
from carrel.model.tables import Column, Database, DatabaseKind, Retention, Table
from carrel.state import migrations
from carrel.state.schema.reads import READ_LATELY
from carrel.state.store import State
from tests import mysql_certificate
from tests.instance import GROUP_OF

Rows = Sequence[Mapping[str, Any]]
WIKI, PRIVATE = "stagewiki", "closedwiki"
ORIGIN = Origin(door="mysql", address="127.0.0.1")
OWNER = Principal(person="root", service="cli", via="owner:root")
YEAR = timedelta(days=365)

TABLES: Mapping[str, Rows] = {
    "page": [
        {"page_id": n, "page_namespace": 0, "page_title": title, "page_len": length, "page_latest": n}
        for n, title, length in ((1, "Gamma", 10), (2, "Alpha", 20), (3, "Beta", 30))
    ],
    "revision": [
        {"rev_id": n, "rev_page": 1, "rev_actor": actor, "rev_comment_id": n, "rev_deleted": deleted, "rev_timestamp": f"2018010{n}000000", "rev_len": 10 * n}
        for n, actor, deleted in ((1, 1, 0), (2, 4711, 4), (3, 1, 0))
    ],
    "actor": [{"actor_id": 1, "actor_user": 1, "actor_name": "Ann"}, {"actor_id": 4711, "actor_user": None, "actor_name": "192.0.2.77"}],
    "comment": [{"comment_id": number, "comment_text": text} for number, text in ((1, "a typo"), (3, "more words"), (9, "lonely-words"))],
    "logging": [
        {"log_id": n, "log_type": kind, "log_deleted": 0, "log_actor": 1, "log_title": title, "log_params": "", "log_comment_id": 1, "log_timestamp": None}
        for n, kind, title in ((1, "move", "Alpha"), (2, "suppress", "Suppressed-title"), (3, "move", "Beta"))
    ],
    "user": [{
        "user_id": 1, "user_name": "Ann", "user_password": ":pbkdf2:hash-of-ann", "user_email": "ann@mail.example", "user_touched": "20180102030405",
        "user_editcount": 3,
    }],
    "ipblocks": [{"ipb_id": 1, "ipb_address": "Vic", "ipb_user": 5, "ipb_deleted": 0, "ipb_auto": 0, "ipb_parent_block_id": 0, "ipb_reason_id": 0}],
    "recentchanges": [{"rc_id": 1, "rc_title": "Alpha", "rc_deleted": 0, "rc_logid": 0, "rc_ip": "192.0.2.99", "rc_unheard_of": "unclassified-cell"}],
    "mystery": [{"m_id": 1, "m_text": "unclassified-row"}],
}  # fmt: skip
CLOSED: Mapping[str, Rows] = {"page": [{"page_id": 1, "page_namespace": 0, "page_title": "Private-title", "page_len": 9, "page_latest": 1}]}

EVENTS: Rows = [{"id": 1, "event": "open", "clientIp": "192.0.2.55"}, {"id": 2, "event": "shut", "clientIp": "192.0.2.55"}]
OTHERS: Mapping[TableName, tuple[Mapping[str, str], Rows]] = {
    TableName("log", "Edit_1"): ({"id": "public", "event": "public", "clientIp": "personal.ip"}, EVENTS),
    TableName("log", "Unkept_1"): ({"id": "public", "event": "public", "clientIp": "personal.ip"}, EVENTS),
    TableName("log", "Keyed_1"): (
        {"clientIp": "personal.ip", "event": "public"}, [{"event": "open", "clientIp": "192.0.2.9"}, {"event": "shut", "clientIp": "192.0.2.1"}],
    ),
    TableName("wmf", "views"): (
        {"ip": "personal.ip", "host": "public", "status": "restricted"}, [{"ip": "192.0.2.66", "host": "en.wikipedia.org", "status": "404"}],
    ),
    TableName("wmf", "hours"): ({"hour": "public", "hits": "public"}, [{"hour": "12", "hits": "7"}]),
}
"""Tables of other kinds of database: the tags of their columns, of which the first is the key, and their rows. Nothing deletes the rows of `Unkept_1`."""
KINDS = {"log": DatabaseKind.LOG, "wmf": DatabaseKind.LAKE}


@dataclass(frozen=True)
class Heard:
    """An answer as text, or what it was refused with. `text` is all that the asker reads: headings and rows, notices, or the error and its help."""

    rows: list[tuple[str, ...]] | None
    text: str
    error: str = ""

    @property
    def cells(self) -> list[str]:
        return [cell for row in self.rows or [] for cell in row]


class Tagged:
    """Fills the port LiveCatalog: the instance's own, and tags for the tables of `OTHERS`, which no source of this product brings yet."""

    def __init__(self, catalog: LiveCatalog) -> None:
        self._catalog = catalog
        self._seen = _View(catalog.view())

    def view(self) -> Catalog:
        """The same view while the catalog's is the same."""
        view = self._catalog.view()
        if view is not self._seen.catalog:
            self._seen = _View(view)
        return self._seen

    def databases(self) -> Sequence[Database]:
        return self.view().databases()

    def tables(self, database: str) -> Sequence[Table]:
        return self.view().tables(database)

    def table(self, name: TableName) -> Table | None:
        return self.view().table(name)


class _View:
    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._tagged: dict[TableName, Table] = {}

    def databases(self) -> Sequence[Database]:
        return self.catalog.databases()

    def tables(self, database: str) -> Sequence[Table]:
        return [self._with_tags(table) for table in self.catalog.tables(database)]

    def table(self, name: TableName) -> Table | None:
        found = self.catalog.table(name)
        return found and self._with_tags(found)

    def _with_tags(self, table: Table) -> Table:
        return self._tagged.setdefault(table.name, _tagged(table))


def _tagged(table: Table) -> Table:
    if table.name not in OTHERS:
        return table
    tags = OTHERS[table.name][0]
    kept = None if table.name.table.startswith("Unkept") else Retention(kind="mirror")
    return replace(table, columns=tuple(replace(column, tag=tags[column.name]) for column in table.columns), documented=True, retention=kept)


class Lifted:
    """Fills the port People: what the state says, and a lift for one person."""

    def __init__(self, people: People, lift: Lift) -> None:
        self._people = people
        self._lift = lift

    def asker(self, principal: Principal, door: str, now: datetime) -> Asker:
        return replace(self._people.asker(principal, door, now), lifts=(self._lift,))


class Stage:
    """The instance. One person of each group, named as in `tests.instance`."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self._numbers = itertools.count(1)
        make_home(self.home, '[audit]\nseal_key = "env:CARREL_STAGE_KEY"\n')
        self.app = App(self.home)
        admit(self.app, {**GROUP_OF, "will": "wmf"})
        self.load(TABLES, WIKI)
        self.load(CLOSED, PRIVATE, private=True)
        self._others()
        self.catalog = Tagged(self.app.catalog)
        self.parts = replace(self.app.parts, catalog=self.catalog)

    def _others(self) -> None:
        for database, kind in KINDS.items():
            with self.app.lake.load(Database(name=database, kind=kind), "test") as load:
                for name, (tags, rows) in OTHERS.items():
                    if name.database == database:
                        columns = tuple(Column(name=column, type="BIGINT" if column == "id" else "VARCHAR") for column in tags)
                        table = Table(name=name, kind=kind, columns=columns, primary_key=(columns[0].name,))
                        load.land(table, [pa.RecordBatch.from_pylist([{key: row[key] for key in tags} for row in rows])], frozenset())
                load.publish(lambda _: ())

    def load(self, tables: Mapping[str, Rows], wiki: str, *, planner: Any = None, private: bool = False, key: Mapping[str, tuple[str, ...]] = {}) -> None:
        """Loads a wiki from a dump of these rows, by the product's own way. `key`: of tables whose key is not their first column."""
        file = self.home.parent / f"{wiki}.sql"
        file.write_text(dump(tables, key))
        loader = self.app.loader if planner is None else Loader(self.app.lake, self.app.audit, planner)
        loader.load("sql-dump", [file], wiki, principal=OWNER, private=private)

    @cached_property
    def secret(self) -> str:
        """Of a credential of `ines`."""
        return credentials.issue(self.app.state, "ines", GROUP_OF["ines"], by="test", now=datetime.now(UTC), keep=lambda _: None).secret

    @cached_property
    def doors(self) -> Doors:
        """What a door is handed: the instance's own ports, and a certificate."""
        certificate, key = mysql_certificate.make(self.home)
        gateway, browser = PolicyGateway(self.parts), PolicyBrowser(self.parts)
        return Doors(gateway=gateway, browser=browser, identity=self.app.identity, tls_certificate=certificate, tls_key=key)

    @contextmanager
    def mysql(self, *, address: str = "") -> Iterator[int]:
        """The MySQL door's port. `address`: where all its clients seem to come from."""
        door = MysqlDoor(self.doors)
        if address:
            receive = door._receive
            door._receive = lambda client, _: receive(client, address)  # type: ignore[method-assign]
        port = door.start("127.0.0.1", 0)
        try:
            yield port
        finally:
            door.stop(0.0)

    def forget(self) -> None:
        """What was remembered of policy, of statements and of texts, and what people were lately shown."""
        with self.app.state.write() as connection:
            connection.execute(READ_LATELY.delete())
        self.parts.reads.forget()
        for field in fields(self.parts):
            if (kept := getattr(getattr(self.parts, field.name), "_kept", None)) is not None:
                kept.clear()
        policy = self.app.policy()
        policy.rules.clear()
        policy.memory.clear()
        policy.known.clear()
        import_module("carrel.engines.duckdb.verify").forget_verdicts()

    @contextmanager
    def session(
        self, who: str = "ines", database: str | None = WIKI, *, lift: Lift | None = None, door: str = "mysql", credential: str | None = None,
        **parts: Any,
    ) -> Iterator[GatewaySession]:
        """A session of the gateway, as a door opens one. `parts`: others than the instance's own."""
        people = Lifted(self.parts.people, lift) if lift else self.parts.people
        gateway = PolicyGateway(replace(self.parts, **{"people": people, **parts}))
        principal = Principal(person=who, service=door, credential=credential)
        session = gateway.open(principal, replace(ORIGIN, door=door), dialect="mysql", database=database, number=next(self._numbers))
        try:
            yield session
        finally:
            session.close()

    def ask(self, sql: str, who: str = "ines", database: str | None = WIKI, *, parameters: Sequence[Any] = (), **options: Any) -> Heard:
        """What somebody gets for one statement. An exception that no door expects is told as `crash`."""
        try:
            with self.session(who, database, **options) as session:
                return hear(session, sql, parameters)
        except CarrelError as error:
            return refused(error)

    def last(self, who: str) -> Begin:
        """What the audit says of the newest deed of this person."""
        (entry,) = self.app.audit.search(person=who, limit=1)
        assert entry.begin is not None
        return entry.begin

    @contextmanager
    def policy(self, text: str) -> Iterator[None]:
        """This text as the home's policy meanwhile."""
        file = self.home / "policy.toml"
        file.write_text(text)
        try:
            yield
        finally:
            file.unlink()

    @contextmanager
    def suspended(self, who: str) -> Iterator[None]:
        accounts.suspend(self.app.state, who, by="test", reason="test", now=datetime.now(UTC))
        try:
            yield
        finally:
            accounts.resume(self.app.state, who)

    def words(self, sql: str, who: str = "ines", database: str | None = WIKI, **options: Any) -> str:
        return self.ask(sql, who, database, **options).text

    def close(self) -> None:
        self.app.close()


def make_home(home: Path, settings: str = "") -> None:
    """A home without certificate, as `carrel init` makes one."""
    home.mkdir(parents=True, mode=0o700)
    (home / "carrel.toml").write_text(f"[engine]\nthreads = 1\n[limits]\nmemory_mb = 400\n{settings}")
    state = State(f"sqlite:///{home / 'state.sqlite'}")
    migrations.upgrade(state)
    state.close()


def admit(app: App, group_of: Mapping[str, str]) -> None:
    """People, each a member of one group for a year."""
    now = datetime.now(UTC)
    for person, group in group_of.items():
        accounts.add_group(app.state, group, description=group, now=now)
        accounts.add_person(app.state, person, realname=person, email=f"{person}@example.org", ends=None, now=now)
        accounts.add_member(app.state, group, person, ends=now + YEAR, latest=now + YEAR, sponsor="desk", by="test", now=now)


def hear(session: GatewaySession, sql: str, parameters: Sequence[Any] = ()) -> Heard:
    """The last answer of a text."""
    out, notices = io.BytesIO(), ""
    try:
        for answer in session.ask(sql, parameters):
            out = io.BytesIO()
            if isinstance(answer, Done):
                continue
            try:
                FORMATS["tsv"](answer, out)
            finally:
                answer.close()
            notices = " ".join(notice.text for notice in answer.notices)
    except CarrelError as error:
        return refused(error)
    except Exception as error:  # noqa: BLE001 - what is off may break anything, and that is told
        return Heard(None, f"{type(error).__name__}: {error}", "crash")
    text = out.getvalue().decode("utf-8", "replace")
    return Heard([tuple(line.split("\t")) for line in text.split("\n")[1:-1]], f"{text}\n{notices}")


def refused(error: CarrelError) -> Heard:
    return Heard(None, f"{error.text}\n{error.help or ''}", error.code)


def dump(tables: Mapping[str, Rows], keys: Mapping[str, tuple[str, ...]]) -> str:
    """These rows as a dump of MariaDB's. The first column is the key where it ends in `_id` and no two rows have the same."""
    return "".join(_table(name, rows, keys.get(name)) for name, rows in tables.items())


def _table(name: str, rows: Rows, key: tuple[str, ...] | None) -> str:
    first = next(iter(rows[0]))
    key = key or ((first,) if first.endswith("_id") and len({row[first] for row in rows}) == len(rows) else ())
    kinds = {column: _kind(column, [row[column] for row in rows]) for column in rows[0]}
    lines = [f"  `{column}` {kind} {'NOT NULL' if column in key else 'DEFAULT NULL'}" for column, kind in kinds.items()]
    lines += [f"  PRIMARY KEY ({','.join(f'`{column}`' for column in key)})"] if key else []
    declared, values = ",\n".join(lines), ",\n".join("(" + ",".join(_literal(value) for value in row.values()) + ")" for row in rows)
    return f"CREATE TABLE `{name}` (\n{declared}\n) ENGINE=InnoDB DEFAULT CHARSET=binary;\nINSERT INTO `{name}` VALUES\n{values};\n"


def _kind(column: str, values: Sequence[Any]) -> str:
    if any(isinstance(value, int) for value in values):
        return "bigint(20)"
    return "binary(14)" if column.endswith("_timestamp") else "varbinary(9000)"


def _literal(value: Any) -> str:
    if value is None or isinstance(value, int):
        return "NULL" if value is None else str(value)
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"
