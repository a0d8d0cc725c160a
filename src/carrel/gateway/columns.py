"""The columns of a table that a SELECT makes: types as MariaDB's CREATE TABLE … AS gives them, and the tags of all that flowed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import pyarrow as pa
from sqlglot import exp

from carrel.gateway.metadata.seen import seen
from carrel.model.errors import NotAllowed, Unsupported
from carrel.model.queries import AuthorizedQuery, OutputColumn
from carrel.model.sensitivity import PUBLIC, SECRET, Mask, is_personal
from carrel.model.tables import Column
from carrel.policy.carried import kept
from carrel.policy.guard.writing import Declared
from carrel.sources.sql_dump.types import native_type

_DECLARED: Final = re.compile(r"(?P<name>[a-z0-9]+)\s*(?:\((?P<arguments>.*)\))?\s*(?P<rest>[a-z ]*)", re.DOTALL)
_TYPES: Final[dict[pa.DataType, tuple[str, str]]] = {
    pa.bool_(): ("INTEGER", "int(1)"), pa.int8(): ("TINYINT", "tinyint(4)"), pa.int16(): ("SMALLINT", "smallint(6)"), pa.int32(): ("INTEGER", "int(11)"),
    pa.int64(): ("BIGINT", "bigint(21)"), pa.uint8(): ("UTINYINT", "tinyint(3) unsigned"), pa.uint16(): ("USMALLINT", "smallint(5) unsigned"),
    pa.uint32(): ("UINTEGER", "int(10) unsigned"), pa.uint64(): ("UBIGINT", "bigint(21) unsigned"), pa.float32(): ("DOUBLE", "double"),
    pa.float64(): ("DOUBLE", "double"), pa.string(): ("VARCHAR", "longtext"), pa.binary(): ("BLOB", "longblob"), pa.date32(): ("VARCHAR", "date"),
    pa.timestamp("us"): ("VARCHAR", "datetime"), pa.time64("us"): ("VARCHAR", "time"),
}
"""The lake's type, and MariaDB's for an expression of this type. Dates and times stay text, as in every table of the lake."""

ARROW: Final = {
    "TINYINT": pa.int8(), "SMALLINT": pa.int16(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "UTINYINT": pa.uint8(), "USMALLINT": pa.uint16(),
    "UINTEGER": pa.uint32(), "UBIGINT": pa.uint64(), "DOUBLE": pa.float64(), "VARCHAR": pa.string(), "BLOB": pa.binary(),
}


def columns_of(query: AuthorizedQuery, schema: pa.Schema, typed: frozenset[str]) -> tuple[Column, ...]:
    """The columns that `CREATE TABLE … AS` makes of a query. `typed`: tags of a column into which nothing flows.

    Raises NotAllowed where two have one name, or one has none that a column can have.
    """
    names = [output.heading for output in query.outputs]
    for name in names:
        if not name.strip() or len(name) > 64 or names.count(name) > 1 or [other.lower() for other in names].count(name.lower()) > 1:
            raise NotAllowed(f"duplicate column name `{name}`" if name.strip() else "a column without a name", help="name it: SELECT … AS name")
    items = query.tree.expressions if isinstance(query.tree, exp.Select) else [None] * len(names)
    return tuple(_column(output, field, item, query, typed) for output, field, item in zip(query.outputs, schema, items, strict=True))


def tagged(column: Column, tags: Iterable[str], masked: Mask) -> Column:
    """The column with these tags: the one that closes most as its own, the others beside it; `public` says nothing where there is another."""
    first, *others = sorted(set(tags) - {PUBLIC}, key=lambda tag: (tag != SECRET, not is_personal(tag), tag)) or [PUBLIC]
    return replace(column, tag=first, also=frozenset(others), masked=masked if is_personal(first) or any(map(is_personal, others)) else Mask.CLEAR)


def flow(output: OutputColumn, query: AuthorizedQuery, typed: frozenset[str]) -> tuple[frozenset[str], Mask]:
    """Tags that a kept output carries, and the weakest mask that any personal value of it has been through."""
    found = kept(output, query.decisions)
    tags = output.inherited.tags.union(*(one.carried for one in found))
    masks = [one.mask for one in found if one.personal] + ([output.inherited.mask] if output.inherited.personal else [])
    return (tags or typed), min(masks, default=Mask.CLEAR)


def merged(column: Column, tags: frozenset[str], masked: Mask) -> Column:
    """A column to which values with these tags are added."""
    before = frozenset(tag for tag in column.tags if tag is not None)
    personal = [mask for mask, held in ((column.masked, before), (masked, tags)) if any(map(is_personal, held))]
    return tagged(column, before | tags, min(personal, default=Mask.CLEAR))


def declared_column(declared: Declared, tags: frozenset[str]) -> Column:
    """A column of CREATE TABLE. Raises Unsupported for a type that there is not."""
    found = _DECLARED.fullmatch(declared.native_type)
    try:
        if found is None:
            raise KeyError(declared.native_type)
        arguments = tuple(part.strip() for part in (found["arguments"] or "").split(",")) if found["arguments"] else ()
        kind = native_type(found["name"], arguments, unsigned="unsigned" in found["rest"], zerofill="zerofill" in found["rest"])
    except (KeyError, ValueError):
        raise Unsupported(f"columns of type `{declared.native_type}` are not supported", help="numbers, texts, blobs, dates and times are") from None
    column = Column(name=declared.name, type=kind.lake, native_type=kind.native, nullable=declared.nullable, default=declared.default, extra=declared.extra)
    return tagged(column, tags, Mask.CLEAR)


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """Of the files of a table with these columns."""
    return pa.schema([(column.name, _arrow(column.type)) for column in columns])


def _arrow(lake: str) -> pa.DataType:
    if lake.startswith("DECIMAL("):
        precision, scale = lake.removeprefix("DECIMAL(").rstrip(")").split(",")
        return pa.decimal128(int(precision), int(scale))
    return ARROW[lake]


def _column(output: OutputColumn, field: pa.Field, item: exp.Expr | None, query: AuthorizedQuery, typed: frozenset[str]) -> Column:
    tags, masked = flow(output, query, typed)
    lake, native = _type(field, item)
    required = (field.metadata or {}).get(b"required") == b"1"
    made = Column(name=output.heading, type=lake, native_type=native, nullable=not required)
    if output.origin is not None:
        name, base = output.origin
        told = seen(query.decisions[name.table]).column(base.name) or base
        if _arrow(told.type) == field.type:
            made = replace(made, type=told.type, native_type=told.native_type or native, nullable=told.nullable, default=told.default, collation=told.collation)
    return tagged(made, tags, masked)


def _type(field: pa.Field, item: exp.Expr | None) -> tuple[str, str]:
    if pa.types.is_decimal(field.type):
        return f"DECIMAL({field.type.precision},{field.type.scale})", f"decimal({field.type.precision},{field.type.scale})"
    lake, native = _TYPES[field.type]
    decimals = (field.metadata or {}).get(b"decimals")
    if decimals is not None and native in {"double", "datetime"}:
        places = int(decimals)
        native = f"double({17 + places},{places})" if native == "double" else f"datetime({places})" if places else native
    value = item.unalias() if item is not None else None
    if native == "longtext" and isinstance(value, exp.Literal) and value.is_string:
        native = f"varchar({len(value.name)})"
    return lake, native
