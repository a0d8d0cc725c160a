"""The naive evaluator of policy is worth its name: what is switched off makes the gateway's answers differ from its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.instance import GROUP_OF
from tests.mutants.mutant import Mutant, broken
from tests.mutants.stage import WIKI, Stage
from tests.mutants.table import TABLE
from tests.naive import known
from tests.property import test_second_evaluator as second

NOTICED = (
    "rule: personal", "rule: restricted", "rule: suppressed", "rule: unclassified", "mask: null", "substitute: filter", "substitute: hidden cells",
    "pass: decide_reading",
)  # fmt: skip


def the_gateway_answers_as_the_naive_evaluator(stage: Stage) -> Iterator[str]:
    """Every table whole, every closed column alone, and what can be counted of it, for a member of a group that reads the wiki and of one that does not."""
    second.POLICY.memory.clear()
    tables = known(stage.app, WIKI, "researchers")
    columns = {table: names.closed for table, names in tables.items() if names.open}
    closed = {column.lower() for names in tables.values() for column in names.closed}
    asked = [f"SELECT * FROM `{table}`" for table in columns] + [f"SELECT COUNT(*) FROM `{table}`" for table in columns]
    asked += [f"SELECT {what.format(column)} FROM `{table}`" for table in columns for column in columns[table] for what in ("{}", "COUNT({0}), MIN({0})")]
    for who in ("ines", "omar"):
        people = second.Somebody(GROUP_OF[who])
        unread = closed if who == "ines" else closed | set(columns)
        found, codes = second.disagreements(stage.app, WIKI, people, asked, unread)
        yield from (f"{who}: {one}" for one in found)
        if not codes["access_refused"] or (who == "ines" and codes["rows"] < len(asked) // 2):
            yield f"{who}: {codes}"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", secrets.token_hex(16))
        stage = Stage(tmp_path_factory.mktemp("second"))
        yield stage
        stage.close()


def test_they_agree_while_nothing_is_switched_off(stage: Stage) -> None:
    assert broken(the_gateway_answers_as_the_naive_evaluator, stage) == []


@pytest.mark.parametrize("mutant", [TABLE[name] for name in NOTICED], ids=lambda mutant: mutant.name)
def test_they_differ_where_something_is_switched_off(mutant: Mutant, stage: Stage) -> None:
    assert broken(the_gateway_answers_as_the_naive_evaluator, stage, mutant.switch)
