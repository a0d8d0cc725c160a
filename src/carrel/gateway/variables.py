"""Session variables: what drivers ask for and set. The values say what Carrel does; setting one that would change the meaning of SQL is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
from sqlglot import exp

from carrel.io.escape import to_text
from carrel.model.errors import NotAllowed, NotFound
from carrel.model.provenance import NOTHING, Provenance
from carrel.model.queries import Limits, Rows
from carrel.model.sensitivity import PUBLIC

Value = str | int | float | Decimal | bool | None

SQL_MODE: Final = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION"

DEFAULTS: Final[Mapping[str, Value]] = {
    "auto_increment_increment": 1,
    "autocommit": 1,
    "basedir": "/usr",
    "big_tables": 0,
    "bulk_insert_buffer_size": 8388608,
    "character_set_client": "utf8mb4",
    "character_set_connection": "utf8mb4",
    "character_set_database": "utf8mb4",
    "character_set_filesystem": "binary",
    "character_set_results": "utf8mb4",
    "character_set_server": "utf8mb4",
    "character_set_system": "utf8mb3",
    "collation_connection": "utf8mb4_general_ci",
    "collation_database": "utf8mb4_general_ci",
    "collation_server": "utf8mb4_general_ci",
    "default_storage_engine": "InnoDB",
    "default_week_format": 0,
    "div_precision_increment": 4,
    "foreign_key_checks": 1,
    "group_concat_max_len": 1048576,
    "have_ssl": "YES",
    "have_openssl": "YES",
    "hostname": "carrel",
    "identity": 0,
    "init_connect": "",
    "innodb_version": "10.11.0",
    "insert_id": 0,
    "interactive_timeout": 28800,
    "join_buffer_size": 262144,
    "last_insert_id": 0,
    "lc_time_names": "en_US",
    "license": "Apache-2.0",
    "local_infile": 1,
    "lower_case_file_system": 0,
    "lower_case_table_names": 0,
    "max_allowed_packet": 67108864,
    "max_execution_time": 0,
    "max_heap_table_size": 16777216,
    "max_join_size": 18446744073709551615,
    "max_statement_time": 0.0,
    "net_buffer_length": 16384,
    "net_read_timeout": 30,
    "net_write_timeout": 60,
    "performance_schema": 0,
    "profiling": 0,
    "protocol_version": 10,
    "query_cache_size": 0,
    "query_cache_type": "OFF",
    "read_only": 1,
    "read_buffer_size": 131072,
    "sort_buffer_size": 2097152,
    "sql_auto_is_null": 0,
    "sql_big_selects": 1,
    "sql_log_bin": 1,
    "sql_mode": SQL_MODE,
    "sql_notes": 1,
    "sql_quote_show_create": 1,
    "sql_safe_updates": 0,
    "sql_select_limit": 18446744073709551615,
    "sql_warnings": 0,
    "storage_engine": "InnoDB",
    "system_time_zone": "UTC",
    "time_zone": "+00:00",
    "tmp_table_size": 16777216,
    "transaction_isolation": "REPEATABLE-READ",
    "transaction_read_only": 1,
    "tx_isolation": "REPEATABLE-READ",
    "tx_read_only": 1,
    "unique_checks": 1,
    "version": "10.11.0-MariaDB-carrel",
    "version_comment": "Carrel",
    "version_compile_machine": "x86_64",
    "version_compile_os": "Linux",
    "wait_timeout": 28800,
    "warning_count": 0,
    "error_count": 0,
}

_ALL_ROWS: Final = 1 << 62
_LONGEST_S: Final = 1e9
_TEXTUAL: Final = frozenset({"character_set_client", "character_set_connection", "character_set_database", "character_set_results", "collation_connection"})
_CHATTER: Final = frozenset(
    {
        "autocommit", "big_tables", "bulk_insert_buffer_size", "foreign_key_checks", "group_concat_max_len", "interactive_timeout", "join_buffer_size",
        "lc_time_names", "max_heap_table_size", "max_join_size", "net_buffer_length", "net_read_timeout",
        "net_write_timeout", "profiling", "query_cache_type", "read_buffer_size", "sort_buffer_size", "sql_big_selects", "sql_log_bin", "sql_notes",
        "sql_quote_show_create", "sql_safe_updates", "sql_warnings", "tmp_table_size", "transaction_isolation",
        "transaction_read_only", "tx_isolation", "tx_read_only", "unique_checks", "wait_timeout",
    }
)
"""Settable, kept and given back. They change how MariaDB stores, locks or plans, not what a query means."""

_LIMITS: Final = frozenset({"max_execution_time", "max_statement_time", "sql_select_limit"})
"""Settable, and what they say is done."""

_UTC: Final = frozenset({"+00:00", "utc", "system", "gmt", "+0:00", "-00:00"})
_CHARSETS: Final = frozenset({"utf8", "utf8mb3", "utf8mb4", "latin1", "binary", "ascii"})
_CHANGING_MODES: Final = frozenset(
    {
        "ANSI_QUOTES", "ANSI", "PIPES_AS_CONCAT", "NO_BACKSLASH_ESCAPES", "IGNORE_SPACE", "HIGH_NOT_PRECEDENCE", "ORACLE", "MSSQL", "DB2",
        "POSTGRESQL", "PAD_CHAR_TO_FULL_LENGTH", "REAL_AS_FLOAT", "TIME_ROUND_FRACTIONAL", "EMPTY_STRING_IS_NULL",
    }
)


class Variables:
    """The variables of one session: system variables (names without `@@`) and user variables (names without `@`), both without regard to case."""

    def __init__(self) -> None:
        self._system: dict[str, Value] = {}
        self._user: dict[str, Value] = {}
        self._origins: dict[str, Provenance | None] = {}

    def system(self, name: str) -> Value:
        """Raises NotFound for a name that Carrel does not have."""
        name = name.lower()
        if name not in DEFAULTS:
            raise NotFound(f"unknown system variable `{name}`", code="unknown_variable")
        return self._system.get(name, DEFAULTS[name])

    def set_system(self, name: str, value: Value, origin: Provenance | None = None) -> None:
        """Keeps the value of a variable that changes nothing here, and refuses one that would change what SQL means.

        Raises:
            NotFound: no such variable.
            NotAllowed: it cannot be set, or not to this value.
        """
        name = name.lower()
        self.system(name)
        _require(origin is None or not origin.tags - {PUBLIC}, name, "it takes no value from tables that are not public")
        if name == "time_zone":
            _require(str(value).lower() in _UTC, name, "the wikis' timestamps and Carrel's clock are in UTC")
        elif name == "sql_mode":
            modes = {mode.strip().upper() for mode in str(value).split(",")}
            _require(not modes & _CHANGING_MODES, name, "modes that change the grammar are not supported")
        elif name in _TEXTUAL:
            charset = str(value).lower().split("_")[0]
            _require(value is None or charset in _CHARSETS, name, "utf8mb4, utf8, latin1, ascii and binary are")
        elif name in _LIMITS:
            _require(isinstance(value, int | float) and value >= 0, name, "it is a number from 0 on")
        else:
            _require(name in _CHATTER, name, "it is read-only")
        self._system[name] = value
        self._origins[f"@@{name}"] = origin

    def limits(self, limits: Limits) -> Limits:
        """These limits, or the tighter ones that the session has set itself: `max_statement_time` in seconds, MySQL's `max_execution_time` in milliseconds."""
        wanted = [float(self.system("max_statement_time") or 0), float(self.system("max_execution_time") or 0) / 1000]
        times = [time for time in (limits.time, *(timedelta(seconds=min(seconds, _LONGEST_S)) for seconds in wanted if seconds)) if time is not None]
        return replace(limits, time=min(times, default=None))

    def rows_of(self, tree: exp.Expression) -> int | None:
        """How many rows of a query a client gets that has set `sql_select_limit`; a LIMIT of the query's own goes before. None: all."""
        most = int(self.system("sql_select_limit") or 0)
        return None if most >= _ALL_ROWS or tree.args.get("limit") is not None else most

    def set_names(self, charset: str, collation: str | None) -> None:
        for name in ("character_set_client", "character_set_connection", "character_set_results"):
            self.set_system(name, charset)
        if collation is not None:
            self.set_system("collation_connection", collation)

    def user(self, name: str) -> Value:
        return self._user.get(name.lower())

    def set_user(self, name: str, value: Value, origin: Provenance | None = None) -> None:
        """`origin`: what the value carries; None: the client wrote it."""
        self._user[name.lower()] = value
        self._origins[f"@{name.lower()}"] = origin

    def origin(self, key: str) -> Provenance | None:
        """What the value of a variable carries, `@x` or `@@x`; None: the client wrote it. One that was never set carries nothing."""
        return self._origins.get(key.lower(), NOTHING)

    def copy(self) -> Variables:
        """The same values, which go their own ways from here."""
        other = Variables()
        other._system, other._user, other._origins = dict(self._system), dict(self._user), dict(self._origins)
        return other

    def reset(self, name: str) -> None:
        self._system.pop(name.lower(), None)
        self._origins.pop(f"@@{name.lower()}", None)

    def all_system(self) -> dict[str, Value]:
        return {**DEFAULTS, **self._system}

    def for_query(self) -> dict[str, Value]:
        """As `Query.variables` wants them: `@@name` and `@name`, lower case."""
        return {**{f"@@{name}": value for name, value in self.all_system().items()}, **{f"@{name}": value for name, value in self._user.items()}}


def of_session(variables: Variables, database: str | None, user: str) -> dict[str, Value]:
    """What functions without arguments give: `database()`, `user()` and their like. `user`: `ann@192.0.2.7`."""
    return {
        "database()": database, "schema()": database, "user()": user, "current_user()": user, "session_user()": user, "system_user()": user,
        "version()": variables.system("version"), "last_insert_id()": 0, "current_role()": None, "row_count()": -1,
    }


def one_by_one(column: pa.Array) -> list[Any]:
    """The values of a column as Python's; times as text, since Python's calendar has fewer years than an engine's, bytes as the text that stands for them."""
    if pa.types.is_temporal(column.type):
        return [text and text.removesuffix(".000000") for text in column.cast(pa.string()).to_pylist()]
    return [to_text(value) if isinstance(value, bytes) else value for value in column.to_pylist()]


def only_value(rows: Rows) -> Value:
    """The one value of an answer, which is read and closed. Raises NotAllowed where there are none or several."""
    try:
        values = [value for batch in rows.batches() for value in one_by_one(batch.column(0))]
    finally:
        rows.close()
    if len(rows.columns) != 1 or len(values) != 1:
        raise NotAllowed("a variable takes one value")
    return values[0] if isinstance(values[0], str | int | float | Decimal | bool | None) else str(values[0])


def _require(condition: bool, name: str, why: str) -> None:
    if not condition:
        raise NotAllowed(f"variable `{name}` cannot be set to this value: {why}")
