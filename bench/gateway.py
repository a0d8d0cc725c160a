"""Rows `gateway`: what the guard and the engine's checks add to a question, in processor seconds.

The first time against sqlglot reading and printing the same text; an EXECUTE against the first time; many rules and tables against few.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import sqlglot
from sqlglot.tokenizer_core import TokenType

from bench.frame import Amount, Result, seconds
from bench.house import application
from carrel.app import App
from carrel.cli.serve import settled
from carrel.engines.duckdb import verify
from carrel.gateway.plans import Plans
from carrel.model.names import TableName
from carrel.model.people import Asker, Principal
from carrel.model.ports import Catalog
from carrel.model.queries import Parameter, Query
from carrel.model.tables import Database, Table
from carrel.policy.load import Policy, default_text, load

PEER = 'sqlglot.parse_one(text, dialect="mysql").sql(dialect="duckdb")'
GOAL, GOAL_AGAIN, GOAL_FLAT = 4.0, 0.2, 1.2
FEW, MANY = 10, 100_000
NOTE = "processor seconds of one question of {}: parse, bind, decide, rewrite, translate, check, lineage"
_BEFORE = frozenset({
    TokenType.EQ, TokenType.NEQ, TokenType.GT, TokenType.GTE, TokenType.LT, TokenType.LTE, TokenType.BETWEEN, TokenType.LIMIT, TokenType.OFFSET,
})

Pairs = list[tuple[float, float]]


@dataclass(frozen=True)
class Statement:
    """A text with placeholders and their values."""

    text: str
    values: tuple[Parameter, ...] = ()

    def other(self) -> Statement:
        """With other values of the same types."""
        return replace(self, values=tuple(value + 1 if isinstance(value, int) else f"{value}0" for value in self.values if isinstance(value, int | str)))


@dataclass
class Gateway:
    """What a session does with a statement before it runs; `plans` is what is remembered."""

    app: App
    asker: Asker
    catalog: Callable[[], Catalog]
    policy: Callable[[], Policy]
    database: str = "samplewiki"
    plans: Plans = field(default_factory=Plans)

    def ask(self, statement: Statement) -> str:
        query = Query(
            text=statement.text, dialect="mysql", database=self.database, asker=self.asker, variables={"database()": self.database},
            parameters=statement.values,
        )
        return self.app.engine.explain(self.plans.authorize(query, self.catalog(), self.policy()), {})

    def first(self, statement: Statement) -> float:
        """Processor seconds where nothing is remembered of the statement; of policy's fragments it is, as of all tables that were asked before."""
        self.plans = Plans()
        verify.forget_verdicts()
        return _cost(partial(self.ask, statement))

    def again(self, statement: Statement) -> float:
        """Of a statement that was asked before, with other values."""
        self.ask(statement)
        return _cost(partial(self.ask, statement.other()))


def questions() -> list[str]:
    """The texts of `questions.sql`."""
    paragraphs = (Path(__file__).parent / "questions.sql").read_text().split("\n\n")
    return [paragraph.strip() for paragraph in paragraphs if not paragraph.startswith("--")]


def prepared(text: str) -> Statement:
    """The text with a placeholder for each value that something is compared with, and for how many rows are wanted."""
    tokens = sqlglot.tokenize(text, dialect="mysql")
    values: list[Parameter] = []
    pieces, end = [], 0
    for before, token in pairwise(tokens):
        if before.token_type in _BEFORE and (token.token_type is TokenType.STRING or (token.token_type is TokenType.NUMBER and token.text.isdecimal())):
            values.append(token.text if token.token_type is TokenType.STRING else int(token.text))
            pieces += [text[end : token.start], "?"]
            end = token.end + 1
    return Statement("".join([*pieces, text[end:]]), tuple(values))


def run(amount: Amount) -> list[Result]:
    """Medians and 99th centiles over the corpus."""
    statements = [Statement(text) for text in questions()]
    runs = max(1, int(amount.runs * amount.scale))
    with application() as (app, _), settled():
        gateway = Gateway(app, _asker(app), app.catalog.view, app.policy)
        rows = {
            ("gateway", PEER, GOAL): _pairs(gateway.first, lambda one: _cost(partial(_print, one.text)), statements, runs),
            ("gateway, asked again", PEER, GOAL): _pairs(gateway.again, lambda one: _cost(partial(_print, one.text)), statements, runs),
            ("gateway, EXECUTE", "the same statement for the first time", GOAL_AGAIN): _pairs(
                gateway.again, gateway.first, [prepared(statement.text) for statement in statements], runs,
            ),
        }
        found = [_result(*row, pairs, centile, len(statements)) for row, pairs in rows.items() for centile in (50, 99)]
        return [*found, *_flat(app, min(amount.scale, 1), max(3, runs) * 5)]


def _pairs(ours: Callable[[Statement], float], peer: Callable[[Statement], float], statements: Sequence[Statement], runs: int) -> Pairs:
    """Each statement's own processor seconds and the peer's, in turn, after one round that does not count."""
    for statement in statements:
        ours(statement)
    return [(ours(statement), peer(statement)) for _ in range(runs) for statement in statements]


def _result(row: str, peer: str, goal: float, pairs: Pairs, centile: int, count: int) -> Result:
    ours, others = (statistics.quantiles(values, n=100)[centile - 1] for values in zip(*pairs, strict=True))
    name = f"{row}: {'median' if centile == 50 else 'p99'}"
    said = f"sqlglot {sqlglot.__version__}" if peer == PEER else f"carrel {version('carrel')}"
    return Result(row=name, ours_s=ours, peer_s=others, peer=peer, version=said, note=NOTE.format(count), goal=goal)


class _Many:
    """A catalog with one database of many tables, all like one, of which no rows have been loaded."""

    def __init__(self, like: Table, count: int) -> None:
        self._database = Database(name="many", kind=like.kind)
        self._tables = {
            name: replace(like, name=name, version=None) for name in (TableName("many", f"page_{number}") for number in range(count))
        }

    def databases(self) -> list[Database]:
        return [self._database]

    def tables(self, database: str) -> list[Table]:
        return list(self._tables.values())

    def table(self, name: TableName) -> Table | None:
        return self._tables.get(name)


def _flat(app: App, scale: float, runs: int) -> Iterator[Result]:
    """A question over a catalog and a policy of many tables and rules, and over small ones."""
    size = max(FEW, int(MANY * scale))
    few, many = _gateway(app, FEW), _gateway(app, size)
    statement = Statement("SELECT page_7.page_title FROM page_7 JOIN page_8 USING (page_id) WHERE page_7.page_len > ? ORDER BY page_8.page_title", (100,))
    for what, ours, peer in (("first time", many.first, few.first), ("EXECUTE", many.again, few.again)):
        pairs = _pairs(ours, peer, [statement], runs)
        medians = [statistics.median(values) for values in zip(*pairs, strict=True)]
        yield Result(
            row=f"gateway, {size} rules and tables: {what}", ours_s=medians[0], peer_s=medians[1], peer=f"the same with {FEW} of each", runs=pairs,
            version=f"carrel {version('carrel')}", note="processor seconds of one question, median", goal=GOAL_FLAT,
        )


def _gateway(app: App, size: int) -> Gateway:
    like = app.catalog.table(TableName("samplewiki", "page"))
    assert like is not None
    catalog = _Many(like, size)
    groups = max(1, size // 100)
    rules = "".join(f'[[groups."group-{number % groups}".permits]]\ndatabases = ["wiki"]\nreason = "rule {number}"\n' for number in range(size))
    policy = load(default_text() + "\n" + rules)
    asker = replace(_asker(app), groups=frozenset({"group-0"}))
    return Gateway(app, asker, lambda: catalog, lambda: policy, "many")


def _asker(app: App) -> Asker:
    return app.people.asker(Principal(person="ines", service="bench"), "mysql", datetime.now(UTC))


def _cost(work: Callable[[], object]) -> float:
    return seconds(work, time.process_time)


def _print(text: str) -> str:
    return sqlglot.parse_one(text, dialect="mysql").sql(dialect="duckdb")

