"""The whole table of mutants."""

from __future__ import annotations

from typing import Final

from tests.mutants import of_guard, of_hiding, of_people, of_policy, of_second_line
from tests.mutants.mutant import Mutant

MUTANTS: Final[tuple[Mutant, ...]] = (*of_policy.MUTANTS, *of_guard.MUTANTS, *of_hiding.MUTANTS, *of_second_line.MUTANTS, *of_people.MUTANTS)
TABLE: Final = {mutant.name: mutant for mutant in MUTANTS}
