"""What every session of a gateway shares, and the facts of one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from carrel.gateway.admission import Admission
from carrel.gateway.plans import Plans
from carrel.gateway.policies import PolicyFile
from carrel.gateway.reads import Reads
from carrel.gateway.recent import Recent, statements
from carrel.gateway.slots import Slots
from carrel.gateway.split import Statement
from carrel.model.errors import AccessRefused
from carrel.model.people import Asker, Origin, PersonState, Principal
from carrel.model.ports import Audit, Engine, LiveCatalog, People, Work
from carrel.model.queries import Limits
from carrel.policy.load import Policy
from carrel.state.store import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Handed in by `app`.

    Attributes:
        tokenise: (statement, dialect) -> the statement with its literals replaced by tokens, for the audit.
        key_token: a primary key's value -> what stands for it in the audit.
        now: the clock, UTC.
        state: holds the registry of copies; None: no answer leaves as a file.
        work: tables that people make; None: nothing is written here.
        slots: of the files that clients send.
        reads: what each person was lately shown of people.
        plans, split: what is remembered for statements that come again.
    """

    catalog: LiveCatalog
    people: People
    policies: PolicyFile
    engine: Engine
    audit: Audit
    admission: Admission
    limits: Limits
    tokenise: Callable[[str, str], str]
    key_token: Callable[[str], str]
    now: Callable[[], datetime]
    state: State | None = None
    work: Work | None = None
    slots: Slots = field(default_factory=Slots)
    reads: Reads = field(default_factory=lambda: Reads(None))
    plans: Plans = field(default_factory=Plans)
    split: Recent[tuple[Statement, ...]] = field(default_factory=lambda: Recent(statements))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Who asks and under which policy, at the time of one statement. Fetched anew for each."""

    asker: Asker
    origin: Origin
    policy: Policy


def moment(parts: Parts, principal: Principal, origin: Origin) -> Moment:
    """Raises Unavailable when the policy or the facts cannot be had."""
    return Moment(asker=parts.people.asker(principal, origin.door, parts.now()), origin=origin, policy=parts.policies.current())


def require_active(asker: Asker) -> None:
    """Raises AccessRefused for a person who has lapsed, is suspended or is not there any more: every statement, data or not."""
    if asker.state is not PersonState.ACTIVE:
        raise AccessRefused("your access has ended", reasons=(f"state: {asker.state.value}",), help="ask your sponsor to renew it")
