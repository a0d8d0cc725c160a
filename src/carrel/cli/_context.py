"""What every command is handed: the home, and the application built from it when it is first needed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from carrel.app import App
    from carrel.stores import Stores


@dataclass(slots=False)
class Context:
    """`home` is absolute. `app` opens the state, and is loaded, with all its libraries, when it is first asked for; `stores` is the part of it that keeps."""

    home: Path

    @cached_property
    def app(self) -> App:
        app: App = import_module("carrel.app").App(self.home)
        click.get_current_context().find_root().call_on_close(app.close)
        return app

    @cached_property
    def stores(self) -> Stores:
        stores: Stores = import_module("carrel.stores").Stores(self.home)
        click.get_current_context().find_root().call_on_close(stores.close)
        return stores


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
"""Every command that prints something has it."""


def show(value: Any, text: str, as_json: bool) -> None:
    """Prints `value` as JSON on one line or `text`, whichever was asked for."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else text)
