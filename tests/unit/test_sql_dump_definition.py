"""CREATE TABLE: types as DESCRIBE spells them, keys, defaults, options; and what is refused."""

from __future__ import annotations

import pytest

from carrel.model.names import TableName
from carrel.model.tables import Index
from carrel.sources.sql_dump.definition import BadDefinition, parse


def columns(text: str) -> list[tuple[str, str, str, bool, str | None, str]]:
    table = parse(f"CREATE TABLE t ({text}) ENGINE=InnoDB;".encode(), "w").table
    return [(column.name, column.native_type, column.type, column.nullable, column.default, column.extra) for column in table.columns]


@pytest.mark.parametrize(("declared", "native", "lake"), [
    ("int", "int(11)", "INTEGER"),
    ("INTEGER UNSIGNED", "int(10) unsigned", "UINTEGER"),
    ("int(8) unsigned", "int(8) unsigned", "UINTEGER"),
    ("int(5) zerofill", "int(5) unsigned zerofill", "UINTEGER"),
    ("tinyint(1)", "tinyint(1)", "TINYINT"),
    ("bool", "tinyint(1)", "TINYINT"),
    ("tinyint unsigned", "tinyint(3) unsigned", "UTINYINT"),
    ("smallint", "smallint(6)", "SMALLINT"),
    ("mediumint unsigned", "mediumint(8) unsigned", "UINTEGER"),
    ("bigint unsigned", "bigint(20) unsigned", "UBIGINT"),
    ("decimal(25, 4)", "decimal(25,4)", "DECIMAL(25,4)"),
    ("numeric", "decimal(10,0)", "DECIMAL(10,0)"),
    ("decimal(65,30)", "decimal(65,30)", "VARCHAR"),
    ("float", "float", "DOUBLE"),
    ("float(24)", "float", "DOUBLE"),
    ("float(25)", "double", "DOUBLE"),
    ("double precision unsigned", "double unsigned", "DOUBLE"),
    ("real(10,3)", "double(10,3)", "DOUBLE"),
    ("char", "char(1)", "VARCHAR"),
    ("varchar(255) binary", None, None),
    ("varbinary(255)", "varbinary(255)", "VARCHAR"),
    ("binary(14)", "binary(14)", "VARCHAR"),
    ("mediumblob", "mediumblob", "VARCHAR"),
    ("longtext", "longtext", "VARCHAR"),
    ("enum('a','b''c', 'd')", "enum('a','b''c','d')", "VARCHAR"),
    ("timestamp", "timestamp", "VARCHAR"),
    ("datetime(6)", "datetime(6)", "VARCHAR"),
    ("time(0)", "time", "VARCHAR"),
    ("year", "year(4)", "VARCHAR"),
    ("bit(9)", "bit(9)", "BLOB"),
    ("geometry", "geometry", "BLOB"),
])
def test_types(declared: str, native: str | None, lake: str | None) -> None:
    if native is None:
        with pytest.raises(BadDefinition):
            columns(f"c {declared}")
    else:
        assert columns(f"c {declared}")[0][1:3] == (native, lake)


@pytest.mark.parametrize(("declared", "nullable", "default", "extra"), [
    ("int NOT NULL DEFAULT '0'", False, "0", ""),
    ("int DEFAULT -5", True, "-5", ""),
    ("int NOT NULL AUTO_INCREMENT", False, None, "auto_increment"),
    ("varbinary(9) NOT NULL DEFAULT ''", False, "", ""),
    ("varbinary(9) DEFAULT 'it''s \\\\'", True, "it's \\", ""),
    ("binary(2) NOT NULL DEFAULT '\\0\\0'", False, "\0\0", ""),
    ("blob DEFAULT NULL", True, None, ""),
    ("timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", False, "current_timestamp()", "on update current_timestamp()"),
    ("timestamp(3) NOT NULL DEFAULT current_timestamp(3)", False, "current_timestamp(3)", ""),
    ("timestamp NULL DEFAULT NULL", True, None, ""),
    ("int /*!80023 INVISIBLE */ COMMENT 'a, b)' DEFAULT 1", True, "1", ""),
])
def test_attributes(declared: str, nullable: bool, default: str | None, extra: str) -> None:
    assert columns(f"c {declared}")[0][3:] == (nullable, default, extra)


def test_keys_and_options() -> None:
    definition = parse(
        b"""CREATE TABLE IF NOT EXISTS `w`.`odd ``name` (
  `a b` int(11) NOT NULL, `c` varchar(9) CHARACTER SET utf8 COLLATE utf8_bin DEFAULT 'x', -- remark
  key_part int,
  PRIMARY KEY (`a b`,`c`), UNIQUE KEY `u` (`c`(3)) USING BTREE, KEY `k` (`c` DESC) COMMENT 'k)', FULLTEXT KEY `f` (`c`),
  CONSTRAINT `fk` FOREIGN KEY (`c`) REFERENCES `o` (`c`) ON DELETE CASCADE
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8 /*!50100 PARTITION BY HASH (c) */;""",
        "w",
    )
    table = definition.table
    assert table.name == TableName("w", "odd `name")
    assert [column.name for column in table.columns] == ["a b", "c", "key_part"]
    assert table.primary_key == ("a b", "c")
    assert not table.columns[1].nullable
    assert table.indexes == (
        Index(name="u", columns=("c(3)",), unique=True), Index(name="k", columns=("c",)), Index(name="f", columns=("c",), kind="FULLTEXT"),
    )
    assert table.options == "ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci"
    assert table.columns[1].collation == "CHARACTER SET utf8mb3 COLLATE utf8mb3_bin"
    assert definition.charsets == {"c": "utf8"}


@pytest.mark.parametrize(("text", "reason", "place"), [
    ("CREATE TABLE t (a hyperint);", "unknown column type `hyperint`", "hyperint"),
    ("CREATE TABLE t (a int FLYING);", "unknown part of a column, found `FLYING`", "FLYING"),
    ("CREATE TABLE t (a int;", "unknown part of a column, found `;`", ";"),
    ("CREATE TABLE t (a int, LIKE b);", "unknown column type `b`", "b)"),
    ("CREATE TABLE t LIKE b;", "expected `(`", "LIKE"),
    ("CREATE TABLE t (a int ? 1);", "a character that CREATE TABLE does not have", "?"),
])
def test_what_is_refused(text: str, reason: str, place: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        parse(text.encode(), "w")
    assert reason in caught.value.reason
    assert text[caught.value.at:].startswith(place)
