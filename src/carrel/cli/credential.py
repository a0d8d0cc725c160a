"""`carrel credential`: personal credentials for members of groups."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from carrel.access import issuing, option_file
from carrel.access.option_file import Endpoint
from carrel.app import App
from carrel.cli._admin import actor, columns, last_day, now
from carrel.cli._context import Context, json_option, show
from carrel.identity import credentials

DOORS = "doors.json"
"""What a running server writes into its home: where each open door is."""

_LOOPBACK: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound here
"""A door on all addresses is reached on this machine by the loopback one."""


@click.group()
def credential() -> None:
    """Personal credentials: issued once, dead with the membership that they belong to."""


@credential.command()
@click.argument("user")
@click.option("--group", required=True, help="The group that USER is a member of.")
@click.option("--output", type=click.Path(path_type=Path), help="Write an option file for MySQL clients; in a folder, under the group's name for it.")
@click.option("--force", is_flag=True, help="Replace the file where it is there.")
@json_option
@click.pass_obj
def issue(context: Context, user: str, group: str, output: Path | None, force: bool, as_json: bool) -> None:  # noqa: PLR0917 - click names them
    """Issue a credential to USER as a member of GROUP. The secret is shown or written once, and kept nowhere."""
    app = context.app
    endpoint = mysql_endpoint(app)
    path = option_file.target(output, group) if output is not None else None
    issued = issuing.issue(app.state, app.audit, actor(context), user, group, endpoint=endpoint, output=path, force=force, now=now())
    value = {"id": issued.id, "person": user, "group": group, "ends": issued.ends, "host": endpoint.host, "port": endpoint.port}
    if path is None:
        text = option_file.render(issued, endpoint, authority=option_file.authority_of(endpoint))
        show({**value, "secret": issued.secret}, text.rstrip(), as_json)
    else:
        show({**value, "file": str(path)}, f"wrote {path}\n  mysql --defaults-file={path} -A", as_json)


@credential.command("list")
@click.option("--user", help="Of this person alone.")
@click.option("--all", "dead_too", is_flag=True, help="Dead ones too.")
@json_option
@click.pass_obj
def list_(context: Context, user: str | None, dead_too: bool, as_json: bool) -> None:
    """List credentials, newest first; never their secrets, which nobody has."""
    found = [item for item in credentials.credentials(context.app.state, now(), person=user) if dead_too or item.alive]
    rows = [(item.id, item.person, item.group, f"{item.created:%Y-%m-%d}", last_day(item.ends), "alive" if item.alive else "dead") for item in found]
    show([asdict(item) for item in found], columns(("id", "person", "group", "issued", "last day", "state"), rows), as_json)


@credential.command()
@click.argument("id")
@json_option
@click.pass_obj
def revoke(context: Context, id: str, as_json: bool) -> None:
    """Close the credential ID at once."""
    issuing.revoke(context.app.state, context.app.audit, actor(context), id, now=now())
    show({"revoked": id}, f"revoked {id}", as_json)


def mysql_endpoint(app: App) -> Endpoint:
    """Where the running server has its MySQL door; without a server, where the settings put it."""
    doors = app.settings.doors
    host, port = doors.host, doors.mysql.port
    try:
        door = json.loads((app.home / DOORS).read_text()).get("mysql", {})
        host, port = str(door.get("host", host)), int(door.get("port", port))
    except FileNotFoundError:
        pass
    return Endpoint(host=_LOOPBACK.get(host, host), port=port, certificate=app.home / app.settings.tls.certificate)
