"""LIKE and regular expressions. DuckDB's are RE2's; what MariaDB's PCRE can and RE2 cannot is refused by the pattern's text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from carrel.engines.duckdb.fragments import MARK
from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.kinds import BIGINT, BOOL, BYTES, TEXT
from carrel.engines.duckdb.translate.values import Value, as_text
from carrel.model.errors import NotAllowed
from carrel.model.trees import nodes

_REGULAR: Final = frozenset({exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace, exp.RegexpSubstr, exp.RegexpInstr})
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
    macro = "like_escape" if isinstance(pattern.constant, str) else "carrel_like"
    return Value(f"{macro}({left}, {right}, {literal(escape)})", BOOL)


def _closed(pattern: str, escape: str) -> str:
    """A pattern that ends in a lone escape means that character; DuckDB would raise."""
    count = len(pattern) - len(pattern.rstrip(escape)) if escape else 0
    return pattern + escape if count % 2 else pattern


def written(tree: exp.Expression) -> Iterator[str]:
    """The patterns of regular expressions that the asker wrote out, as RE2 reads them."""
    for node in nodes(tree, MARK):
        if type(node) not in _REGULAR:
            continue
        pattern = node.expression
        while isinstance(pattern, exp.Cast | exp.Paren | exp.Collate):
            pattern = pattern.this
        if isinstance(pattern, exp.Literal):
            yield translated(pattern.name)


def translated(pattern: str) -> str:
    text = pattern.replace("[[:<:]]", r"\b").replace("[[:>:]]", r"\b")
    if _BEYOND.search(text):
        raise NotAllowed("the pattern uses look-around, back references or possessive repeats, which are not known here", help="write the pattern without them")
    return text


def _of_characters(pattern: str) -> str:
    """Word characters and letters are those of every script, as MariaDB takes them in text of characters."""
    text, inside = "", False
    for part in _PIECES.findall(pattern):
        inside = (inside or part == "[") and part != "]"
        known = _LETTERS.get(part)
        text += part if known is None else known if inside else f"[{known}]"
    return text


_PIECES: Final = re.compile(r"\[:\^?[a-z]+:\]|\\.|.", re.DOTALL)
_LETTERS: Final = {r"\w": r"\p{L}\p{N}_", "[:alpha:]": r"\p{L}", "[:alnum:]": r"\p{L}\p{N}"}


def _call(function: str, macro: str, value: Value, pattern: Value, more: str, options: str, any_case: bool) -> str:
    """A written pattern goes to DuckDB's function, which prepares it once; a computed one to a macro in which it cannot raise."""
    text = as_text(value)
    if isinstance(pattern.constant, str):
        read = translated(pattern.constant)
        return f"{function}({text}, {literal(read if text.kind.bytes else _of_characters(read))}{more}{options})"
    return f"{macro}{'_any_case' if any_case else ''}({text}, {as_text(pattern)}{more if macro == 'carrel_substitute' else ''})"


def _any_case(*values: Value) -> bool:
    return all(as_text(value).kind.folded for value in values)


def matches(value: Value, pattern: Value) -> Value:
    loose = _any_case(value, pattern)
    return Value(_call("regexp_matches", "carrel_matches", value, pattern, "", ", 'i'" if loose else "", loose), BOOL)


def regexp_replace(value: Value, pattern: Value, new: Value) -> Value:
    loose = _any_case(value)
    if pattern.constant == "":
        return as_text(value)
    found = _call("regexp_replace", "carrel_substitute", value, pattern, f", {as_text(new)}", ", 'gi'" if loose else ", 'g'", loose)
    # A replacement that names a group which the pattern has not would raise.
    sound = isinstance(new.constant, str) and "\\" not in new.constant
    return Value(found if sound else f"TRY({found})", BYTES if as_text(value).kind.bytes else TEXT)


def regexp_substr(value: Value, pattern: Value) -> Value:
    loose = _any_case(value)
    found = _call("regexp_extract", "carrel_extract", value, pattern, ", 0", ", 'i'" if loose else "", loose)
    return Value(found, BYTES if as_text(value).kind.bytes else TEXT)


def regexp_instr(value: Value, pattern: Value) -> Value:
    text = as_text(value)
    found = f"{'carrel_bytes_instr' if text.kind.bytes else 'carrel_instr'}({regexp_substr(value, pattern)}, {text})"
    return Value(f"CASE WHEN {matches(value, pattern)} THEN {found} WHEN {text} IS NOT NULL THEN 0 END", BIGINT)
