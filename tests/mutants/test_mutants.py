"""Each thing that is switched off is noticed: the law that the table of mutants names for it is broken."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.mutants.mutant import Law, Mutant, broken, promise, verdict
from tests.mutants.stage import Stage
from tests.mutants.table import MUTANTS, TABLE

LAWS = list(dict.fromkeys(mutant.killer for mutant in MUTANTS))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARREL_STAGE_KEY", secrets.token_hex(16))
        stage = Stage(tmp_path_factory.mktemp("stage"))
        yield stage
        stage.close()


@pytest.mark.parametrize("law", LAWS, ids=promise)
def test_a_law_holds_while_nothing_is_switched_off(law: Law, stage: Stage) -> None:
    assert broken(law, stage) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_is_switched_off_is_noticed(mutant: Mutant, stage: Stage) -> None:
    alone, together = verdict(mutant, TABLE, stage)
    assert together, f"nobody notices that {mutant.switch.says} is off"
    assert not mutant.held_by or not alone, f"{mutant.name} is noticed without {', '.join(mutant.held_by)}: the table may say so"
