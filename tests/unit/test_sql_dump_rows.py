"""Dumps of MySQL: rows and their literals, in every form, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.model.errors import BadInput
from carrel.sources.sql_dump import bulk as bulk_module
from carrel.sources.sql_dump import native
from carrel.sources.sql_dump import rows as rows_module
from carrel.sources.sql_dump import source as source_module
from carrel.sources.sql_dump import window as window_module
from carrel.sources.sql_dump.source import tables
from tests.shared import cannot_run

CREATE = b"""CREATE TABLE `t` (
  `id` int(11) NOT NULL,
  `name` varbinary(255) DEFAULT 'none',
  `amount` double DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
"""
Rows = list[tuple[Any, ...]]


def read(path: Path) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for item in tables(path, "wiki", lambda position: None):
        rows = found.setdefault(item.table.name.table, [])
        for batch in item.batches():
            batch.validate(full=True)
            rows += [tuple(row.values()) for row in batch.to_pylist()]
    return found


def rows_of(path: Path, text: bytes) -> Rows:
    path.write_bytes(CREATE + text)
    return read(path)["t"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dump.sql"


@pytest.fixture(params=["value by value", "in bulk", "native"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """All ways to read rows must say the same."""
    monkeypatch.setattr(bulk_module, "_LEAST", 1 if request.param == "in bulk" else 1 << 30)
    monkeypatch.setenv("CARREL_PURE", "0" if request.param == "native" else "1")
    if request.param == "native" and not native.available():
        cannot_run("the native scanner has not been compiled")
    return str(request.param)


def quoted(data: bytes, style: int) -> bytes:
    """One of the ways to write a string: mysqldump's escapes, doubled quotes, hexadecimal."""
    if style == 0:
        for plain, escaped in ((b"\\", b"\\\\"), (b"'", b"\\'"), (b'"', b'\\"'), (b"\0", b"\\0"), (b"\n", b"\\n"), (b"\r", b"\\r"), (b"\x1a", b"\\Z")):
            data = data.replace(plain, escaped)
        return b"'" + data + b"'"
    if style == 1:
        return b"'" + data.replace(b"\\", b"\\\\").replace(b"'", b"''") + b"'"
    if style == 2:
        return b"0x" + data.hex().upper().encode() if data else b"''"
    if style == 3:
        return b"_binary " + quoted(data, 0)
    return b"X'" + data.hex().encode() + b"'"


VALUE = st.none() | st.binary(max_size=12) | st.text(alphabet="'\\\"),(;\n\0`x%_NUL-/*#", max_size=12).map(str.encode)
ROW = st.tuples(st.integers(-(2**31), 2**31 - 1), VALUE, st.none() | st.floats(allow_nan=False, allow_infinity=False))


@settings(max_examples=300, deadline=None)
@given(data=st.data(), rows=st.lists(st.tuples(ROW, st.integers(0, 4)), min_size=1, max_size=12))
def test_what_is_written_is_read(data: st.DataObject, rows: list[tuple[tuple[int, bytes | None, float | None], int]], tmp_path_factory: Any) -> None:
    between = data.draw(st.sampled_from([b",", b",\n", b" , "]))
    per_insert = data.draw(st.integers(1, 5))
    chunk = data.draw(st.sampled_from([1 << 20, 16, 7, 1]))
    written = [
        b"(%d,%s,%s)" % (number, b"NULL" if name is None else quoted(name, style), b"NULL" if amount is None else repr(amount).encode())
        for (number, name, amount), style in rows
    ]
    inserts = [b"INSERT INTO `t` VALUES " + between.join(written[at:at + per_insert]) + b";\n" for at in range(0, len(written), per_insert)]
    path = tmp_path_factory.getbasetemp() / "hypothesis.sql"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_module, "_LEAST", data.draw(st.sampled_from([1, 1 << 20])))
        patch.setenv("CARREL_PURE", data.draw(st.sampled_from(["0", "1"])))
        patch.setattr(window_module, "CHUNK", chunk)
        patch.setattr(source_module, "_AHEAD", 64)
        assert rows_of(path, b"".join(inserts)) == [row for row, _ in rows]


@pytest.mark.parametrize(("literal", "value"), [
    (b"'it''s'", b"it's"),
    (b"'\\0\\n\\r\\t\\b\\Z\\\\\\'\\\"\\x\\%\\_'", b"\0\n\r\t\b\x1a\\'\"x\\%\\_"),
    (b"''", b""),
    (b"'NULL'", b"NULL"),
    (b"null", None),
    (b"0x4142", b"AB"),
    (b"0xA", b"\n"),
    (b"x'4142'", b"AB"),
    (b"X''", b""),
    (b"b'0100000101000010'", b"AB"),
    (b"0b01000001", b"A"),
    (b"_binary 'A'", b"A"),
    (b"_utf8mb4'A'", b"A"),
    (b"_binary 0x41", b"A"),
    (b"N'A'", b"A"),
    (b'"say ""hi"" \\" it\'s"', b'say "hi" " it\'s'),
    (b"12.50", b"12.50"),
    (b"TRUE", b"1"),
    (b"/* c */ 'x' /* d */", b"x"),
    (b"'),(1,'", None),
])
def test_literals_of_text(literal: bytes, value: bytes | None, path: Path, way: str) -> None:
    if literal == b"'),(1,'":
        assert rows_of(path, b"INSERT INTO `t` VALUES (1,'),(1,',2);") == [(1, b"),(1,", 2.0)]
    else:
        assert rows_of(path, b"INSERT INTO `t` VALUES (1," + literal + b",2);") == [(1, value, 2.0)]


@pytest.mark.parametrize(("literal", "value"), [
    (b"-5", -5), (b"+5", 5), (b"'7'", 7), (b"0x10", 16), (b"b'101'", 5), (b"FALSE", 0), (b"00012", 12),
])
def test_literals_of_whole_numbers(literal: bytes, value: int, path: Path, way: str) -> None:
    assert rows_of(path, b"INSERT INTO `t` VALUES (" + literal + b",NULL,NULL);")[0][0] == value


@pytest.mark.parametrize(("literal", "value"), [(b"1e300", 1e300), (b"-1.5E-7", -1.5e-7), (b".5", 0.5), (b"5.", 5.0), (b"'2.5'", 2.5)])
def test_literals_of_fractions(literal: bytes, value: float, path: Path, way: str) -> None:
    assert rows_of(path, b"INSERT INTO `t` VALUES (1,NULL," + literal + b");")[0][2] == value


@pytest.mark.parametrize("statement", [
    b"INSERT INTO t VALUES (1,'a',2);",
    b"insert ignore into `t` values (1,'a',2);",
    b"REPLACE INTO `w`.`t` (`id`, name, `amount`) VALUES (1,'a',2);",
    b"INSERT INTO `t` (`amount`,`id`,`name`) VALUES (2,1,'a');",
    b"INSERT INTO `t` VALUES\n(1,'a',2)\n;",
    b"/*!40000 ALTER TABLE `t` DISABLE KEYS */;\nINSERT INTO `t` VALUES (1,'a',2);\n-- done",
    b"LOCK TABLES `t` WRITE;# one\nINSERT INTO `t` VALUES (1,'a',2);UNLOCK TABLES;",
    b"DELIMITER ;;\n/*!50003 CREATE*/ /*!50003 TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; END */;;\n"
    b"DELIMITER ;\nINSERT INTO `t` VALUES (1,'a',2);",
])
def test_forms_of_statements(statement: bytes, path: Path, way: str) -> None:
    assert rows_of(path, statement) == [(1, b"a", 2.0)]


def test_columns_that_an_insert_leaves_out_have_their_default(path: Path) -> None:
    assert rows_of(path, b"INSERT INTO `t` (id) VALUES (1),(2);") == [(1, b"none", None), (2, b"none", None)]


def test_tables_come_in_the_order_of_the_file_and_may_be_filled_later(path: Path) -> None:
    path.write_bytes(CREATE + CREATE.replace(b"`t`", b"`u`") + b"INSERT INTO u VALUES (1,'u',0);INSERT INTO t VALUES (2,'t',0);INSERT INTO u VALUES (3,'u',0);")
    assert read(path) == {"t": [(2, b"t", 0.0)], "u": [(1, b"u", 0.0), (3, b"u", 0.0)]}


def test_text_in_latin1_becomes_utf8(path: Path) -> None:
    create = b"SET NAMES latin1;CREATE TABLE t (c varchar(9), b varbinary(9)) DEFAULT CHARSET=latin1;"
    path.write_bytes(create + b"INSERT INTO t VALUES ('\xfc\x80\x81','\xfc');")
    assert read(path) == {"t": [("ü€\x81".encode(), b"\xfc")]}


def test_what_arrow_takes_for_numbers_and_mysql_does_not_is_refused(path: Path, way: str) -> None:
    for word in (b"NaN", b"nan", b"inf", b"Infinity", b"1_000", b" ", b""):
        with pytest.raises(BadInput):
            rows_of(path, b"INSERT INTO `t` VALUES (1,0xAB," + word + b"),(2,'x'," + word + b");")


def test_short_binary_values_are_filled_up(path: Path) -> None:
    path.write_bytes(b"CREATE TABLE t (a binary(4)); INSERT INTO t VALUES ('ab'),(NULL),(0x01);")
    assert read(path) == {"t": [(b"ab\0\0",), (None,), (b"\x01\0\0\0",)]}


BAD = {
    "cut in a string": (b"INSERT INTO `t` VALUES (1,'a',2),(2,'b", "ends in the middle of an INSERT", b"'b"),
    "cut in a number": (b"INSERT INTO `t` VALUES (1,'a',2),(2,'b',3", "ends in the middle of an INSERT", b"3"),
    "cut after a row": (b"INSERT INTO `t` VALUES (1,'a',2)", "ends in the middle of an INSERT", None),
    "cut after a comma": (b"INSERT INTO `t` VALUES (1,'a',2),", "ends in the middle of an INSERT", None),
    "too few values": (b"INSERT INTO `t` VALUES (1,'a',2),(2,'b'),(3,'c',4);", "a row with 2 values for 3 columns of `t`", b"(2,"),
    "too many values": (b"INSERT INTO `t` VALUES (1,'a',2,3);", "a row with 4 values for 3 columns of `t`", b"(1,"),
    "a function": (b"INSERT INTO `t` VALUES (1,now(),2);", "a value that is not a literal", b"now"),
    "a word": (b"INSERT INTO `t` VALUES (1,DEFAULT,2);", "a value that is not a literal", b"DEFAULT"),
    "no comma": (b"INSERT INTO `t` VALUES (1,'a' 'b',2);", "expected a comma or a closing bracket", b"'b'"),
    "no row": (b"INSERT INTO `t` VALUES (1,'a',2),;", "a row must follow the comma", None),
    "another number": (b"INSERT INTO `t` VALUES (99999999999,'a',2);", r"a value of `id` that is not of type int\(11\), in row 1", b"("),
    "introducer": (b"INSERT INTO `t` VALUES (1,_sjis'a',2);", "text in the character set `sjis`", b"_sjis"),
    "a fraction": (b"INSERT INTO `t` VALUES (1,'a',2),(1.5,'a',2);", r"a value of `id` that is not of type int\(11\), in row \d from there", b"("),
    "a word as a number": (b"INSERT INTO `t` VALUES ('x','a',2);", r"a value of `id`", b"("),
    "no table": (b"INSERT INTO `u` VALUES (1);", "the file has no CREATE TABLE", b"INSERT"),
    "no column": (b"INSERT INTO `t` (id, age) VALUES (1,2);", "names a column that `t` does not have: `age`", b"INSERT"),
    "select": (b"INSERT INTO `t` SELECT 1;", "does not have: `INSERT INTO`", b"INSERT"),
    "update": (b"UPDATE t SET a = 1;", "does not have: `UPDATE t`", b"UPDATE"),
    "alter": (b"ALTER TABLE t ADD x int;", "does not have: `ALTER TABLE`", b"ALTER"),
    "executable": (b"/*!50001 DELETE FROM t */;", "does not have: `DELETE FROM`", b"/*!"),
    "statement cut": (b"SET NAMES utf8", "ends in the middle of a statement", b"SET"),
    "comment cut": (b"/*!40101 SET NAMES utf8", "does not end", b"/*!"),
    "delimiter cut": (b"DELIMITER ;;\nCREATE TRIGGER x", "the file is cut", None),
    "made twice": (CREATE, "makes the table `t` twice", b"CREATE"),
    "dropped": (b"DROP TABLE IF EXISTS `t`;", "drops the table `t`", None),
    "charset": (b"SET NAMES cp932; INSERT INTO `t` VALUES (1,'a',2);", None, None),
    "mode": (b"/*!40101 SET SQL_MODE='NO_BACKSLASH_ESCAPES' */;", "SQL mode NO_BACKSLASH_ESCAPES", None),
    "not SQL": (b"\x89PNG\r\n\x1a\n;", "does not have", b"\x89"),
}


@pytest.mark.parametrize("case", [name for name, (_, reason, _) in BAD.items() if reason])
def test_what_is_not_understood_is_refused_with_its_place(case: str, path: Path, way: str) -> None:
    text, reason, place = BAD[case]
    with pytest.raises(BadInput, match=reason) as caught:
        rows_of(path, text)
    assert caught.value.file == str(path)
    assert caught.value.position is not None
    if place is not None:
        assert (CREATE + text)[caught.value.position:].startswith(place)


def test_a_charset_that_is_not_read_is_refused_where_a_column_has_it(path: Path) -> None:
    path.write_bytes(b"SET NAMES cp932; CREATE TABLE t (c varchar(9)); INSERT INTO t VALUES ('a');")
    with pytest.raises(BadInput, match="cp932"):
        read(path)


@pytest.mark.parametrize("text", [b"", b"hello", b"-- nothing\n", b"<mediawiki/>"])
def test_a_file_without_tables_is_refused(text: bytes, path: Path) -> None:
    path.write_bytes(text)
    with pytest.raises(BadInput):
        read(path)


def test_values_of_the_data_are_not_in_errors(path: Path) -> None:
    for text in (b"INSERT INTO `t` VALUES ('sesame','a',2);", b"INSERT INTO `t` VALUES (1,'sesame',2,4);", b"INSERT INTO `t` VALUES (1,'sesame' 'x',2);"):
        with pytest.raises(BadInput) as caught:
            rows_of(path, text)
        assert "sesame" not in caught.value.text


def test_no_row_makes_the_pattern_try_again_and_again(path: Path) -> None:
    """Each number could be split in many ways: 40 columns of ten digits would take for ever."""
    columns = b",".join(b"c%d int unsigned" % n for n in range(40))
    row = b",".join([b"1234567890"] * 40)
    path.write_bytes(b"CREATE TABLE t (" + columns + b");INSERT INTO t VALUES (" + row + b",1);")
    with pytest.raises(BadInput, match="41 values for 40"):
        read(path)


def test_batches_do_not_grow_with_the_table(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "_BATCH_ROWS", 100)
    monkeypatch.setattr(window_module, "CHUNK", 1000)
    monkeypatch.setattr(source_module, "_AHEAD", 100)
    path.write_bytes(CREATE + b"INSERT INTO t VALUES " + b",".join(b"(%d,'x',1)" % n for n in range(5000)) + b";")
    sizes = [batch.num_rows for item in tables(path, "w", lambda position: None) for batch in item.batches()]
    assert sum(sizes) == 5000
    assert max(sizes) < 300
