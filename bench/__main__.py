"""`python -m bench --scale N --runs N`: runs every row, prints the table of ratios with each peer's command and version, writes bench/results.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import gateway, iterate, sql_dump, state, sweep, wiki, xml_dump
from bench.frame import RUNS, Amount, Result

ROWS = {
    "wiki": wiki.run, "gateway": gateway.run, "state": state.run, "sweep": sweep.run, "sql-dump": sql_dump.run, "xml-dump": xml_dump.run,
    "iterate": iterate.run,
}
RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--scale", type=float, default=1.0, help="how much work, as a multiple")
    parser.add_argument("--runs", type=int, default=RUNS, help="how many times each side runs, in turn; the table shows medians")
    parser.add_argument("--row", choices=ROWS, action="append", help="only these rows; repeatable")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the results go, as JSON")
    args = parser.parse_args()
    before = os.getloadavg()
    results = [result for row in args.row or ROWS for result in ROWS[row](Amount(scale=args.scale, runs=args.runs))]
    Console(width=220 if not sys.stdout.isatty() else None).print(_table(results))
    machine = {"cores": os.cpu_count(), "load": [before[0], os.getloadavg()[0]], "python": platform.python_version(), "scale": args.scale, "runs": args.runs}
    load = f"load {before[0]:.1f} before and {os.getloadavg()[0]:.1f} after"
    print(f"{machine['cores']} cores, {load}, Python {machine['python']}, scale {args.scale:g}, runs {args.runs}")
    args.output.write_text(json.dumps({"machine": machine, "results": [result.as_json() for result in results]}, indent=1) + "\n")


def _table(results: list[Result]) -> Table:
    table = Table("row", "ours", "peer", "ratio", "goal", "peer's command", "version", "note", title="ratio: our time over the peer's; below 1 we are faster")
    for result in results:
        ratio = f"{result.ratio:.2f}" if result.ratio else "-"
        goal = f"{result.goal:.2f}" if result.goal else "-"
        amounts = (_amount(value, result.unit) for value in (result.ours_s, result.peer_s))
        table.add_row(result.row, *amounts, ratio, goal, result.peer, result.version, result.note)
    return table


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    if unit != "s":
        return f"{value:.0f} {unit}"
    return f"{value:.3f} s" if value >= 0.1 else f"{1000 * value:.3f} ms"


if __name__ == "__main__":
    main()
