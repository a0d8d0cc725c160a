"""One value that a statement writes out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """One value of VALUES: a literal, or the text of an expression. `first` and `after`: its placeholders among the statement's."""

    literal: str | int | None
    is_literal: bool
    text: str
    first: int
    after: int
    is_number: bool = False
