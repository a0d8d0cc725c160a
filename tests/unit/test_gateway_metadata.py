"""SHOW answers from the catalog as MariaDB words it, and its filters read nothing but the rows they are given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.gateway.metadata import filters
from carrel.gateway.metadata.native import parse
from carrel.gateway.metadata.rows import column_rows, create_table
from carrel.model.errors import CarrelError, NotAllowed, NotFound
from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Index, Table

ACTOR = Table(
    name=TableName("enwiki", "actor"), kind=DatabaseKind.WIKI, primary_key=("actor_id",),
    columns=(
        Column(name="actor_id", type="UBIGINT", native_type="bigint(20) unsigned", nullable=False, extra="auto_increment"),
        Column(name="actor_user", type="UINTEGER", native_type="int(10) unsigned"),
        Column(name="actor_name", type="VARCHAR", native_type="varbinary(255)", nullable=False, default=""),
        Column(name="actor_el", type="VARCHAR", native_type="blob", nullable=False),
    ),
    indexes=(Index(name="actor_name", columns=("actor_name",), unique=True), Index(name="actor_el", columns=("actor_el(60)", "actor_id"))),
    options="ENGINE=InnoDB AUTO_INCREMENT=4711 DEFAULT CHARSET=binary",
)


def test_create_table_is_worded_as_mariadb_does_and_does_not_count_the_rows() -> None:
    assert create_table(ACTOR) == (
        "CREATE TABLE `actor` (\n"
        "  `actor_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,\n"
        "  `actor_user` int(10) unsigned DEFAULT NULL,\n"
        "  `actor_name` varbinary(255) NOT NULL DEFAULT '',\n"
        "  `actor_el` blob NOT NULL,\n"
        "  PRIMARY KEY (`actor_id`),\n"
        "  UNIQUE KEY `actor_name` (`actor_name`),\n"
        "  KEY `actor_el` (`actor_el`(60),`actor_id`)\n"
        ") ENGINE=InnoDB DEFAULT CHARSET=binary"
    )


def test_keys_are_named_as_describe_names_them() -> None:
    assert {row["COLUMN_NAME"]: row["COLUMN_KEY"] for row in column_rows(ACTOR)} == {
        "actor_id": "PRI", "actor_user": "", "actor_name": "UNI", "actor_el": "MUL",
    }


@pytest.mark.parametrize(
    ("native", "length", "octets", "precision", "scale"),
    [
        ("varbinary(255)", 255, 255, None, None),
        ("varchar(32)", 32, 128, None, None),
        ("int(10) unsigned", None, None, 10, 0),
        ("bigint(20) unsigned", None, None, 20, 0),
        ("decimal(10,2)", None, None, 10, 2),
        ("mediumblob", 16777215, 16777215, None, None),
        ("enum('a','bcd')", 3, 12, None, None),
        ("double", None, None, 22, None),
    ],
)
def test_a_declared_type_is_taken_apart(native: str, length: int | None, octets: int | None, precision: int | None, scale: int | None) -> None:
    kind = parse(native)
    assert (kind.length, kind.octets, kind.precision, kind.scale) == (length, octets, precision, scale)


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [("rev%", "revision", True), ("rev_", "revi", True), ("rev_", "rev", False), ("rev\\_x", "rev_x", True), ("rev\\_x", "revax", False),
     ("REV%", "revision", True), ("", "", True), ("a.c", "abc", False), ("%", "a\nb", True)],
)
def test_like_is_mysqls(pattern: str, value: str, matches: bool) -> None:
    assert filters.like(pattern, value) is matches


@given(st.text(max_size=20), st.text(max_size=20))
def test_like_never_fails(pattern: str, value: str) -> None:
    filters.like(pattern, value)


def test_where_compares_columns_with_literals() -> None:
    rows = [{"Field": "a", "Type": "int"}, {"Field": "b", "Type": "blob"}]
    assert filters.where("Field = 'a' OR `Type` LIKE 'bl%'", rows) == rows
    assert filters.where("field IN ('b') AND NOT Type <> 'BLOB'", rows) == rows[1:]


@pytest.mark.parametrize(
    ("condition", "error"), [("nope = 1", NotFound), ("(SELECT 1) = 1", NotAllowed), ("sleep(5) = 0", NotAllowed), ("Field REGEXP '(a+)+$'", NotAllowed)]
)
def test_where_refuses_everything_else(condition: str, error: type[CarrelError]) -> None:
    with pytest.raises(error):
        filters.where(condition, [{"Field": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}])
