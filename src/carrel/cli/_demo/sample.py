"""The sample that comes along with the package: two wikis, four people, and what is true of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).resolve().parents[2] / "sample"
PEOPLE: Final = FOLDER / "people.yaml"
EXPECTED: Final = FOLDER / "expected.json"
WIKI: Final = "samplewiki"
PRIVATE_WIKI: Final = "arbcomwiki"

Row = tuple[str, ...]


def dump(wiki: str) -> Path:
    return FOLDER / f"{wiki}-all-tables.sql.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and the rows that its own MariaDB answered, as the text that the mysql client prints."""

    name: str
    sql: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What must be refused, and with which of our error codes."""

    why: str
    sql: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`reads`: whether the default policy opens the wiki to the person's group."""

    name: str
    group: str
    reads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Attributes:
        forbidden: word to its kind; none may come out for anybody.
        shown: words that everybody who may read the wiki finds, so that a search that finds nothing is seen to search.
        tables: how many tables a reader sees at least.
    """

    questions: Sequence[Question]
    refusals: Sequence[Refusal]
    forbidden: Mapping[str, str]
    shown: frozenset[str]
    tables: int


def expected(file: Path = EXPECTED) -> Expected:
    facts = json.loads(file.read_text())
    return Expected(
        questions=[Question(name=name, sql=answer["sql"], rows=[cells(row) for row in answer["rows"]]) for name, answer in facts["answers"].items()],
        refusals=[Refusal(**refusal) for refusal in facts["refused"]],
        forbidden={word: kind for kind, words in facts["must_not_leak"].items() for word in words},
        shown=frozenset(facts["must_show"]),
        tables=facts["tables_at_least"],
    )


def people(file: Path = PEOPLE) -> list[Person]:
    """One person of each group, in the order of the file."""
    groups = yaml.safe_load(file.read_text())["groups"]
    return [Person(name=name, group=group, reads=group != "analytics-users") for group, entry in groups.items() for name in entry["members"]]


def cells(row: Sequence[Any]) -> Row:
    return tuple("NULL" if cell is None else str(cell) for cell in row)
