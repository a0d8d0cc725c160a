"""Tables of every type that MariaDB has, with NULLs, ends of ranges, odd bytes; as SQL for a MariaDB, and as a door's answer made of what that MariaDB says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from decimal import Decimal

import pyarrow as pa

from carrel.model.names import ColumnName, TableName
from carrel.model.queries import ResultColumn
from carrel.model.tables import Column
from tests.mysql_fakes import FakeRows
from tests.mysql_wire import Wire

DATABASE = "corpus"

SCHEMA = (
    f"CREATE DATABASE {DATABASE} CHARACTER SET binary",
    f"USE {DATABASE}",
    "SET sql_mode = ''",
    "CREATE TABLE numbers (a tinyint, b tinyint(1), c tinyint unsigned, d smallint, e smallint unsigned NOT NULL, f mediumint, g mediumint unsigned, h int, "
    "i int(10) unsigned NOT NULL DEFAULT 0, j bigint, k bigint unsigned, l decimal(10,2), m decimal(20,0) unsigned, n decimal(65,30), o double, "
    "p double unsigned, q int(8) unsigned zerofill, r decimal(10,0), s float)",
    "INSERT INTO numbers VALUES (-128, 0, 0, -32768, 0, -8388608, 0, -2147483648, 0, -9223372036854775808, 0, -99999999.99, 0, "
    "-0.000000000000000000000000000001, -1e300, 0, 0, -5, -1.5)",
    "INSERT INTO numbers VALUES (127, 1, 255, 32767, 65535, 8388607, 16777215, 2147483647, 4294967295, 9223372036854775807, 18446744073709551615, "
    "99999999.99, 99999999999999999999, 12345678901234567890.5, 1e15, 1e-20, 42, 5, 3.14159)",
    "INSERT INTO numbers (a, o, s, l, n) VALUES (NULL, 0.1, 1e10, 0.05, 0), (0, 123456789012.5, 16384, -0.5, 1)",
    "CREATE TABLE texts (a binary(14), b varbinary(255) NOT NULL, c tinyblob, d blob, e mediumblob, f longblob NOT NULL, "
    "g char(10) CHARACTER SET utf8mb4, h varchar(255) CHARACTER SET utf8mb4, i tinytext CHARACTER SET utf8mb4, j text CHARACTER SET utf8mb4, "
    "k mediumtext CHARACTER SET utf8mb4, l longtext CHARACTER SET utf8mb4, m enum('a','bcd'), p set('a','b'), q varchar(32) CHARACTER SET latin1)",
    "INSERT INTO texts VALUES ('20180301000000', 'Zürich', 'x', 'tab\\there', 'line\\nbreak', 'back\\\\slash', 'ü', 'ausführlich', 'a', 'b', 'c', '日本語 😀', "
    "'a', 'a,b', 'plain')",
    "INSERT INTO texts (b, f, d) VALUES (unhex('00ff80f4'), unhex('F48FB880'), ''), ('', repeat('x', 300), repeat('y', 60000)), ('NULL', '\\\\N', NULL)",
    "CREATE TABLE moments (a date, b datetime, c datetime(3), d datetime(6), e timestamp NOT NULL DEFAULT current_timestamp, f timestamp(2) NULL, g time, "
    "h time(6), i year)",
    "INSERT INTO moments VALUES ('2018-03-01', '2018-03-01 01:02:03', '2018-03-01 01:02:03.004', '2018-03-01 01:02:03.000005', '2018-03-01 00:00:00', "
    "'2018-03-01 00:00:00.25', '01:02:03', '23:59:59.999999', 2018)",
    "INSERT INTO moments VALUES ('1000-01-01', '9999-12-31 23:59:59', '2018-01-01', '2018-01-01', '2001-09-09 01:46:40', NULL, '00:00:00', '00:00:00', 1901)",
    "INSERT INTO moments (e) VALUES ('2018-01-01')",
    "CREATE TABLE zeros (a date, b datetime, c time, d timestamp NOT NULL DEFAULT current_timestamp)",
    "INSERT INTO zeros VALUES ('0000-00-00', '0000-00-00 00:00:00', '-838:59:59', '2018-01-01'), "
    "('2018-00-00', '2018-01-00 00:00:00', '100:00:00', '2018-01-01')",
    "CREATE TABLE page (page_id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, page_title varbinary(255) NOT NULL, page_len int unsigned NOT NULL UNIQUE, "
    "page_touched binary(14) NOT NULL DEFAULT '', page_lang varbinary(35) DEFAULT NULL, page_random double unsigned NOT NULL, KEY (page_title))",
    "INSERT INTO page VALUES (1, 'Main_Page', 10, '20180301000000', NULL, 0.25), (2, 'Zürich', 11, '', 'de', 0.5)",
)
"""In a MariaDB: one database with a table for each family of types."""

TABLES = ("numbers", "texts", "moments", "zeros", "page")

_ARROW = {
    "tinyint": pa.int8(), "smallint": pa.int16(), "mediumint": pa.int32(), "int": pa.int32(), "bigint": pa.int64(), "double": pa.float64(),
    "float": pa.float32(), "date": pa.date32(), "datetime": pa.timestamp("us"), "timestamp": pa.timestamp("us"), "time": pa.time64("us"), "year": pa.int16(),
}
_UNSIGNED = {pa.int8(): pa.uint8(), pa.int16(): pa.uint16(), pa.int32(): pa.uint32(), pa.int64(): pa.uint64()}


def answer(wire: Wire, table: str) -> FakeRows:
    """`SELECT * FROM table` as a gateway would answer it: values in Arrow's types, columns with their declarations, both as MariaDB tells them."""
    described = [[None if cell is None else cell.decode() for cell in row] for row in wire.query(f"SHOW COLUMNS FROM {table}")[0].cells()]
    cells = wire.query(f"SELECT * FROM {table}")[0].cells()
    columns, arrays = [], []
    for number, (name, native, null, key, default, extra) in enumerate(described):
        assert name is not None
        assert native is not None
        array = _array([row[number] for row in cells], native, text=table == "zeros")
        column = Column(name=name, type="", native_type=native, nullable=null == "YES", default=default, extra=extra or "")
        columns.append(ResultColumn(name=name, type=array.type, origin=(ColumnName(TableName(DATABASE, table), name), column), key=key or ""))
        arrays.append(array)
    batch = pa.record_batch(arrays, names=[column.name for column in columns])
    return FakeRows(columns, lambda: iter([batch.slice(0, 1), batch.slice(1)]))


def strings(columns: dict[str, list[str | None]]) -> pa.Table:
    """A table of texts, as SHOW gives."""
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def _array(cells: Sequence[bytes | None], native: str, *, text: bool) -> pa.Array:
    base = native.partition("(")[0].split()[0]
    if base in ("blob", "longblob"):
        return pa.array(cells, pa.binary())
    if base == "decimal":
        precision, scale = (int(part) for part in native[native.index("(") + 1 : native.index(")")].split(","))
        kind = pa.decimal128(precision, scale) if precision <= 38 else pa.decimal256(precision, scale)
        return pa.array([None if cell is None else Decimal(cell.decode()) for cell in cells], kind)
    if base not in _ARROW or text:
        return pa.array([None if cell is None else _escaped(cell) for cell in cells])
    if base == "time":
        return pa.array([None if cell is None else time.fromisoformat(cell.decode()) for cell in cells], pa.time64("us"))
    kind = _ARROW[base]
    if "unsigned" in native:
        kind = _UNSIGNED.get(kind, kind)
    return pa.array([None if cell is None else cell.decode() for cell in cells]).cast(kind)


def _escaped(value: bytes) -> str:
    return "".join(
        chr(0x10FE00 + ord(char) - 0xDC00) if 0xDC80 <= ord(char) <= 0xDCFF
        else "".join(chr(0x10FE00 + byte) for byte in char.encode()) if 0x10FE00 <= ord(char) <= 0x10FEFF else char
        for char in value.decode("utf-8", "surrogateescape")
    )
