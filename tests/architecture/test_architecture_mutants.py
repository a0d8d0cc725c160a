"""Whatever protects data has a mutant: a rule, a pass, a rule of hiding or a check of the second line without one fails here."""

from __future__ import annotations

import pytest

from carrel.catalog import visibility
from carrel.model.sensitivity import Mask
from carrel.plugins import find
from carrel.policy import guard
from carrel.policy.declassifiers import WAYS
from tests.mutants.of_second_line import checks, raises
from tests.mutants.table import MUTANTS, TABLE

PARTS = {
    "rule": [module.__name__.rpartition(".")[2] for module in find("carrel.policy.rules")],
    "pass": [step.__name__ for step in guard.PASSES],
    "hiding": [rule.name for rule in visibility.RULES],
    "second line": [words for words, _ in checks()],
    "declassifier": list(WAYS),
    "mask": [mask.name.lower() for mask in (Mask.NULL, Mask.HASHED)],
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in PARTS.items() for name in names])
def test_each_part_has_a_mutant(kind: str, name: str) -> None:
    assert f"{kind}: {name}" in TABLE, f"add a Mutant `{kind}: {name}` to tests/mutants/, with a law that is broken without it"


def test_no_mutant_is_of_what_there_is_no_more() -> None:
    named = {mutant.name for mutant in MUTANTS if mutant.name.partition(": ")[0] in ("rule", "pass", "hiding")}
    assert named <= {f"{kind}: {name}" for kind, names in PARTS.items() for name in names}


def test_every_check_of_the_second_line_can_be_switched_off() -> None:
    """Each `raise` stands alone under an `if` of its own."""
    assert raises() == len(PARTS["second line"])


def test_names_are_not_used_twice_and_what_holds_a_mutant_is_in_the_table() -> None:
    assert len(TABLE) == len(MUTANTS)
    assert {name for mutant in MUTANTS for name in mutant.held_by} <= TABLE.keys()
    assert all(mutant.killer.__doc__ for mutant in MUTANTS)
