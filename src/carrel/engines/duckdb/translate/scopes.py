"""What names mean inside one SELECT: its sources' columns, the parts of WITH, and the SELECT around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from carrel.engines.duckdb.text import name
from carrel.engines.duckdb.translate.kinds import BLOB, Kind
from carrel.engines.duckdb.translate.values import Value
from carrel.model.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Part:
    """A part of WITH: its name in the final text, which nothing else has, and its columns in order."""

    name: str
    columns: Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Source:
    """A table of FROM: its columns in order, by their own spelling, and those that tell its rows apart (empty: unknown).

    `plain`: its rows come in the order of one table's files.
    """

    alias: str
    columns: Mapping[str, Kind]
    key: tuple[str, ...] = ()
    plain: bool = False

    def find(self, column: str) -> tuple[str, Kind] | None:
        if column in self.columns:
            return column, self.columns[column]
        lower = column.lower()
        return next(((spelled, kind) for spelled, kind in self.columns.items() if spelled.lower() == lower), None)

    def value(self, column: str) -> Value:
        return Value(name(self.alias, column), self.columns[column])

    def order(self) -> list[Value]:
        """Columns by which the rows have one order: the key, else every column."""
        return [self.value(column) for column in self.key or [column for column, kind in self.columns.items() if kind.family is not BLOB.family]]


@dataclass
class Scope:
    """`grouped` stands between a SELECT's outer expressions and its rows where it groups."""

    parent: Scope | None
    parts: dict[str, Part] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    grouped: Grouped | None = None
    windows: Mapping[str, exp.Expression] = field(default_factory=dict)

    def window(self, spelled: str) -> exp.Expression:
        """What WINDOW defines under this name."""
        if spelled.lower() not in self.windows:
            raise NotAllowed(f"the window `{spelled}` is not defined", code="unknown_window")
        return self.windows[spelled.lower()]

    def part(self, spelled: str) -> Part | None:
        if spelled.lower() in self.parts:
            return self.parts[spelled.lower()]
        return self.parent.part(spelled) if self.parent else None

    def column(self, node: exp.Column) -> Value:
        """The column that the guard resolved. Raises NotAllowed where no source has it."""
        found = self.find(node.table, node.name)
        if found is None:
            raise NotAllowed(f"the column `{node.name}` cannot be used here")
        return found

    def find(self, table: str, column: str) -> Value | None:
        for source in self.sources:
            if table and source.alias.lower() != table.lower():
                continue
            found = source.find(column)
            if found:
                return self.grouped.bare(source, found[0]) if self.grouped else source.value(found[0])
        return self.parent.find(table, column) if self.parent else None

    def order(self) -> list[Value]:
        return [value for source in self.sources for value in source.order()]


@dataclass
class Result(Scope):
    """What ORDER BY of a set operation sees: the result's columns, by name."""

    names: Sequence[str] = ()
    values: Sequence[Value] = ()

    def find(self, table: str, column: str) -> Value | None:
        named = (value for spelled, value in zip(self.names, self.values, strict=True) if spelled.lower() == column.lower())
        return next(named, None) if not table else None


class Grouped:
    """The inner SELECT of a grouping: keys, aggregates and first rows that the outer one reads as columns of `alias`."""

    def __init__(self, inner: Scope, alias: str) -> None:
        self.inner = inner
        self.alias = alias
        self.keys: list[tuple[exp.Expression, Value]] = []
        self.columns: dict[str, str] = {}
        self._firsts: dict[str, str] = {}

    def key(self, node: exp.Expression, value: Value, text: str) -> None:
        """Groups by `text`; a value whose text is another (a folded one) is shown as in the group's first row."""
        column = self._column("k", text)
        shown = Value(name(self.alias, column), value.kind) if text == value.text else self._first(value)
        self.keys.append((node, shown))

    def key_texts(self) -> list[str]:
        return [column for column in self.columns if column.startswith("k")]

    def find(self, node: exp.Expression) -> Value | None:
        return next((value for key, value in self.keys if key == node), None)

    def aggregate(self, value: Value) -> Value:
        return Value(name(self.alias, self._column("a", value.text)), value.kind)

    def bare(self, source: Source, column: str) -> Value:
        """A column that is no key: its value in the group's first row."""
        value = source.value(column)
        known = next((shown for node, shown in self.keys if _is(node, source, column)), None)
        if known:
            return known
        if source.key and all(any(_is(node, source, part) for node, _ in self.keys) for part in source.key):
            return self.aggregate(Value(f"first({value})", value.kind))
        return self._first(value)

    def _first(self, value: Value) -> Value:
        self._firsts.setdefault(value.text, f"b{len(self._firsts)}")
        return Value(f"struct_extract({name(self.alias, 'first')}, '{self._firsts[value.text]}')", value.kind)

    def select(self) -> str:
        """The inner SELECT list."""
        columns = [f"{text} AS {name(column)}" for column, text in self.columns.items()]
        if self._firsts:
            order = [str(value) for value in self.inner.order()]
            fields = [f"o{number} := {text}" for number, text in enumerate(order)] + [f"{field} := {text}" for text, field in self._firsts.items()]
            columns.append(f"min(struct_pack({', '.join(fields)})) AS {name('first')}")
        return ", ".join(columns or ["count(*)"])

    def _column(self, letter: str, text: str) -> str:
        for column, known in self.columns.items():
            if known == text and column.startswith(letter):
                return column
        column = f"{letter}{len(self.columns)}"
        self.columns[column] = text
        return column


def _is(node: exp.Expression, source: Source, column: str) -> bool:
    return isinstance(node, exp.Column) and node.name.lower() == column.lower() and node.table.lower() in ("", source.alias.lower())
