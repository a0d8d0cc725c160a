"""LIKE and regular expressions. DuckDB's are RE2's; what MariaDB's PCRE can and RE2 cannot is refused by the pattern's text."""

from __future__ import annotations

import re
from typing import Final

from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.kinds import BIGINT, BOOL, BYTES, TEXT
from carrel.engines.duckdb.translate.values import Value, as_text
from carrel.model.errors import NotAllowed

_BEYOND: Final = re.compile(r"\(\?(?:[=!>#&|R(]|<[=!]|P[=>]|\d)|(?<!\\)(?:\\\\)*\\[1-9KGXRgk]|[*+?}]\+|\(\*")
"""Look-around, back references, possessive and atomic groups, recursion, verbs."""


def like(value: Value, pattern: Value, escape: str) -> Value:
    text, wanted = as_text(value), as_text(pattern)
    fold = text.kind.folded and wanted.kind.folded
    if len(escape) > 1:
        raise NotAllowed("the escape of LIKE is one character")
    if isinstance(pattern.constant, str):
        wanted = Value(literal(_closed(pattern.constant, escape)), wanted.kind, pattern.constant)
    left, right = (f"carrel_like_fold({one})" if fold else str(one) for one in (text, wanted))
    if isinstance(pattern.constant, str) and (not escape or escape not in pattern.constant):
        return Value(f"({left} LIKE {right})", BOOL)
    if not escape:
        return Value(f"({left} LIKE {right})", BOOL)
    found = f"like_escape({left}, {right}, {literal(escape)})"
    return Value(found if isinstance(pattern.constant, str) else f"TRY({found})", BOOL)


def _closed(pattern: str, escape: str) -> str:
    """A pattern that ends in a lone escape means that character; DuckDB would raise."""
    count = len(pattern) - len(pattern.rstrip(escape)) if escape else 0
    return pattern + escape if count % 2 else pattern


def _pattern(value: Value) -> str:
    """The pattern as RE2 reads it."""
    if not isinstance(value.constant, str):
        return str(as_text(value))
    text = value.constant.replace("[[:<:]]", r"\b").replace("[[:>:]]", r"\b")
    if _BEYOND.search(text):
        raise NotAllowed("the pattern uses look-around, back references or possessive repeats, which are not known here", help="write the pattern without them")
    return literal(text)


def _options(text: Value) -> str:
    return ", 'i'" if text.kind.folded else ""


def matches(value: Value, pattern: Value) -> Value:
    text = as_text(value)
    options = _options(text) if as_text(pattern).kind.folded else ""
    found = f"regexp_matches({text}, {_pattern(pattern)}{options})"
    return Value(found if isinstance(pattern.constant, str) else f"TRY({found})", BOOL)


def regexp_replace(value: Value, pattern: Value, new: Value) -> Value:
    text = as_text(value)
    options = "'gi'" if text.kind.folded else "'g'"
    return Value(f"TRY(regexp_replace({text}, {_pattern(pattern)}, {as_text(new)}, {options}))", BYTES if text.kind.bytes else TEXT)


def regexp_substr(value: Value, pattern: Value) -> Value:
    text = as_text(value)
    return Value(f"TRY(regexp_extract({text}, {_pattern(pattern)}, 0{_options(text)}))", BYTES if text.kind.bytes else TEXT)


def regexp_instr(value: Value, pattern: Value) -> Value:
    text = as_text(value)
    found = f"TRY(regexp_extract({text}, {_pattern(pattern)}, 0{_options(text)}))"
    return Value(f"CASE WHEN {matches(value, pattern)} THEN instr({text}, {found}) WHEN {text} IS NOT NULL THEN 0 END", BIGINT)
