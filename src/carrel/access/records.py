"""How a deed of administration is recorded: its row is on disk before anything changes, and is closed with how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from carrel.model.audit import Begin, Finish
from carrel.model.errors import CarrelError
from carrel.model.people import Principal
from carrel.model.ports import Audit


@contextmanager
def recorded(
    audit: Audit, principal: Principal, action: str, *, details: Mapping[str, object], groups: tuple[str, ...] = (), address: str = "local"
) -> Iterator[None]:
    """The block is the deed. Its error, where one comes, is its outcome. `address`: where it came from."""
    deed = Begin(principal=principal, door=principal.service, address=address, action=action, verdict="allowed", groups=groups, details=details)
    number = audit.begin(deed)
    try:
        yield
    except CarrelError as error:
        audit.finish(number, Finish(outcome=error.code))
        raise
    except BaseException:
        audit.finish(number, Finish(outcome="failed"))
        raise
    audit.finish(number, Finish(outcome="complete"))
