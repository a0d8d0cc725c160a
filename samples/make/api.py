"""A client of the wiki's own Action API that plays everybody: a session, an address and a clock per deed."""

from __future__ import annotations

import http.client
import http.cookies
import json
import urllib.parse
import uuid
from typing import Any


class Refused(Exception):
    """The API answered with an error; the text is its code and info."""


class Api:
    """`addresses` names each person's address; who is not in it comes from `127.0.0.1`, which the wiki trusts as its proxy."""

    def __init__(self, port: int) -> None:
        self.addresses: dict[str, str] = {}
        self._port = port
        self._cookies: dict[str, dict[str, str]] = {}
        self._tokens: dict[tuple[str, str], str] = {}

    def call(self, who: str, time: int, files: dict[str, tuple[str, bytes]] | None = None, **fields: object) -> dict[str, Any]:
        """One POST. Raises Refused."""
        values = {"format": "json", "formatversion": "2", **{name: str(value) for name, value in fields.items()}}
        body, kind = _multipart(values, files) if files else (urllib.parse.urlencode(values).encode(), "application/x-www-form-urlencoded")
        jar = self._cookies.setdefault(who, {})
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        connection.request("POST", "/api.php", body, {
            "Content-Type": kind, "X-Story-Time": str(time), "X-Forwarded-For": self.addresses.get(who, "127.0.0.1"), "User-Agent": "storyteller/1.0",
            "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items()),
        })
        response = connection.getresponse()
        text = response.read()
        for header in response.headers.get_all("Set-Cookie") or ():
            jar.update({name: morsel.coded_value for name, morsel in http.cookies.SimpleCookie(header).items()})
        connection.close()
        try:
            answer: dict[str, Any] = json.loads(text)
        except ValueError:
            raise Refused(f"HTTP {response.status}: {text[:400]!r}") from None
        if "error" in answer:
            raise Refused(f"{answer['error']['code']}: {answer['error'].get('info', '')}")
        return answer

    def do(self, who: str, time: int, files: dict[str, tuple[str, bytes]] | None = None, kind: str = "csrf", **fields: object) -> dict[str, Any]:
        """A deed that needs a token of this kind."""
        if (who, kind) not in self._tokens:
            self._tokens[who, kind] = self.call(who, time, action="query", meta="tokens", type=kind)["query"]["tokens"][f"{kind}token"]
        return self.call(who, time, files, token=self._tokens[who, kind], **fields)

    def log_in(self, name: str, password: str, time: int) -> None:
        self._cookies.pop(name, None)
        token = self.call(name, time, action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
        answer = self.call(name, time, action="login", lgname=name, lgpassword=password, lgtoken=token)
        if answer["login"]["result"] != "Success":
            raise Refused(str(answer["login"]))

    def sign_up(self, name: str, password: str, time: int, email: str, real_name: str) -> None:
        visitor = f"visitor who will be {name}"
        self.addresses[visitor] = self.addresses.get(name, "127.0.0.1")
        token = self.call(visitor, time, action="query", meta="tokens", type="createaccount")["query"]["tokens"]["createaccounttoken"]
        answer = self.call(visitor, time, action="createaccount", createtoken=token, username=name, password=password, retype=password,
                           email=email, realname=real_name, createreturnurl="http://samplewiki.example.org/")
        if answer["createaccount"]["status"] != "PASS":
            raise Refused(str(answer["createaccount"]))
        self.log_in(name, password, time + 5)


def _multipart(fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    for name, (filename, data) in files.items():
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: image/png\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
