"""Functions that choose and compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from carrel.engines.duckdb.translate.compare import compare
from carrel.engines.duckdb.translate.functions.registry import Function
from carrel.engines.duckdb.translate.kinds import BIGINT, BOOL
from carrel.engines.duckdb.translate.values import Value, as_double, as_text


def _field(arguments: Sequence[Value]) -> Value:
    wanted, *items = arguments
    if all(argument.kind.textual for argument in arguments):
        conditions = [str(compare("=", as_text(wanted), as_text(item))) for item in items]
    elif any(argument.kind.textual for argument in arguments):
        conditions = [f"{as_double(wanted)} = {as_double(item)}" for item in items]
    else:
        conditions = [str(compare("=", wanted, item)) for item in items]
    cases = " ".join(f"WHEN {condition} THEN {number}" for number, condition in enumerate(conditions, 1))
    return Value(f"CASE {cases} ELSE 0 END", BIGINT)


CONDITIONS: Final = {
    "field": Function(_field, 2, None),
    "isnull": Function(lambda arguments: Value(f"({arguments[0]} IS NULL)", BOOL), 1, 1),
}
"""By MySQL's name."""
