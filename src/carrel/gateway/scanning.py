"""What a client types or sends is looked at for personal data and for secrets, by shape alone. Policy's days for copies of wikis count for what is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import pyarrow as pa

from carrel.functions.personal import Scan
from carrel.gateway.parts import Moment
from carrel.model.errors import NotAllowed
from carrel.model.provenance import NOTHING, Provenance
from carrel.model.sensitivity import SECRET, Mask


class Scanning:
    """Of one statement."""

    def __init__(self, now: Moment) -> None:
        self._now = now
        self._scan = Scan()

    def look(self, place: int, values: pa.Array) -> None:
        """Raises NotAllowed for what looks like a secret: no home keeps such."""
        self._scan.look(place, values)
        if SECRET in self._scan.tags(place):
            shape = next(shape.name for shape in self._scan.shapes() if shape.tag == SECRET)
            raise NotAllowed(f"a value looks like a {shape}: such is kept nowhere", help="leave it out")

    def watched(self, batches: Iterable[pa.RecordBatch], places: Iterable[int]) -> Iterator[pa.RecordBatch]:
        """The batches, whose columns at these places are looked at as they pass."""
        looked = tuple(places)
        for batch in batches:
            for place in looked:
                self.look(place, batch.column(place))
            yield batch

    def found(self, place: int) -> Provenance:
        """What values at this place carry for what they look like: as personal data of a wiki that was copied today."""
        tags, day = self._scan.tags(place), self._now.asker.now.date()
        if not tags:
            return NOTHING
        return Provenance(tags=tags, mask=Mask.CLEAR, oldest=day, ends=day + timedelta(days=self._now.policy.retention.mirror_copies))


def of_texts(texts: Iterable[str], now: Moment) -> Provenance:
    """As `Scanning.found`, of single texts."""
    scanning = Scanning(now)
    scanning.look(0, pa.array(list(texts), pa.string()))
    return scanning.found(0)
