"""The tables that an export is rebuilt into: page, revision, text and logging as MediaWiki 1.31 (2018) has them, what stands in slots beside `main`,
which that layout has no place for, and what a lenient load sets aside.

A column that an export says nothing about is there, and NULL in every row.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from carrel.model.names import TableName
from carrel.model.tables import Column, DatabaseKind, Index, Table

_INT: Final = ("UINTEGER", "int(10) unsigned")
_FLAG: Final = ("UTINYINT", "tinyint(3) unsigned")

_PAGE: Final = (
    ("page_id", *_INT, False),
    ("page_namespace", "INTEGER", "int(11)", False),
    ("page_title", "VARCHAR", "varbinary(255)", False),
    ("page_restrictions", "VARCHAR", "tinyblob", True),
    ("page_is_redirect", *_FLAG, False),
    ("page_is_new", *_FLAG, True),
    ("page_random", "DOUBLE", "double unsigned", True),
    ("page_touched", "VARCHAR", "binary(14)", True),
    ("page_links_updated", "VARCHAR", "varbinary(14)", True),
    ("page_latest", *_INT, True),
    ("page_len", *_INT, True),
    ("page_content_model", "VARCHAR", "varbinary(32)", True),
    ("page_lang", "VARCHAR", "varbinary(35)", True),
)
_REVISION: Final = (
    ("rev_id", *_INT, False),
    ("rev_page", *_INT, False),
    ("rev_text_id", *_INT, True),
    ("rev_comment", "VARCHAR", "varbinary(767)", True),
    ("rev_user", *_INT, True),
    ("rev_user_text", "VARCHAR", "varbinary(255)", True),
    ("rev_timestamp", "VARCHAR", "binary(14)", False),
    ("rev_minor_edit", *_FLAG, False),
    ("rev_deleted", *_FLAG, False),
    ("rev_len", *_INT, True),
    ("rev_parent_id", *_INT, True),
    ("rev_sha1", "VARCHAR", "varbinary(32)", True),
    ("rev_content_model", "VARCHAR", "varbinary(32)", True),
    ("rev_content_format", "VARCHAR", "varbinary(64)", True),
)
_TEXT: Final = (
    ("old_id", *_INT, False),
    ("old_text", "VARCHAR", "mediumblob", False),
    ("old_flags", "VARCHAR", "tinyblob", False),
)
_LOGGING: Final = (
    ("log_id", *_INT, False),
    ("log_type", "VARCHAR", "varbinary(32)", True),
    ("log_action", "VARCHAR", "varbinary(32)", True),
    ("log_timestamp", "VARCHAR", "binary(14)", False),
    ("log_user", *_INT, True),
    ("log_user_text", "VARCHAR", "varbinary(255)", True),
    ("log_namespace", "INTEGER", "int(11)", True),
    ("log_title", "VARCHAR", "varbinary(255)", True),
    ("log_page", *_INT, True),
    ("log_comment", "VARCHAR", "varbinary(767)", True),
    ("log_params", "VARCHAR", "blob", True),
    ("log_deleted", *_FLAG, False),
)
_SLOTS: Final = (
    ("es_rev_id", *_INT, False),
    ("es_role", "VARCHAR", "varbinary(64)", False),
    ("es_origin", *_INT, True),
    ("es_model", "VARCHAR", "varbinary(64)", True),
    ("es_format", "VARCHAR", "varbinary(64)", True),
    ("es_size", *_INT, True),
    ("es_sha1", "VARCHAR", "varbinary(32)", True),
    ("es_text_id", *_INT, True),
    ("es_text", "VARCHAR", "mediumblob", True),
)
_QUARANTINE: Final = (
    ("lq_file", "VARCHAR", "varbinary(255)", False),
    ("lq_position", "UBIGINT", "bigint(20) unsigned", True),
    ("lq_page", *_INT, True),
    ("lq_reason", "VARCHAR", "blob", False),
    ("lq_loaded", "VARCHAR", "binary(14)", False),
)
_ARROW: Final = {"UINTEGER": pa.uint32(), "UBIGINT": pa.uint64(), "INTEGER": pa.int32(), "UTINYINT": pa.uint8(), "DOUBLE": pa.float64(), "VARCHAR": pa.string()}

_COLUMNS: Final = {"page": _PAGE, "revision": _REVISION, "text": _TEXT, "logging": _LOGGING, "export_slots": _SLOTS, "load_quarantine": _QUARANTINE}
_KEYS: Final = {
    "page": ("page_id",), "revision": ("rev_id",), "text": ("old_id",), "logging": ("log_id",), "export_slots": ("es_rev_id", "es_role"),
    "load_quarantine": (),
}
_INDEXES: Final = {
    "page": (
        Index(name="name_title", columns=("page_namespace", "page_title"), unique=True),
        Index(name="page_random", columns=("page_random",)),
        Index(name="page_len", columns=("page_len",)),
        Index(name="page_redirect_namespace_len", columns=("page_is_redirect", "page_namespace", "page_len")),
    ),
    "revision": (
        Index(name="rev_page_id", columns=("rev_page", "rev_id")),
        Index(name="rev_timestamp", columns=("rev_timestamp",)),
        Index(name="page_timestamp", columns=("rev_page", "rev_timestamp")),
        Index(name="user_timestamp", columns=("rev_user", "rev_timestamp")),
        Index(name="usertext_timestamp", columns=("rev_user_text", "rev_timestamp")),
        Index(name="page_user_timestamp", columns=("rev_page", "rev_user", "rev_timestamp")),
    ),
    "text": (),
    "logging": (
        Index(name="type_time", columns=("log_type", "log_timestamp")),
        Index(name="user_time", columns=("log_user", "log_timestamp")),
        Index(name="page_time", columns=("log_namespace", "log_title", "log_timestamp")),
        Index(name="times", columns=("log_timestamp",)),
    ),
    "export_slots": (Index(name="es_role", columns=("es_role", "es_rev_id")),),
    "load_quarantine": (),
}
PAGES: Final = ("page", "revision", "text")
"""The tables of an export of pages, in this order."""

SLOTS: Final = "export_slots"
QUARANTINE: Final = "load_quarantine"


def table(database: str, name: str) -> Table:
    """One of them."""
    return Table(
        name=TableName(database, name),
        kind=DatabaseKind.WIKI,
        columns=tuple(Column(name=column, type=kind, native_type=native, nullable=nullable) for column, kind, native, nullable in _COLUMNS[name]),
        primary_key=_KEYS[name],
        indexes=_INDEXES[name],
        options="ENGINE=InnoDB DEFAULT CHARSET=binary",
    )


def schema(name: str) -> pa.Schema:
    """The Arrow schema of its batches."""
    return pa.schema([(column, _ARROW[kind]) for column, kind, _, _ in _COLUMNS[name]])
