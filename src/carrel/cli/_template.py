"""The first `carrel.toml`: every setting with its meaning and default, commented out."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import BaseModel

from carrel.settings import Settings


def template(values: Mapping[str, str]) -> str:
    """TOML that shows everything and sets nothing but `values`, by dotted key."""
    lines = ["# Settings of this Carrel. Each line that begins with `#` and a name shows a default: take the `#` away and change the value.", ""]
    return "\n".join(lines + _section(Settings(), "", values)) + "\n"


def _section(section: BaseModel, name: str, values: Mapping[str, str]) -> list[str]:
    plain, nested = [], []
    for key, field in type(section).model_fields.items():
        value = getattr(section, key)
        path = f"{name}.{key}" if name else key
        if isinstance(value, BaseModel):
            nested += [f"# {field.description}", f"[{path}]", *_section(value, path, values)]
        else:
            setting = f"{key} = {json.dumps(values[path])}" if path in values else f"# {key} = {json.dumps(value)}"
            plain += [f"# {field.description}", setting]
    return [*plain, *([""] if plain else []), *nested]
