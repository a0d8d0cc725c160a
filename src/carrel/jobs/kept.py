"""Files that jobs keep below `results/`: each is a copy of the registry with its owner and its end, and is deleted when its day has come."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from carrel.jobs.parts import JobParts, KeptFiles
from carrel.lake.locks import sole_lease
from carrel.model.copies import OUTSIDE, Copy
from carrel.model.errors import AccessRefused
from carrel.model.jobs import Task

FOLDER: Final = "results"


def name_of(name: str) -> str:
    """What the registry calls the file."""
    return f"{FOLDER}/{name}"


def check_end(copy: Copy | None, today: date) -> None:
    """Raises AccessRefused for a copy that may not be kept a day. None: nothing of the data is in it."""
    if copy is not None and copy.ends <= today:
        raise AccessRefused(f"what was read may not be kept until tomorrow: its end is {copy.ends}", help="leave `save` out, or ask for a longer grant")


def strike(copies: KeptFiles, task: Task, name: str, *, but: Copy | None) -> None:
    """Takes the copies of that name off, all but the one that is in the file now."""
    for copy in copies.all(owner=task.principal.person):
        if copy.name == name_of(name) and copy.kind in OUTSIDE and (but is None or copy.id != but.id):
            copies.clean(task.principal, copy.id)


def delete_due(parts: JobParts, task: Task, today: date) -> int:
    """Deletes the files whose day has come; gives how many."""
    folder, count = parts.home / FOLDER, 0
    for copy in parts.copies().all():
        if copy.kind in OUTSIDE and copy.name.startswith(f"{FOLDER}/") and copy.ends <= today:
            path = parts.home / copy.name
            if _inside(path, folder):
                path.unlink(missing_ok=True)
            parts.copies().clean(task.principal, copy.id)
            count += 1
    return count


def delete_unfinished(home: Path) -> None:
    """Deletes what killed attempts have left of files that never were whole."""
    for path in (home / FOLDER).rglob(".*~"):
        with sole_lease(path) as alone:
            if alone:
                path.unlink(missing_ok=True)


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
