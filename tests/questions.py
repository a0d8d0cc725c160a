"""Questions of a clever asker, generated from a seed: they join, cast, divide, order and group by everything that there is a name for."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.question_parts import AGGREGATES, ATTACKS, COMPARISONS, CONDITIONS, FUNCTIONS, LIMITS, WINDOWS

Names = list[str]


@dataclass(frozen=True)
class Known:
    """A table as an asker knows it: the columns that may be named, those that may not, and how often it is asked for."""

    open: tuple[str, ...]
    closed: tuple[str, ...] = ()
    weight: float = 1.0


class Questions:
    """Questions over tables and their columns.

    Args:
        tables: by name.
        literals: values to compare with, as SQL; real hidden ones make the sharpest questions.
        database: that the tables are in, to write it before some of them.
    """

    def __init__(self, seed: int, tables: Mapping[str, Known], literals: Sequence[str], database: str) -> None:
        self._dice = random.Random(seed)
        self._tables = {name: known for name, known in tables.items() if known.open or known.closed}
        self._weights = [known.weight if known.open else known.weight / 20 for known in self._tables.values()]
        self._literals = literals
        self._database = database
        self._aliases = 0

    def attacks(self, per_template: int | None = None) -> Iterator[str]:
        """Each attack for each table, or for `per_template` of them, with columns drawn by chance."""
        names = list(self._tables)
        for template in ATTACKS:
            for table in names if per_template is None else self._dice.sample(names, min(per_template, len(names))):
                yield template.format(t=table, c=self._column(table), d=self._column(table), l=self._literal(), db=self._database, o=self._dice.choice(names))

    def generated(self, count: int) -> Iterator[str]:
        for _ in range(count):
            self._aliases = 0
            yield self._query(2)

    # queries

    def _query(self, depth: int, outer: Names = [], width: int = 0) -> str:  # noqa: B006 - never changed
        form = self._dice.random()
        if depth > 0 and form < 0.12:
            word = self._dice.choice(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"])
            width = width or self._dice.randint(1, 2)
            text = f"({self._select(depth - 1, outer, width)}) {word} ({self._select(depth - 1, outer, width)})"
            return text + self._dice.choice(["", " ORDER BY 1", " ORDER BY 1 DESC LIMIT 7"])
        if depth > 0 and form < 0.22 and not outer:
            return self._with(depth, width)
        return self._select(depth, outer, width)

    def _with(self, depth: int, width: int) -> str:
        """A part of WITH, named like a table half of the time."""
        if self._dice.random() < 0.15:
            table = self._table()
            column = self._column(table)
            return f"WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 4) SELECT n, COUNT({column}) FROM r, {table} GROUP BY n"
        name = self._dice.choice(["x", self._table()])
        columns = self._dice.randint(1, 3)
        spelled = [f"y{number}" for number in range(columns)] if self._dice.random() < 0.5 else [self._column(self._table()) for _ in range(columns)]
        inner = self._select(depth - 1, [], columns)
        names = [f"x1.{column}" for column in spelled]
        outputs = ", ".join(self._item(0, names) for _ in range(width or 2))
        return f"WITH {name}({', '.join(spelled)}) AS ({inner}) SELECT {outputs} FROM {name} AS x1{self._tail(1, names, [])}"

    def _select(self, depth: int, outer: Names, width: int = 0) -> str:
        source, own = self._from(depth)
        names = own + outer
        grouped = self._dice.random() < 0.3
        if not width and not grouped and self._dice.random() < 0.1:
            outputs = self._dice.choice(["*", f"{own[0].partition('.')[0]}.*"])
        else:
            outputs = ", ".join(self._item(depth, names, grouped) for _ in range(width or self._dice.randint(1, 3)))
        text = f"SELECT {'DISTINCT ' if self._dice.random() < 0.1 else ''}{outputs} FROM {source}"
        if self._dice.random() < 0.6:
            text += f" WHERE {self._condition(depth, names)}"
        shown = ["shown"] if " AS shown" in outputs else []
        if grouped:
            text += self._group(names, shown)
        if "DISTINCT " in text[:17]:
            return f"{text} ORDER BY 1 LIMIT 9"
        return text + self._tail(depth, names, shown, sub=bool(outer) or width > 0)

    def _group(self, names: Names, shown: Names) -> str:
        keys = ", ".join(self._dice.choice([self._name(names), self._expression(0, names), *shown]) for _ in range(self._dice.randint(1, 2)))
        text = f" GROUP BY {keys}{' WITH ROLLUP' if self._dice.random() < 0.1 else ''}"
        if self._dice.random() < 0.3:
            text += f" HAVING {self._aggregate(names)} {self._dice.choice(COMPARISONS)} {self._literal()}"
        return text

    def _tail(self, depth: int, names: Names, shown: Names, *, sub: bool = False) -> str:
        text = ""
        if self._dice.random() < (0.2 if sub else 0.6):
            keys = [self._dice.choice([self._name(names), "1", self._expression(depth, names), f"{self._name(names)} COLLATE utf8_bin", *shown]) for _ in "ab"]
            text += f" ORDER BY {', '.join(keys[: self._dice.randint(1, 2)])}{self._dice.choice(['', ' DESC'])}"
        if sub:
            return text + self._dice.choice(["", "", " LIMIT 1"])
        return text + f" LIMIT {self._dice.choice(LIMITS)}"

    # FROM

    def _from(self, depth: int) -> tuple[str, Names]:
        text, names = self._source(depth)
        wide = ["NATURAL JOIN", ",", "CROSS JOIN"]  # at most one of them, or the rows are too many
        for _ in range(self._dice.choice([0, 0, 0, 1, 1, 2]) if depth > 0 else self._dice.choice([0, 0, 1])):
            right, more = self._source(depth)
            kind = self._dice.choice(["JOIN", "LEFT JOIN", "RIGHT JOIN", "INNER JOIN", "STRAIGHT_JOIN", "USING", *wide])
            if kind in wide:
                wide = []
            if kind in ("NATURAL JOIN", ",", "CROSS JOIN"):
                text += f"{'' if kind == ',' else ' '}{kind} {right}"
            elif kind == "USING":
                text += f" JOIN {right} USING ({self._dice.choice(names + more).rpartition('.')[2]})"
            else:
                condition = f"{self._dice.choice(names)} {self._dice.choice(['=', '=', '<=>'])} {self._dice.choice(more)}"
                text += f" {kind} {right} ON {condition}" + (f" AND {self._expression(0, names + more)}" if self._dice.random() < 0.15 else "")
            names = names + more
        return text, names

    def _source(self, depth: int) -> tuple[str, Names]:
        self._aliases += 1
        if depth > 0 and self._dice.random() < 0.15:
            alias = f"s{self._aliases}"
            width = self._dice.randint(1, 2)
            source, names = self._from(0)
            items = ", ".join(f"{self._expression(0, names)} AS z{number}" for number in range(width))
            return f"(SELECT {items} FROM {source}{self._dice.choice(['', ' LIMIT 9', f' WHERE {self._condition(0, names)}'])}) AS {alias}", [
                f"{alias}.z{number}" for number in range(width)
            ]
        table = self._table()
        known = self._tables[table]
        columns = list(known.open) * 6 + list(known.closed) if self._dice.random() < 0.08 else list(known.open or known.closed)
        # Some aliases are another table's name.
        alias = self._dice.choice([f"t{self._aliases}"] * 6 + [table, self._table()])
        spelled = self._dice.choice([table, table, table, f"`{table}`", f"{self._database}.{table}"])
        return spelled + (f" AS {alias}" if alias != table else ""), [f"{alias}.{column}" for column in columns]

    # expressions

    def _item(self, depth: int, names: Names, grouped: bool = False) -> str:
        if grouped and self._dice.random() < 0.6:
            text = self._aggregate(names)
        elif self._dice.random() < 0.08:
            text = self._fill(self._dice.choice(WINDOWS), 0, names)
        else:
            text = self._expression(depth, names)
        # Some aliases shadow a column, which then means something else in GROUP BY, HAVING and ORDER BY.
        alias = self._dice.choice(["shown", self._dice.choice(names).rpartition(".")[2], "`a b`", "'quoted'"])
        return text + (f" AS {alias}" if self._dice.random() < 0.25 else "")

    def _condition(self, depth: int, names: Names) -> str:
        parts = []
        for _ in range(self._dice.choice([1, 1, 2])):
            if self._dice.random() < 0.4:
                parts.append(f"{self._expression(depth, names)} {self._dice.choice(COMPARISONS)} {self._literal()}")
            elif depth > 0 and self._dice.random() < 0.5:
                parts.append(self._subcondition(depth - 1, names))
            else:
                parts.append(self._fill(self._dice.choice(CONDITIONS), 0, names))
        return self._dice.choice([" AND ", " OR ", " XOR "]).join(parts)

    def _subcondition(self, depth: int, names: Names) -> str:
        inner = self._query(depth, names[:4] if self._dice.random() < 0.5 else [], width=1)
        one = self._name(names)
        return self._dice.choice([f"EXISTS ({inner})", f"NOT EXISTS ({inner})", f"{one} IN ({inner})", f"{one} NOT IN ({inner})", f"{one} = ({inner})",
                                  f"{one} > ALL ({inner})", f"{one} <= ANY ({inner})", f"({inner}) IS NULL"])  # fmt: skip

    def _expression(self, depth: int, names: Names) -> str:
        roll = self._dice.random()
        if roll < 0.35:
            return self._name(names)
        if depth > 0 and roll < 0.4:
            return f"({self._query(0, names[:4], width=1)})"
        return self._fill(self._dice.choice(FUNCTIONS), depth, names)

    def _aggregate(self, names: Names) -> str:
        return self._fill(self._dice.choice(AGGREGATES), 0, names)

    def _fill(self, template: str, depth: int, names: Names) -> str:
        def part() -> str:
            return self._expression(depth - 1, names) if depth > 0 and self._dice.random() < 0.2 else self._name(names)

        return template.format(c=part(), d=part(), l=self._literal())

    def _name(self, names: Names) -> str:
        name = self._dice.choice(names)
        roll = self._dice.random()
        if roll < 0.92:
            return name
        table, _, column = name.rpartition(".")
        return column if roll < 0.95 else f"{table}.{column.upper()}" if roll < 0.98 else f"{table}.`{column}`"

    def _table(self) -> str:
        return self._dice.choices(list(self._tables), self._weights)[0]

    def _column(self, table: str) -> str:
        known = self._tables[table]
        return self._dice.choice(known.open if known.open and self._dice.random() < 0.8 else known.open + known.closed)

    def _literal(self) -> str:
        return self._dice.choice(self._literals)
