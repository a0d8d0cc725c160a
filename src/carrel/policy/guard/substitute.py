"""Each base table becomes its fragment: the columns that the question needs, masked, from the rows that the asker may see.

A fragment is plain SQL that no engine translates. Rows are left out by the table's own `_hidden` column; as an engine may look at what the asker
computes before it filters, every column of such a table is masked by the same bits.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from sqlglot import exp

from carrel.model.decisions import Decision, TableDecision
from carrel.model.errors import Internal
from carrel.model.names import TableName
from carrel.model.sensitivity import HIDDEN_COLUMN, Hidden, Mask
from carrel.model.tables import Column
from carrel.model.trees import nodes, twin
from carrel.policy.guard.keys import keep_keys
from carrel.policy.guard.work import FRAGMENT_KEY, TABLE_KEY, Work

PSEUDONYM = "carrel_pseudonym"
"""The engine's function that gives a keyed pseudonym of a value."""

_MOST: Final = 512
_MADE: Final[dict[tuple[int, tuple[str, ...]], tuple[TableDecision, exp.Select]]] = {}
"""Fragments by the decision that they were made of, and their columns."""


def substitute(work: Work) -> None:
    """Raises: Internal where a table would stand in the tree that policy did not put there."""
    tables = [node for node in nodes(work.tree) if isinstance(node, exp.Table)]
    keep_keys(work, tables)
    for name, columns in work.needed.items():
        work.fragments[name] = _kept(work.decisions[name], list(columns.values()))
    allowed: set[int] = set()
    for table in tables:
        place: TableName | None = table.meta.get(TABLE_KEY)
        if place is None:
            allowed.add(id(table))
            continue
        joins = table.args.get("joins")
        subquery = exp.Subquery(this=twin(work.fragments[place]), alias=table.args["alias"])
        if joins:
            subquery.set("joins", joins)
        table.replace(subquery)
    _check(work, allowed)


def _kept(decision: TableDecision, columns: list[Column]) -> exp.Select:
    """The fragment, made once for a decision and these columns; nobody changes one."""
    key = id(decision), tuple(column.name for column in columns)
    kept = _MADE.get(key)
    if kept is not None and kept[0] is decision:
        return kept[1]
    if len(_MADE) >= _MOST:
        _MADE.clear()
    made = fragment(decision, columns)
    _MADE[key] = decision, made
    return made


def fragment(decision: TableDecision, columns: list[Column]) -> exp.Select:
    """What a person sees of a table, in the order of the table's columns."""
    table = decision.table
    order = {column.name: place for place, column in enumerate(table.columns)}
    chosen = sorted(columns, key=lambda column: order[column.name])
    items: list[exp.Expr] = [exp.alias_(_shown(column, decision.columns[column.name]), column.name, quoted=True, copy=False) for column in chosen]
    source = exp.Table(this=_identifier(table.name.table), db=_identifier(table.name.database))
    select = exp.Select(expressions=items or [exp.alias_(exp.Literal.number(1), "_", quoted=True)], from_=exp.From(this=source))
    if decision.read.hides:
        select.set("where", exp.Where(this=_visible(decision.read.hides)))
    select.meta[FRAGMENT_KEY] = str(table.name)
    return select


def _shown(column: Column, decision: Decision) -> exp.Expr:
    if not decision.allowed or decision.mask not in (Mask.CLEAR, Mask.HASHED):
        return exp.Cast(this=exp.Null(), to=_type(column.type).copy())
    value: exp.Expr = exp.Column(this=_identifier(column.name))
    if decision.mask is Mask.HASHED:
        value = exp.Anonymous(this=PSEUDONYM, expressions=[value])
    if decision.hides:
        value = exp.Case(ifs=[exp.If(this=_visible(decision.hides), true=value)])
    return value


def _visible(hides: Hidden) -> exp.Expr:
    bits = exp.BitwiseAnd(this=exp.Column(this=_identifier(HIDDEN_COLUMN)), expression=exp.Literal.number(int(hides)))
    return exp.EQ(this=exp.Paren(this=bits), expression=exp.Literal.number(0))


def _identifier(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)


@lru_cache(maxsize=512)
def _type(text: str) -> exp.DataType:
    return exp.DataType.build(text, dialect="duckdb")


def _check(work: Work, common: set[int]) -> None:
    """Every table left is either inside a fragment or names a common table expression of the question."""
    made = {str(name): fragment.args for name, fragment in work.fragments.items()}
    names: set[str] = set()
    left: list[exp.Table] = []
    for node in nodes(work.tree, FRAGMENT_KEY):
        if _is_fragment(node):
            if node.args != made.get(node.meta[FRAGMENT_KEY]):  # the same lists and nodes: nothing below is looked at
                raise Internal("a fragment that is not the one that was made")
        elif isinstance(node, exp.CTE):
            names.add(node.alias.lower())
        elif isinstance(node, exp.Table):
            left.append(node)
    if any(id(table) not in common or table.db or table.name.lower() not in names for table in left):
        raise Internal("a table was left outside of policy")


def _is_fragment(node: exp.Expr) -> bool:
    return type(node) is exp.Select and FRAGMENT_KEY in node.meta
