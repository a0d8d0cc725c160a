"""Session and user variables, and functions of the session, become the literals that the gateway supplied."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

from sqlglot import exp

from carrel.model.errors import NotFound
from carrel.model.provenance import TYPED
from carrel.model.queries import Parameter
from carrel.model.trees import nodes
from carrel.policy.guard.parameters import PREFIX, bindable, stays_out, time_text
from carrel.policy.guard.work import BOUND_KEY, GIVEN_KEY, NAME_KEY, VALUE_KEY, Work

_FUNCTIONS: Final[dict[type[exp.Expr], str]] = {
    exp.CurrentSchema: "database()",
    exp.CurrentRole: "current_role()",
    exp.CurrentUser: "current_user()",
    exp.SessionUser: "user()",
    exp.CurrentVersion: "version()",
}
_ANONYMOUS: Final = {
    "database": "database()", "schema": "database()", "user": "user()", "system_user": "user()", "session_user": "user()",
    "current_user": "current_user()", "current_role": "current_role()", "version": "version()", "connection_id": "connection_id()",
    "last_insert_id": "last_insert_id()", "found_rows": "found_rows()", "row_count": "row_count()",
}  # fmt: skip


_KINDS: Final = frozenset({exp.SessionParameter, exp.Parameter, exp.Anonymous, *_FUNCTIONS})


def put_variables(work: Work) -> None:
    """Raises: NotFound for a system variable that there is not. A user variable that was never set is NULL, as in MariaDB."""
    for node in [node for node in nodes(work.tree) if type(node) in _KINDS]:
        key = _key(node)
        if key is not None:
            literal = _bound(work, node, key) or _literal(work, key)
            literal.meta.update(node.meta)
            literal.meta[VALUE_KEY] = True
            literal.meta[GIVEN_KEY] = _given(key)
            literal.meta.pop(NAME_KEY, None)
            if node is work.tree:
                continue
            node.replace(literal)


def _given(key: str) -> str:
    """As `OutputColumn.given` has it. What a session tells of its last answers is as if the client wrote it, which has seen them."""
    if not key.startswith("@"):
        return TYPED
    return key[1:] if key.startswith("@" + PREFIX) else "@@" + key.removeprefix("@@global.") if key.startswith("@@global.") else key


def _key(node: exp.Expr) -> str | None:
    if isinstance(node, exp.SessionParameter):
        kind = str(node.args.get("kind") or "").lower()
        return f"@@{kind}.{node.name.lower()}" if kind == "global" else f"@@{node.name.lower()}"
    if isinstance(node, exp.Parameter) and not isinstance(node.parent, exp.PropertyEQ | exp.Table):
        return f"@{node.name.lower()}"
    if type(node) in _FUNCTIONS and not node.args.get("this"):
        return _FUNCTIONS[type(node)]
    if isinstance(node, exp.Anonymous) and not node.expressions and not isinstance(node.parent, exp.Dot):
        return _ANONYMOUS.get(node.name.lower())
    return None


def _bound(work: Work, node: exp.Expr, key: str) -> exp.Expression | None:
    """What stands for a parameter whose value stays out of the tree."""
    if not work.binds or not key.startswith("@" + PREFIX):
        return None
    number = int(key[1 + len(PREFIX) :])
    value = bindable(work.query.parameters[number])
    if value is None or not stays_out(node, value):
        return None
    work.bound[number] = value
    placeholder = exp.Placeholder(this=str(number))
    placeholder.meta[BOUND_KEY] = True
    return placeholder


def _literal(work: Work, key: str) -> exp.Expression:
    variables = work.query.variables
    if key.startswith("@" + PREFIX):
        return literal_of(work.query.parameters[int(key[1 + len(PREFIX) :])])
    work.variables.add(key)
    if key not in variables and key.startswith("@@global.") and "@@" + key.removeprefix("@@global.") in variables:
        key = "@@" + key.removeprefix("@@global.")
        work.variables.add(key)
    if key not in variables:
        if key.startswith("@") and not key.startswith("@@"):
            return exp.Null()
        raise NotFound(f"unknown system variable `{key.lstrip('@')}`", code="unknown_variable")
    return literal_of(variables[key])


def literal_of(value: Parameter) -> exp.Expression:
    """The literal that stands for a value. Bytes have become text before they come here; a number that is none, as infinity, is NULL."""
    if value is None or (isinstance(value, float | Decimal) and not math.isfinite(value)):
        return exp.Null()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | float | Decimal):
        digits = format(abs(value), "f") if isinstance(value, Decimal) else repr(abs(value))
        number = exp.Literal.number(f"{digits}e0" if isinstance(value, float) and "e" not in digits else digits)
        return exp.Neg(this=number) if value < 0 else number
    if isinstance(value, bytes):
        raise TypeError("bytes are made text by the gateway")
    return exp.Literal.string(value if isinstance(value, str) else time_text(value))
