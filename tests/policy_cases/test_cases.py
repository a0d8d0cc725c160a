"""Runs the readable cases: who asks, the query, a blank line, and what it becomes or why it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from carrel.model.errors import CarrelError
from carrel.model.people import PersonState
from carrel.model.queries import Query
from carrel.policy.guard import authorize
from carrel.policy.load import default_text, load
from tests.policy_cases.catalog import Memory, asker, lift

HERE = Path(__file__).parent
POLICY = load(default_text())
CATALOG = Memory()
VARIABLES = {
    "@@version": "10.11.19-MariaDB", "@@sql_mode": "", "@@global.max_connections": 151, "@start": "20180101000000", "@n": 3, "@low": -2,
    "database()": "enwiki", "user()": "ann@localhost", "connection_id()": 7, "version()": "10.11.19-MariaDB",
}  # fmt: skip


class Case(NamedTuple):
    file: str
    line: int
    who: str
    query: str
    expected: str


def cases() -> list[Case]:
    return [case for path in sorted(HERE.glob("*.sql")) for case in read(path)]


def read(path: Path) -> list[Case]:
    """Each case begins with a line `-- GROUPS; key value; …`; keys: door, state, lift, shares, database, dialect; the word `suppressed` belongs to the lift."""
    found: list[Case] = []
    lines = path.read_text().splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("-- ") and (number == 0 or not lines[number - 1])]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        query, _, expected = "\n".join(lines[start + 1 : end]).partition("\n\n")
        found.append(Case(path.name, start + 1, lines[start][3:], query.strip(), expected.strip()))
    return found


def question(case: Case) -> Query:
    groups, *facts = (part.strip() for part in case.who.split(";"))
    words = {fact.partition(" ")[0]: fact.partition(" ")[2] for fact in facts}
    lifts = (lift(*words["lift"].split(), suppressed="suppressed" in words),) if "lift" in words else ()
    person = asker(
        *([] if groups == "nobody" else groups.split(", ")), door=words.get("door", "mysql"), state=PersonState(words.get("state", "active")), lifts=lifts,
        shares=words.get("shares", ""),
    )
    database = words.get("database", "enwiki")
    return Query(text=case.query, dialect=words.get("dialect", "mysql"), database=None if database == "none" else database, asker=person, variables=VARIABLES)


def outcome(case: Case) -> str:
    """The authorized tree in the asker's dialect, with its headings where they differ from the columns' names; or the refusal."""
    query = question(case)
    try:
        authorized = authorize(query, CATALOG, POLICY)
    except CarrelError as error:
        return f"refused: {error.code}: {error.text}" + (f"\n  try: {error.help}" if error.help else "")
    notices = "".join(f"\n  notice: {notice.text}" for notice in authorized.notices)
    return authorized.tree.sql(query.dialect) + notices


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.file}:{case.line}") for case in cases()])
def test_a_question_becomes_what_the_case_says(case: Case) -> None:
    assert outcome(case) == case.expected


def test_there_are_cases_enough_and_no_two_are_the_same() -> None:
    every = cases()
    assert len(every) >= 120
    assert len({(case.who, case.query) for case in every}) == len(every)
