"""What was made of a text that comes again is used again, within bounds; a text that is refused is refused anew."""

from __future__ import annotations

import pytest

from carrel.gateway import recent
from carrel.gateway.recent import Recent, statements
from carrel.model.errors import SyntaxRefused


def test_a_text_that_comes_again_is_not_made_anew() -> None:
    made: list[tuple[str, str]] = []

    def make(text: str, dialect: str) -> str:
        made.append((text, dialect))
        return f"{dialect}: {text}"

    kept = Recent(make)
    asked = [("a", "mysql"), ("a", "mysql"), ("a", "hive"), ("b", "mysql"), ("a", "mysql")]
    assert [kept(*one) for one in asked] == [f"{dialect}: {text}" for text, dialect in asked]
    assert made == [("a", "mysql"), ("a", "hive"), ("b", "mysql")]


def test_what_is_kept_has_an_end() -> None:
    made: list[str] = []
    kept = Recent(lambda text, dialect: made.append(text) or text)
    count = recent.MOST // 1000 + 1
    for number in range(count):
        kept(f"{number:01000}", "mysql")
    kept(f"{0:01000}", "mysql")
    assert len(made) == count + 1
    for _ in range(2):
        kept("x" * (recent.LONGEST + 1), "mysql")
    assert len(made) == count + 3


def test_statements_are_those_of_the_text_and_a_refusal_comes_again() -> None:
    kept = Recent(statements)
    assert [one.text for one in kept("SELECT 1; /*!50000 SELECT */ 2", "mysql")] == ["SELECT 1", "SELECT    2"]
    assert kept("SELECT 1; /*!50000 SELECT */ 2", "mysql") is kept("SELECT 1; /*!50000 SELECT */ 2", "mysql")
    for _ in range(2):
        with pytest.raises(SyntaxRefused):
            kept("SELECT 'a", "mysql")
