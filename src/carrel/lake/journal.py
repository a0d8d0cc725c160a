"""What a load has finished, so that it can go on where it was interrupted: a line of JSON for each step, on disk before the next one begins."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from time import time
from typing import Any, Final

from isal.isal_zlib import crc32

from carrel.lake.files import sync_file
from carrel.model.names import TableName
from carrel.model.tables import Table
from carrel.state.definitions import from_json, to_json

KEPT: Final = timedelta(days=2)
"""How long an interrupted load can be taken up again; then what it had landed is deleted by the next sweep."""

_FORMAT: Final = 2
_NAME: Final = "journal"
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A finished file of a landing: its name, bytes and checksum (CRC-32), and its rows."""

    name: str
    size: int
    check: int
    rows: int

    @staticmethod
    def of(file: Path, rows: int) -> Part:
        sync_file(file)
        return Part(file.name, *_measured(file), rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A table as far as it has landed.

    Attributes:
        secret: the columns of which nothing was written.
        file: number of the first file of the load that had the table.
        rows, bytes: in all parts.
        longest: bytes of the longest row, at most.
        ordered: whether the rows stand in the order of their key, each key once.
    """

    table: Table
    secret: frozenset[str]
    file: int
    parts: Sequence[Part]
    rows: int
    bytes: int
    longest: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a load can go on.

    Attributes:
        done: numbers of the files of which everything has landed.
        marks: for files of which something has landed, by number: where their source goes on.
    """

    done: frozenset[int]
    marks: Mapping[int, str]


class Journal:
    """Of one load, in its staging folder.

    Args:
        identity: what the load is of: JSON. A load of anything else does not go on from here.
    """

    def __init__(self, staging: Path, identity: Mapping[str, Any]) -> None:
        self._file = staging / _NAME
        self._identity = _plain(identity)

    def begin(self) -> None:
        self._append({"format": _FORMAT, "identity": self._identity})
        sync_file(self._file.parent)

    def add(self, reached: Reached, landed: Sequence[Landed]) -> None:
        """Notes that everything before `reached` has landed. Returns when the note is on disk.

        Args:
            landed: the tables that have new parts, with these alone.
        """
        self._append({"done": sorted(reached.done), "marks": list(reached.marks.items()), "landed": [_as_json(each) for each in landed]})

    def read(self, landed: Path, database: str) -> tuple[Reached, dict[str, Landed]] | None:
        """How far an interrupted load of the same came; None: there is none that can be gone on from. Every part is read and checked.

        Args:
            landed: the folder that holds a folder of parts for each table.
        """
        try:
            first, *steps = _lines(self._file)
        except (OSError, ValueError):
            return None
        if first != {"format": _FORMAT, "identity": self._identity} or not steps:
            return None
        tables: dict[str, Landed] = {}
        for step in steps:
            for value in step["landed"]:
                new = _from_json(value, database)
                before = tables.get(new.table.name.table)
                tables[new.table.name.table] = new if before is None else _joined(before, new)
        if not all(_is_whole(landed / name / part.name, part) for name, each in tables.items() for part in each.parts):
            return None
        return Reached(frozenset(steps[-1]["done"]), dict(steps[-1]["marks"])), tables

    def _append(self, value: Mapping[str, Any]) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(value) + "\n")
            file.flush()
            os.fsync(file.fileno())


def started(staging: Path) -> bool:
    """Whether a load has left a journal here that is young enough to go on from."""
    with suppress(OSError):
        return time() - (staging / _NAME).stat().st_mtime < KEPT.total_seconds()
    return False


def _lines(file: Path) -> list[dict[str, Any]]:
    """Without what a kill has left of the last line."""
    text = file.read_text(encoding="utf-8")
    return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]


def _joined(before: Landed, new: Landed) -> Landed:
    return Landed(
        table=before.table, secret=before.secret, file=before.file, parts=[*before.parts, *new.parts], rows=new.rows, bytes=new.bytes,
        longest=new.longest, ordered=new.ordered,
    )


def _is_whole(file: Path, part: Part) -> bool:
    with suppress(OSError):
        return file.stat().st_size == part.size and _measured(file) == (part.size, part.check)
    return False


def _measured(file: Path) -> tuple[int, int]:
    size = check = 0
    with file.open("rb", buffering=0) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            check = crc32(piece, check)
    return size, check


def _as_json(landed: Landed) -> dict[str, Any]:
    return {
        "name": landed.table.name.table, "definition": to_json(landed.table), "secret": sorted(landed.secret), "file": landed.file,
        "parts": [asdict(part) for part in landed.parts], "rows": landed.rows, "bytes": landed.bytes, "longest": landed.longest, "ordered": landed.ordered,
    }


def _from_json(value: Mapping[str, Any], database: str) -> Landed:
    return Landed(
        table=from_json(TableName(database, value["name"]), value["definition"]), secret=frozenset(value["secret"]), file=value["file"],
        parts=[Part(**part) for part in value["parts"]], rows=value["rows"], bytes=value["bytes"], longest=value["longest"], ordered=value["ordered"],
    )


def _plain(value: Any) -> Any:
    """As it comes back from JSON."""
    return json.loads(json.dumps(value))
