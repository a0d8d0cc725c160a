"""Text to tree: in the asker's dialect, one query and nothing beside it, neither too long nor too deep."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.hive import Hive
from sqlglot.dialects.mysql import MySQL
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.duckdb import DuckDBParser
from sqlglot.parsers.hive import HiveParser
from sqlglot.parsers.mysql import MySQLParser
from sqlglot.tokenizer_core import Token, TokenType

from carrel.model.errors import CarrelError, LimitReached, NotAllowed, SyntaxRefused, Unsupported
from carrel.model.trees import children
from carrel.policy.guard import statements
from carrel.policy.guard.joins import mark_crosses
from carrel.policy.guard.lengths import LONGEST, plain_length
from carrel.policy.guard.parameters import bind_parameters
from carrel.policy.guard.work import NAME_KEY, SPAN_KEY, Work

LENGTH: Final = 262_144
"""Characters of one statement; in MySQL's dialect those in quotes do not count."""
TOKENS: Final = 50_000
NESTING: Final = 30
"""Brackets and CASEs inside each other: sqlglot's parser takes 26 Python frames for each."""
DEPTH: Final = 120
"""Nodes above each other in the tree; a chain of ANDs or ORs counts once."""
NODES: Final = 60_000

AGAIN: Final = 4
"""How often, on average, the parser may read a token anew."""

logging.getLogger("sqlglot").disabled = True
"""sqlglot would log pieces of the asker's text."""

_OPENING: Final = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
_CLOSING: Final = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
_OPERANDS: Final = {
    TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER, TokenType.STAR, TokenType.R_PAREN, TokenType.COMMA, TokenType.NULL,
    TokenType.TRUE, TokenType.FALSE, TokenType.HEX_STRING, TokenType.BIT_STRING, TokenType.NATIONAL_STRING, TokenType.L_PAREN, TokenType.L_BRACKET,
    TokenType.R_BRACKET, TokenType.END, TokenType.CASE,
}  # fmt: skip
_CHAINS: Final = (exp.And, exp.Or, exp.SetOperation)
_HARMLESS: Final = re.compile(r"!\s*\d*\s*(?:(?:SQL_NO_CACHE|SQL_CACHE|SQL_SMALL_RESULT|SQL_BIG_RESULT|SQL_BUFFER_RESULT|HIGH_PRIORITY)\s*)*", re.I)
_GAP: Final = re.compile(r"\s+|/\*.*?\*/|#[^\n]*|--(?=\s|\Z)[^\n]*|;", re.S)


class _Recording:
    """Adds to a parser: each item of a SELECT list remembers where its source text stands, and going back over the text has an end."""

    _again = 0

    def _retreat(self: Any, index: int) -> None:
        # sqlglot tries readings and goes back: every JOIN without ON doubles the time, and 30 of them take hours.
        self._again += self._index - index
        if self._again > AGAIN * len(self._tokens) + 2000:
            raise _too_complex("the statement can be read in too many ways; give each JOIN its ON")
        super()._retreat(index)  # type: ignore[misc]

    def _parse_projections(self: Any) -> tuple[list[exp.Expr], list[exp.Expr] | None]:
        return self._parse_csv(self._parse_recorded), None

    def _parse_recorded(self: Any) -> exp.Expr | None:
        start = self._curr.start if self._curr else self._prev.end + 1
        item: exp.Expr | None = self._parse_expression()
        if item is not None:
            (item.this if isinstance(item, exp.Alias) else item).meta[SPAN_KEY] = (start, self._prev.end + 1)
        return item

    def _parse_function_call(self: Any, *args: Any, **named: Any) -> exp.Expr | None:
        name = self._curr.text.lower() if self._curr else ""
        call: exp.Expr | None = super()._parse_function_call(*args, **named)  # type: ignore[misc]
        if call is not None and NAME_KEY not in call.meta:
            call.meta[NAME_KEY] = name
        return call

    def _warn_unsupported(self: Any) -> None:
        """sqlglot would log the asker's text."""


class _MySQL(MySQL):
    class Parser(_Recording, MySQLParser):
        pass


class _Hive(Hive):
    class Parser(_Recording, HiveParser):
        pass


class _DuckDB(DuckDB):
    class Parser(_Recording, DuckDBParser):
        pass


DIALECTS: Final[dict[str, Dialect]] = {"mysql": _MySQL(), "hive": _Hive(), "duckdb": _DuckDB()}


def parse(work: Work) -> None:
    """Sets the tree.

    Raises: SyntaxRefused, NotAllowed (anything but one query), LimitReached, Unsupported (a dialect that we do not speak).
    """
    query = work.query
    tree = only(query.text, query.dialect, len(query.parameters), exp.Select, exp.SetOperation, exp.Subquery)
    assert isinstance(tree, exp.Expression)
    work.tree = tree


def only(text: str, name: str, parameters: int | None, *kinds: type[exp.Expr]) -> exp.Expr:
    """The tree of a text that is one statement of these kinds. `parameters`: how many are bound; None: they stay placeholders. Raises as `parse`."""
    dialect = DIALECTS.get(name)
    if dialect is None:
        raise Unsupported(f"no dialect `{name}`", help=f"one of {', '.join(DIALECTS)}")
    if len(text) > LONGEST or plain_length(text, name, LENGTH) > LENGTH:
        raise _too_complex(f"a statement may have {LENGTH} characters, and {LONGEST >> 20} MiB with the texts in it")
    tokens: list[Token] = []
    try:
        tokens = dialect.tokenize(text)
        _check_tokens(tokens)
        if name == "mysql":
            check_comments(text, tokens)
        for token in tokens:
            token.comments = []  # sqlglot would take `sqlglot.meta` in one for an order to mark a node
        tokens = tokens if parameters is None else bind_parameters(tokens, parameters)
        if name == "mysql":
            tokens = mark_crosses(tokens)
        trees = [tree for tree in dialect.parser().parse(tokens, text) if tree is not None]
    except (ParseError, TokenError) as error:
        raise (statements.unreadable(tokens) if exp.Select in kinds else None) or _refusal(error, text) from None
    except RecursionError:
        raise _too_complex("the statement nests too deep") from None
    except CarrelError:
        raise
    except Exception:  # noqa: BLE001 - a text on which the parser itself stumbles is not a statement of the dialect
        raise SyntaxRefused("not a statement of this dialect", near=text[:80]) from None
    if len(trees) != 1 or not isinstance(trees[0], kinds):
        raise statements.other(tokens)
    check_tree(trees[0], text)
    return trees[0]


def _check_tokens(tokens: list[Token]) -> None:
    if len(tokens) > TOKENS:
        raise _too_complex(f"a statement may have {TOKENS} words and signs")
    depth = run = 0
    for token in tokens:
        kind = token.token_type
        depth += (kind in _OPENING) - (kind in _CLOSING)
        run = 0 if kind in _OPERANDS else run + 1
        if depth > NESTING or run > NESTING:
            raise _too_complex(f"brackets, CASEs and operators may nest {NESTING} deep")


def check_comments(text: str, tokens: list[Token]) -> None:
    """Refuses what MariaDB would run or read otherwise than sqlglot: executable comments, and `--` without a space after it."""
    for token in tokens:
        for comment in token.comments:
            if comment.startswith("M!") or (comment.startswith("!") and not _HARMLESS.fullmatch(comment.strip())):
                raise NotAllowed("executable comments `/*! … */` are not allowed")
    end = 0
    for start, after in [*((token.start, token.end + 1) for token in tokens), (len(text), len(text))]:
        gap = text[end:start]
        if "--" in gap and _GAP.sub("", gap):
            raise NotAllowed("`--` without a space after it is not a comment in MariaDB: write `-- ` or `- -`")
        end = after


def check_tree(root: exp.Expr, text: str) -> None:
    nodes = 0
    empty = False
    stack: list[tuple[exp.Expr, int]] = [(root, 1)]
    while stack:
        node, depth = stack.pop()
        nodes += 1
        if depth > DEPTH or nodes > NODES:
            raise _too_complex(f"the statement's tree may be {DEPTH} deep and have {NODES} nodes")
        empty |= type(node) is exp.Select and not node.expressions
        kind = type(node) if isinstance(node, _CHAINS) else None
        stack += [(child, depth if type(child) is kind else depth + 1) for child in children(node)]
    if empty:
        raise SyntaxRefused("syntax error: a SELECT list is empty", near=text[:80])


def _too_complex(reason: str) -> LimitReached:
    return LimitReached(f"too complex: {reason}", code="too_complex", help="split the statement")


def _refusal(error: ParseError | TokenError, text: str) -> SyntaxRefused:
    first = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    line, end = first.get("line", 1), first.get("col", 1)
    highlight = str(first.get("highlight") or "")
    rest = highlight + str(first.get("end_context") or "") if first else text
    near = rest[:80]
    at = f"near `{' '.join(near.split())}`" if near.strip() else "at the end"
    return SyntaxRefused(f"syntax error {at} at line {line}", line=line, column=max(1, end - len(highlight) + 1), near=near)
