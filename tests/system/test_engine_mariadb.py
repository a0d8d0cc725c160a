"""The engine's answers against a real MariaDB's: values as text and types, over a corpus of expressions and queries."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.model.tables import Table
from tests.engine_corpus import expressions, queries
from tests.engine_mariadb import ask, connect, load, mariadb
from tests.engine_queries import FolderStorage, authorized, table

pytestmark = pytest.mark.system

V = table(
    "enwiki", "v", ("id", "INTEGER", "int(11)"), ("i", "INTEGER", "int(11)"), ("u", "UINTEGER", "int(10) unsigned"), ("b", "BIGINT", "bigint(20)"),
    ("ub", "UBIGINT", "bigint(20) unsigned"), ("t", "TINYINT", "tinyint(4)"), ("d", "DECIMAL(10,2)", "decimal(10,2)"), ("f", "DOUBLE", "double"),
    ("s", "VARCHAR", "varbinary(255)"), ("n", "VARCHAR", "varbinary(255)"), ("ts", "VARCHAR", "binary(14)"), ("w", "VARCHAR", "varchar(255)"),
    ("z", "INTEGER", "int(11)"), primary_key=["id"],
)
V_ROWS = [
    (1, 1, 1, 1, 1, 1, "1.00", 1.5, "abc", "12", "20180301101112", "abc", None),
    (2, -5, 7, -9000000000, 9000000000, -5, "-2.50", -0.25, "", "0", "20171231235959", "", None),
    (3, 0, 0, 0, 0, 0, "0.00", 0.0, "ABC", "-3.7", "20160229000000", "ABC", None),
    (4, 2147483647, 4294967295, 9223372036854775807, 18446744073709551615, 127, "99999999.99", 1e20, "10%", "1e2", "20180101000000", "Äbc", None),
    (5, 10, 20, 300, 400, 5, "2.50", 2.675, "a_c", "  42 ", "20181111111111", "a_c", None),
    (6, None, None, None, None, None, None, None, None, None, None, None, None),
    (7, 3, 9, 27, 81, -128, "12.34", 0.001, "abcabc", "abc", "20150704120000", "abc  ", None),
    (8, -2147483648, 12345, -1, 255, 2, "-0.01", -123456.789, "12ab", "12ab", "20180630235900", "été", None),
]
W = table(
    "enwiki", "w", ("id", "INTEGER", "int(11)"), ("g", "VARCHAR", "varbinary(10)"), ("h", "INTEGER", "int(11)"), ("i", "INTEGER", "int(11)"),
    ("d", "DECIMAL(10,2)", "decimal(10,2)"), ("n", "VARCHAR", "varbinary(10)"), ("ts", "VARCHAR", "binary(14)"), primary_key=["id"],
)
W_ROWS = [
    (number, [None, "a", "b", "c"][number % 4], number % 3, number * 7 % 11, f"{number}.25", str(number),
        f"2018{number % 12 + 1:02}{number + 1:02}1213{number:02}")
    for number in range(1, 21)
]


def columns(one: Table, rows: list[tuple]) -> pa.Table:
    kinds = {
        "INTEGER": pa.int32(), "UINTEGER": pa.uint32(), "BIGINT": pa.int64(), "UBIGINT": pa.uint64(), "TINYINT": pa.int8(),
        "DECIMAL(10,2)": pa.decimal128(10, 2),
        "DOUBLE": pa.float64(), "VARCHAR": pa.string(),
    }
    data = {}
    for place, column in enumerate(one.columns):
        values = [row[place] for row in rows]
        if column.type.startswith("DECIMAL"):
            values = [None if value is None else Decimal(value) for value in values]
        data[column.name] = pa.array(values, kinds[column.type])
    return pa.table(data)


def statements(one: Table, rows: list[tuple]) -> list[str]:
    definition = ", ".join(f"`{column.name}` {column.native_type}" for column in one.columns)
    values = ", ".join("(" + ", ".join("NULL" if value is None else f"'{value}'" for value in row) + ")" for row in rows)
    key = "PRIMARY KEY (id)"
    return [f"CREATE TABLE `{one.name.table}` ({definition}, {key})", f"INSERT INTO `{one.name.table}` VALUES {values}"]


class Both:
    def __init__(self, engine: DuckDbEngine, tables: list[Table], connection) -> None:
        self.engine = engine
        self.tables = tables
        self.connection = connection

    def compare(self, sql: str) -> str | None:
        """What differs, as one line; None where both answer alike."""
        wanted, families = ask(self.connection, sql)
        running = self.engine.run(authorized(sql, self.tables), {})
        places = [int(field.metadata[b"decimals"]) if b"decimals" in (field.metadata or {}) else None for field in running.schema]
        got = [tuple(text(value, shown) for value,
            shown in zip(row.values(), places, strict=True)) for batch in running.batches() for row in renamed(batch).to_pylist()]
        if got != wanted:
            return f"{sql}\n    rows  {[(a, b) for a, b in zip(got, wanted, strict=False) if a != b][:6] if len(got) == len(wanted) else (got, wanted)}"
        found = [family(kind) for kind in running.schema.types]
        if any(one not in (other, "null") for one, other in zip(families, found, strict=True)):
            return f"{sql}\n    types {found} for {families}"
        return None


def renamed(batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(batch.columns, names=[str(number) for number in range(batch.num_columns)])


def text(value: object, places: int | None = None) -> str | None:
    """A value as MariaDB prints it."""
    if value is None:
        return None
    if isinstance(value, float):
        return number_text(value) if places is None else f"{value:.{places}f}"
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def number_text(value: float) -> str:
    if value == 0:
        return "0"
    digits = repr(value)
    if 1e-15 <= abs(value) < 1e15:
        digits = format(Decimal(digits), "f")
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    mantissa, _, exponent = format(Decimal(digits).normalize(), "e").partition("e")
    return f"{mantissa}e{int(exponent)}"


def family(kind: pa.DataType) -> str:
    checks = {"int": pa.types.is_integer, "decimal": pa.types.is_decimal, "double": pa.types.is_floating, "date": pa.types.is_date,
        "datetime": pa.types.is_timestamp}
    return next((word for word, check in checks.items() if check(kind)), "text")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder: Path = tmp_path_factory.mktemp("differential")
    storage = FolderStorage(folder / "lake")
    tables = [storage.save(one, columns(one, rows)) for one, rows in ((V, V_ROWS), (W, W_ROWS))]
    with mariadb(folder) as socket:
        load(socket, "enwiki", [*statements(V, V_ROWS), *statements(W, W_ROWS)])
        connection = connect(socket, "enwiki")
        with connection.cursor() as cursor:
            cursor.execute("SET sql_mode = ''")
            cursor.execute("SET timestamp = 1527856496")  # 2018-06-01 12:34:56 UTC, the question's time in these tests
        engine = DuckDbEngine(storage, directory=folder / "tmp", memory_mb=500, spill_mb=500, threads=2)
        yield Both(engine, tables, connection)
        engine.close()
        connection.close()


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_has_mariadbs_value_and_type(both: Both, expression: str) -> None:
    grouped = "MAX(" in expression or "MIN(" in expression
    problem = both.compare(f"SELECT {expression} FROM v" + ("" if grouped else " ORDER BY id"))
    assert problem is None, problem


@pytest.mark.parametrize("sql", queries())
def test_a_query_has_mariadbs_answer(both: Both, sql: str) -> None:
    problem = both.compare(sql)
    assert problem is None, problem
