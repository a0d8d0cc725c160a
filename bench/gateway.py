"""Rows `gateway`: what the guard and the engine's checks add to a question, against sqlglot reading and printing the same text, in processor seconds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import sqlglot

from bench.frame import Amount, Result, seconds
from bench.house import application
from carrel.app import App
from carrel.engines.duckdb import verify
from carrel.model.people import Asker, Principal
from carrel.model.queries import Query
from carrel.policy.guard import authorize

PEER = 'sqlglot.parse_one(text, dialect="mysql").sql(dialect="duckdb")'
GOAL = 4.0


def questions() -> list[str]:
    """The texts of `questions.sql`."""
    paragraphs = (Path(__file__).parent / "questions.sql").read_text().split("\n\n")
    return [paragraph.strip() for paragraph in paragraphs if not paragraph.startswith("--")]


def run(amount: Amount) -> list[Result]:
    """Medians and 99th centiles over the corpus: asked for the first time, and again."""
    texts = questions()
    runs = max(1, int(amount.runs * amount.scale))
    with application() as (app, _):
        ask = _asking(app)
        first, again = _pairs(ask, texts, runs, new=True), _pairs(ask, texts, runs, new=False)
    return [_result(row, pairs, centile, len(texts)) for row, pairs in (("gateway", first), ("gateway, asked again", again)) for centile in (50, 99)]


def _pairs(ask: Callable[[str], str], texts: list[str], runs: int, *, new: bool) -> list[tuple[float, float]]:
    """Each text's own processor seconds and the peer's, in turn. `new`: nothing is remembered of the text."""
    for text in texts:
        ask(text)
    return [(_cost(partial(ask, text), new=new), _cost(partial(_print, text))) for _ in range(runs) for text in texts]


def _result(row: str, pairs: list[tuple[float, float]], centile: int, count: int) -> Result:
    ours, peer = (statistics.quantiles(values, n=100)[centile - 1] for values in zip(*pairs, strict=True))
    note = f"processor seconds of one question of {count}: parse, bind, decide, rewrite, translate, check, lineage"
    name = f"{row}: {'median' if centile == 50 else 'p99'}"
    return Result(row=name, ours_s=ours, peer_s=peer, peer=PEER, version=f"sqlglot {sqlglot.__version__}", note=note, goal=GOAL)


def _asking(app: App) -> Callable[[str], str]:
    principal = Principal(person="ines", service="bench")
    asker: Asker = app.people.asker(principal, "mysql", datetime.now(UTC))

    def ask(text: str) -> str:
        query = Query(text=text, dialect="mysql", database="samplewiki", asker=asker, variables={"database()": "samplewiki"})
        return app.engine.explain(authorize(query, app.catalog, app.policy()), {})

    return ask


def _cost(work: Callable[[], object], *, new: bool = False) -> float:
    if new:
        verify.forget_verdicts()
    return seconds(work, time.process_time)


def _print(text: str) -> str:
    return sqlglot.parse_one(text, dialect="mysql").sql(dialect="duckdb")
