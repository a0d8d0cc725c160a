"""The tag files: what we know of MediaWiki's tables, column by column. What nobody has classified is not in them, and stays closed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from carrel.model.sensitivity import SECRET, TAGS, Hidden
from carrel.model.tables import Column, Retention, Table

KINDS: Mapping[str, Hidden] = {
    "content": Hidden.CONTENT,
    "comment": Hidden.COMMENT,
    "user": Hidden.USER,
    "details": Hidden.DETAILS,
    "names": Hidden.NAMES,
}
"""The words of the tag files for what hides a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTag:
    """What a tag file says of a column. `type` is the lake's type where it is not the one that the source's type gives."""

    tag: str
    description: str
    hidden_by: Hidden = Hidden.NOTHING
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTags:
    """What a tag file says of a table. `columns` is by lower-case name."""

    name: str
    description: str
    source: str
    documented: bool
    retention: Retention
    columns: Mapping[str, ColumnTag]


@cache
def tags() -> Mapping[str, TableTags]:
    """All tables of the packaged tag files, by name."""
    found: dict[str, TableTags] = {}
    folder = resources.files("carrel.catalog") / "tags"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            for table in read(file.read_text(encoding="utf-8"), file.name):
                if table.name in found:
                    raise ValueError(f"{file.name}: table `{table.name}` is in two tag files")
                found[table.name] = table
    return found


def read(text: str, place: str) -> list[TableTags]:
    """The tables of one tag file. Raises ValueError with place and reason for anything that is not as docs/reference/tags.md says."""
    document = tomllib.loads(text)
    _only(document, {"defaults", "tables"}, place)
    defaults = document.get("defaults", {})
    _only(defaults, {"retention", "source"}, f"{place}: defaults")
    return [_table(name, {**defaults, **entry}, f"{place}: {name}") for name, entry in document["tables"].items()]


def _table(name: str, entry: Mapping[str, Any], place: str) -> TableTags:
    _only(entry, {"columns", "description", "documented", "extension", "retention", "source"}, place)
    source = entry["source"].format(Table=name[0].upper() + name[1:], Extension=entry.get("extension", ""))
    return TableTags(
        name=name,
        description=_sentence(entry["description"], place),
        source=source,
        documented=entry.get("documented", True),
        retention=_retention(entry["retention"], place),
        columns={column.lower(): _column(value, f"{place}.{column}") for column, value in entry["columns"].items()},
    )


def _column(value: Any, place: str) -> ColumnTag:
    if isinstance(value, list):
        value = {"tag": value[0], "description": value[1], "hidden_by": value[2:]}
    _only(value, {"tag", "description", "hidden_by", "type"}, place)
    if value["tag"] not in TAGS:
        raise ValueError(f"{place}: no tag `{value['tag']}`")
    hidden = Hidden.NOTHING
    for kind in value.get("hidden_by", []):
        if kind not in KINDS:
            raise ValueError(f"{place}: nothing is hidden by `{kind}`")
        hidden |= KINDS[kind]
    return ColumnTag(tag=value["tag"], description=_sentence(value["description"], place), hidden_by=hidden, type=value.get("type"))


def _retention(value: Any, place: str) -> Retention:
    if value == "mirror":
        return Retention(kind="mirror")
    if not isinstance(value, dict):
        raise ValueError(f"{place}: no retention `{value}`")
    _only(value, {"column", "days"}, f"{place}: retention")
    return Retention(kind="age", column=value["column"], limit=timedelta(days=value["days"]))


def _sentence(text: str, place: str) -> str:
    if not text.endswith("."):
        raise ValueError(f"{place}: a description is a sentence")
    return text


def _only(entry: Mapping[str, Any], names: Iterable[str], place: str) -> None:
    unknown = set(entry) - set(names)
    if unknown:
        raise ValueError(f"{place}: unknown key `{sorted(unknown)[0]}`")


def tagged(table: Table) -> Table:
    """The table with tags, descriptions, retention and documented mark of the tag files; a column they do not know has tag None."""
    known = tags().get(table.name.table)
    if known is None:
        return replace(table, columns=tuple(replace(column, tag=None, hidden_by=Hidden.NOTHING) for column in table.columns), documented=False)
    return replace(
        table,
        columns=tuple(_tagged_column(column, known.columns.get(column.name.lower())) for column in table.columns),
        documented=known.documented,
        retention=known.retention,
        description=known.description,
    )


def _tagged_column(column: Column, known: ColumnTag | None) -> Column:
    if known is None:
        return replace(column, tag=None, hidden_by=Hidden.NOTHING)
    return replace(column, tag=known.tag, hidden_by=known.hidden_by, description=known.description)


def unclassified(tables: Iterable[Table]) -> list[tuple[str, str | None]]:
    """Table and column names that no tag file knows, hence closed; the column is None where the whole table is unknown."""
    found: list[tuple[str, str | None]] = []
    for table in tables:
        known = tags().get(table.name.table)
        if known is None:
            found.append((table.name.table, None))
        else:
            found.extend((table.name.table, column.name) for column in table.columns if column.name.lower() not in known.columns)
    return found


def secret_columns(table: str) -> frozenset[str]:
    """Lower-case names of the columns of which no value may land. In a table that is not known, `mw_user` perhaps, all names that are secret in any."""
    known = tags().get(table)
    return frozenset().union(*(_secrets(each) for each in ([known] if known else tags().values())))


def _secrets(table: TableTags) -> frozenset[str]:
    return frozenset(name for name, column in table.columns.items() if column.tag == SECRET)


def types(table: str) -> Mapping[str, str]:
    """By lower-case column name: the lake's type, where a tag file asks for another than the source's type gives."""
    known = tags().get(table)
    return {name: column.type for name, column in known.columns.items() if column.type} if known else {}
