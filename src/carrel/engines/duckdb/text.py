"""How names and values are written in DuckDB's SQL."""

from __future__ import annotations


def literal(value: str) -> str:
    """A string constant. DuckDB takes no escapes in it but the doubled quote."""
    if "\0" in value:
        return "(" + " || chr(0) || ".join("'" + part.replace("'", "''") + "'" for part in value.split("\0")) + ")"
    return "'" + value.replace("'", "''") + "'"


def name(*parts: str) -> str:
    """A quoted name, `"enwiki"."revision"`."""
    if len(parts) == 1:
        return '"' + parts[0].replace('"', '""') + '"'
    if len(parts) == 2:
        return '"' + parts[0].replace('"', '""') + '"."' + parts[1].replace('"', '""') + '"'
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)
