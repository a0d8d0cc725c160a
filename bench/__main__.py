"""`python -m bench --scale N`: runs every row, prints the table of ratios with each peer's command and version, writes bench/results.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import export, gateway
from bench.frame import Result

ROWS = {"export": export.run, "gateway": gateway.run}
RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--scale", type=float, default=1.0, help="how much work, as a multiple")
    parser.add_argument("--row", choices=ROWS, action="append", help="only this row; repeatable")
    args = parser.parse_args()
    results = [ROWS[row](args.scale) for row in args.row or ROWS]
    Console(width=180).print(_table(results))
    machine = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "python": platform.python_version(), "scale": args.scale}
    RESULTS.write_text(json.dumps({"machine": machine, "results": [result.as_json() for result in results]}, indent=1) + "\n")


def _table(results: list[Result]) -> Table:
    table = Table("row", "ours", "peer", "ratio", "peer's command", "version", "note", title="ratio: our time over the peer's; below 1 we are faster")
    for result in results:
        table.add_row(result.row, _seconds(result.ours_s), _seconds(result.peer_s), f"{result.ratio:.2f}" if result.ratio else "-",
                      result.peer, result.version, result.note)
    return table


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f} s"


if __name__ == "__main__":
    main()
