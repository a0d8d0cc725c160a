"""What a value became, and what is to be told of it, with MariaDB's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

OUT_OF_RANGE: Final = 1264
TRUNCATED: Final = 1265
INCORRECT: Final = 1366


class Level(Enum):
    """A NOTE is told, and refused nowhere."""

    NOTE = "Note"
    WARNING = "Warning"


@dataclass(frozen=True, slots=True)
class Told:
    """A warning. `place`: of the column, for the order within a row."""

    row: int
    place: int
    number: int
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Bent:
    """A value. `told`: number, level and words before `for column … at row …`."""

    value: Any
    told: tuple[tuple[int, Level, str], ...] = ()


def incorrect(value: Any, kind: str) -> Bent:
    return Bent(value, ((INCORRECT, Level.WARNING, f"incorrect {kind} value"),))


def out_of_range(value: Any) -> Bent:
    return Bent(value, ((OUT_OF_RANGE, Level.WARNING, "out of range value"),))


def truncated(value: Any, level: Level = Level.WARNING) -> Bent:
    return Bent(value, ((TRUNCATED, level, "data truncated"),))
