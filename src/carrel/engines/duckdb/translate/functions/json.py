"""Functions that read JSON. What is not JSON gives NULL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.functions.registry import Function, constant_text
from carrel.engines.duckdb.translate.kinds import BIGINT, BOOL, TEXT
from carrel.engines.duckdb.translate.values import Value, as_text
from carrel.model.errors import NotAllowed

Arguments = Sequence[Value]


_STEPS: Final = re.compile(r"\$(?:\.(?:\"[^\"\\]*\"|[\w-]+|\*)|\[(?:\d{1,9}|\*)\])*")
"""Paths that DuckDB reads without complaint, and as MariaDB does."""


def _path(value: Value) -> str:
    path = constant_text(value, "a JSON path")
    if not _STEPS.fullmatch(path):
        raise NotAllowed("a JSON path is `$` and then names and places, as in `$.a[0]`")
    return literal(path)


def _at_path(expression: str, default: str = "$") -> Function:
    """{0}: the document, {1}: the path."""

    def build(arguments: Arguments) -> Value:
        path = _path(arguments[1]) if len(arguments) > 1 else literal(default)
        return Value(expression.format(as_text(arguments[0]), path), TEXT)

    return Function(build, 1, 2)


def _number(expression: str) -> Function:
    def build(arguments: Arguments) -> Value:
        path = _path(arguments[1]) if len(arguments) > 1 else "'$'"
        return Value(expression.format(as_text(arguments[0]), path), BIGINT)

    return Function(build, 1, 2)


def _truth(expression: str) -> Function:
    def build(arguments: Arguments) -> Value:
        path = _path(arguments[1]) if len(arguments) > 1 else "'$'"
        return Value(expression.format(as_text(arguments[0]), path), BOOL)

    return Function(build, 1, 2)


def _unquote(arguments: Arguments) -> Value:
    return Value(f"carrel_json_unquote({as_text(arguments[0])})", TEXT)


JSON: Final = {
    "json_extract": _at_path("CAST(TRY(json_extract({0}, {1})) AS VARCHAR)"), "json_value": _at_path("carrel_json_value({0}, {1})"),
    "json_query": _at_path("carrel_json_query({0}, {1})"), "json_extract_scalar": _at_path("TRY(json_extract_string({0}, {1}))"),
    "json_unquote": Function(_unquote, 1, 1), "json_valid": _truth("json_valid({0})"), "json_exists": _truth("TRY(json_exists({0}, {1}))"),
    "json_length": _number("carrel_json_length({0}, {1})"), "json_type": _at_path("carrel_json_type({0}, {1})"),
    "json_keys": _at_path("carrel_json_keys({0}, {1})"),
}
"""By MySQL's name."""
