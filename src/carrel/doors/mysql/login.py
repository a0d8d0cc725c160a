"""The conversation before anything is answered: greeting, TLS, and the proof of who speaks. Every failure ends the same way.

The verifiers are `Identity`'s; this file only carries what the client sent.
"""

from __future__ import annotations

import secrets
import ssl
from dataclasses import replace
from typing import Final

from carrel.doors.mysql import packets
from carrel.doors.mysql.packets import CLEAR, NATIVE, SHA2, Capability, Login
from carrel.doors.mysql.stream import PacketStream
from carrel.model.errors import AuthenticationFailed
from carrel.model.people import Origin, Principal
from carrel.model.ports import Identity

_FAST_AUTH_SUCCESS: Final = b"\x03"
_FULL_AUTHENTICATION: Final = b"\x04"
_RESPONSE_BYTES: Final = {NATIVE: 20, SHA2: 32}


class Denied(Exception):
    """Nobody was recognised. `password`: whether the client sent one."""

    def __init__(self, user: str, *, password: bool) -> None:
        super().__init__()
        self.user = user
        self.password = password


def new_salt() -> bytes:
    """20 random bytes without zero and `$`, which clients would take for an end."""
    return bytes(secrets.choice(_SALT_BYTES) for _ in range(20))


_SALT_BYTES: Final = bytes(byte for byte in range(1, 128) if byte != ord("$"))


def greet(stream: PacketStream, number: int, salt: bytes, tls: ssl.SSLContext | None, plugin: str) -> Login:
    """Says who we are, turns to TLS where the client asks for it, and returns what it says of itself.

    Raises:
        WireError, Closed: the client does not speak this protocol, or went away.
    """
    offered = packets.SERVER_CAPABILITIES | (Capability.SSL if tls else Capability(0))
    stream.write(packets.greeting(number, salt, offered, plugin))
    stream.flush()
    payload = stream.read()
    if tls is not None and packets.wants_tls(payload):
        stream.encrypt(tls)
        payload = stream.read()
    return packets.parse_login(payload, offered)


class Authenticator:
    """Finds out who speaks on one connection, at its login or at a COM_CHANGE_USER.

    Attributes:
        salt: what responses are made with: the greeting's, after a switch the newer one. libmariadb answers COM_CHANGE_USER with the last one that it got.
    """

    def __init__(self, stream: PacketStream, identity: Identity, origin: Origin, plugin: str, salt: bytes) -> None:
        self.salt = salt
        self._stream = stream
        self._identity = identity
        self._origin = origin
        self._plugin = plugin

    def authenticate(self, login: Login) -> Principal:
        """Who it is.

        Raises:
            Denied: for every cause alike.
        """
        if not login.capabilities & Capability.PLUGIN_AUTH:
            login = replace(login, plugin=NATIVE)
        elif not self._acceptable(login.plugin):
            self.salt = new_salt()
            self._stream.write(packets.auth_switch(self._plugin, self.salt))
            self._stream.flush()
            login = replace(login, plugin=self._plugin, response=self._stream.read())
        try:
            return self._verify(login, self.salt)
        except AuthenticationFailed:
            raise Denied(login.user, password=bool(login.response.strip(b"\0"))) from None

    def _acceptable(self, plugin: str) -> bool:
        return plugin in (NATIVE, SHA2) or (plugin == CLEAR and self._stream.encrypted)

    def _verify(self, login: Login, salt: bytes) -> Principal:
        if login.plugin == CLEAR:
            return self._identity.verify_secret(login.user, _secret(login.response), self._origin)
        # a response of another length proves nothing; it is verified all the same, so that it counts and takes as long
        length = _RESPONSE_BYTES[login.plugin]
        response = login.response if len(login.response) == length else bytes(length)
        if login.plugin == NATIVE:
            return self._identity.verify_native(login.user, salt, response, self._origin)
        principal = self._identity.verify_sha2(login.user, salt, response, self._origin)
        if principal is None:
            return self._full(login)
        self._stream.write(packets.auth_more(_FAST_AUTH_SUCCESS))
        return principal

    def _full(self, login: Login) -> Principal:
        """caching_sha2_password's full exchange: the password itself, over TLS only. The RSA exchange is refused."""
        self._stream.write(packets.auth_more(_FULL_AUTHENTICATION))
        self._stream.flush()
        answer = self._stream.read()
        if not self._stream.encrypted:
            raise AuthenticationFailed("this needs an encrypted connection")
        return self._identity.verify_secret(login.user, _secret(answer), self._origin)


def _secret(response: bytes) -> str:
    return response.removesuffix(b"\0").decode("utf-8", "replace")
