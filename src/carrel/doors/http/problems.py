"""Errors as HTTP gives them: one table from an error's code to a status, and RFC 9457 problem documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from carrel.model.errors import AccessRefused, CarrelError, SyntaxRefused

PROBLEM_JSON: Final = "application/problem+json"

STATUS: Final = {
    "internal": 500,
    "null_value": 422,
    "no_default": 422,
    "too_long": 422,
    "out_of_range": 422,
    "wrong_value": 422,
    "wrong_time": 422,
    "bad_input": 400,
    "syntax": 400,
    "not_allowed": 422,
    "local_infile": 422,
    "group_function": 422,
    "window_function": 422,
    "column_count": 422,
    "value_count": 422,
    "duplicate_column": 422,
    "duplicate_key_name": 422,
    "primary_keys": 422,
    "operand_count": 422,
    "argument_count": 422,
    "duplicate_alias": 422,
    "duplicate_query": 422,
    "unknown_window": 422,
    "many_rows": 422,
    "unknown_database": 404,
    "unknown_table": 404,
    "unknown_column": 404,
    "unknown_key": 404,
    "key_column": 404,
    "unknown_function": 404,
    "unknown_variable": 404,
    "unknown_session": 404,
    "unknown_statement": 404,
    "unknown_grant": 404,
    "ambiguous_column": 400,
    "no_database": 400,
    "access_refused": 403,
    "authentication_failed": 401,
    "time_limit": 504,
    "row_limit": 422,
    "memory_limit": 422,
    "too_complex": 422,
    "too_many": 429,
    "cancelled": 409,
    "conflict": 409,
    "table_exists": 409,
    "duplicate_key": 409,
    "unsupported": 501,
    "unavailable": 503,
    # What only HTTP knows:
    "unknown_page": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "request_timeout": 408,
    "content_too_large": 413,
    "range_not_satisfiable": 416,
    "unsupported_media_type": 415,
    "misdirected": 421,
    "forged": 403,
    "http_version": 505,
}


class Rejected(CarrelError):
    """The request itself is wrong, whatever it asks: its size, its type, its address, where it comes from."""

    default_code = "bad_input"


def status(error: CarrelError) -> int:
    """The HTTP status of an error; 500 for a code that the table does not know."""
    return STATUS.get(error.code, 500)


def described(error: CarrelError) -> dict[str, object]:
    """The error's own facts as JSON values."""
    facts: dict[str, object] = {"code": error.code, "text": error.text, "help": error.help, "retry": error.retry}
    if isinstance(error, SyntaxRefused):
        facts |= {"line": error.line, "column": error.column, "near": error.near}
    if isinstance(error, AccessRefused):
        facts["reasons"] = list(error.reasons)
    return facts


def problem(error: CarrelError) -> dict[str, object]:
    """The problem document."""
    number = status(error)
    return {"type": "about:blank", "title": HTTPStatus(number).phrase, "status": number, "detail": error.text, **described(error)}
