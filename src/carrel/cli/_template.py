"""The first `carrel.toml`: every setting with its meaning and default, commented out."""

from __future__ import annotations

import json

from pydantic import BaseModel

from carrel.settings import Settings


def template() -> str:
    """TOML that sets nothing and shows everything."""
    lines = ["# Settings of this Carrel. Each line that begins with `#` and a name shows a default: take the `#` away and change the value.", ""]
    return "\n".join(lines + _section(Settings(), "")) + "\n"


def _section(section: BaseModel, name: str) -> list[str]:
    plain, nested = [], []
    for key, field in type(section).model_fields.items():
        value = getattr(section, key)
        if isinstance(value, BaseModel):
            path = f"{name}.{key}" if name else key
            nested += [f"# {field.description}", f"[{path}]", *_section(value, path)]
        else:
            plain += [f"# {field.description}", f"# {key} = {json.dumps(value)}"]
    return [*plain, *([""] if plain else []), *nested]
