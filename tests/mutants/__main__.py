"""Prints the table of mutants, each tried: `python -m tests.mutants`, or `make mutants`. With words, those whose name holds one of them.

A line: the mutant, what is switched off, the law that is broken then. Ends with 1 where one is not noticed.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.mutant import Mutant, promise, verdict
from tests.mutants.stage import Stage
from tests.mutants.table import MUTANTS, TABLE


def main(words: Sequence[str]) -> int:
    logging.disable()
    os.environ["CARREL_STAGE_KEY"] = secrets.token_hex(16)
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        stage = Stage(Path(folder))
        try:
            living = [mutant.name for mutant in chosen if not _tried(mutant, stage)]
        finally:
            stage.close()
    print(f"\n{len(chosen)} mutants, {len(chosen) - len(living)} noticed", *(f"NOT NOTICED: {name}" for name in living), sep="\n")
    return 1 if living else 0


def _tried(mutant: Mutant, stage: Stage) -> bool:
    alone, together = verdict(mutant, TABLE, stage)
    noticed = bool(together) and not (mutant.held_by and alone)
    held = f"; held too by {', '.join(f'`{name}`' for name in mutant.held_by)}, off with it" if mutant.held_by else ""
    print(f"{mutant.name} | off: {mutant.switch.says} | {'broken' if noticed else 'NOT NOTICED'}: {promise(mutant.killer)}{held}", flush=True)
    return noticed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
