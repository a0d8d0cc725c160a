"""Secrets and passwords, and what is kept of them.

An issued secret has 192 random bits. Nobody guesses that however fast the hash is, so its verifiers are the fast hashes that the MySQL protocol needs.
A password is chosen by a person: its verifier is argon2id, slow on purpose.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PREFIX: Final = "crl_"
"""Begins every issued secret, so that scanners of repositories find a leaked one."""

_SECRET_BYTES: Final = 24
_SECRET: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{{_SECRET_BYTES * 4 // 3}}}")


def new_secret() -> str:
    """Letters, digits, `-` and `_` only: nothing that an option file or a URL would have to quote."""
    return PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def is_issued(text: str) -> bool:
    """Whether a text has the form of an issued secret; no password may have it."""
    return _SECRET.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Verifiers:
    """Of one issued secret. `native`: SHA1(SHA1(secret)), 20 bytes; `sha2`: SHA256(SHA256(secret)), 32 bytes."""

    native: bytes
    sha2: bytes

    @classmethod
    def of(cls, secret: str) -> Verifiers:
        data = secret.encode()
        return cls(native=_sha1(_sha1(data)), sha2=_sha256(_sha256(data)))

    @classmethod
    def dummy(cls) -> Verifiers:
        """Matches nothing that anybody has."""
        return cls(native=secrets.token_bytes(20), sha2=secrets.token_bytes(32))

    def match_native(self, salt: bytes, response: bytes) -> bool:
        """response = SHA1(secret) XOR SHA1(salt + SHA1(SHA1(secret))), as in https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_native_password_authentication.html"""
        stage1 = _xor(response, _sha1(salt + self.native), 20)
        return hmac.compare_digest(_sha1(stage1), self.native)

    def match_sha2(self, salt: bytes, response: bytes) -> bool:
        """response = SHA256(secret) XOR SHA256(SHA256(SHA256(secret)) + salt), as in https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html"""
        stage1 = _xor(response, _sha256(self.sha2 + salt), 32)
        return hmac.compare_digest(_sha256(stage1), self.sha2)

    def match_secret(self, secret: str) -> bool:
        return hmac.compare_digest(_sha256(_sha256(secret.encode("utf-8", "surrogateescape"))), self.sha2)


class Passwords(Protocol):
    """How passwords are kept. The tests count its calls."""

    def keep(self, password: str) -> str: ...

    def match(self, kept: str, password: str) -> bool: ...


class Argon2Passwords:
    """argon2id with the library's parameters (RFC 9106, second recommendation: 64 MiB, 3 passes)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def keep(self, password: str) -> str:
        return self._hasher.hash(password)

    def match(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password.encode("utf-8", "surrogateescape"))
        except (VerificationError, InvalidHashError):
            return False


def _sha1(data: bytes) -> bytes:
    # The protocol's choice; what it protects is a random secret of 192 bits.
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _xor(one: bytes, other: bytes, length: int) -> bytes:
    # A response of another length matches nothing, and costs the same.
    padded = one if len(one) == length else bytes(length)
    return bytes(a ^ b for a, b in zip(padded, other, strict=True))
