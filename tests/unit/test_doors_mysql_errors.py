"""The MySQL door's error table holds every code of the tree, in MariaDB's words where MariaDB has some."""

from __future__ import annotations

import re

import pytest

from carrel.doors.mysql.errors import ERRORS, wire
from carrel.model import errors as tree
from carrel.model.errors import AccessRefused, Cancelled, CarrelError, LimitReached, NotFound, SyntaxRefused

DRAWN = re.compile(r"^[ │├└─]+[A-Z]\w+ +((?:[a-z_]+, )*[a-z_]+)", re.MULTILINE)


def test_every_code_of_the_tree_has_a_row() -> None:
    codes = {code for line in DRAWN.findall(tree.__doc__ or "") for code in line.split(", ")}
    assert len(codes) > 15
    assert codes <= set(ERRORS)


@pytest.mark.parametrize("row", ERRORS.values(), ids=list(ERRORS))
def test_numbers_and_states_are_of_the_protocol(row: object) -> None:
    assert 1000 <= getattr(row, "number", 0) < 5000
    assert re.fullmatch(r"[0-9A-Z]{5}", getattr(row, "state", ""))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NotFound("unknown table `enwiki.x`"), (1146, "42S02", "Table 'enwiki.x' doesn't exist")),
        (NotFound("unknown table `enwiki`.`x`: did you mean `page`?"), (1146, "42S02", "Table 'enwiki.x' doesn't exist: did you mean `page`?")),
        (NotFound("unknown database `x`", code="unknown_database"), (1049, "42000", "Unknown database 'x'")),
        (NotFound("unknown column `y{0}`", code="unknown_column"), (1054, "42S22", "Unknown column 'y{0}'")),
        (NotFound("unknown column `y` in GROUP BY", code="unknown_column"), (1054, "42S22", "Unknown column 'y' in 'GROUP BY'")),
        (NotFound("column `t.y` in ON is ambiguous", code="ambiguous_column"), (1052, "23000", "Column 't.y' in ON is ambiguous")),
        (NotFound("no database", code="no_database", help="USE enwiki"), (1046, "3D000", "No database selected\nUSE enwiki")),
        (AccessRefused("`enwiki.user` is not open to you", help="ask"), (1142, "42000", "`enwiki.user` is not open to you\nask")),
        (LimitReached("more than 5 s"), (1969, "70100", "Query execution was interrupted (max_statement_time exceeded)")),
        (Cancelled("stopped"), (1317, "70100", "Query execution was interrupted")),
        (CarrelError("something", code="never seen"), (1105, "HY000", "something")),
    ],
)
def test_the_words_are_mariadbs(error: CarrelError, expected: tuple[int, str, str]) -> None:
    assert wire(error) == expected


def test_a_syntax_error_names_its_place() -> None:
    number, state, text = wire(SyntaxRefused("expected FROM", line=2, near="form page"))
    assert (number, state) == (1064, "42000")
    assert "to use near 'form page' at line 2" in text
