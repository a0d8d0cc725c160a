"""The door for MySQL clients: the client/server protocol as MariaDB 10.11 speaks it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What this door can do, for the suite that all doors pass.

    Attributes:
        dialect: of the statements that come in.
        several_statements: whether one text may hold several.
        cancel: whether a client can stop its running statement.
        parameters: whether values can be bound to placeholders.
        tls: whether a connection can be encrypted.
    """

    dialect: str
    several_statements: bool
    cancel: bool
    parameters: bool
    tls: bool


name = "mysql"
capabilities = Capabilities(dialect="mysql", several_statements=True, cancel=True, parameters=True, tls=True)
