"""Logins: who gets in, who does not, and that a refusal tells nothing about a name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carrel.audit.log import AuditLog
from carrel.identity import accounts, credentials, verifiers
from carrel.identity.local import MOST_CREDENTIALS, LocalIdentity
from carrel.identity.people import StoredPeople
from carrel.identity.verifiers import Argon2Passwords
from carrel.model.errors import AccessRefused, AuthenticationFailed, BadInput, Conflict, NotFound
from carrel.model.people import Origin, PersonState, Principal
from carrel.state import migrations
from carrel.state.store import State

SALT = b"0123456789abcdefghij"
HERE = Origin(door="mysql", address="192.0.2.1", tls=True)
PASSWORD = "correct horse battery"
START = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass
class Clock:
    time: datetime = START

    def __call__(self) -> datetime:
        return self.time


@dataclass
class CountingPasswords:
    """Fast, and counts: the work, not the time, must be the same for every name."""

    matches: list[str] = field(default_factory=list)

    def keep(self, password: str) -> str:
        return "kept:" + password

    def match(self, kept: str, password: str) -> bool:
        self.matches.append(kept)
        return kept == "kept:" + password


@dataclass
class World:
    state: State
    log: AuditLog
    clock: Clock
    passwords: CountingPasswords
    identity: LocalIdentity

    def person(self, name: str, *groups: str, password: str | None = None, ends: datetime | None = None) -> None:
        accounts.add_person(self.state, name, realname="", email="", ends=ends, now=START)
        for group in groups:
            accounts.add_member(
                self.state, group, name, ends=START + timedelta(days=90), latest=START + timedelta(days=365), sponsor="boss", by="root", now=START
            )
        if password is not None:
            accounts.set_password(self.state, name, password, self.passwords)

    def issue(self, name: str, group: str) -> credentials.Issued:
        return credentials.issue(self.state, name, group, by="root", now=self.clock(), keep=lambda _: None)


@pytest.fixture
def world(tmp_path: Path) -> World:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    migrations.upgrade(state)
    for group in ("researchers", "analytics-users"):
        accounts.add_group(state, group, description="", now=START)
    log, clock, passwords = AuditLog(state), Clock(), CountingPasswords()
    identity = LocalIdentity(state, log, attempts=3, window_s=60, address_attempts=8, passwords=passwords, clock=clock)
    return World(state, log, clock, passwords, identity)


def native(secret: str, salt: bytes = SALT) -> bytes:
    once = hashlib.sha1(secret.encode()).digest()
    return bytes(a ^ b for a, b in zip(once, hashlib.sha1(salt + hashlib.sha1(once).digest()).digest(), strict=True))


def sha2(secret: str, salt: bytes = SALT) -> bytes:
    once = hashlib.sha256(secret.encode()).digest()
    mask = hashlib.sha256(hashlib.sha256(once).digest() + salt).digest()
    return bytes(a ^ b for a, b in zip(once, mask, strict=True))


def refused(world: World, call: Callable[[], object]) -> str:
    with pytest.raises(AuthenticationFailed) as caught:
        call()
    return f"{caught.value.text}|{caught.value.help}"


def test_each_way_of_showing_a_secret_lets_its_owner_in(world: World) -> None:
    world.person("ann", "researchers", password=PASSWORD)
    issued = world.issue("ann", "researchers")
    expected = Principal(person="ann", service="mysql", credential=issued.id)
    assert world.identity.verify_native("ann", SALT, native(issued.secret), HERE) == expected
    assert world.identity.verify_sha2("ann", SALT, sha2(issued.secret), HERE) == expected
    assert world.identity.verify_secret("ann", issued.secret, HERE) == expected
    assert world.identity.verify_secret("ann", PASSWORD, HERE) == Principal(person="ann", service="mysql")
    assert [e.begin.action for e in world.log.search() if e.begin] == ["login"] * 4


def test_an_older_credential_of_the_same_person_works_too(world: World) -> None:
    world.person("ann", "researchers", "analytics-users")
    first, second = world.issue("ann", "researchers"), world.issue("ann", "analytics-users")
    for issued in (first, second):
        assert world.identity.verify_native("ann", SALT, native(issued.secret), HERE).credential == issued.id


@pytest.mark.parametrize("response", [b"", b"\0" * 20, native("wrong"), b"x" * 64], ids=["empty", "zeros", "wrong", "long"])
def test_a_wrong_response_is_refused(world: World, response: bytes) -> None:
    world.person("ann", "researchers")
    world.issue("ann", "researchers")
    refused(world, lambda: world.identity.verify_native("ann", SALT, response, HERE))
    assert world.identity.verify_sha2("ann", SALT, response, HERE) is None


def test_without_tls_a_wrong_fast_response_is_a_failed_login_like_any_other(world: World) -> None:
    world.person("ann", "researchers")
    world.issue("ann", "researchers")
    clear = Origin(door="mysql", address=HERE.address, tls=False)
    texts = {refused(world, lambda name=name: world.identity.verify_sha2(name, SALT, sha2("wrong"), clear)) for name in ("ann", "nobody")}
    assert len(texts) == 1
    assert [e.begin.action for e in world.log.search() if e.begin] == ["login_failed"] * 2


def test_the_response_to_another_salt_is_refused(world: World) -> None:
    world.person("ann", "researchers")
    issued = world.issue("ann", "researchers")
    refused(world, lambda: world.identity.verify_native("ann", SALT, native(issued.secret, SALT[::-1]), HERE))


def test_another_persons_secret_is_refused(world: World) -> None:
    for name in ("ann", "bob"):
        world.person(name, "researchers")
    issued = world.issue("bob", "researchers")
    refused(world, lambda: world.identity.verify_native("ann", SALT, native(issued.secret), HERE))


ENDS: dict[str, Callable[[World, str], None]] = {
    "revoked": lambda w, id_: credentials.revoke(w.state, id_, by="root", now=START),
    "membership removed": lambda w, _: accounts.remove_member(w.state, "researchers", "ann", by="root", now=START),
    "membership ended": lambda w, _: setattr(w.clock, "time", START + timedelta(days=90)),
    "lapsed": lambda w, _: setattr(w.clock, "time", START + timedelta(days=30)),
    "suspended": lambda w, _: accounts.suspend(w.state, "ann", by="root", reason="lost laptop", now=START),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_credential_dies_with_what_it_belongs_to_and_so_does_an_open_session(world: World, end: str) -> None:
    world.person("ann", "researchers", ends=START + timedelta(days=30) if end == "lapsed" else None)
    issued = world.issue("ann", "researchers")
    principal = world.identity.verify_native("ann", SALT, native(issued.secret), HERE)
    people = StoredPeople(world.state)
    before = people.asker(principal, "mysql", world.clock())
    assert (before.state, before.groups) == (PersonState.ACTIVE, frozenset({"researchers"}))
    ENDS[end](world, issued.id)
    refused(world, lambda: world.identity.verify_native("ann", SALT, native(issued.secret), HERE))
    refused(world, lambda: world.identity.verify_secret("ann", issued.secret, HERE))
    after = people.asker(principal, "mysql", world.clock())
    assert after.state is not PersonState.ACTIVE
    assert after.groups == frozenset()
    assert not any(item.alive for item in credentials.credentials(world.state, world.clock()))


def test_a_membership_that_begins_anew_does_not_revive_the_old_credential(world: World) -> None:
    world.person("ann", "researchers")
    issued = world.issue("ann", "researchers")
    accounts.remove_member(world.state, "researchers", "ann", by="root", now=START)
    accounts.add_member(world.state, "researchers", "ann", ends=START + timedelta(days=9), latest=START + timedelta(days=9), sponsor="b", by="r", now=START)
    refused(world, lambda: world.identity.verify_native("ann", SALT, native(issued.secret), HERE))
    new = world.issue("ann", "researchers")
    assert world.identity.verify_native("ann", SALT, native(new.secret), HERE).credential == new.id


@pytest.mark.parametrize("make", [
    lambda w: None,
    lambda w: w.person("zoe"),
    lambda w: w.person("zoe", "researchers"),
    lambda w: (w.person("zoe", "researchers"), accounts.suspend(w.state, "zoe", by="r", reason="x", now=START)),
    lambda w: w.person("zoe", "researchers", ends=START),
], ids=["nobody", "in no group", "a member", "suspended", "lapsed"])
def test_a_credential_is_refused_to_who_is_not_an_active_member(world: World, make: Callable[[World], object]) -> None:
    make(world)
    with pytest.raises(AccessRefused, match="no credential for `analytics-users`") as caught:
        world.issue("zoe", "analytics-users")
    assert caught.value.help


NAMES = ["nobody", "", "robert'); DROP TABLE person;--", "lone\udc80", "nul\0", "x" * 1000, "ann", "passwordless", "suspended", "lapsed"]


def add_everybody(world: World) -> None:
    world.person("ann", "researchers", password=PASSWORD)
    world.issue("ann", "researchers")
    world.person("passwordless", "researchers")
    world.person("suspended", "researchers", password=PASSWORD)
    accounts.suspend(world.state, "suspended", by="root", reason="x", now=START)
    world.person("lapsed", "researchers", password=PASSWORD, ends=START)


@pytest.mark.parametrize("name", NAMES)
def test_the_work_is_the_same_for_every_name(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add_everybody(world)
    hashed: list[str] = []
    for kind in ("_sha1", "_sha256"):
        plain = getattr(verifiers, kind)
        monkeypatch.setattr(verifiers, kind, lambda data, kind=kind, plain=plain: (hashed.append(kind), plain(data))[1])
    texts = {refused(world, lambda: world.identity.verify_native(name, SALT, native("wrong"), HERE))}
    assert hashed == ["_sha1"] * 2 * MOST_CREDENTIALS
    hashed.clear()
    assert world.identity.verify_sha2(name, SALT, sha2("wrong"), HERE) is None
    assert hashed == ["_sha256"] * 2 * MOST_CREDENTIALS
    hashed.clear()
    texts.add(refused(world, lambda: world.identity.verify_secret(name, "wrong", HERE)))
    assert hashed == ["_sha256"] * 2 * MOST_CREDENTIALS
    assert len(world.passwords.matches) == 1
    texts.add(refused(world, lambda: world.identity.verify_secret("nobody-else", "wrong", HERE)))
    assert len(texts) == 1, "one text for all causes"


def test_an_issued_secret_costs_no_slow_hash_whether_it_is_right_or_wrong_and_whatever_the_name(world: World) -> None:
    add_everybody(world)
    secret = world.issue("ann", "researchers").secret
    assert world.identity.verify_secret("ann", secret, HERE).person == "ann"
    for name in ("ann", "passwordless", "nobody"):
        refused(world, lambda name=name: world.identity.verify_secret(name, verifiers.new_secret(), HERE))
    assert world.passwords.matches == []


@pytest.mark.parametrize("name", ["suspended", "lapsed"])
def test_a_closed_account_does_not_get_in_with_its_right_password(world: World, name: str) -> None:
    add_everybody(world)
    refused(world, lambda: world.identity.verify_secret(name, PASSWORD, HERE))


def test_the_dummy_password_lets_nobody_in(world: World) -> None:
    world.passwords.match = lambda kept, password: True  # type: ignore[method-assign]
    world.person("passwordless", "researchers")
    for name in ("nobody", "passwordless"):
        refused(world, lambda name=name: world.identity.verify_secret(name, "anything", HERE))


def attempt(world: World, name: str, secret: str, address: str = HERE.address) -> bool:
    try:
        world.identity.verify_secret(name, secret, Origin(door="mysql", address=address))
    except AuthenticationFailed:
        return False
    return True


def test_too_many_failures_close_the_way_for_a_while_even_for_the_right_password(world: World) -> None:
    world.person("ann", password=PASSWORD)
    assert [attempt(world, "ann", "wrong") for _ in range(3)] == [False] * 3
    assert not attempt(world, "ann", PASSWORD)
    assert not attempt(world, "ann", PASSWORD, address="192.0.2.99"), "from another address too"
    world.clock.time += timedelta(seconds=61)
    assert attempt(world, "ann", PASSWORD)


def test_waiting_people_do_not_wait_longer_for_trying(world: World) -> None:
    world.person("ann", password=PASSWORD)
    for _ in range(3):
        attempt(world, "ann", "wrong")
    world.clock.time += timedelta(seconds=50)
    attempt(world, "ann", "wrong")
    world.clock.time += timedelta(seconds=11)
    assert attempt(world, "ann", PASSWORD)


def test_an_address_that_tries_many_names_must_wait(world: World) -> None:
    world.person("ann", password=PASSWORD)
    for index in range(8):
        attempt(world, f"name{index}", "wrong")
    assert not attempt(world, "ann", PASSWORD)
    assert attempt(world, "ann", PASSWORD, address="192.0.2.99")


def test_success_clears_the_persons_count_and_not_the_addresss(world: World) -> None:
    world.person("mallory", password=PASSWORD)
    for index in range(2):
        attempt(world, "mallory", "wrong")
        assert attempt(world, "mallory", PASSWORD)
        attempt(world, f"victim{index}", "wrong")
    for index in range(4):
        attempt(world, f"other{index}", "wrong")
    assert not attempt(world, "mallory", PASSWORD), "eight failures from one address, whatever succeeded between them"


def test_processes_count_together(world: World) -> None:
    world.person("ann", password=PASSWORD)
    other = LocalIdentity(world.state, world.log, attempts=3, window_s=60, passwords=world.passwords, clock=world.clock)
    for identity in (world.identity, other, world.identity):
        with pytest.raises(AuthenticationFailed):
            identity.verify_secret("ann", "wrong", HERE)
    with pytest.raises(AuthenticationFailed):
        other.verify_secret("ann", PASSWORD, HERE)


def test_logins_are_on_record_and_a_password_typed_as_a_name_is_not(world: World) -> None:
    world.person("ann", password=PASSWORD)
    attempt(world, "ann", PASSWORD)
    attempt(world, "ann", "wrong")
    attempt(world, PASSWORD, "")
    rows = [(e.begin.action, e.begin.principal.person, e.begin.verdict, e.begin.address) for e in reversed(world.log.search()) if e.begin]
    assert rows == [
        ("login", "ann", "allowed", HERE.address), ("login_failed", "ann", "refused", HERE.address), ("login_failed", "unknown", "refused", HERE.address),
    ]
    with world.state.read() as connection:
        dump = "\n".join(str(connection.exec_driver_sql(f"SELECT * FROM {table}").all()) for table in ("audit_entry", "login_failure"))
    assert PASSWORD not in dump


def test_nothing_secret_is_in_the_state(world: World, tmp_path: Path) -> None:
    world.person("ann", "researchers")
    accounts.set_password(world.state, "ann", PASSWORD, Argon2Passwords())
    issued = world.issue("ann", "researchers")
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"$argon2id$" in data, "the look for bytes would find what is there"
    assert PASSWORD.encode() not in data
    assert issued.secret.encode() not in data
    assert issued.secret not in repr(issued)


def test_secrets_are_long_and_of_plain_characters() -> None:
    made = {verifiers.new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(len(secret) == 36 and secret.replace("-", "").replace("_", "").isalnum() for secret in made)


def test_argon2_keeps_and_matches() -> None:
    passwords = Argon2Passwords()
    kept = passwords.keep(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert passwords.match(kept, PASSWORD)
    assert not passwords.match(kept, "wrong")
    assert not passwords.match("not a verifier", PASSWORD)


def test_there_is_a_most_of_living_credentials(world: World) -> None:
    world.person("ann", "researchers")
    issued = [world.issue("ann", "researchers") for _ in range(MOST_CREDENTIALS)]
    with pytest.raises(Conflict, match="the most that one person may have"):
        world.issue("ann", "researchers")
    credentials.revoke(world.state, issued[0].id, by="root", now=START)
    world.issue("ann", "researchers")


def test_nothing_is_issued_when_the_secret_cannot_be_kept(world: World) -> None:
    world.person("ann", "researchers")

    def fail(_: object) -> None:
        raise BadInput("disk full")

    with pytest.raises(BadInput):
        credentials.issue(world.state, "ann", "researchers", by="root", now=START, keep=fail)
    assert credentials.credentials(world.state, START) == []


def test_changes_to_accounts_say_what_is_wrong(world: World) -> None:
    world.person("ann", "researchers")
    late = START + timedelta(days=400)
    with pytest.raises(Conflict, match="there is a person `ann`"):
        world.person("ann")
    with pytest.raises(BadInput, match="cannot be a name"):
        world.person("../ann")
    with pytest.raises(Conflict, match="is a member"):
        accounts.add_member(world.state, "researchers", "ann", ends=START + timedelta(days=1), latest=late, sponsor="b", by="r", now=START)
    with pytest.raises(BadInput, match="longest end"):
        accounts.add_member(world.state, "analytics-users", "ann", ends=late, latest=START + timedelta(days=365), sponsor="b", by="r", now=START)
    with pytest.raises(NotFound, match="no group `nobodies`"):
        accounts.add_member(world.state, "nobodies", "ann", ends=late, latest=late, sponsor="b", by="r", now=START)
    with pytest.raises(NotFound, match="not a member"):
        accounts.remove_member(world.state, "analytics-users", "ann", by="r", now=START)
    with pytest.raises(BadInput, match="at least 12"):
        accounts.set_password(world.state, "ann", "short", world.passwords)
    with pytest.raises(BadInput, match="like an issued secret"):
        accounts.set_password(world.state, "ann", verifiers.new_secret(), world.passwords)
    with pytest.raises(Conflict, match="not suspended"):
        accounts.resume(world.state, "ann")
    with pytest.raises(NotFound, match="no person `eve`"):
        accounts.suspend(world.state, "eve", by="r", reason="x", now=START)
    with pytest.raises(NotFound, match="no credential `x`"):
        credentials.revoke(world.state, "x", by="r", now=START)


def test_an_unknown_person_is_absent_and_in_no_group(world: World) -> None:
    asker = StoredPeople(world.state).asker(Principal(person="nobody", service="mysql"), "mysql", START)
    assert (asker.state, asker.groups) == (PersonState.ABSENT, frozenset())
