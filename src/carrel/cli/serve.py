"""`carrel serve`: opens the doors and keeps them open until it is told to stop."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import click

from carrel.app import App
from carrel.cli._context import Context, json_option, show
from carrel.cli.doors import DOORS_FILE, LOCK_FILE
from carrel.io.memory import Ceiling
from carrel.model.errors import BadInput, Conflict

LOCK_TRIES: Final = 10


@click.command()
@click.option("--port", "ports", multiple=True, metavar="DOOR=N", help="Port of a door, repeatable; 0 takes a free one. Only the doors named are opened.")
@json_option
@click.pass_obj
def serve(context: Context, ports: tuple[str, ...], as_json: bool) -> None:
    """Open the doors until interrupted, and print where they are."""
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    with open_doors(context.app, _chosen(context.app, ports)) as where:
        show(where, "\n".join(f"{name}: {entry['host']}:{entry['port']}" for name, entry in where.items()), as_json)
        stop.wait()
        if not as_json:
            click.echo("closing")


@contextmanager
def open_doors(app: App, ports: dict[str, int]) -> Iterator[dict[str, dict[str, Any]]]:
    """Opens the named doors on their ports and gives where they are; closes all when the block ends.

    Raises:
        Conflict: another server runs on this home, or a port is taken; then no door stays open.
    """
    with ExitStack() as stack:
        stack.enter_context(_lock(app.home / LOCK_FILE))
        (app.home / DOORS_FILE).unlink(missing_ok=True)  # of a server that was killed
        _prepare(app)
        stack.enter_context(_ceiling(app))
        where: dict[str, dict[str, Any]] = {}
        for name, port in ports.items():
            door = app.door(name)
            bound = door.start(app.settings.doors.host, port)
            stack.callback(door.stop)
            where[name] = {"host": app.settings.doors.host, "port": bound}
            app.ports[name] = bound
        _write(app.home / DOORS_FILE, where)
        stack.callback((app.home / DOORS_FILE).unlink, missing_ok=True)
        if app.settings.jobs.enabled:
            runner = app.job_runner()
            runner.start()
            stack.callback(runner.stop)
        stack.enter_context(settled())
        yield where


@contextmanager
def settled() -> Iterator[None]:
    """What has been loaded so far stays: Python's collector of garbage does not look at it again and again while questions are answered."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def default_ports(app: App) -> dict[str, int]:
    """The doors that the settings open, with their ports."""
    sections = {name: getattr(app.settings.doors, name) for name in app.door_names()}
    return {name: section.port for name, section in sections.items() if section.enabled}


def _chosen(app: App, ports: tuple[str, ...]) -> dict[str, int]:
    chosen: dict[str, int] = {}
    for text in ports:
        name, _, number = text.partition("=")
        if name not in app.door_names():
            raise BadInput(f"there is no door `{name}`", help=f"one of {', '.join(app.door_names())}")
        if not number.isdecimal() or int(number) > 65535:
            raise BadInput(f"`{text}` is not DOOR=N", help="--port mysql=3307")
        chosen[name] = int(number)
    return chosen or default_ports(app)


def _prepare(app: App) -> None:
    """What must be right before the first question: a state of this version, the leftovers of killed processes gone, the policy readable."""
    app.audit.recover()
    app.lake.sweep()
    app.work.sweep()
    app.policy()


@contextmanager
def _ceiling(app: App) -> Iterator[None]:
    """While the doors are open, no question can take the machine's memory."""
    limits = app.settings.limits
    ceiling = Ceiling(limits.memory_mb + limits.headroom_mb)
    ceiling.start()
    try:
        yield
    finally:
        ceiling.stop()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _locks(handle):
            raise Conflict("a server is running on this home already", help="carrel doors")
        yield
    finally:
        os.close(handle)


def _locks(handle: int) -> bool:
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)  # `carrel doors` holds it for a moment to see whether it is free
        else:
            return True
    return False


def _write(path: Path, where: dict[str, dict[str, Any]]) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(where))
    temporary.replace(path)
