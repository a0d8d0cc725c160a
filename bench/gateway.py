"""Row `gateway`: what the guard and the engine's checks add to a question, against sqlglot reading and printing the same text."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import sqlglot

from bench.frame import Result, compare
from carrel.app import App
from carrel.model.people import Principal
from carrel.model.queries import Query
from carrel.policy.guard import authorize
from tests.instance import Instance
from tests.shared import SAMPLE

REPEAT = 4


def run(scale: float) -> Result:
    texts = [answer["sql"] for answer in json.loads((SAMPLE / "expected.json").read_text())["answers"].values()] * int(max(1, REPEAT * scale))
    with tempfile.TemporaryDirectory(prefix="carrel-bench-") as name:
        instance = Instance(Path(name) / "home")
        instance.setup()
        instance.load_sample()
        app = App(instance.home)
        try:
            question = _question(app)
            ours_s, peer_s, pairs = compare(lambda: [question(text) for text in texts], lambda: [_print(text) for text in texts])
        finally:
            app.close()
    note = f"{len(texts)} questions: parse, bind, decide, rewrite, translate, check; {1000 * ours_s / len(texts):.1f} ms each"
    peer = 'sqlglot.parse_one(text, dialect="mysql").sql(dialect="duckdb")'
    return Result(row="gateway", ours_s=ours_s, peer_s=peer_s, peer=peer, version=f"sqlglot {sqlglot.__version__}", note=note, runs=pairs)


def _question(app: App) -> Callable[[str], str]:
    principal = Principal(person="ines", service="bench")

    def ask(text: str) -> str:
        asker = app.people.asker(principal, "mysql", datetime.now(UTC))
        query = Query(text=text, dialect="mysql", database="samplewiki", asker=asker, variables={"database()": "samplewiki"})
        return app.engine.explain(authorize(query, app.catalog, app.policy()), {})

    return ask


def _print(text: str) -> str:
    return sqlglot.parse_one(text, dialect="mysql").sql(dialect="duckdb")
