"""What personal data a person was lately shown, through any door. Each function works in the transaction of its caller."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, and_, delete, insert, select, update

from carrel.model.provenance import NOTHING, Provenance
from carrel.model.sensitivity import Mask
from carrel.state.schema.reads import READ_LATELY

DAYS: Final = 2
"""For how many days, the day itself among them, what somebody has read counts as what they may type."""


def note(connection: Connection, person: str, day: date, read: Provenance) -> None:
    """Enters what was read; its personal tags alone count, and a row that is there gets the tighter clock."""
    ends = read.ends if read.ends is not None else day
    for tag in sorted(read.personal):
        key = and_(READ_LATELY.c.person == person, READ_LATELY.c.day == day, READ_LATELY.c.tag == tag, READ_LATELY.c.mask == int(read.mask))
        row = connection.execute(select(READ_LATELY).where(key)).one_or_none()
        if row is None:
            values = {"oldest": read.oldest, "ends": ends, "made_of": sorted(read.made_of)}
            connection.execute(insert(READ_LATELY).values(person=person, day=day, tag=tag, mask=int(read.mask), **values))
        else:
            oldest = min((one for one in (row.oldest, read.oldest) if one is not None), default=None)
            made_of = sorted({*row.made_of, *read.made_of})
            connection.execute(update(READ_LATELY).where(key).values(oldest=oldest, ends=min(row.ends, ends), made_of=made_of))
    connection.execute(delete(READ_LATELY).where(READ_LATELY.c.person == person, READ_LATELY.c.day <= day - timedelta(days=DAYS)))


def lately(connection: Connection, person: str, day: date) -> Provenance:
    """All that the person was shown of people on the last `DAYS` days."""
    found = NOTHING
    for row in connection.execute(select(READ_LATELY).where(READ_LATELY.c.person == person, READ_LATELY.c.day > day - timedelta(days=DAYS))):
        found |= Provenance(tags=frozenset({row.tag}), mask=Mask(row.mask), oldest=row.oldest, ends=row.ends, made_of=frozenset(row.made_of))
    return found
