"""The HTTP door: a JSON API under `/api/v1` and pages for the browser."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What this door can do, for the suite that all doors pass.

    Attributes:
        dialect: of the statements that come in where a request names none.
        several_statements: whether one text may give several answers with rows.
        cancel: whether a client can stop its running statement, here by going away.
        parameters: whether values can be bound to placeholders.
        tls: whether a connection can be encrypted.
    """

    dialect: str
    several_statements: bool
    cancel: bool
    parameters: bool
    tls: bool


name = "http"
capabilities = Capabilities(dialect="mysql", several_statements=False, cancel=True, parameters=False, tls=True)
