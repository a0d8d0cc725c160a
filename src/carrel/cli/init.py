"""`carrel init`: makes a home."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from carrel.app import App
from carrel.cli._context import Context, json_option, show
from carrel.cli._template import template
from carrel.identity.owner import owner
from carrel.identity.tls import make_self_signed
from carrel.model.audit import Begin, Finish
from carrel.model.errors import BadInput, Conflict
from carrel.settings import FILE, Settings
from carrel.state import migrations
from carrel.state.store import State

_UNFINISHED: Final = frozenset({"tls", "state.sqlite", "state.sqlite-wal", "state.sqlite-shm", f".{FILE}"})
"""What an `init` that was stopped leaves behind: `carrel.toml` comes last. A folder with these alone may be taken."""


@click.command()
@click.option("--host", "hosts", multiple=True, help="Further name or address that the certificate is for; may be repeated.")
@click.option("--state", "url", default="", help="SQLAlchemy URL of an empty PostgreSQL database for the state; without it SQLite in the home.")
@json_option
@click.pass_obj
def init(context: Context, hosts: Sequence[str], url: str, as_json: bool) -> None:
    """Make a new instance in the home: settings, state, and a self-signed certificate."""
    home = context.home
    with _claimed(home):
        _clear(home)
        (home / "tls").mkdir(mode=0o700)
        settings = Settings()
        make_self_signed(home / settings.tls.certificate, home / settings.tls.key, hosts=hosts)
        _make_state(home, url)
        unfinished = home / f".{FILE}"
        unfinished.write_text(template({"state.url": url} if url else {}))
        unfinished.chmod(0o600)
        unfinished.rename(home / FILE)
    _record(home)
    show({"home": str(home), "settings": str(home / FILE)}, f"made {home}\n  next: carrel --home {home} access import people.yaml", as_json)


@contextmanager
def _claimed(home: Path) -> Iterator[None]:
    """The folder, made where it is missing, closed to others, and locked against a second `init`."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise BadInput(f"cannot make `{home}`: {(error.strerror or 'refused').lower()}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = set(os.listdir(handle))
        if FILE in found:
            raise Conflict(f"there is a Carrel in `{home}`", help=f"carrel --home {home} doctor")
        if found - _UNFINISHED:
            raise Conflict(f"`{home}` is not empty", help="name a folder that is empty or does not exist")
        os.fchmod(handle, 0o700)
        yield
    except BlockingIOError as error:
        raise Conflict(f"another `carrel init` works in `{home}`") from error
    finally:
        os.close(handle)


def _clear(home: Path) -> None:
    for name in _UNFINISHED:
        path = home / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _make_state(home: Path, url: str) -> None:
    state = State(url or f"sqlite:///{home / 'state.sqlite'}")
    if migrations.current(state) is not None:
        raise Conflict(f"there is a state in {state.where}", help="name a database that is empty, or use the home that this state belongs to")
    migrations.upgrade(state)
    state.close()
    if not url:
        (home / "state.sqlite").chmod(0o600)


def _record(home: Path) -> None:
    app = App(home)
    try:
        deed = Begin(principal=owner(home), door="cli", address="local", action="init", verdict="allowed")
        app.audit.record(deed, Finish(outcome="complete"))
    finally:
        app.close()
