"""Mutants of identity: who is active, whose credential opens what, how often somebody may guess, and what needs encryption."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from carrel.doors.http.desk import Desk
from carrel.doors.http.door import HttpDoor
from carrel.doors.http.site import build
from carrel.doors.mysql.door import MysqlDoor
from carrel.identity import accounts, credentials
from carrel.identity.local import LocalIdentity
from carrel.model.errors import AuthenticationFailed, BadInput, CarrelError
from carrel.model.people import Origin
from carrel.state.store import State
from tests.mutants.mutant import Mutant
from tests.mutants.of_policy import the_suspended_read_nothing
from tests.mutants.stage import Stage, hear
from tests.mutants.switch import change, nothing, put
from tests.mysql_wire import Wire, native_response, sha2_response

SALT: Final = b"s" * 20
ATTEMPTS: Final = 5
LEFT: Final = timedelta(days=30)


class People:
    """Accounts of their own for one law, in the stage's state, and a clock that can be set."""

    number = 0

    def __init__(self, stage: Stage) -> None:
        People.number += 1
        self.state: State = stage.app.state
        self.now = datetime.now(UTC)
        self.identity = LocalIdentity(self.state, stage.app.audit, attempts=ATTEMPTS, address_attempts=3 * ATTEMPTS, window_s=60, clock=lambda: self.now)
        self.group = f"group-{People.number}"
        accounts.add_group(self.state, self.group, description="of a law", now=self.now)

    def person(self, name: str, *, member: bool = True, ends: datetime | None = None) -> str:
        name = f"{name}{People.number}"
        accounts.add_person(self.state, name, realname=name, email=f"{name}@example.org", ends=ends, now=self.now)
        if member:
            accounts.add_member(self.state, self.group, name, ends=self.now + LEFT, latest=self.now + LEFT, sponsor="desk", by="test", now=self.now)
        return name

    def issue(self, name: str, group: str | None = None) -> credentials.Issued:
        return credentials.issue(self.state, name, group or self.group, by="test", now=self.now, keep=lambda _: None)

    def open(self, name: str, secret: str, address: str = "192.0.2.1") -> list[str]:
        """The ways that let somebody in, of those that the doors have."""
        origin = Origin(door="mysql", address=address, tls=True)
        ways: dict[str, Callable[[], object]] = {
            "native": lambda: self.identity.verify_native(name, SALT, native_response(secret, SALT), origin),
            "sha2": lambda: self.identity.verify_sha2(name, SALT, sha2_response(secret, SALT), origin),
            "secret": lambda: self.identity.verify_secret(name, secret, origin),
        }
        return [way for way, verify in ways.items() if _opens(verify)]

    def fail(self, name: str, address: str = "192.0.2.1") -> None:
        """A login with a wrong secret."""
        with suppress(AuthenticationFailed):
            self.identity.verify_native(name, SALT, native_response("wrong", SALT), Origin(door="mysql", address=address))


def _opens(verify: Callable[[], object]) -> bool:
    try:
        return verify() is not None
    except AuthenticationFailed:
        return False


def only_the_right_secret_opens(stage: Stage) -> Iterator[str]:
    """Nobody comes in without the secret of a credential of their own."""
    people = People(stage)
    ann, bob = people.person("ann"), people.person("bob")
    right, other = people.issue(ann), people.issue(bob)
    if people.open(ann, right.secret) != ["native", "sha2", "secret"]:
        yield "the right secret does not open"
    for name, secret in ((ann, other.secret), (ann, right.secret[:-1]), (ann, ""), ("nobody", right.secret)):
        yield from (f"{name} comes in by {way}" for way in people.open(name, secret))


def what_has_ended_opens_nothing(stage: Stage) -> Iterator[str]:
    """A credential that was revoked, or whose membership or account has ended, and one of somebody suspended or gone, opens no door."""
    people = People(stage)
    soon = people.now + timedelta(days=1)
    ends = {
        "revoked": lambda name, issued: credentials.revoke(people.state, issued.id, by="test", now=people.now),
        "removed": lambda name, issued: accounts.remove_member(people.state, people.group, name, by="test", now=people.now),
        "suspended": lambda name, issued: accounts.suspend(people.state, name, by="test", reason="test", now=people.now),
        "lapsed": lambda name, issued: setattr(people, "now", soon + timedelta(seconds=1)),
        "ended": lambda name, issued: setattr(people, "now", people.now + LEFT),
    }  # fmt: skip
    for word, end in ends.items():
        name = people.person(word, ends=soon if word == "lapsed" else None)
        issued = people.issue(name)
        before = people.now
        if not people.open(name, issued.secret):
            yield f"{word}: not open before"
        end(name, issued)
        if people.open(name, issued.secret):
            yield f"{word}: still open"
        people.now = before


def credentials_are_for_members(stage: Stage) -> Iterator[str]:
    """A credential for a group is issued to its active members alone."""
    people = People(stage)
    stranger, member, away = people.person("stranger", member=False), people.person("member"), people.person("away")
    accounts.suspend(people.state, away, by="test", reason="test", now=people.now)
    for name, group in ((stranger, people.group), (member, "researchers"), (away, people.group), ("nobody", people.group), (member, "no-such-group")):
        try:
            people.issue(name, group)
        except CarrelError as error:
            if error.code != "access_refused":
                yield f"{name}, {group}: {error.text}"
        else:
            yield f"{name} gets a credential for {group}"


def an_open_session_ends_with_its_right(stage: Stage) -> Iterator[str]:
    """Whoever is suspended, lapses, leaves or loses the credential that they came with gets nothing more, even in a session that is open."""
    people = People(stage)
    for word in ("suspended", "lapsed", "revoked", "left the group"):
        clock = people.now
        name = people.person(word.split()[0], ends=clock + timedelta(days=1) if word == "lapsed" else None)
        accounts.add_member(people.state, "researchers", name, ends=clock + LEFT, latest=clock + LEFT, sponsor="desk", by="test", now=clock)
        issued = people.issue(name, "researchers")
        times = [clock]
        with stage.session(name, now=lambda times=times: times[-1], credential=issued.id) as session:
            for sql in ("SELECT page_title FROM page", "SHOW TABLES"):
                if hear(session, sql).rows is None:
                    yield f"{word}: {sql} is not answered before"
            if word == "suspended":
                accounts.suspend(people.state, name, by="test", reason="test", now=clock)
            elif word == "revoked":
                credentials.revoke(people.state, issued.id, by="test", now=clock)
            elif word == "left the group":
                accounts.remove_member(people.state, "researchers", name, by="test", now=clock)
            else:
                times.append(clock + timedelta(days=2))
            yield from (f"{word}: {sql}" for sql in ("SELECT page_title FROM page", "SHOW TABLES", "SET @x = 1", "SELECT 1") if hear(session, sql).rows)


def guessing_has_an_end(stage: Stage) -> Iterator[str]:
    """After some failures a person waits, and so does an address, whoever is tried from it; and the right secret does not tell that it is right."""
    people = People(stage)
    ann = people.person("ann")
    secret = people.issue(ann).secret
    for _ in range(ATTEMPTS):
        people.fail(ann)
    if people.open(ann, secret, "192.0.2.2"):
        yield "a person is not made to wait"
    people.now += timedelta(seconds=61)
    if not people.open(ann, secret, "192.0.2.2"):
        yield "the waiting does not end"
    for number in range(3 * ATTEMPTS):
        people.fail(f"name{number}", "192.0.2.3")
    if people.open(ann, secret, "192.0.2.3"):
        yield "an address is not made to wait"
    people.now += timedelta(seconds=61)
    for number in range(3 * ATTEMPTS):
        people.fail(f"name{number}", "192.0.2.4")
        if number == 2 * ATTEMPTS:
            people.open(ann, secret, "192.0.2.4")
    if people.open(ann, secret, "192.0.2.4"):
        yield "a login of one's own makes an address forgotten"


def no_secret_crosses_in_clear(stage: Stage) -> Iterator[str]:
    """The MySQL door asks for a secret itself over TLS alone."""
    with stage.mysql() as port:
        for plugin, response in (("mysql_clear_password", stage.secret.encode() + b"\0"), ("caching_sha2_password", bytes(32))):
            with Wire(port) as wire:
                wire.greet()
                wire.respond("ines", response, plugin=plugin)
                try:
                    answer = wire.read()
                    if answer[:2] == b"\x01\x04":
                        wire.write(stage.secret.encode() + b"\0")
                        answer = wire.read()
                except ConnectionError:
                    continue
                if answer[0] == 0:
                    yield plugin


def nothing_crosses_a_network_in_clear(stage: Stage) -> Iterator[str]:
    """Who comes from another machine is answered over TLS alone, by either door."""
    with stage.mysql(address="192.0.2.7") as port, Wire(port) as wire:
        if wire.login("ines", stage.secret)[0] == 0:
            yield "mysql"
    with stage.mysql(address="192.0.2.7") as port, Wire(port) as wire:
        if wire.login("ines", stage.secret, tls=True)[0] != 0:
            yield "mysql does not answer over TLS"
    if (status := asyncio.run(_basic(stage, "192.0.2.7"))) != 401:
        yield f"http: {status}"
    if (status := asyncio.run(_basic(stage, "127.0.0.1"))) != 200:
        yield f"http on this machine: {status}"


def no_door_opens_to_a_network_without_a_certificate(stage: Stage) -> Iterator[str]:
    """A door opens on an address that other machines reach only where there is a certificate."""
    doors = replace(stage.doors, tls_certificate=None, tls_key=None)
    for kind in (MysqlDoor, HttpDoor):
        door = kind(doors)
        try:
            door.start("0.0.0.0", 0)
        except BadInput:
            continue
        door.stop(0.0)
        yield door.name


async def _basic(stage: Stage, address: str) -> int:
    transport = httpx.ASGITransport(build(Desk(stage.doors)), client=(address, 9999))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return (await client.get("/api/v1/me", auth=("ines", stage.secret))).status_code


_LOCAL, _PEOPLE, _LOGIN = "carrel.identity.local", "carrel.identity.people", "carrel.doors.mysql.login"


def _always(real: Any) -> Any:
    return lambda *_: True


MUTANTS: Final = (
    Mutant(name="person: suspended", switch=change(f"{_PEOPLE}:state_of", "row.suspended is not None", "False", "that a suspension closes"),
           killer=an_open_session_ends_with_its_right),
    Mutant(name="person: lapsed", switch=change(f"{_PEOPLE}:state_of", "row.ends is not None and row.ends <= now", "False", "that an account has an end"),
           killer=an_open_session_ends_with_its_right),
    Mutant(name="person: no groups while suspended",
           switch=change(f"{_PEOPLE}:StoredPeople.asker", "groups if state is PersonState.ACTIVE else frozenset()", "groups",
                         "that whoever is not active has no groups"),
           killer=the_suspended_read_nothing, held_by=("rule: state", "gateway: every statement asks whether the person is active")),
    Mutant(name="gateway: every statement asks whether the person is active",
           switch=put("carrel.gateway.session:require_active", lambda _: nothing, "that each statement asks whether the person is active"),
           killer=an_open_session_ends_with_its_right),
    Mutant(name="session: credential", switch=change(f"{_PEOPLE}:StoredPeople.asker", "and not alive", "and False", "that a session ends with its credential"),
           killer=an_open_session_ends_with_its_right),
    Mutant(name="membership: closed", switch=change(f"{_PEOPLE}:in_force", "MEMBERSHIP.c.closed.is_(None), ", "", "that a membership that was closed is over"),
           killer=an_open_session_ends_with_its_right, held_by=("session: credential",)),
    Mutant(name="membership: ended", switch=change(f"{_PEOPLE}:in_force", ", MEMBERSHIP.c.ends > now", "", "that a membership has an end"),
           killer=what_has_ended_opens_nothing),
    Mutant(name="login: active", switch=change(f"{_LOCAL}:LocalIdentity._conclude", "matched and candidate.active", "matched", "that only the active log in"),
           killer=what_has_ended_opens_nothing),
    Mutant(name="login: revoked", switch=change(f"{_LOCAL}:_living", ", CREDENTIAL.c.revoked.is_(None)", "", "that a revoked credential is dead"),
           killer=what_has_ended_opens_nothing),
    Mutant(name="login: whose credential", switch=change(f"{_LOCAL}:_living", "MEMBERSHIP.c.person == person, ", "", "that a credential is its person's"),
           killer=only_the_right_secret_opens),
    *(Mutant(name=f"login: {way}", switch=put(f"carrel.identity.verifiers:Verifiers.match_{way}", _always, f"the check of what {way} proves"),
             killer=only_the_right_secret_opens) for way in ("native", "sha2", "secret")),
    Mutant(name="credential: members",
           switch=change("carrel.identity.credentials:issue", "MEMBERSHIP.c.group_name == group, ", "", "that a credential is for a group of one's own"),
           killer=credentials_are_for_members),
    Mutant(name="credential: active",
           switch=change("carrel.identity.credentials:issue", "status is not PersonState.ACTIVE or", "", "that a credential needs somebody active"),
           killer=credentials_are_for_members),
    Mutant(name="attempts: counted", switch=put("carrel.identity.attempts:Attempts.note_failure", lambda _: nothing, "that failed logins are counted"),
           killer=guessing_has_an_end),
    Mutant(name="attempts: per person",
           switch=change("carrel.identity.attempts:Attempts.exhausted", "counts.get(_person(person), 0) >= self.per_person or", "",
                         "that a person's failures are limited"),
           killer=guessing_has_an_end),
    Mutant(name="attempts: per address",
           switch=change("carrel.identity.attempts:Attempts.exhausted", "or counts.get(_address(address), 0) >= self.per_address", "",
                         "that an address's failures are limited"),
           killer=guessing_has_an_end),
    Mutant(name="attempts: a success forgets one's own",
           switch=change("carrel.identity.attempts:Attempts.note_success", ".where(LOGIN_FAILURE.c.subject == _person(person))", "",
                         "that a success forgets one's own failures alone"),
           killer=guessing_has_an_end),
    Mutant(name="tls: the secret in clear",
           switch=change(f"{_LOGIN}:Authenticator._acceptable", "plugin == CLEAR and self._stream.encrypted", "plugin == CLEAR",
                         "that a password in clear needs TLS"),
           killer=no_secret_crosses_in_clear),
    Mutant(name="tls: the full exchange", switch=change(f"{_LOGIN}:Authenticator._full", "if not self._stream.encrypted", "if False",
                                                        "that the full exchange needs TLS"),
           killer=no_secret_crosses_in_clear, held_by=("tls: no exchange without it",)),
    Mutant(name="tls: no exchange without it",
           switch=change(f"{_LOCAL}:LocalIdentity.verify_sha2", "not matches and origin.tls", "not matches", "that the full exchange follows under TLS alone"),
           killer=no_secret_crosses_in_clear, held_by=("tls: the full exchange",)),
    Mutant(name="tls: mysql", switch=change("carrel.doors.mysql.connection:Connection._enter", "self._origin().exposed and not", "False and not",
                                            "that the MySQL door answers other machines over TLS"),
           killer=nothing_crosses_a_network_in_clear),
    Mutant(name="tls: http", switch=change("carrel.doors.http.desk:Desk.verify", "if origin.exposed", "if False", "that the HTTP door takes secrets over TLS"),
           killer=nothing_crosses_a_network_in_clear),
    Mutant(name="tls: mysql certificate",
           switch=change("carrel.doors.mysql.door:MysqlDoor.start", "self.tls is None and", "False and", "that the MySQL door needs a certificate"),
           killer=no_door_opens_to_a_network_without_a_certificate),
    Mutant(name="tls: http certificate",
           switch=change("carrel.doors.http.door:HttpDoor.start", "tls and not (self._doors.tls_certificate and self._doors.tls_key)", "False",
                         "that the HTTP door needs a certificate"),
           killer=no_door_opens_to_a_network_without_a_certificate),
)  # fmt: skip
