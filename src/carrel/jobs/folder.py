"""The definitions of a home: its own and those of its folder `jobs`, all that can be read, and for each of the others what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from carrel.jobs import house
from carrel.jobs.definition import Job, read
from carrel.model.errors import BadInput, NotFound

FOLDER: Final = "jobs"


@dataclass(frozen=True, slots=True)
class Definitions:
    """`broken`: why the file of that name is not a job."""

    jobs: Mapping[str, Job]
    broken: Mapping[str, BadInput]

    def job(self, name: str) -> Job:
        """Raises BadInput for one whose file is wrong, NotFound."""
        if name in self.broken:
            raise self.broken[name]
        if name not in self.jobs:
            raise NotFound(f"there is no job `{name}`", help="carrel job list")
        return self.jobs[name]


def read_all(home: Path) -> Definitions:
    """What there is at this moment. One file that is wrong keeps no other job from running, nor the home's own job of its name."""
    jobs: dict[str, Job] = dict(house.jobs(home))
    broken: dict[str, BadInput] = {}
    for file in sorted((home / FOLDER).glob("*.toml")):
        try:
            jobs[file.stem] = read(file)
        except BadInput as error:
            broken[file.stem] = error
    for name, job in list(jobs.items()):
        if ring := _ring(jobs, name):
            broken[name] = BadInput(f"waits for itself: {' after '.join(ring)}", file=str(home / FOLDER / f"{job.name}.toml"))
    return Definitions({name: job for name, job in jobs.items() if name not in broken or job.house}, broken)


def _ring(jobs: Mapping[str, Job], name: str) -> list[str]:
    """A way by `after` from the job back to itself; empty where there is none."""
    ways, seen = [[name]], set[str]()
    while ways:
        way = ways.pop()
        for following in jobs[way[-1]].after if way[-1] in jobs else ():
            if following == name:
                return [*way, name]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []
