"""The questions of the differential test at the MySQL door: those written down in `door_corpus.sql` (of wikis) and `door_dialect.sql` (of MySQL's SQL), and
combinations of what analysts write.

In the corpus a blank line ends a question. A line before it says what to expect: `refused` here though MariaDB answers, `answered` here though MariaDB
refuses, `differs` in its rows, refused by `both` with the same number and text, refused by both in other `words`; otherwise the answers are equal.
`-- #` begins a group.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WIKIS, DIALECT = (Path(__file__).with_name(name) for name in ("door_corpus.sql", "door_dialect.sql"))
_BRACKETS = re.compile(r"\([^()]*\)")
_EXPECTATION = re.compile(r"-- (differs|refused|answered|both|words)\b.*\n")


@dataclass(frozen=True)
class Question:
    """`expected`: `equal`, or the word before the question."""

    sql: str
    expected: str = "equal"

    @property
    def ordered(self) -> bool:
        """Whether the rows have an order of the asker's: ORDER BY outside of any brackets."""
        flat, text = "", self.sql.lower()
        while flat != text:
            flat, text = text, _BRACKETS.sub("", text)
        return "order by" in text


def written(*corpora: Path) -> list[Question]:
    """Their questions, in order; of both corpora where none is named."""
    found = []
    for part in "\n\n".join(corpus.read_text().strip("\n") for corpus in corpora or (WIKIS, DIALECT)).split("\n\n"):
        text = re.sub(r"\A(-- #[^\n]*\n)+", "", part.strip("\n"))
        expectation = _EXPECTATION.match(text)
        found.append(Question(text[expectation.end() :], expectation[1]) if expectation else Question(text))
    return found


TABLES = {
    "revision": ("rev_timestamp", ("rev_len", "rev_minor_edit", "rev_id"), ("rev_actor", "rev_page", "rev_minor_edit", "rev_deleted")),
    "logging": ("log_timestamp", ("log_id", "log_page", "log_deleted"), ("log_type", "log_action", "log_namespace", "log_actor")),
    "recentchanges": ("rc_timestamp", ("rc_new_len", "rc_old_len", "rc_id"), ("rc_namespace", "rc_bot", "rc_type", "rc_log_type", "rc_source")),
}
"""A table's timestamp, numbers, and columns to group by."""
PERIODS = (
    "LEFT({t}, 6)", "LEFT({t}, 4)", "SUBSTR({t}, 5, 2)", "DATE_FORMAT({t}, '%Y-%m')", "DATE_FORMAT({t}, '%x%v')", "YEAR({t})", "EXTRACT(YEAR_MONTH FROM {t})",
    "QUARTER({t})", "WEEKDAY({t})", "HOUR({t})", "DATE({t}) - INTERVAL WEEKDAY({t}) DAY", "CONCAT(LEFT({t}, 4), '-', SUBSTRING({t}, 5, 2))", "MONTHNAME({t})",
    "LAST_DAY({t})", "DATE_FORMAT({t}, '%Y-%m-01')", "STR_TO_DATE(CONCAT(LEFT({t}, 6), '01'), '%Y%m%d')", "YEARWEEK({t}, 1)", "FLOOR(LEFT({t}, 4) / 10) * 10",
)
MEASURES = (
    "COUNT(*)", "COUNT({n})", "COUNT(DISTINCT {g})", "SUM({n})", "AVG({n})", "MIN({n})", "MAX({t})", "SUM({n} > 100)", "SUM({n} IS NULL)",
    "SUM(IF({n} % 2, 1, 0))",
    "COUNT(*) / COUNT(DISTINCT {g})", "ROUND(AVG({n}), 2)", "SUM({n}) / COUNT(*)", "COUNT(DISTINCT LEFT({t}, 8))", "GROUP_CONCAT(DISTINCT {g} ORDER BY {g})",
    "SUM(CASE WHEN {n} > 50 THEN 1 ELSE 0 END) * 100 / COUNT(*)", "MAX({n}) - MIN({n})", "STD({n})", "BIT_OR({n})", "MIN(DATE({t}))",
    "COALESCE(SUM({n}), 0) DIV 3",
)
FILTERS = (
    "", "{t} LIKE '2018%'", "{t} BETWEEN '20180101000000' AND '20180301000000'", "{n} IS NOT NULL", "{n} > 5 AND {t} >= 20050101000000", "NOT {n} = 3",
    "{g} IN (SELECT {g} FROM {table} WHERE {n} > 10)", "DATE({t}) > '2006-01-01'", "{n} % 3 = 1 OR {g} IS NULL", "YEAR({t}) IN (2018, 2005, 2026)",
    "EXISTS (SELECT 1 FROM {table} x WHERE x.{g} = {table}.{g} AND x.{n} <> {table}.{n})", "UNIX_TIMESTAMP({t}) > 1514764800", "{n} & 1",
)
HAVINGS = ("", "", "HAVING COUNT(*) > 2", "HAVING m IS NOT NULL", "HAVING MAX({n}) > 10 AND k IS NOT NULL")


def generated(count: int, seed: int) -> Iterator[Question]:
    dice = random.Random(seed)
    for _ in range(count):
        table = dice.choice(list(TABLES))
        time, numbers, groups = TABLES[table]
        names = {"t": time, "n": dice.choice(numbers), "g": dice.choice(groups), "table": table}
        key = dice.choice([dice.choice(PERIODS), dice.choice(PERIODS), "{g}"]).format(**names)
        measures = ", ".join(measure.format(**names) + f" AS m{number or ''}" for number, measure in enumerate(dice.sample(MEASURES, dice.randint(1, 3))))
        condition = dice.choice(FILTERS).format(**names)
        second = ", {g}".format(**names) if dice.random() < 0.3 else ""
        order = dice.choice(["k", "1", "k DESC", "m DESC, k", "COUNT(*), k"]) + second
        yield Question(
            f"SELECT {key} AS k{second}, {measures} FROM {table}{' WHERE ' + condition if condition else ''} "
            f"GROUP BY k{second} {dice.choice(HAVINGS).format(**names)} ORDER BY {order}{dice.choice(['', '', ' LIMIT 10', ' LIMIT 2, 5'])}"
        )
