"""The rows that need a long table: `load`, `export`, `http` and `keep`, in one house."""

from __future__ import annotations

from bench import export, http, keep, load
from bench.export import PEER
from bench.frame import Amount, Result
from bench.house import house, missing

ROWS = 500_000
"""Of `revision`, at scale 1."""


def run(amount: Amount) -> list[Result]:
    if missing():
        return [Result(row="export", peer=PEER, note=f"not run: {', '.join(missing())} not installed")]
    with house(max(1000, int(ROWS * amount.scale))) as home:
        few = min(3, amount.runs)
        return [*load.rows(home), *export.rows(home, amount.runs), export.memory(home), *http.rows(home, few), *keep.rows(home, few)]
