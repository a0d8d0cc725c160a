"""Files of people and groups: what is taken, what is refused and where, and what an import changes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carrel.access import checks, entries
from carrel.access.importing import import_people
from carrel.access.offboarding import offboard
from carrel.access.plan import Plan
from carrel.audit.log import AuditLog
from carrel.identity import accounts, credentials
from carrel.identity.people import StoredPeople
from carrel.model.audit import Begin
from carrel.model.errors import BadInput, Conflict
from carrel.model.people import PersonState, Principal
from carrel.state import migrations
from carrel.state.store import State
from tests.shared import shared_path

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OWNER = Principal(person="root", service="cli", via="owner:root")

GOOD = """\
groups:
  core: &core
    gid: 700
    description: those who are everywhere
    members: [ann, bob]
  researchers:
    gid: 714
    members: [[ann, bob], cyd]
    privileges: ["ALL = NOPASSWD: /usr/bin/id"]
    approval: [boss]
  old: {gid: 715, members: [], deprecated: true}
  daemons: {gid: 901, members: [], system: true, system_members: [www-data]}
users:
  ann: {ensure: present, uid: 4001, gid: 500, realname: Ann, email: ann@example.org, ssh_keys: [], krb: present}
  bob: {ensure: present, uid: 4002, gid: 500, realname: Bob, email: bob@example.org, ssh_keys: [], expiry_date: "2026-09-30", expiry_contact: boss@example.org}
  cyd: {ensure: present, uid: 4003, gid: 500, realname: Cyd, email: cyd@example.org, ssh_keys: []}
  dan: {ensure: absent, uid: 4004, gid: 500, realname: Dan, ssh_keys: []}
ldap_only_users:
  eve: {ensure: present, realname: Eve, email: eve@example.org}
"""


@dataclass
class World:
    state: State
    log: AuditLog
    folder: Path

    def load(self, text: str, now: datetime = NOW, *, dry_run: bool = False) -> Plan:
        file = self.folder / "people.yaml"
        file.write_text(text)
        return import_people(self.state, self.log, OWNER, file, now=now, longest_days=365, dry_run=dry_run)

    def groups(self, now: datetime = NOW) -> dict[str, list[str]]:
        return {person.name: [term.group for term in person.memberships] for person in StoredPeople(self.state).people(now)}

    def alive(self, now: datetime = NOW) -> list[tuple[str, str]]:
        return [(item.person, item.group) for item in credentials.credentials(self.state, now) if item.alive]

    def dump(self) -> dict[str, list[object]]:
        with self.state.read() as connection:
            tables = ("person", "access_group", "membership", "credential")
            return {table: list(connection.exec_driver_sql(f"SELECT * FROM {table}").all()) for table in tables}


@pytest.fixture
def world(tmp_path: Path) -> World:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    migrations.upgrade(state)
    return World(state, AuditLog(state), tmp_path)


def issue(world: World, person: str, group: str) -> None:
    credentials.issue(world.state, person, group, by="root", now=NOW, keep=lambda _: None)


def test_a_good_file_makes_people_groups_and_memberships(world: World) -> None:
    done = world.load(GOOD)
    assert done.counts == {
        "people_added": 5, "people_changed": 0, "groups_added": 4, "groups_changed": 0, "memberships_begun": 5, "memberships_moved": 0, "memberships_ended": 0,
    }
    assert world.groups() == {"ann": ["core", "researchers"], "bob": ["core", "researchers"], "cyd": ["researchers"], "dan": [], "eve": []}
    people = {person.name: person for person in StoredPeople(world.state).people(NOW)}
    assert people["dan"].state is PersonState.ABSENT
    assert people["eve"].kind == "web"
    assert people["bob"].ends == datetime(2026, 10, 1, tzinfo=UTC), "the last day is included"
    assert {term.ends for term in people["bob"].memberships} == {people["bob"].ends}
    assert {term.ends for term in people["ann"].memberships} == {NOW + timedelta(days=365)}, "the policy's longest"


def test_importing_again_changes_nothing(world: World) -> None:
    world.load(GOOD)
    issue(world, "ann", "core")
    before = world.dump()
    for later in (timedelta(), timedelta(days=30)):
        assert not any(world.load(GOOD, NOW + later).counts.values())
        assert world.dump() == before


def test_what_is_gone_from_the_file_ends_with_its_credentials(world: World) -> None:
    world.load(GOOD)
    for person, group in (("ann", "core"), ("ann", "researchers"), ("cyd", "researchers")):
        issue(world, person, group)
    done = world.load(GOOD.replace("members: [[ann, bob], cyd]", "members: [bob, cyd]"))
    assert [(term.group, term.person) for term in done.end] == [("researchers", "ann")]
    assert world.groups()["ann"] == ["core"]
    assert sorted(world.alive()) == [("ann", "core"), ("cyd", "researchers")]


def test_who_is_absent_or_gone_loses_everything(world: World) -> None:
    world.load(GOOD)
    accounts.add_group(world.state, "wmf", description="", now=NOW)
    latest = NOW + timedelta(days=9)
    for person in ("ann", "cyd"):
        accounts.add_member(world.state, "wmf", person, ends=latest, latest=latest, sponsor="boss", by="root", now=NOW)
        issue(world, person, "wmf")
    text = GOOD.replace("members: [ann, bob]", "members: [bob]").replace("members: [[ann, bob], cyd]", "members: [bob]")
    text = text.replace("ann: {ensure: present", "ann: {ensure: absent")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("  cyd:"))
    world.load(text)
    assert world.groups() == {"ann": [], "bob": ["core", "researchers"], "cyd": [], "dan": [], "eve": []}
    assert world.alive() == []
    assert {p.name for p in StoredPeople(world.state).people(NOW) if p.state is PersonState.ABSENT} == {"ann", "cyd", "dan"}


def test_terms_given_by_hand_stay_while_the_person_does(world: World) -> None:
    world.load(GOOD)
    latest = NOW + timedelta(days=9)
    accounts.add_group(world.state, "nda", description="", now=NOW)
    accounts.add_member(world.state, "nda", "eve", ends=latest, latest=latest, sponsor="boss", by="root", now=NOW)
    world.load(GOOD)
    assert world.groups()["eve"] == ["nda"]


def test_a_group_that_is_gone_or_deprecated_closes(world: World) -> None:
    world.load(GOOD)
    issue(world, "ann", "core")
    text = re.sub(r"  core:.*?bob\]\n", "", GOOD, count=1, flags=re.DOTALL)
    done = world.load(text)
    assert sorted(term.person for term in done.end) == ["ann", "bob"]
    assert StoredPeople(world.state).group("core", NOW).deprecated
    assert world.alive() == []


def test_a_new_end_moves_the_terms(world: World) -> None:
    world.load(GOOD)
    done = world.load(GOOD.replace("2026-09-30", "2026-07-31"))
    assert len(done.move) == 2
    assert {term.ends for term in StoredPeople(world.state).memberships(person="bob")} == {datetime(2026, 8, 1, tzinfo=UTC)}


def test_an_end_in_the_past_closes_the_doors(world: World) -> None:
    world.load(GOOD)
    issue(world, "bob", "core")
    world.load(GOOD.replace("2026-09-30", "2026-05-31"))
    assert world.groups()["bob"] == []
    assert world.alive() == []
    assert StoredPeople(world.state).person("bob", NOW).state is PersonState.LAPSED


def test_an_end_beyond_the_longest_is_cut(world: World) -> None:
    world.load(GOOD.replace("2026-09-30", "2031-09-30"))
    assert {term.ends for term in StoredPeople(world.state).memberships(person="bob")} == {NOW + timedelta(days=365)}


def test_a_term_that_has_ended_begins_anew_without_the_old_credential(world: World) -> None:
    world.load(GOOD)
    issue(world, "ann", "core")
    later = NOW + timedelta(days=366)
    assert world.groups(later)["ann"] == []
    world.load(GOOD.replace("2026-09-30", "2027-09-30"), later)
    assert world.groups(later)["ann"] == ["core", "researchers"]
    assert world.alive(later) == []


def test_who_was_offboarded_does_not_come_back_with_an_old_file(world: World) -> None:
    world.load(GOOD)
    issue(world, "ann", "core")
    done = offboard(world.state, world.log, OWNER, "ann", now=NOW)
    assert (done.memberships, done.credentials, done.left) == (("core", "researchers"), 1, ())
    assert world.alive() == []
    with pytest.raises(BadInput, match=r"people\.yaml:14: user `ann` was offboarded on 2026-06-01"):
        world.load(GOOD)
    accounts.resume(world.state, "ann")
    world.load(GOOD)
    assert world.groups()["ann"] == ["core", "researchers"]
    assert world.alive() == []


def test_a_uid_is_never_given_again(world: World) -> None:
    world.load(GOOD)
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith("  dan:"))
    with pytest.raises(BadInput, match="`fay`: the number belonged to `dan`"):
        world.load(text.replace("ldap_only_users:", "  fay: {ensure: present, uid: 4004}\nldap_only_users:"))


def test_a_dry_run_says_and_changes_nothing(world: World) -> None:
    before = world.dump()
    assert world.load(GOOD, dry_run=True).counts["people_added"] == 5
    assert world.dump() == before
    assert world.log.search() == []


def test_an_import_is_on_record_with_who_gains_and_who_loses(world: World) -> None:
    world.load(GOOD)
    (entry,) = world.log.search(action="import")
    assert entry.begin is not None
    assert "researchers:cyd" in json.dumps(entry.begin.details)
    assert entry.begin.principal == OWNER
    assert entry.finish is not None
    assert entry.finish.outcome == "complete"


class Meddling(AuditLog):
    """Somebody changes a membership between the plan and its execution."""

    def begin(self, deed: Begin) -> int:
        accounts.remove_member(self._state, "core", "ann", by="somebody", now=NOW)
        return super().begin(deed)


def test_what_was_put_on_record_is_what_happens_or_nothing(world: World) -> None:
    world.load(GOOD)
    file = world.folder / "people.yaml"
    file.write_text(GOOD.replace("members: [ann, bob]", "members: [bob]"))
    with pytest.raises(Conflict, match="nothing was imported"):
        import_people(world.state, Meddling(world.state), OWNER, file, now=NOW, longest_days=365)
    assert world.groups()["bob"] == ["core", "researchers"]
    (refused, _) = world.log.search(action="import")
    assert refused.finish is not None
    assert refused.finish.outcome == "conflict"


HEAD = "groups:\n  g: {gid: 714, members: [ann]}\nusers:\n  ann: {ensure: present, uid: 4001}\n"  # 4 lines
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJUTYJdlUVGIRWJYRpH3ohd6BPsYsvuvxvYMSqvQF4A8 ann@home"

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8))

BAD = {
    "unknown key of a user": (HEAD + "  bob: {ensure: present, uid: 4002,\n    emial: x}", 6, "user `bob`: unknown key `emial`: did you mean `email`?"),
    "unknown key of a group": ("groups:\n  g:\n    members: []\n    gids: 7", 4, "group `g`: unknown key `gids`: did you mean `gid`?"),
    "unknown section": (HEAD + "user: {}", 5, "the file: unknown key `user`: did you mean `users`?"),
    "unknown key of a web user": ("ldap_only_users:\n  eve:\n    ensure: present\n    uid: 4000", 4, "user `eve`: unknown key `uid`"),
    "missing key": (HEAD + "  bob: {ensure: present}", 5, "user `bob`: the key `uid` is missing"),
    "members missing": ("groups:\n  g: {gid: 714}", 2, "group `g`: the key `members` is missing"),
    "key twice": (HEAD + "  bob:\n    ensure: present\n    uid: 4002\n    uid: 4003", 8, "the key `uid` is there twice; first in line 7"),
    "user twice": (HEAD + "  ann: {ensure: absent, uid: 4002}", 5, "the key `ann` is there twice; first in line 4"),
    "section twice": (HEAD + "groups: {}", 5, "the key `groups` is there twice; first in line 1"),
    "uid twice": (HEAD + "  bob:\n    ensure: present\n    uid: 4001", 7, "`bob`: the number 4001 belongs to `ann`"),
    "gid twice": ("groups:\n  g: {gid: 714, members: []}\n  h: {gid: 714, members: []}", 3, "`h`: the number 714 belongs to `g`"),
    "uid out of range": (HEAD + "  bob: {ensure: present, uid: 499}", 5, "user `bob`: `uid`: 499 is not between 500 and 65535"),
    "uid of a system user": (HEAD + "  bob: {ensure: present, uid: 901}", 5, "uids 900 to 950 are for system users"),
    "uid too high": (HEAD + "  bob: {ensure: present, uid: 50000}", 5, "user `bob`: a uid is at most 49999"),
    "system gid out of range": ("groups:\n  g: {gid: 714, members: [], system: true}", 2, "gids 900 to 950 are for system groups"),
    "uid is text": (HEAD + "  bob: {ensure: present, uid: '4002'}", 5, "user `bob`: `uid`: a whole number is expected, found the text `4002`"),
    "uid is octal": (HEAD + "  bob: {ensure: present, uid: 04002}", 5, "`04002` is not a plain decimal number"),
    "uid is a float": (HEAD + "  bob: {ensure: present, uid: 4002.5}", 5, "a whole number is expected"),
    "uid is true": (HEAD + "  bob: {ensure: present, uid: true}", 5, "a whole number is expected"),
    "ensure": (HEAD + "  bob: {ensure: perhaps, uid: 4002}", 5, "user `bob`: `ensure`: `present` or `absent` is expected, found the text `perhaps`"),
    "unquoted date": (
        HEAD + "  bob:\n    ensure: present\n    uid: 4002\n    expiry_date: 2026-09-30\n    expiry_contact: x", 8,
        'user `bob`: `expiry_date`: a date must be in quotes: "2026-09-30"',
    ),
    "bad date": (HEAD + '  bob: {ensure: present, uid: 4002, expiry_contact: x,\n    expiry_date: "2026-13-30"}', 6, "`2026-13-30` is not a date YYYY-MM-DD"),
    "short date": (HEAD + '  bob: {ensure: present, uid: 4002, expiry_contact: x, expiry_date: "20260930"}', 5, "`20260930` is not a date"),
    "week date": (HEAD + '  bob: {ensure: present, uid: 4002, expiry_contact: x, expiry_date: "2026-W01-1"}', 5, "is not a date"),
    "last date there is": (HEAD + '  bob: {ensure: present, uid: 4002, expiry_contact: x, expiry_date: "9999-12-31"}', 5, "is not a date"),
    "date without contact": (HEAD + '  bob: {ensure: present, uid: 4002, expiry_date: "2026-09-30"}', 5, "an `expiry_date` needs an `expiry_contact`"),
    "date with empty contact": (
        HEAD + '  bob: {ensure: present, uid: 4002, expiry_date: "2026-09-30", expiry_contact: " "}', 5, "an `expiry_date` needs an `expiry_contact`"
    ),
    "contact without date": (HEAD + "  bob: {ensure: present, uid: 4002, expiry_contact: x}", 5, "an `expiry_contact` needs an `expiry_date`"),
    "contractor without end": (HEAD + "  bob:\n    ensure: present\n    uid: 4002\n    email: bob-ctr@example.org", 8, "user `bob` is a contractor"),
    "deprecated group with members": (HEAD.replace("[ann]}", "[ann], deprecated: true}"), 2, "group `g` is deprecated and must have no members"),
    "member that is nobody": (HEAD.replace("[ann]", "[ann,\n bob]"), 3, "group `g`: there is no user `bob`"),
    "absent member": (HEAD.replace("ensure: present", "ensure: absent"), 2, "group `g`: the user `ann` is absent"),
    "web member": (HEAD.replace("[ann]", "[eve]") + "ldap_only_users:\n  eve: {ensure: present}", 2, "`eve` is one of `ldap_only_users`"),
    "present in the absent group": (
        HEAD.replace("groups:\n", "groups:\n  absent: {members: [ann]}\n"), 2, "group `absent`: `ann` is not an absent user of `users`"
    ),
    "absent and not in the absent group": (
        HEAD.replace("groups:\n", "groups:\n  absent: {members: []}\n") + "  dan: {ensure: absent, uid: 4002}", 6,
        "`dan` is absent, and not in the group `absent`",
    ),
    "in both sections": (HEAD + "ldap_only_users:\n  ann: {ensure: present}", 6, "`ann` is in `users` and in `ldap_only_users`"),
    "member is a mapping": (HEAD.replace("[ann]", "[{ann: 1}]"), 2, "group `g`: `members` holds a mapping where a text belongs"),
    "member is a number": (HEAD.replace("[ann]", "[7]"), 2, "group `g`: `members` holds a number where a text belongs"),
    "members is a text": (HEAD.replace("[ann]", "ann"), 2, "group `g`: `members` is a text, not a list"),
    "name that is a path": (HEAD + "  ../bob: {ensure: present, uid: 4002}", 5, "`../bob` cannot be a name"),
    "name with an option file in it": (HEAD + '  "bob\\n[client]": {ensure: present, uid: 4002}', 5, "cannot be a name"),
    "name that YAML reads as a number": (HEAD + "  123: {ensure: present, uid: 4002}", 5, "the key `123` is not text; put it in quotes"),
    "name that YAML reads as no": (HEAD + "  no: {ensure: present, uid: 4002}", 5, "the key `no` is not text; put it in quotes"),
    "key that is a list": (HEAD + "  ? [a]\n  : {}", 5, "the key is not text"),
    "broken key": (HEAD + f"  bob: {{ensure: present, uid: 4002, ssh_keys: [{KEY.replace('AAAAC3', 'AAAAC4')}]}}", 5, "the SSH key is damaged"),
    "dsa key": (HEAD + "  bob: {ensure: present, uid: 4002, ssh_keys: [ssh-dss AAAA x]}", 5, "`ssh-dss` is not a type of SSH key that is taken"),
    "key that is not base64": (HEAD + "  bob: {ensure: present, uid: 4002, ssh_keys: [ssh-rsa !!! x]}", 5, "the SSH key is not base64"),
    "a list": ("- a", 1, "the file: a mapping is expected, found a list"),
    "a user that is a list": (HEAD + "  bob: [1]", 5, "user `bob`: a mapping is expected, found a list"),
    "a user that is nothing": (HEAD + "  bob:", 5, "user `bob`: a mapping is expected, found nothing"),
    "not YAML": (HEAD + "  bob: {ensure: present", 5, "not YAML: "),
    "a tab": (HEAD + "\tbob: x", 5, "not YAML: "),
    "a tag": (HEAD + "  bob: !!python/object/apply:os.system [id]", 5, ""),
    "a tag on a text": (
        HEAD + "  bob: {ensure: !!python/name:os.system present, uid: 4002}", 5, "the tag `tag:yaml.org,2002:python/name:os.system` is not taken"
    ),
    "two documents": (HEAD + "---\na: b", 5, "not YAML: "),
    "an unknown alias": (HEAD + "  bob: *x", 5, "not YAML: found undefined alias"),
    "an alias in itself": ("groups:\n  g:\n    members: &m [*m]", 3, "nested more than 20 deep"),
    "in both absent groups": (
        "groups:\n  absent: {members: [dan]}\n  absent_ldap: {members: [dan]}\nusers:\n  dan: {ensure: absent, uid: 4002}\n"
        "ldap_only_users:\n  dan: {ensure: absent}", 3, "`dan` is in both `absent` and `absent_ldap`",
    ),
    "a bomb": (BOMB, 0, "more than 200000"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_refused_with_file_line_and_reason(world: World, case: str) -> None:
    text, line, reason = BAD[case]
    world.load(GOOD)
    before = world.dump()
    with pytest.raises(BadInput) as caught:
        world.load(text)
    error = caught.value
    assert error.text.startswith(f"{world.folder / 'people.yaml'}:{line}: " if line else str(world.folder / "people.yaml")), error.text
    assert reason in error.text
    assert "\n" not in error.text
    assert world.dump() == before, "nothing was imported"


def test_files_that_are_no_text_are_refused(world: World) -> None:
    file = world.folder / "f.yaml"
    cases = {b"": "the file is empty", b"a: \xff": "not UTF-8", b"a: \x07": "not YAML", b"[" * 5000: "nested too deeply", b"#" * 5_000_000: "larger than 4 MiB"}
    for data, reason in cases.items():
        file.write_bytes(data)
        with pytest.raises(BadInput, match=reason):
            entries.read(file)
    with pytest.raises(BadInput, match="cannot be read: no such file"):
        entries.read(world.folder / "none.yaml")
    with pytest.raises(BadInput, match="cannot be read: is a directory"):
        entries.read(world.folder)


def test_several_findings_name_each_others_lines(world: World) -> None:
    with pytest.raises(BadInput, match=":2: ") as caught:
        world.load("groups:\n  g: {members: [a]}\n  h: {members: [b]}\nusers: {}")
    assert "1 more, in lines 3" in (caught.value.help or "")


def test_a_good_key_and_a_rename_are_taken(world: World) -> None:
    world.load(HEAD + f"  bob: {{ensure: present, uid: 4001, rename: true, ssh_keys: ['{KEY}']}}\n")
    assert set(world.groups()) == {"ann", "bob"}


@pytest.mark.parametrize("year", ["2018-06", "head_2024-10"])
def test_a_file_of_wikimedias_size_and_shape_is_taken(world: World, year: str) -> None:
    """Groups with Wikimedia's own gids and sizes; the members are made up."""
    groups = json.loads(shared_path(f"data/11-access/groups_{year}.json").read_text())
    users = 700
    lines = ["groups:"]
    for group in groups:
        if group["group"].startswith("absent"):
            continue
        lines += [f"  {group['group']}:", f"    description: {json.dumps(group.get('description', ''))}"]
        lines += [f"    {key}: {json.dumps(group[key])}" for key in ("gid", "posix_name", "system") if group.get(key) is not None]
        lines += [f"    members: {json.dumps([f'user{i}' for i in range(group['n_members'])])}"]
    lines += ["users:", *(f"  user{i}: {{ensure: present, uid: {1000 + i}, gid: 500, ssh_keys: []}}" for i in range(users))]
    done = world.load("\n".join(lines))
    assert done.counts["memberships_begun"] == sum(g["n_members"] for g in groups if not g["group"].startswith("absent"))
    assert done.counts["people_added"] == users


def test_every_check_has_a_bad_file(tmp_path: Path) -> None:
    """A check that is taken out of the table is missed by one of the files above."""
    caught: set[str] = set()
    file = tmp_path / "f.yaml"
    for text, _, _ in BAD.values():
        file.write_text(text)
        try:
            read = entries.read(file)
        except BadInput:
            continue
        caught |= {rule.__name__ for rule in checks._RULES if any(True for _ in rule(read))}
    assert caught == {rule.__name__ for rule in checks._RULES}
