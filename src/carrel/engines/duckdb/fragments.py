"""Policy's fragments as text: as they are, but for the name of the snapshot that the base table is read from.

The printer knows what the guard makes fragments of and nothing else: a part that it does not know is our fault, and the query is not run.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from sqlglot import exp

from carrel.engines.duckdb.running import internal
from carrel.engines.duckdb.snapshots import Place
from carrel.engines.duckdb.text import name
from carrel.model.decisions import TableDecision
from carrel.model.people import Asker
from carrel.model.sensitivity import Mask

MARK = "carrel_fragment"
"""Key of `meta` that names the base table of a fragment's Select."""

_PARTS: Final = frozenset({"expressions", "from_", "where"})
_MOST: Final = 512
_PRINTED: Final[dict[tuple[int, Place], tuple[tuple[tuple[str, object], ...], str]]] = {}
"""Fragments as printed, by the first of the parts that they were made of; all of these are kept, so that they stay what they are. Nobody changes one."""


def in_visible_order(decision: TableDecision, asker: Asker) -> bool:
    """Whether the order of the table's files may be seen: no column of the key that they are sorted by is closed, masked or has hidden cells. Somebody else's
    table is in the order in which that person saw the rows."""
    if decision.table.owner not in (None, asker.principal.person):
        return False
    judged = [decision.columns.get(column) for column in decision.table.sort_key]
    return all(own is not None and own.allowed and own.mask is Mask.CLEAR and not own.hides & ~decision.read.hides for own in judged)


def fragment_text(fragment: exp.Expression, place: Place) -> str:
    """The fragment reading from `place`. The fragment is left as it was. Raises Internal for one that the guard does not make."""
    parts = tuple(fragment.args.items())
    kept = _PRINTED.get((id(fragment.args.get("expressions")), place))
    if kept is not None and len(kept[0]) == len(parts) and all(one[0] == other[0] and one[1] is other[1] for one, other in zip(kept[0], parts, strict=True)):
        return kept[1]
    text = _printed(fragment, place)
    if len(_PRINTED) >= _MOST:
        _PRINTED.clear()
    _PRINTED[id(fragment.args["expressions"]), place] = parts, text
    return text


def _printed(fragment: exp.Expression, place: Place) -> str:
    if type(fragment) is not exp.Select or any(value for key, value in fragment.args.items() if key not in _PARTS):
        raise internal("a fragment that is not a plain SELECT")
    if not fragment.expressions or type(fragment.args["from_"].this) is not exp.Table:
        raise internal("a fragment without columns or table")
    where = fragment.args.get("where")
    columns = ", ".join(_text(item) for item in fragment.expressions)
    return f"SELECT {columns} FROM {place}" + (f" WHERE {_text(where.this)}" if where is not None else "")  # noqa: S608 - names are quoted


def is_pseudonym(body: exp.Expression) -> bool:
    """Whether a column of a fragment, masked or not, is not the base column but what a function makes of it."""
    return isinstance(body.args["ifs"][0].args["true"] if isinstance(body, exp.Case) else body, exp.Anonymous)


@lru_cache(maxsize=256)
def type_text(kind: exp.DataType) -> str:
    """As DuckDB writes it."""
    return kind.sql(dialect="duckdb")


def _text(node: exp.Expression) -> str:
    write = _WRITERS.get(type(node))
    if write is None:
        raise internal(f"a fragment with {type(node).__name__}")
    return write(node)


def _number(node: exp.Literal) -> str:
    if node.is_string or not node.name.isdecimal():
        raise internal("a fragment with a literal that is not a number")
    return node.name


def _column(node: exp.Column) -> str:
    if any(value for key, value in node.args.items() if key != "this"):
        raise internal("a fragment with a column of another table")
    return name(node.name)


def _case(node: exp.Case) -> str:
    (branch,) = node.args["ifs"]
    if node.args.get("this") is not None or node.args.get("default") is not None:
        raise internal("a fragment with another CASE")
    return f"CASE WHEN {_text(branch.this)} THEN {_text(branch.args['true'])} END"


_WRITERS: Final[dict[type, Callable[..., str]]] = {
    exp.Alias: lambda node: f"{_text(node.this)} AS {name(node.alias)}",
    exp.Anonymous: lambda node: f"{node.name}({', '.join(map(_text, node.expressions))})",
    exp.BitwiseAnd: lambda node: f"{_text(node.this)} & {_text(node.expression)}",
    exp.Case: _case,
    exp.Cast: lambda node: f"CAST({_text(node.this)} AS {type_text(node.to)})",
    exp.Column: _column,
    exp.EQ: lambda node: f"{_text(node.this)} = {_text(node.expression)}",
    exp.Literal: _number,
    exp.Null: lambda _: "NULL",
    exp.Paren: lambda node: f"({_text(node.this)})",
}
