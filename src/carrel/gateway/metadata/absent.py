"""SHOW of what Carrel has none of: views, triggers, routines, events, and the like. Empty answers under MariaDB's headings, and its errors for names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from carrel.gateway.metadata.relations import answer
from carrel.model.errors import BadInput, NotFound

TEXT: Final = pa.string()
NUMBER: Final = pa.int64()
MOMENT: Final = pa.timestamp("s")

_CONTEXT: Final = dict.fromkeys(("character_set_client", "collation_connection", "Database Collation"), TEXT)
_ROUTINES: Final = {
    "Db": TEXT, "Name": TEXT, "Type": TEXT, "Definer": TEXT, "Modified": MOMENT, "Created": MOMENT, "Security_type": TEXT, "Comment": TEXT, **_CONTEXT,
}

EMPTY: Final[Mapping[tuple[str, ...], tuple[str, Mapping[str, pa.DataType]]]] = {
    ("PLUGINS",): ("PLUGINS", dict.fromkeys(("Name", "Status", "Type", "Library", "License"), TEXT)),
    ("TRIGGERS",): ("TRIGGERS", {
        "Trigger": TEXT, "Event": TEXT, "Table": TEXT, "Statement": TEXT, "Timing": TEXT, "Created": MOMENT, "sql_mode": TEXT, "Definer": TEXT, **_CONTEXT,
    }),
    ("EVENTS",): ("EVENTS", {
        "Db": TEXT, "Name": TEXT, "Definer": TEXT, "Time zone": TEXT, "Type": TEXT, "Execute at": MOMENT, "Interval value": TEXT, "Interval field": TEXT,
        "Starts": MOMENT, "Ends": MOMENT, "Status": TEXT, "Originator": NUMBER, **_CONTEXT,
    }),
    ("FUNCTION", "STATUS"): ("ROUTINES", _ROUTINES),
    ("PROCEDURE", "STATUS"): ("ROUTINES", _ROUTINES),
    ("PACKAGE", "STATUS"): ("ROUTINES", _ROUTINES),
    ("PACKAGE", "BODY", "STATUS"): ("ROUTINES", _ROUTINES),
    ("OPEN", "TABLES"): ("", {"Database": TEXT, "Table": TEXT, "In_use": NUMBER, "Name_locked": NUMBER}),
    ("PROFILES",): ("", {"Query_ID": pa.int32(), "Duration": pa.float64(), "Query": TEXT}),
}
"""Words after SHOW: the table of information_schema that MariaDB answers from, and the headings."""


def empty(columns: Mapping[str, pa.DataType]) -> pa.Table:
    return answer(columns, [])


def absence(kind: str, name: str) -> BadInput | NotFound:
    """The error of `SHOW CREATE FUNCTION name` and its kin."""
    if kind in {"FUNCTION", "PROCEDURE"}:
        return NotFound(f"{kind.lower()} `{name}` does not exist", code="unknown_function")
    return BadInput(f"{kind.lower()} `{name}` does not exist")
