"""People, the services that speak for them, and what is known of them at the time of a question."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from carrel.model.names import ColumnName


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A person via a service. Both are in every audit row.

    Attributes:
        person: the account's name, `ann`.
        service: the client's way in, as the door knows it: `mysql`, `http`, `cli`.
        via: the service account or owner that speaks for the person (`superset`, `owner:root`); None when the person speaks for themself.
        credential: id of the credential that was shown; None for a password or the home's owner.
    """

    person: str
    service: str
    via: str | None = None
    credential: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a session comes from.

    Attributes:
        door: `mysql`, `http`, `cli`.
        address: the peer's address as text; `local` for a Unix socket or the command line.
        tls: whether the connection is encrypted.
    """

    door: str
    address: str
    tls: bool = False

    @property
    def exposed(self) -> bool:
        """Whether a network could listen: the connection is not encrypted and its peer is not known to be on this machine."""
        return not (self.tls or self.address == "local" or _is_loopback(self.address))


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


class PersonState(StrEnum):
    ACTIVE = "active"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """A grant that lifts limits for named columns and a purpose. Suppressed material opens by nothing else.

    Attributes:
        id: of the grant, for the audit.
        columns: those whose mask it lifts.
        suppressed: whether rows and cells that the wiki has hidden are shown, in these columns' tables and for these columns.
        purpose: the sentence that its approvers agreed to.
        ends: UTC; the lift is void from this moment.
    """

    id: str
    columns: frozenset[ColumnName]
    suppressed: bool
    purpose: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """What policy may know of the person who asks, at the time of the question. Facts, fetched by the gateway; policy fetches nothing.

    Attributes:
        principal: who, via what.
        door: where the question came in.
        state: anything but ACTIVE closes everything.
        groups: memberships that have not ended at `now`.
        lifts: grants that have not ended at `now`.
        shares: ids of the copies that their owners, whose own access has not ended, let this person read.
        now: UTC.
    """

    principal: Principal
    door: str
    state: PersonState
    groups: frozenset[str]
    lifts: tuple[Lift, ...] = ()
    shares: frozenset[str] = frozenset()
    now: datetime
