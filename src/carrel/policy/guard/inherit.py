"""What outputs carry beside what tables bring: the gateway alone knows what a session's variables hold. It only ever adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from carrel.model.provenance import NOTHING, Provenance
from carrel.model.queries import AuthorizedQuery, OutputColumn


def inheriting(query: AuthorizedQuery, each: Sequence[Provenance]) -> AuthorizedQuery:
    """The question, each of whose outputs carries this besides."""
    return replace(query, outputs=tuple(_with(output, one) for output, one in zip(query.outputs, each, strict=True)))


def _with(output: OutputColumn, given: Provenance) -> OutputColumn:
    if given is NOTHING:
        return output
    return replace(output, inherited=given, tags=output.tags | given.tags, kept=None if output.kept is None else output.kept | given.tags)
