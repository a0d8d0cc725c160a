"""A place in a dump from which a later reading can go on: what has been said before it, and where it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Attributes:
        at: position in the uncompressed stream, in bytes.
        charset: of the last `SET NAMES`.
        created: each CREATE TABLE before that place.
        passed: what has been passed over before it.
        heading: of the INSERT in whose middle the place lies, up to its first bracket; empty where it lies between statements.
        comma: whether that INSERT had a comma right before the place, so that a row must follow.
    """

    at: int
    charset: str
    created: Sequence[bytes]
    passed: Sequence[str] = ()
    heading: bytes = b""
    comma: bool = True

    def as_text(self) -> str:
        # Every byte as a character of the same number: a dump need not be UTF-8.
        return json.dumps({
            **asdict(self), "created": [text.decode("latin-1") for text in self.created], "heading": self.heading.decode("latin-1"),
        })

    @staticmethod
    def from_text(text: str) -> Mark:
        value = json.loads(text)
        return Mark(**{**value, "created": [each.encode("latin-1") for each in value["created"]], "heading": value["heading"].encode("latin-1")})
