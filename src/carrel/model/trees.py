"""Going through the tree of a statement and copying it, for a fraction of what the parser's own ways cost.

A *closed* node has a certain key in its `meta`: what stands below it is one thing to whoever goes through the tree, as a policy's fragment is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

_PLAIN: Final = frozenset({str, bool, int, type(None)})
"""Types of most arguments that are no nodes."""


def nodes(root: exp.Expr, closed: str = "") -> Iterator[exp.Expr]:
    """Every node, each before those below it; not those below a node that is closed. What is done to a node before the next is asked for counts."""
    stack = [root]
    take, add = stack.pop, stack.append
    while stack:
        node = take()
        yield node
        if closed and node._meta is not None and closed in node._meta:
            continue
        for value in node.args.values():
            kind = type(value)
            if kind in _PLAIN:
                continue
            if kind is list:
                for one in value:
                    if isinstance(one, exp.Expr):
                        add(one)
            elif isinstance(value, exp.Expr):
                add(value)


def children(node: exp.Expr) -> list[exp.Expr]:
    """The nodes right below it, in order."""
    found: list[exp.Expr] = []
    for value in node.args.values():
        kind = type(value)
        if kind in _PLAIN:
            continue
        if kind is list:
            found += [one for one in value if isinstance(one, exp.Expr)]
        elif isinstance(value, exp.Expr):
            found.append(value)
    return found


def twin(node: exp.Expr) -> exp.Expr:
    """A node like it that can stand elsewhere, over the same nodes below, which are not to be changed."""
    one = _like(node)
    one.args = dict(node.args)
    return one


def copied(root: exp.Expression, closed: str) -> exp.Expression:
    """A copy to be changed, but for what stands below closed nodes, which is the original's."""
    whole = _like(root)
    stack: list[tuple[exp.Expr, exp.Expr]] = [(root, whole)]
    while stack:
        node, copy = stack.pop()
        if node._meta is not None and closed in node._meta:
            copy.args = dict(node.args)
            continue
        for key, value in node.args.items():
            kind = type(value)
            if kind in _PLAIN:
                copy.args[key] = value
            elif kind is list:
                copy.args[key] = [_placed(one, copy, key, place, stack) if isinstance(one, exp.Expr) else one for place, one in enumerate(value)]
            elif isinstance(value, exp.Expr):
                copy.args[key] = _placed(value, copy, key, None, stack)
            else:
                copy.args[key] = value
    assert isinstance(whole, exp.Expression), "it is of the root's class"
    return whole


def _placed(node: exp.Expr, parent: exp.Expr, key: str, place: int | None, stack: list[tuple[exp.Expr, exp.Expr]]) -> exp.Expr:
    one: exp.Expr = node.__class__()
    one._type = node._type
    if node._meta is not None:
        one._meta = dict(node._meta)
    one.parent, one.arg_key, one.index = parent, key, place
    stack.append((node, one))
    return one


def _like(node: exp.Expr) -> exp.Expr:
    one: exp.Expr = node.__class__()
    one._type = node._type
    if node._meta is not None:
        one._meta = dict(node._meta)
    return one
