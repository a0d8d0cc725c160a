"""Bound values reach the tree as literals, whatever they hold, and never as text."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlglot import exp

from carrel.model.errors import SyntaxRefused
from carrel.policy.guard.parameters import bind_parameters
from carrel.policy.guard.parse import DIALECTS
from carrel.policy.guard.variables import literal_of


def test_placeholders_are_numbered_as_they_stand_in_the_text() -> None:
    tokens = DIALECTS["mysql"].tokenize("SELECT ?, '?' FROM t WHERE a = ? LIMIT ?")
    assert [token.text for token in bind_parameters(tokens, 3) if token.text.startswith("?") and len(token.text) == 2] == ["?0", "?1", "?2"]


@pytest.mark.parametrize("count", [0, 2])
def test_another_number_of_values_is_refused(count: int) -> None:
    with pytest.raises(SyntaxRefused):
        bind_parameters(DIALECTS["mysql"].tokenize("SELECT ?"), count)


@pytest.mark.parametrize(
    ("value", "sql"),
    [
        (None, "NULL"), (True, "TRUE"), (5, "5"), (-5, "-5"), (1.5, "1.5e0"), (float("inf"), "NULL"), (Decimal("1E+3"), "1000"), (Decimal("-0.10"), "-0.10"),
        ("a'b\\", "'a''b\\\\'"), (date(2018, 1, 2), "'2018-01-02'"), (datetime(2018, 1, 2, 3, 4, 5), "'2018-01-02 03:04:05'"),
        (timedelta(hours=-25, seconds=-1), "'-25:00:01'"),
    ],
)
def test_a_value_becomes_its_literal(value: object, sql: str) -> None:
    literal = literal_of(value)  # type: ignore[arg-type]
    assert isinstance(literal, exp.Expression)
    assert literal.sql(dialect="mysql") == sql
