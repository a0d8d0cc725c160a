"""Nothing that an asker may write in an expression raises, whatever the values: an error that depends on a value would tell of it."""

from __future__ import annotations

import decimal
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot.errors import SqlglotError

from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.engines.duckdb.translate.functions.all import FUNCTIONS
from carrel.model.errors import LimitReached, NotAllowed
from carrel.model.tables import Table
from tests.engine_queries import FolderStorage, authorized, table

NASTY = table(
    "enwiki", "nasty", ("id", "INTEGER", "int(11)"), ("i", "INTEGER", "int(11)"), ("b", "BIGINT", "bigint(20)"), ("ub", "UBIGINT", "bigint(20) unsigned"),
    ("d", "DECIMAL(38,10)", "decimal(38,10)"), ("f", "DOUBLE", "double"), ("s", "VARCHAR", "varbinary(255)"), ("w", "VARCHAR", "varchar(255)"),
    ("ts", "VARCHAR", "binary(14)"), ("x", "BLOB", "blob"), primary_key=["id"],
)
TEXTS = [
    "", " ", "0", "-1", "9" * 40, "1e999", "nan", "inf", "-inf", "1_000", "0x1F", "abc", "é́", "\U0010FEFF", "%", "\\", "a\\", "((", "[", "{", "*",
    "{\"a\": [1,", "20180301101112",
    "00000000000000", "99999999999999", "2018-02-30", "9999-12-31 23:59:59", "-838:59:59", "838:59:59", "1.2.3.4", "::1", "NULL", "'", "\u0000", "a" * 300,
    "infinity",
]
INTEGERS = [0, 1, -1, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63), 64, 38, 100]
DOUBLES = [0.0, -0.0, 1.5, -1.5, 1e308, -1e308, 5e-324, 1e18, 1e19, 0.1]
DECIMALS = ["0.0000000000", "9999999999999999999999999999.9999999999", "-9999999999999999999999999999.9999999999", "0.0000000001", "1.5000000000"]
ROWS = 40


def values() -> pa.Table:
    def pick(items: list) -> list:
        return [items[number % len(items)] for number in range(ROWS - 1)] + [None]

    return pa.table({
        "id": pa.array(range(ROWS), pa.int32()),
        "i": pa.array(pick([n for n in INTEGERS if abs(n) < 2**31 or n == -(2**31)]), pa.int32()),
        "b": pa.array(pick(INTEGERS), pa.int64()),
        "ub": pa.array(pick([0, 1, 2**63, 2**64 - 1, 64]), pa.uint64()),
        "d": pa.array([None if n is None else decimal.Decimal(n) for n in pick(DECIMALS)], pa.decimal128(38, 10)),
        "f": pa.array(pick(DOUBLES), pa.float64()),
        "s": pa.array(pick(TEXTS)), "w": pa.array(pick(TEXTS[::-1])),
        "ts": pa.array(pick(["20180301101112", "00000000000000", "99999999999999", "infinity", "20160229000000"])),
        "x": pa.array(pick([b"", b"\xff\xfe", b"abc", b"\x80", "é".encode(), b"\x00" * 16, b"\x7f\x00\x00\x01"]), pa.binary()),
    })


COLUMNS = st.sampled_from(["i", "b", "ub", "d", "f", "s", "w", "ts", "x"])
LITERALS = st.one_of(
    st.sampled_from([str(n) for n in INTEGERS]), st.sampled_from(["1.5", "0.001", "1e10", "-2.25", "NULL", "TRUE", "18446744073709551615"]),
    st.sampled_from(TEXTS).filter(lambda text: "\0" not in text).map(lambda text: "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"),
    st.sampled_from(["DATE('2018-03-01')", "NOW()", "CAST(ts AS DATETIME)", "DATE(ts)"]),
)
UNITS = st.sampled_from(["SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "MICROSECOND", "DAY_HOUR", "YEAR_MONTH", "MINUTE_SECOND"])
OPERATORS = st.sampled_from(["+", "-", "*", "/", "DIV", "%", "&", "|", "^", "<<", ">>", "=", "<>", "<", "<=", ">", ">=", "<=>", "AND", "OR", "XOR", "LIKE",
    "REGEXP"])
TYPES = st.sampled_from(["CHAR", "CHAR(3)", "BINARY", "SIGNED", "UNSIGNED", "DECIMAL(10,2)", "DECIMAL(38,30)", "DATE", "DATETIME", "TIME", "DOUBLE"])
WRITTEN = {"date_format": "'%Y %U %D %x'", "str_to_date": "'%Y%m%d%H'", "time_format": "'%H'", "from_unixtime": "'%Y'"}
SKIPPED = {"days_before", "json_extract_scalar", "json_exists", "json_query", "json_keys", "json_type", "rand", "position"}
EXTRACTS = st.sampled_from(["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "WEEK", "QUARTER", "YEAR_MONTH", "DAY_SECOND", "MICROSECOND"])


@st.composite
def calls(draw: st.DrawFn, parts: st.SearchStrategy[str]) -> str:
    name = draw(st.sampled_from(sorted(set(FUNCTIONS) - SKIPPED)))
    function = FUNCTIONS[name]
    count = draw(st.integers(function.least, min(function.most or 4, max(function.least, 4))))
    arguments = [draw(parts) for _ in range(count)]
    if name in WRITTEN and count > 1:
        arguments[1] = WRITTEN[name]
    if name in ("conv",):
        arguments[1:] = [draw(st.sampled_from(["2", "8", "10", "16", "36"])) for _ in arguments[1:]]
    if name in ("format", "sha2", "week", "yearweek") and count > 1:
        arguments[1] = {"format": "3", "sha2": "256"}.get(name, draw(st.sampled_from("012357")))
    if name == "convert_tz":
        arguments[1:] = ["'+00:00'", "'-11:30'"]
    if name.startswith("json") and count > 1:
        arguments[1] = "'$.a[0]'"
    return f"{name.upper()}({', '.join(arguments)})"


def compound(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        calls(parts), calls(parts), calls(parts),
        st.tuples(parts, OPERATORS, parts).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(parts, TYPES).map(lambda t: f"CAST({t[0]} AS {t[1]})"),
        st.tuples(parts, st.sampled_from("+-"), parts, UNITS).map(lambda t: f"({t[0]} {t[1]} INTERVAL {t[2]} {t[3]})"),
        st.tuples(parts, parts, parts).map(lambda t: f"IF({t[0]}, {t[1]}, {t[2]})"),
        st.tuples(parts, parts).map(lambda t: f"COALESCE({t[0]}, {t[1]})"), st.tuples(parts, parts).map(lambda t: f"GREATEST({t[0]}, {t[1]})"),
        st.tuples(parts, parts).map(lambda t: f"NULLIF({t[0]}, {t[1]})"), st.tuples(parts, parts, parts).map(lambda t: f"({t[0]} BETWEEN {t[1]} AND {t[2]})"),
        st.tuples(parts, parts, parts).map(lambda t: f"({t[0]} IN ({t[1]}, {t[2]}))"), parts.map(lambda t: f"(-{t})"), parts.map(lambda t: f"(NOT {t})"),
        parts.map(lambda t: f"(~{t})"), st.tuples(EXTRACTS, parts).map(lambda t: f"EXTRACT({t[0]} FROM {t[1]})"),
        st.tuples(UNITS, parts, parts).map(lambda t: f"TIMESTAMPDIFF({t[0]}, {t[1]}, {t[2]})"),
        st.tuples(parts, parts).map(lambda t: f"CASE {t[0]} WHEN {t[1]} THEN 1 ELSE {t[0]} END"),
        st.tuples(parts, parts, parts).map(lambda t: f"REGEXP_REPLACE({t[0]}, {t[1]}, {t[2]})"),
        st.tuples(parts, parts).map(lambda t: f"REGEXP_SUBSTR({t[0]}, {t[1]})"),
    )


EXPRESSIONS = st.recursive(st.one_of(COLUMNS, COLUMNS, LITERALS), compound, max_leaves=6)
AGGREGATES = st.sampled_from([
    "SUM", "AVG", "MIN", "MAX", "COUNT", "STD", "VARIANCE", "VAR_SAMP", "BIT_AND", "BIT_OR", "BIT_XOR", "GROUP_CONCAT", "SUM(DISTINCT", "COUNT(DISTINCT",
    "AVG(DISTINCT",
])


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDbEngine, Table]]:
    folder: Path = tmp_path_factory.mktemp("nasty")
    storage = FolderStorage(folder / "lake")
    saved = storage.save(NASTY, values())
    engine = DuckDbEngine(storage, directory=folder / "tmp", memory_mb=1000, spill_mb=0, threads=2)
    yield engine, saved
    engine.close()


def run(nasty: tuple[DuckDbEngine, Table], sql: str) -> None:
    """Runs to the end; refusals by the text's own shape are no errors of values."""
    engine, saved = nasty
    try:
        query = authorized(sql, [saved])
    except SqlglotError:
        return  # the generator's text is no SQL
    try:
        for batch in engine.run(query, {}).batches():
            assert batch.num_rows <= ROWS
    except NotAllowed:
        pass
    except LimitReached as error:
        assert error.code == "too_complex"  # noqa: PT017


SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@SETTINGS
@given(expression=EXPRESSIONS)
def test_an_expression_raises_for_no_value(nasty: tuple[DuckDbEngine, Table], expression: str) -> None:
    run(nasty, f"SELECT {expression} FROM nasty")


@SETTINGS
@given(expression=EXPRESSIONS)
def test_a_condition_raises_for_no_value(nasty: tuple[DuckDbEngine, Table], expression: str) -> None:
    run(nasty, f"SELECT id FROM nasty WHERE {expression} ORDER BY {expression}")


@SETTINGS
@given(expression=EXPRESSIONS, key=EXPRESSIONS, aggregate=AGGREGATES)
def test_an_aggregate_raises_for_no_value(nasty: tuple[DuckDbEngine, Table], expression: str, key: str, aggregate: str) -> None:
    call = f"{aggregate} {expression})" if "(" in aggregate else f"{aggregate}({expression})"
    run(nasty, f"SELECT {call}, COUNT(*) FROM nasty GROUP BY {key}")


@SETTINGS
@given(one=EXPRESSIONS, two=EXPRESSIONS)
def test_joins_unions_and_subqueries_raise_for_no_value(nasty: tuple[DuckDbEngine, Table], one: str, two: str) -> None:
    run(nasty, f"SELECT {one} FROM nasty UNION SELECT {two} FROM nasty")
    run(nasty, f"SELECT id FROM nasty WHERE {one} IN (SELECT {two} FROM nasty)")
    run(nasty, f"SELECT nasty.id FROM nasty JOIN (SELECT {two} AS y FROM nasty) t ON t.y = nasty.s WHERE nasty.id < 3 LIMIT 40")
