"""`carrel demo`: a sample instance with every door open and a table of the ways in; `--check` walks them."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from carrel.cli._context import Context, json_option, show
from carrel.cli._demo import sample
from carrel.cli._demo.clients import SNIPPET
from carrel.cli._demo.scene import Guest, Scene, set_up
from carrel.cli._demo.walk import Comparison, walk

HOME: Final = "demo-home"
PERSONAL: Final = f"SELECT user_id FROM {sample.WIKI}.user WHERE user_email LIKE '%@example.org'"  # noqa: S608 - the sample's own name
SQL: Final = "SELECT page_title, page_len FROM page WHERE page_namespace = 0 ORDER BY page_len DESC LIMIT 5"
WIDTH: Final = 160


@click.command()
@click.option("--check", is_flag=True, help="Walk every way in without a person, compare each answer with the sample's own, print both, and end.")
@json_option
@click.pass_context
def demo(ctx: click.Context, check: bool, as_json: bool) -> None:
    """Make a sample instance, open every door, and print a table of the ways in. The home is ./demo-home where none is named; it is wiped first."""
    root = ctx.find_root()
    named = root.get_parameter_source("home") is not click.core.ParameterSource.DEFAULT or "CARREL_HOME" in os.environ
    home = ctx.ensure_object(Context).home if named else Path(HOME).absolute()
    with set_up(home, root.command, free_ports=check, quiet=as_json) as scene:
        if not check:
            show(ways_in(scene), "", as_json) if as_json else _print_ways(scene)
            _wait()
        elif not _check(scene, as_json=as_json):
            ctx.exit(1)


def ways_in(scene: Scene) -> dict[str, object]:
    """Where each door is, and each person's way through it."""
    return {
        "ports": dict(scene.ports),
        "people": [{"name": guest.person.name, "group": guest.person.group, "password": guest.password, "cnf": str(guest.cnf), "netrc": str(guest.netrc)}
                   for guest in scene.guests],
    }


def _print_ways(scene: Scene) -> None:
    table = Table("person", "group", "password for the browser", "credential file for programs", title="Sample people")
    for guest in scene.guests:
        table.add_row(guest.person.name, guest.person.group, guest.password, _relative(guest.cnf))
    console = Console(width=max(WIDTH, Console().width), soft_wrap=True)
    console.print(table)
    for title, text in commands_of(scene, scene.guests[0]):
        click.secho(f"\n{title}", bold=True)
        click.echo(text)
    click.secho("\nEverything is invented and open to this machine only. Ctrl-C ends the demo.", bold=True)


def commands_of(scene: Scene, guest: Guest) -> list[tuple[str, str]]:
    """A title and what to copy, for one person."""
    url = f"http://{scene.host}:{scene.ports['http']}"
    return [
        ("mysql client", f'mysql --defaults-file={_relative(guest.cnf)} -A {sample.WIKI} -e "{SQL}"'),
        ("Python (pip install pymysql)", SNIPPET.format(cnf=_relative(guest.cnf), database=sample.WIKI, sql=SQL)),
        ("curl", f"curl --netrc-file {_relative(guest.netrc)} {url}/api/v1/query -H 'Content-Type: application/json' "
                 f"""-d '{{"database": "{sample.WIKI}", "sql": "{SQL}"}}'"""),
        ("as the owner of the home", f'carrel --home {_relative(scene.home)} query -d {sample.WIKI} -e "{SQL}" --as {guest.person.name}'),
        ("browser", f"{url}/   (a name and password of the table above)"),
        ("what policy says", f'carrel --home {_relative(scene.home)} policy explain {guest.person.name} "{PERSONAL}"'),
        ("what is on record", f"carrel --home {_relative(scene.home)} audit search"),
    ]


def _check(scene: Scene, *, as_json: bool) -> bool:
    found = list(walk(scene, sample.expected()))
    good, bad, left = (sum(comparison.ok is verdict for comparison in found) for verdict in (True, False, None))
    summary = f"{good} of {good + bad} comparisons equal; {left} ways not walked"
    if as_json:
        show([asdict(line) for line in found], "", True)
    else:
        Console(width=max(WIDTH, Console().width)).print(_table(found))
        click.secho(summary, bold=True, fg="green" if not bad else "red")
    return bad == 0 and good > 0


def _table(found: list[Comparison]) -> Table:
    table = Table("way", "who", "question", "expected", "got", "")
    for line in found:
        mark = {True: "equal", False: "DIFFERENT", None: "-"}[line.ok]
        table.add_row(line.way, line.who, line.question, line.expected, line.got, mark, style="bold red" if line.ok is False else None)
    return table


def _wait() -> None:
    """Until Ctrl-C or SIGTERM."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    over.wait()


def _relative(path: Path) -> str:
    return os.path.relpath(path)
