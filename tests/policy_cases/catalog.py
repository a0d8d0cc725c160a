"""A small catalog in memory: tables shaped like MediaWiki's and Wikimedia's, with every tag, row class and kind of database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from carrel.model.names import ColumnName, TableName
from carrel.model.people import Asker, Lift, PersonState, Principal
from carrel.model.sensitivity import Hidden
from carrel.model.tables import Column, Database, DatabaseKind, Retention, Table

NOW = datetime(2018, 6, 1, 12, 0, tzinfo=UTC)
MIRROR = Retention(kind="mirror")
AGE = Retention(kind="age", column="dt", limit=timedelta(days=90))

KINDS = {kind.value: kind for kind in DatabaseKind}

DATABASES = (
    Database(name="enwiki", kind=DatabaseKind.WIKI),
    Database(name="dewiki", kind=DatabaseKind.WIKI),
    Database(name="arbcomwiki", kind=DatabaseKind.WIKI, private=True),
    Database(name="log", kind=DatabaseKind.LOG),
    Database(name="wmf", kind=DatabaseKind.LAKE),
    Database(name="staging", kind=DatabaseKind.WORK),
    Database(name="u_bob", kind=DatabaseKind.WORK),
    Database(name="datasets", kind=DatabaseKind.DATASETS),
    Database(name="information_schema", kind=DatabaseKind.METADATA),
)

# One table per line: columns as `name type tag hidden`, tag `-` where nobody has classified it.
_WIKI = {
    "page": ("page_id UINTEGER public", "page_namespace INTEGER public", "page_title VARCHAR public", "page_latest UINTEGER public",
             "page_len UINTEGER public", "page_touched VARCHAR public"),
    "revision": ("rev_id UINTEGER public", "rev_page UINTEGER public", "rev_actor UBIGINT public USER", "rev_comment_id UBIGINT public COMMENT",
                 "rev_timestamp VARCHAR public", "rev_len UINTEGER public CONTENT", "rev_deleted UTINYINT public", "rev_parent_id UINTEGER public"),
    "actor": ("actor_id UBIGINT public", "actor_user UINTEGER public", "actor_name VARCHAR public USER"),
    "user": ("user_id UINTEGER public", "user_name VARCHAR public", "user_password VARCHAR secret", "user_email VARCHAR personal.email",
             "user_registration VARCHAR public", "user_editcount INTEGER public", "user_touched VARCHAR restricted"),
    "recentchanges": ("rc_id UINTEGER public", "rc_title VARCHAR public", "rc_ip VARCHAR personal.ip", "rc_new_col VARCHAR -"),
    "cu_changes": ("cuc_id UINTEGER restricted", "cuc_ip VARCHAR personal.ip", "cuc_agent VARCHAR personal.user_agent"),
    "mystery": ("m_id UINTEGER -", "m_text VARCHAR -"),
    "site_stats": ("ss_row_id UINTEGER public", "ss_total_edits UBIGINT public"),
    "seq": ("n INTEGER public", "N2 INTEGER public", "payload VARCHAR public"),
    "links": ("page_id UINTEGER public", "target VARCHAR public"),
}  # fmt: skip
_HIDING = frozenset({"revision", "actor"})
_UNDOCUMENTED = frozenset({"mystery", "seq"})
_UNKEPT = frozenset({"recentchanges"})

_OTHERS = {
    ("log", "Edit_17541122"): ("id INTEGER public", "timestamp VARCHAR public", "clientIp VARCHAR personal.ip", "event_action VARCHAR public",
                               "userAgent VARCHAR personal.user_agent"),
    ("wmf", "webrequest"): ("ip VARCHAR personal.ip", "dt VARCHAR public", "uri_host VARCHAR public", "http_status VARCHAR restricted"),
    ("wmf", "projectview_hourly"): ("project VARCHAR public", "view_count BIGINT public", "year INTEGER public"),
}  # fmt: skip

# What people made: the database and name, the owner, the id of the copy, what it was made of, the columns.
_MADE = (
    ("staging.mine", "ann", "c0", "log, log personal", "ip VARCHAR personal.ip", "n BIGINT public"),
    ("staging.events", "bob", "c1", "log, log personal", "ip VARCHAR personal.ip", "n BIGINT public", "word VARCHAR restricted"),
    ("staging.hours", "bob", "c2", "lake", "hour VARCHAR public"),
    ("staging.closed", "bob", "c3", "wiki, private", "title VARCHAR public"),
    ("staging.own", "bob", "c4", "wiki, own", "title VARCHAR public"),
    ("staging.hashes", "bob", "c5", "wiki", "hash VARCHAR secret", "n BIGINT public"),
    ("u_bob.events", "bob", "c6", "log", "n BIGINT public"),
    ("u_bob.other", "bob", "c7", "log", "n BIGINT public"),
    ("datasets.countries", "bob", "c8", "", "code VARCHAR public", "name VARCHAR restricted"),
    ("datasets.cluster", "bob", "c9", "lake", "hour VARCHAR public"),
)


def _column(text: str) -> Column:
    name, type_, tag, *hidden = text.split()
    bits = Hidden.NOTHING
    for word in hidden:
        bits |= Hidden[word]
    return Column(name=name, type=type_, tag=None if tag == "-" else tag, hidden_by=bits)


def _wiki(database: str, *, private: bool = False) -> list[Table]:
    return [
        Table(
            name=TableName(database, name), kind=DatabaseKind.WIKI, columns=tuple(_column(column) for column in columns), private=private,
            documented=name not in _UNDOCUMENTED, visibility=name in _HIDING, retention=None if name in _UNKEPT else MIRROR, version="1",
        )
        for name, columns in _WIKI.items()
    ]  # fmt: skip


def _others() -> list[Table]:
    return [
        Table(
            name=TableName(database, name), kind=KINDS["log" if database == "log" else "lake"], columns=tuple(_column(column) for column in columns),
            documented=True, retention=AGE, version="1",
        )
        for (database, name), columns in _OTHERS.items()
    ]  # fmt: skip


def _made() -> list[Table]:
    found = []
    for name, owner, copy, made_of, *columns in _MADE:
        database, _, table = name.partition(".")
        kind = DatabaseKind.DATASETS if database == "datasets" else DatabaseKind.WORK
        found.append(Table(
            name=TableName(database, table), kind=kind, columns=tuple(_column(column) for column in columns), owner=owner, copy=copy,
            made_of=frozenset(made_of.split(", ")) - {""}, retention=Retention(kind="copy"), version="1",
        ))
    return found


class Memory:
    """The port Catalog over the tables above."""

    def __init__(self) -> None:
        metadata = Table(
            name=TableName("information_schema", "TABLES"), kind=DatabaseKind.METADATA, documented=True,
            columns=tuple(_column(f"{name} VARCHAR public") for name in ("TABLE_SCHEMA", "TABLE_NAME")),
        )  # fmt: skip
        tables = [*_wiki("enwiki"), *_wiki("dewiki"), *_wiki("arbcomwiki", private=True), *_others(), *_made(), metadata]
        self._tables = {table.name: table for table in tables}

    def databases(self) -> Sequence[Database]:
        return DATABASES

    def tables(self, database: str) -> Sequence[Table]:
        return [table for name, table in self._tables.items() if name.database == database]

    def table(self, name: TableName) -> Table | None:
        return self._tables.get(name)


def lift(*columns: str, suppressed: bool = False, days: int = 1) -> Lift:
    names = (name.split(".") for name in columns)
    return Lift(
        id="grant-1", columns=frozenset(ColumnName(TableName(database, table), column) for database, table, column in names), suppressed=suppressed,
        purpose="study of spam", ends=NOW + timedelta(days=days),
    )  # fmt: skip


def asker(*groups: str, door: str = "mysql", state: PersonState = PersonState.ACTIVE, lifts: tuple[Lift, ...] = (), shares: str = "") -> Asker:
    principal = Principal(person="ann", service=door)
    return Asker(principal=principal, door=door, state=state, groups=frozenset(groups), lifts=lifts, shares=frozenset(shares.split()), now=NOW)
