"""Errors as MariaDB words them: one table from the code of a CarrelError to error number and SQLSTATE.

Where MariaDB has a sentence with a name in it, the name is taken from the error's own text, between its first back-ticks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from carrel.model.errors import CarrelError, SyntaxRefused


@dataclass(frozen=True, slots=True)
class Wire:
    """An error as a client sees it.

    `sentence`: MariaDB's wording with `{name}`, and `{clause}` where our text says in which; None: our text stands as it is.
    """

    number: int
    state: str
    sentence: str | None = None


ERRORS: Final[dict[str, Wire]] = {
    "syntax": Wire(1064, "42000"),
    "not_allowed": Wire(1235, "42000"),
    "local_infile": Wire(4166, "HY000", "The used command is not allowed because the MariaDB server or client has disabled the local infile capability"),
    "group_function": Wire(1111, "HY000", "Invalid use of group function"),
    "window_function": Wire(4015, "HY000", "Window function is allowed only in SELECT list and ORDER BY clause"),
    "column_count": Wire(1222, "21000", "The used SELECT statements have a different number of columns"),
    "value_count": Wire(1136, "21S01", "Column count doesn't match value count"),
    "duplicate_column": Wire(1060, "42S21", "Duplicate column name '{name}'"),
    "duplicate_key_name": Wire(1061, "42000", "Duplicate key name '{name}'"),
    "primary_keys": Wire(1068, "42000", "Multiple primary key defined"),
    "operand_count": Wire(1241, "21000", "Operand should contain {name} column(s)"),
    "duplicate_alias": Wire(1066, "42000", "Not unique table/alias: '{name}'"),
    "duplicate_query": Wire(4004, "HY000", "Duplicate query name `{name}` in WITH clause"),
    "unknown_window": Wire(4009, "HY000", "Window specification with name '{name}' is not defined"),
    "many_rows": Wire(1242, "21000", "Subquery returns more than 1 row"),
    "argument_count": Wire(1582, "42000", "Incorrect parameter count in the call to native function '{name}'"),
    "unknown_database": Wire(1049, "42000", "Unknown database '{name}'"),
    "unknown_table": Wire(1146, "42S02", "Table '{name}' doesn't exist"),
    "unknown_column": Wire(1054, "42S22", "Unknown column '{name}' in '{clause}'"),
    "unknown_key": Wire(1091, "42000", "Can't DROP '{name}'; check that it exists"),
    "key_column": Wire(1072, "42000", "Key column '{name}' doesn't exist in table"),
    "unknown_function": Wire(1305, "42000", "FUNCTION {name} does not exist"),
    "ambiguous_column": Wire(1052, "23000", "Column '{name}' in {clause} is ambiguous"),
    "no_database": Wire(1046, "3D000", "No database selected"),
    "unknown_variable": Wire(1193, "HY000", "Unknown system variable '{name}'"),
    "unknown_session": Wire(1094, "HY000"),
    "unknown_statement": Wire(1243, "HY000"),
    "unknown_grant": Wire(1141, "42000"),
    "access_refused": Wire(1142, "42000"),
    "authentication_failed": Wire(1045, "28000"),
    "time_limit": Wire(1969, "70100", "Query execution was interrupted (max_statement_time exceeded)"),
    "row_limit": Wire(1104, "42000"),
    "memory_limit": Wire(1038, "HY001"),
    "too_complex": Wire(1436, "HY000"),
    "too_many": Wire(1226, "42000"),
    "cancelled": Wire(1317, "70100", "Query execution was interrupted"),
    "bad_input": Wire(1210, "HY000"),
    "null_value": Wire(1048, "23000", "Column '{name}' cannot be null"),
    "no_default": Wire(1364, "HY000", "Field '{name}' doesn't have a default value"),
    "too_long": Wire(1406, "22001", "Data too long for column '{name}'"),
    "out_of_range": Wire(1264, "22003", "Out of range value for column '{name}'"),
    "wrong_value": Wire(1366, "22007"),
    "wrong_time": Wire(1292, "22007"),
    "conflict": Wire(1205, "HY000"),
    "duplicate_key": Wire(1062, "23000"),
    "table_exists": Wire(1050, "42S01", "Table '{name}' already exists"),
    "unsupported": Wire(1235, "42000"),
    "unavailable": Wire(1429, "HY000"),
    "internal": Wire(1105, "HY000"),
}
"""Every code of `model/errors.py`."""

INSECURE: Final = (
    3159, "HY000",
    "Connections using insecure transport are prohibited while --require_secure_transport=ON.\nconnect with TLS: --ssl in a MySQL or MariaDB client",
)
"""MySQL's number and sentence; MariaDB says 1045 as for a wrong password."""

_CLAUSE = re.compile(r" in ([A-Z ]+[A-Z])")
_NAMED = re.compile(r"`[^`]+`(?:\.`[^`]+`)*")
_UNKNOWN: Final = Wire(1105, "HY000")


def wire(error: CarrelError, database: str | None = None) -> tuple[int, str, str]:
    """Error number, SQLSTATE and message of an error, its help on a line of its own. `database`: the session's, in which functions are sought."""
    row = ERRORS.get(error.code, _UNKNOWN)
    text = _syntax(error) if isinstance(error, SyntaxRefused) else _sentence(error, row)
    if error.code == "unknown_function" and database:
        text = text.replace("FUNCTION ", f"FUNCTION {database}.", 1)
    return row.number, row.state, f"{text}\n{error.help}" if error.help else text


def _sentence(error: CarrelError, row: Wire) -> str:
    if row.sentence is None:
        return error.text[:1].upper() + error.text[1:] if error.code == "duplicate_key" else error.text  # it is looked for in MariaDB's words
    if "{name}" not in row.sentence:
        return row.sentence
    named = _NAMED.search(error.text)
    if named is None:
        return error.text
    rest = error.text[named.end() :]
    clause = _CLAUSE.match(rest)
    sentence = row.sentence if clause is not None else row.sentence.replace(" in '{clause}'", "").replace(" in {clause}", "")
    _, colon, rest = rest.partition(": ")
    return sentence.format(name=named[0].replace("`", ""), clause=clause[1] if clause is not None else "") + colon + rest


def _syntax(error: SyntaxRefused) -> str:
    near = error.near or ""
    return (
        "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use "
        f"near '{near}' at line {error.line}" + (f": {error.text}" if error.text else "")
    )


def denied(user: str, address: str, *, password: bool) -> tuple[int, str, str]:
    """The one answer to every failed login."""
    return 1045, "28000", f"Access denied for user '{user}'@'{address}' (using password: {'YES' if password else 'NO'})"
