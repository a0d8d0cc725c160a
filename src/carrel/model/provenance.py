"""What values carry that stand in no table: those of a session's variables, and what a client writes itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from carrel.model.sensitivity import Mask, is_personal

TYPED: Final = "typed"
"""In `OutputColumn.given`: what the client wrote into the statement."""
WRITTEN: Final = "written"
"""Likewise: what the client wrote is in a value of the column, and does not only decide which rows there are."""
CONSTANT: Final = "constant"
"""Likewise: a value of the column is nothing but what the client wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a value comes from.

    Attributes:
        tags: of all that flowed into it.
        mask: the weakest that personal values in it have been through; NULL where there are none.
        oldest: day of the oldest event with personal columns in it; None where there is none or no day is known.
        ends: the first day on which a copy of it may not be there any more; None where nothing in it is about people.
        sources: the base columns that flowed into it, `enwiki.user.user_name`.
        made_of: as `Table.made_of` has it.
    """

    tags: frozenset[str] = frozenset()
    mask: Mask = Mask.NULL
    oldest: date | None = None
    ends: date | None = None
    sources: frozenset[str] = frozenset()
    made_of: frozenset[str] = frozenset()

    @property
    def personal(self) -> frozenset[str]:
        return frozenset(filter(is_personal, self.tags))

    def __or__(self, other: Provenance) -> Provenance:
        """Of a value into which both flowed."""
        if other is NOTHING or self is NOTHING:
            return self if other is NOTHING else other
        return Provenance(
            tags=self.tags | other.tags, mask=min(self.mask, other.mask), oldest=_first(self.oldest, other.oldest), ends=_first(self.ends, other.ends),
            sources=self.sources | other.sources, made_of=self.made_of | other.made_of,
        )


NOTHING: Final = Provenance()


def united(each: Iterable[Provenance]) -> Provenance:
    """Of all together."""
    found = NOTHING
    for one in {id(one): one for one in each}.values():
        found |= one
    return found


def _first(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
