"""The arithmetic of the chain: content digests, chain values, seals. Pure."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final

GENESIS: Final = "0" * 64
"""The chain value before row 1."""


def content_digest(number: int, time: datetime, of: int | None, writer: str, body: str) -> str:
    """Over everything that a row says. `body` holds a nonce: destroyed content cannot be guessed back from its digest."""
    stamp = time.astimezone(UTC).isoformat(timespec="microseconds")
    return _digest("content", str(number), stamp, "" if of is None else str(of), writer, body)


def chain_value(before: str, number: int, content: str) -> str:
    return _digest("chain", before, str(number), content)


def row_seal(key: bytes, chain: str) -> str:
    return _seal(key, "row", chain)


def head_seal(key: bytes, number: int, chain: str, sealed_from: int) -> str:
    """Unlike any row's seal: the head cannot be set back with the seal of an earlier row."""
    return _seal(key, "head", str(number), chain, str(sealed_from))


def same(one: object, other: object) -> bool:
    if not isinstance(one, str) or not isinstance(other, str):  # a changed row may hold anything
        return False
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def _digest(*parts: str) -> str:
    return hashlib.sha256(_join(parts)).hexdigest()


def _seal(key: bytes, *parts: str) -> str:
    return hmac.new(key, _join(parts), hashlib.sha256).hexdigest()


def _join(parts: tuple[str, ...]) -> bytes:
    # Each part is preceded by its length: no two lists of parts give the same bytes.
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
