"""The facts about people whose views others read: what they may read themselves decides with what the reader may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from carrel.gateway.parts import Moment
from carrel.model.people import Asker, Principal
from carrel.model.ports import People


class Definers(Mapping[str, Asker]):
    """Of everybody, each fetched when it is asked for, as if they asked by the same door at the same moment."""

    def __init__(self, people: People, now: Moment) -> None:
        self._people = people
        self._now = now

    def __getitem__(self, person: str) -> Asker:
        principal = Principal(person=person, service=self._now.asker.principal.service)
        return self._people.asker(principal, self._now.asker.door, self._now.asker.now)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
