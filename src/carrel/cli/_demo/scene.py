"""The scene of a demo: a fresh home with the sample in it, its people's credentials, and open doors."""

from __future__ import annotations

import configparser
import fcntl
import io
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click

from carrel.app import App
from carrel.cli._demo import sample
from carrel.cli.serve import open_doors
from carrel.identity.accounts import set_password
from carrel.identity.verifiers import Argon2Passwords
from carrel.model.errors import Conflict

MARK: Final = ".carrel-demo"
"""In the home: it may be wiped."""

DEFAULT_PORTS: Final = {"mysql": 3307, "http": 8080}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A sample person with what opens the doors to them. `secret` is that of the file `cnf`; `password` is for the sign-in page."""

    person: sample.Person
    cnf: Path
    netrc: Path
    secret: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything is open: where, and to whom."""

    home: Path
    host: str
    ports: Mapping[str, int]
    guests: tuple[Guest, ...]


def command(home: Path, *args: str) -> list[str]:
    """The command line of `carrel` in a process of its own."""
    return [sys.executable, "-c", "from carrel.cli import main; main()", "--home", str(home), *args]


@contextmanager
def set_up(home: Path, root: click.Command, *, free_ports: bool, quiet: bool = False) -> Iterator[Scene]:
    """Makes the home anew and opens the doors; closes them at the end and leaves the home where it is.

    Args:
        root: the command `carrel`: the scene is set with the commands that an administrator types.
        free_ports: take any free port instead of the usual ones.
        quiet: show neither the commands nor what they print.

    Raises:
        Conflict: the folder is not a demo's, or a demo runs in it.
    """
    _wipe(home)
    hand = Hand(root, home, quiet=quiet)
    hand.type("init")
    with (home / MARK).open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        hand.type("access", "import", str(sample.PEOPLE))
        hand.type("load", "sql-dump", str(sample.dump(sample.WIKI)), "--wiki", sample.WIKI)
        hand.type("load", "sql-dump", str(sample.dump(sample.PRIVATE_WIKI)), "--wiki", sample.PRIVATE_WIKI, "--private")
        app = App(home)
        try:
            with open_doors(app, _ports(free_ports=free_ports)) as doors:
                (home / "credentials").mkdir(mode=0o700)
                guests = tuple(_invite(hand, app, person) for person in sample.people())
                yield Scene(home=home, host="127.0.0.1", ports={name: int(door["port"]) for name, door in doors.items()}, guests=guests)
        finally:
            app.close()


def _wipe(home: Path) -> None:
    mark = home / MARK
    if not home.exists() or not any(home.iterdir()):
        return
    if not mark.is_file():
        raise Conflict(f"`{home}` is not the home of a demo", help="carrel --home another-folder demo")
    with mark.open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"a demo runs in `{home}`", help="stop it with Ctrl-C, or carrel --home another-folder demo") from error
        shutil.rmtree(home)


class Hand:
    """Runs commands as if they had been typed, and shows them."""

    def __init__(self, root: click.Command, home: Path, *, quiet: bool) -> None:
        self.home = home
        self._root = root
        self._quiet = quiet

    def type(self, *args: str) -> None:
        with redirect_stdout(io.StringIO()) if self._quiet else nullcontext():
            shown = " ".join(os.path.relpath(arg) if os.path.isabs(arg) else arg for arg in args)
            click.secho(f"$ carrel --home {os.path.relpath(self.home)} {shown}", bold=True)
            self._root.main(["--home", str(self.home), *args], prog_name="carrel", standalone_mode=False)


def _invite(hand: Hand, app: App, person: sample.Person) -> Guest:
    cnf = hand.home / "credentials" / f"{person.name}.cnf"
    hand.type("credential", "issue", person.name, "--group", person.group, "--output", str(cnf))
    parser = configparser.ConfigParser(interpolation=None, allow_no_value=True)
    parser.read(cnf)
    secret = parser["client"]["password"].strip("\"'")
    netrc = cnf.with_suffix(".netrc")
    with os.fdopen(os.open(netrc, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"machine 127.0.0.1 login {person.name} password {secret}\n")
    password = secrets.token_urlsafe(12)
    set_password(app.state, person.name, password, Argon2Passwords())
    return Guest(person=person, cnf=cnf, netrc=netrc, secret=secret, password=password)


def _ports(*, free_ports: bool) -> dict[str, int]:
    return {door: 0 if free_ports or not _is_free(port) else port for door, port in DEFAULT_PORTS.items()}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
