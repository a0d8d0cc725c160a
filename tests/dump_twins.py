"""The dump of a wiki in which everything that the wiki hides is another thing, so that also the working out of what is hidden is put to the test.

Hidden people have other names wherever they are named, hidden texts say something else, closed columns hold other values, and there is more hidden material:
log entries for the few, and a hidden person that the first dump has not heard of.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from carrel.app import App
from carrel.catalog import visibility
from carrel.io.escape import to_bytes
from carrel.model.sensitivity import Hidden
from carrel.model.tables import Column, Table
from tests.dumps import Dump, Row, content, is_text, text
from tests.naive import bits_of, rows_of, shows

FAR = 100_000
"""Added to the numbers of rows that only the second dump has."""

SUFFIX = b"_zq"
"""What a text gets that a rule looks into: it still names whom it named."""


def other_dump(app: App, wiki: str, original: Path, changed: Path) -> Counter[str]:
    """Writes the other dump; gives how much of each kind is other. `app` has loaded the original."""
    dump = Dump.read(original)
    tables = {table.name.table: table for table in app.catalog.tables(wiki)}
    count: Counter[str] = Counter()
    _cells(app, dump, tables, count)
    _more(dump, count)
    _names(dump, _hidden_names(dump), count)
    dump.write(changed)
    return count


def _cells(app: App, dump: Dump, tables: Mapping[str, Table], count: Counter[str]) -> None:
    """Cells that nobody sees, but for those from which rules work out what is hidden."""
    read = set(re.findall(r"\w+", " ".join(plan.expression for plan in visibility.plans(tables))))
    for name, table in tables.items():
        bits = _bits(app, table)
        for row in dump.rows.get(name, []):
            hidden = bits.get(tuple(_plain(row[column]) for column in table.primary_key), 0)
            for column in table.columns:
                if not shows(column, hidden) and column.name not in table.primary_key and row[column.name] != b"NULL":
                    row[column.name] = _other(row[column.name], column, read, count)


def _other(literal: bytes, column: Column, read: set[str], count: Counter[str]) -> bytes:
    if not is_text(literal):
        if column.name in read or column.name.endswith(("_id", "_deleted", "_auto", "_user", "_page")):
            return literal
        count["numbers"] += 1
        return b"2" if literal == b"1" else b"1"
    value = content(literal) or b""
    if column.name not in read:
        count["texts"] += 1
        return text(value[::-1] if len(value) > 1 else b"x", literal) if column.type == "BLOB" or value.isascii() else literal
    if column.name == "comment_text" or column.hidden_by & Hidden.NAMES:
        count["texts that a rule reads"] += 1
        return text(value + SUFFIX, literal)
    return literal


def _more(dump: Dump, count: Counter[str]) -> None:
    """Hidden rows that were not there."""
    for row in [row for row in dump.rows["logging"] if content(row["log_type"]) == b"suppress"]:
        dump.rows["logging"].append({**row, "log_id": _far(row["log_id"]), "log_title": text(b"Another_page", row["log_title"])})
        count["entries of the suppression log"] += 1
    for block in [row for row in dump.rows["ipblocks"] if row["ipb_deleted"] != b"0" and row["ipb_user"] != b"0"]:
        number, name = block["ipb_user"], b"Quietly Gone"
        dump.rows["ipblocks"].append({**block, "ipb_id": _far(block["ipb_id"]), "ipb_user": _far(number), "ipb_address": text(name, block["ipb_address"])})
        _copy(dump, "user", "user_id", number, {"user_name": name})
        _copy(dump, "actor", "actor_user", number, {"actor_name": name}, also="actor_id")
        _copy(dump, "user_groups", "ug_user", number, {})
        _copy(dump, "user_properties", "up_user", number, {})
        count["hidden people"] += 1
        break


def _copy(dump: Dump, table: str, key: str, number: bytes, texts: Mapping[str, bytes], also: str = "") -> None:
    for row in [row for row in dump.rows[table] if row[key] == number]:
        far = {name: _far(row[name]) for name in (key, also) if name}
        dump.rows[table].append({**row, **far, **{name: text(value, row[name]) for name, value in texts.items()}})


def _hidden_names(dump: Dump) -> Iterator[str]:
    blocks = [row for row in dump.rows["ipblocks"] if row["ipb_deleted"] != b"0" and row["ipb_auto"] == b"0"]
    numbers = {row["ipb_user"] for row in blocks if row["ipb_user"] != b"0"}
    yield from (_plain(row["ipb_address"]) for row in blocks)
    yield from (_plain(row["user_name"]) for row in dump.rows["user"] if row["user_id"] in numbers)


def _names(dump: Dump, names: Iterator[str], count: Counter[str]) -> None:
    """Every spelling of a hidden name, letter by letter another; names that are no plain English letters stay."""
    spelled = {name for name in names if len(name) >= 6 and re.fullmatch(r"[A-Za-z ]+", name) and name != "Quietly Gone"}
    if not spelled:
        return
    pattern = re.compile("|".join(re.escape(name).replace("\\ ", r"(?:[ _+]|%20)") for name in sorted(spelled)).encode(), re.I)
    for rows in dump.rows.values():
        for row in rows:
            for column, literal in row.items():
                if is_text(literal) and pattern.search(value := content(literal) or b""):
                    row[column] = text(pattern.sub(lambda found: codecs.encode(found[0].decode(), "rot13").encode(), value), literal)
                    count["hidden names"] += 1


def _bits(app: App, table: Table) -> dict[tuple[str, ...], int]:
    if table.version is None or not table.primary_key:
        return {}
    rows = rows_of(app, table)
    keys = zip(*([_spelled(value) for value in rows[column].to_pylist()] for column in table.primary_key), strict=True)
    return dict(zip(keys, bits_of(rows), strict=True))


def _spelled(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return to_bytes(value).decode("utf-8", "surrogateescape") if isinstance(value, str) else str(value)


def _plain(literal: bytes) -> str:
    return (content(literal) or b"").decode("utf-8", "surrogateescape")


def _far(literal: bytes) -> bytes:
    return str(int(literal) + FAR).encode()


__all__ = ["Row", "other_dump"]
