"""How a function of MySQL is described: how many arguments it takes and what of DuckDB's gives its meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from carrel.engines.duckdb.translate.values import Value
from carrel.model.errors import NotAllowed

Build = Callable[[Sequence[Value]], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """`most` None: any number of arguments."""

    build: Build
    least: int
    most: int | None

    def __call__(self, name: str, arguments: Sequence[Value]) -> Value:
        count = len(arguments)
        if count < self.least or (self.most is not None and count > self.most):
            raise NotAllowed(f"`{name.upper()}` does not take {count} argument{'' if count == 1 else 's'}", code="argument_count")
        return self.build(arguments)


def constant_int(value: Value, what: str, low: int, high: int) -> int:
    """The number that the asker wrote. Raises NotAllowed where it is computed or out of range."""
    if not isinstance(value.constant, int) or not low <= value.constant <= high:
        raise NotAllowed(f"{what} must be a number between {low} and {high}, written out")
    return value.constant


def constant_text(value: Value, what: str) -> str:
    """The text that the asker wrote. Raises NotAllowed where it is computed."""
    if not isinstance(value.constant, str):
        raise NotAllowed(f"{what} must be a text, written out")
    return value.constant
