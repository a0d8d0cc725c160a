"""What the translation knows of a base table in FROM: the kinds of its fragment's columns, and its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from sqlglot import exp

from carrel.engines.duckdb.fragments import is_pseudonym, type_text
from carrel.engines.duckdb.translate.kinds import BYTES, Kind, of_column, of_type, required_or_not
from carrel.model.decisions import TableDecision


class Base(NamedTuple):
    """Attributes:
        columns: by name.
        key: the primary key, where all of it is there as it is stored.
    """

    columns: Mapping[str, Kind]
    key: tuple[str, ...]


_MOST: Final = 512
_MADE: Final[dict[tuple[int, int], tuple[object, object, TableDecision, Base]]] = {}
"""By the identity of a fragment's list of columns and of the decision; what it was made of is kept, so that both stay what they are. Nobody changes one."""


def base_of(fragment: exp.Select, decision: TableDecision) -> Base:
    """Of a fragment that the guard made of the decision."""
    items, where = fragment.args["expressions"], fragment.args.get("where")
    kept = _MADE.get((id(items), id(decision)))
    if kept is not None and kept[0] is items and kept[1] is where and kept[2] is decision:
        return kept[3]
    base = _made(fragment, decision)
    if len(_MADE) >= _MOST:
        _MADE.clear()
    _MADE[id(items), id(decision)] = items, where, decision, base
    return base


def _made(fragment: exp.Select, decision: TableDecision) -> Base:
    definition = decision.table
    columns: dict[str, Kind] = {}
    clear: set[str] = set()
    for item in fragment.expressions:
        body = item.unalias()
        column = definition.column(item.alias)
        if isinstance(body, exp.Cast):
            columns[item.alias] = of_type(type_text(body.to))
        elif column is None or is_pseudonym(body):
            columns[item.alias] = BYTES if column is not None else of_type("INTEGER")
        else:
            clear |= {item.alias} if isinstance(body, exp.Column) or _of_every_row(body, fragment) else set()
            columns[item.alias] = required_or_not(of_column(column, definition), item.alias in clear and not column.nullable)
    key = definition.primary_key if definition.primary_key and clear.issuperset(definition.primary_key) else ()
    return Base(columns, key)


def _of_every_row(body: exp.Expression, fragment: exp.Select) -> bool:
    """Whether a masked column is masked by what leaves out whole rows and by nothing else."""
    where = fragment.args.get("where")
    return isinstance(body, exp.Case) and where is not None and [branch.this for branch in body.args["ifs"]] == [where.this]
