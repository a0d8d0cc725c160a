"""The page on functions is the one that the guard's list makes."""

from __future__ import annotations

from tests.docs.functions_page import NOTES, PAGE, page
from tests.unit.test_engines_duckdb_functions import FUNCTIONS


def test_the_page_on_functions_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run python -m tests.docs.functions_page"


def test_notes_are_about_functions_that_there_are() -> None:
    assert set(NOTES) <= {function.name for function in FUNCTIONS}
