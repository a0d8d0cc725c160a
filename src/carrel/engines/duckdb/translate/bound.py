"""Values of parameters that are not in the tree. Their places in the text are marks, so that one text serves every value of the same kind.

A mark stands between two NUL characters, of which a text has none elsewhere; with `'` in it, it is the value as text. Where the translation must look at a
value, it is written into the tree, and the text made anew serves that value alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from carrel.engines.duckdb.fragments import MARK
from carrel.engines.duckdb.text import literal
from carrel.engines.duckdb.translate.kinds import INT, TEXT, Family, Kind
from carrel.engines.duckdb.translate.values import Value
from carrel.model.trees import nodes

if TYPE_CHECKING:
    from carrel.engines.duckdb.translate.expressions import Expressions
    from carrel.engines.duckdb.translate.scopes import Scope

_MARK: Final = re.compile("\0(\\d+)('?)\0")
_LONG: Final = Kind(Family.INT, "BIGINT")


class Looked(Exception):
    """The translation has looked at the value of the parameter `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Bound(Value):
    """A value that nobody may look at. `moment`: its digits as text, where it is a number that has 14 of them, as MediaWiki's timestamps have."""

    __slots__ = ("moment", "parameter")
    moment: str | None
    parameter: int

    def __init__(self, number: int, value: str | int) -> None:
        super().__init__(mark(number), kind_of(value))
        object.__setattr__(self, "parameter", number)
        object.__setattr__(self, "moment", f"\0{number}'\0" if isinstance(value, int) and len(str(value)) == 14 else None)

    def __getattribute__(self, name: str) -> object:
        if name == "constant":
            raise Looked(object.__getattribute__(self, "parameter"))
        return object.__getattribute__(self, name)


def mark(number: int) -> str:
    """What stands in the text for the parameter's value."""
    return f"\0{number}\0"


def kind_of(value: str | int) -> Kind:
    """As a literal of this value has it."""
    return TEXT if isinstance(value, str) else INT if value < 2**31 else _LONG


def shape_of(value: str | int) -> str:
    """All that a text depends on of a value that it leaves open."""
    return "moment" if isinstance(value, int) and len(str(value)) == 14 else kind_of(value).type


def with_literals(tree: exp.Expression, bound: Mapping[int, str | int], looked: frozenset[int]) -> exp.Expression:
    """The tree, changed, with the values that were looked at."""
    for node in list(nodes(tree, MARK)) if looked else ():
        if isinstance(node, exp.Placeholder) and int(node.name) in looked:
            value = bound[int(node.name)]
            node.replace(exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value))
    return tree


def marked(text: str) -> frozenset[int]:
    """The parameters that the text leaves open."""
    return frozenset(int(number) for number, _ in _MARK.findall(text))


def opened(text: str) -> str:
    """The text as a statement with parameters, `$1` for the first, which DuckDB can read."""
    return _MARK.sub(lambda found: f"${int(found[1]) + 1}", text)


def filled(text: str, bound: Mapping[int, str | int]) -> str:
    """The text with each value as the one constant that it is."""
    return _MARK.sub(lambda found: _constant(str(bound[int(found[1])]) if found[2] else bound[int(found[1])]), text)


def _constant(value: str | int) -> str:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a bound value has no NUL")
        return literal(value)
    return str(value)


def _placeholder(write: Expressions, node: exp.Expression, scope: Scope) -> Value:
    number = int(node.name)
    return Bound(number, write.bound[number])


BOUND: Final[dict[type[exp.Expression], Callable[[Expressions, exp.Expression, Scope], Value]]] = {exp.Placeholder: _placeholder}
"""By class."""
