"""The commands of administration, run as people run them: what they print, their exit codes, and what they leave behind."""

from __future__ import annotations

import getpass
import json
import stat
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from carrel import settings
from carrel.audit.log import AuditLog
from carrel.cli import carrel
from carrel.cli._errors import EXIT_CODES
from carrel.identity.owner import owner
from carrel.model.errors import AccessRefused, CarrelError
from carrel.state.store import State

PEOPLE = """\
groups:
  researchers: {gid: 714, description: replicas, members: [ann]}
  analytics-users: {gid: 715, members: [bob]}
users:
  ann: {ensure: present, uid: 4001, email: ann@example.org}
  bob: {ensure: present, uid: 4002}
"""


@dataclass(frozen=True)
class Result:
    returncode: int
    stdout: str
    stderr: str


class Instance:
    """A home on which commands run in this process: starting a new one for each would take most of the time."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def carrel(self, *args: object, ok: bool = True, input: str | None = None) -> Result:
        run = CliRunner().invoke(carrel, ["--home", str(self.home), *map(str, args)], input=input, standalone_mode=False)
        code, errors = run.exit_code, run.stderr
        if isinstance(run.exception, CarrelError):
            code, errors = EXIT_CODES[run.exception.code], f"{run.exception.text}\n{run.exception.help}"
        elif isinstance(run.exception, click.ClickException):
            code, errors = run.exception.exit_code, run.exception.format_message()
        elif run.exception is not None and not isinstance(run.exception, SystemExit):
            raise run.exception
        assert not ok or code == 0, f"{args} ended with {code}: {run.stdout}{errors}"
        return Result(code, run.stdout, errors)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    made = Instance(Path(tmp_path_factory.mktemp("admin")) / "home")
    made.carrel("init")
    people = made.home.parent / "people.yaml"
    people.write_text(PEOPLE)
    made.carrel("access", "import", people)
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_init_makes_a_home_that_is_closed_to_others(instance: Instance) -> None:
    home = instance.home
    assert mode(home) == 0o700
    assert mode(home / "tls" / "key.pem") == mode(home / "state.sqlite") == mode(home / "carrel.toml") == 0o600
    assert settings.load(home) == settings.Settings()


def test_the_certificate_is_for_this_machine_and_fits_its_key(instance: Instance) -> None:
    certificate = x509.load_pem_x509_certificate((instance.home / "tls/certificate.pem").read_bytes())
    key = serialization.load_pem_private_key((instance.home / "tls/key.pem").read_bytes(), None)
    assert certificate.public_key() == key.public_key()
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "localhost" in names.get_values_for_type(x509.DNSName)
    assert "127.0.0.1" in [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=3000)


def test_every_setting_is_in_the_first_file_with_its_meaning(instance: Instance) -> None:
    text = (instance.home / "carrel.toml").read_text()
    for key in settings.known_keys():
        assert f"{key.split('.')[-1]} = " in text or f"[{key}]" in text


def refused(result: Result, code: int, *words: str) -> None:
    assert result.returncode == code, result
    assert all(word in result.stderr for word in words), result.stderr


def test_init_leaves_an_existing_home_and_other_folders_alone(instance: Instance, tmp_path: Path) -> None:
    refused(instance.carrel("init", ok=False), 10, "there is a Carrel in")
    (tmp_path / "thesis.txt").write_text("mine")
    before = mode(tmp_path)
    refused(Instance(tmp_path).carrel("init", ok=False), 10, "is not empty")
    assert mode(tmp_path) == before
    (tmp_path / "file").write_text("")
    refused(Instance(tmp_path / "file" / "home").carrel("init", ok=False), 2, "cannot make")


def test_init_takes_up_what_a_stopped_init_left(tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "key.pem").write_text("half")
    (tmp_path / "state.sqlite").write_text("")
    instance = Instance(tmp_path)
    instance.carrel("init")
    assert "whole" in instance.carrel("audit", "verify").stdout


def test_a_lost_state_is_an_error_and_is_not_filled(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    instance.carrel("init")
    for file in instance.home.glob("state.sqlite*"):
        file.unlink()
    refused(instance.carrel("user", "list", ok=False), 12, "missing or empty", "restore")


def test_a_credential_goes_to_a_member_once_in_a_file_of_their_own(instance: Instance, tmp_path: Path) -> None:
    file = tmp_path / "ann.cnf"
    (instance.home / "doors.json").write_text(json.dumps({"mysql": {"host": "0.0.0.0", "port": 45678}}))
    said = instance.carrel("credential", "issue", "ann", "--group", "researchers", "--output", file).stdout
    (instance.home / "doors.json").unlink()
    text = file.read_text()
    secret = text.split("password = ")[1].split("\n")[0]
    assert mode(file) == 0o600
    assert "host = 127.0.0.1\nport = 45678\nuser = ann\n" in text
    assert secret not in said
    assert len(secret) == 36
    assert not any(secret.encode() in path.read_bytes() for path in instance.home.rglob("*") if path.is_file())
    assert (tmp_path / "ann-ca.pem").read_text() == (instance.home / "tls/certificate.pem").read_text()
    refused(instance.carrel("credential", "issue", "ann", "--group", "researchers", "--output", file, ok=False), 10, "there is a file", "--force")
    assert file.read_text() == text
    instance.carrel("credential", "issue", "ann", "--group", "researchers", "--output", file, "--force")
    assert file.read_text() != text
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_link_is_not_followed_and_a_closed_folder_issues_nothing(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "link.cnf").symlink_to(tmp_path / "elsewhere.cnf")
    before = instance.carrel("credential", "list", "--all", "--json").stdout
    refused(instance.carrel("credential", "issue", "ann", "--group", "researchers", "--output", tmp_path / "link.cnf", ok=False), 10, "there is a file")
    refused(instance.carrel("credential", "issue", "ann", "--group", "researchers", "--output", tmp_path / "no/x.cnf", ok=False), 2, "cannot write in")
    assert not (tmp_path / "elsewhere.cnf").exists()
    assert instance.carrel("credential", "list", "--all", "--json").stdout == before


@pytest.mark.parametrize(("group", "name"), [("researchers", "research-client.cnf"), ("analytics-users", "analytics-users-client.cnf")])
def test_in_a_folder_the_file_has_the_name_of_its_group(instance: Instance, tmp_path: Path, group: str, name: str) -> None:
    instance.carrel("credential", "issue", {"researchers": "ann"}.get(group, "bob"), "--group", group, "--output", tmp_path)
    assert (tmp_path / name).is_file()


def test_a_credential_is_refused_to_a_stranger_of_the_group(instance: Instance) -> None:
    refused(instance.carrel("credential", "issue", "bob", "--group", "researchers", ok=False), 6, "`bob` is not a member of `researchers`", "add-member")
    refused(instance.carrel("credential", "issue", "eve", "--group", "researchers", ok=False), 6, "there is no person `eve`")


def test_accounts_and_groups_are_administered_and_on_record(instance: Instance) -> None:
    run = instance.carrel
    run("user", "add", "zoe", "--realname", "Zoe", "--email", "zoe@example.org")
    run("group", "add", "wmf", "--description", "staff")
    run("group", "add-member", "wmf", "zoe", "--sponsor", "boss", "--until", f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}")
    (term,) = json.loads(run("user", "show", "zoe", "--json").stdout)["memberships"]
    assert (term["group"], term["sponsor"], term["source"]) == ("wmf", "boss", "local")
    refused(run("user", "password", "zoe", input="short\n", ok=False), 2, "at least 12")
    run("user", "password", "zoe", input="a long password\n")
    secret = json.loads(run("credential", "issue", "zoe", "--group", "wmf", "--json").stdout)
    run("user", "suspend", "zoe", "--reason", "leave")
    assert json.loads(run("credential", "list", "--user", "zoe", "--json").stdout) == []
    run("user", "resume", "zoe")
    run("credential", "revoke", secret["id"])
    run("group", "remove-member", "wmf", "zoe")
    refused(run("group", "add-member", "wmf", "zoe", "--sponsor", "boss", "--until", "2999-01-01", ok=False), 2, "longest end")
    refused(run("group", "add-member", "wmf", "zoe", "--sponsor", "boss", "--until", "soon", ok=False), 2, "not a date")
    assert "left: nothing" in run("access", "offboard", "zoe").stdout
    deeds = [(row["action"], row["details"].get("deed")) for row in json.loads(run("audit", "search", "--json").stdout)]
    for deed in [("user", "add"), ("group", "add"), ("grant", "add-member"), ("user", "password"), ("credential", "issue"), ("user", "suspend"),
                 ("user", "resume"), ("credential", "revoke"), ("grant", "remove-member"), ("offboard", None), ("import", None), ("init", None)]:
        assert deed in deeds
    assert {row["via"] for row in json.loads(run("audit", "search", "--json").stdout)} == {f"owner:{getpass.getuser()}"}
    assert "a long password" not in run("audit", "search", "--json").stdout


@pytest.mark.parametrize("command", [
    ("user", "list"), ("user", "show", "ann"), ("group", "list"), ("group", "show", "researchers"), ("access", "list"), ("access", "show", "ann"),
    ("credential", "list"), ("audit", "search"), ("audit", "verify"),
])
def test_lists_print_text_and_json(instance: Instance, command: tuple[str, ...]) -> None:
    assert instance.carrel(*command).stdout.strip()
    json.loads(instance.carrel(*command, "--json").stdout)


def test_verify_tells_of_a_changed_row_by_its_exit_code(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    instance.carrel("init")
    whole = json.loads(instance.carrel("audit", "verify", "--json").stdout)
    instance.carrel("audit", "verify", "--witness", f"{whole['head']}:{whole['digest']}")
    state = State(f"sqlite:///{instance.home / 'state.sqlite'}")
    with state.write() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET writer = 'me' WHERE number = 1")
    state.close()
    result = instance.carrel("audit", "verify", ok=False)
    assert result.returncode == 1
    assert "BROKEN at row 1: the content of row 1 was changed" in result.stdout


def test_the_seal_key_comes_from_outside_the_home(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    instance.carrel("init")
    (tmp_path / "seal").write_text("a key of some length\n")
    config = instance.home / "carrel.toml"
    config.write_text(config.read_text().replace('# seal_key = ""', f'seal_key = "file:{tmp_path / "seal"}"'))
    instance.carrel("user", "add", "ann")
    assert "sealed from row 3 on" in instance.carrel("audit", "verify").stdout
    state = State(f"sqlite:///{instance.home / 'state.sqlite'}")
    assert AuditLog(state, "a key of some length").verify().sealed
    state.close()


def test_a_seal_key_inside_the_home_is_refused(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    instance.carrel("init")
    (instance.home / "seal").write_text("a key")
    config = instance.home / "carrel.toml"
    config.write_text(config.read_text().replace('# seal_key = ""', f'seal_key = "file:{instance.home / "seal"}"'))
    refused(instance.carrel("user", "add", "ann", ok=False), 2, "`audit.seal_key` is inside the home")
    assert instance.carrel("user", "list", "--json").stdout == "[]\n"


def test_somebody_elses_home_is_refused(instance: Instance) -> None:
    with pytest.raises(AccessRefused, match="belongs to somebody else"):
        owner(instance.home, uid=instance.home.stat().st_uid + 12345)
    mine = owner(instance.home, person="ann")
    assert (mine.person, mine.via) == ("ann", f"owner:{getpass.getuser()}")


def test_the_command_itself_prints_one_line_and_its_help(instance: Instance) -> None:
    command = [str(Path(sys.executable).parent / "carrel"), "--home", str(instance.home), "user", "show", "nobody"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (5, "")
    assert result.stderr == "carrel: there is no person `nobody`\n  try: carrel user list\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["docters"], "carrel: no such command 'docters'. (Did you mean one of: 'doctor', 'doors'?)\n  try: carrel --help\n"),
        (["user", "suspend", "ann"], "carrel: missing option '--reason'\n  try: carrel user suspend --help\n"),
        (["policy", "check", "nofile.toml"], "carrel: nofile.toml: the file cannot be opened: no such file or directory\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_invocation_is_told_in_one_line_and_its_help(instance: Instance, arguments: list[str], says: str) -> None:
    command = [str(Path(sys.executable).parent / "carrel"), "--home", str(instance.home), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", says)


def test_to_ask_as_nobody_or_without_an_account_is_refused_with_the_way_out(instance: Instance) -> None:
    refused(instance.carrel("query", "--as", "nobody", "-e", "SELECT 1", ok=False), 5, "there is no person `nobody`")
    refused(instance.carrel("query", "-e", "SELECT 1", ok=False), 5, "say --as USER")
    refused(instance.carrel("policy", "explain", "nobody", "SELECT 1", ok=False), 5, "there is no person `nobody`")


def test_json_is_a_form_of_every_answer(instance: Instance) -> None:
    assert instance.carrel("query", "--as", "ann", "--json", "-e", "SELECT 1 AS one").stdout == '{"one": 1}\n'
    refused(instance.carrel("query", "--as", "ann", "--json", "--format", "csv", "-e", "SELECT 1", ok=False), 2, "two forms")


def test_doors_of_no_instance_say_so(tmp_path: Path) -> None:
    refused(Instance(tmp_path / "none").carrel("doors", ok=False), 2, "there is no Carrel in")


def test_settings_that_are_not_text_are_refused_with_their_place(instance: Instance) -> None:
    file = instance.home / "carrel.toml"
    before = file.read_bytes()
    file.write_bytes(b"# \xff\n")
    refused(instance.carrel("user", "list", ok=False), 2, "not UTF-8")
    file.write_bytes(before)


def test_a_question_comes_from_standard_input(instance: Instance) -> None:
    assert instance.carrel("query", "--as", "ann", "-f", "-", "--format", "tsv", input="SELECT 1 AS one").stdout == "one\n1\n"
