"""The whole table of mutants."""

from __future__ import annotations

from typing import Final

from tests.mutants import (
    of_audit,
    of_changing,
    of_copies,
    of_engine,
    of_exceptions,
    of_gateway,
    of_given,
    of_guard,
    of_hiding,
    of_people,
    of_policy,
    of_second_line,
    of_sharing,
    of_tags,
    of_temporary,
    of_uploads,
    of_views,
    of_writing,
)
from tests.mutants.mutant import Mutant

_PARTS: Final = (
    of_policy, of_guard, of_hiding, of_second_line, of_gateway, of_people, of_engine, of_audit, of_copies, of_tags, of_given, of_writing, of_changing,
    of_uploads, of_sharing, of_exceptions, of_views, of_temporary,
)  # fmt: skip
MUTANTS: Final[tuple[Mutant, ...]] = tuple(mutant for part in _PARTS for mutant in part.MUTANTS)
TABLE: Final = {mutant.name: mutant for mutant in MUTANTS}
