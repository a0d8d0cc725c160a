"""The option file that hands a credential to its owner: what the `mysql` and `mariadb` clients, MySQLdb, PyMySQL and RMySQL read by themselves."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from carrel.identity.credentials import Issued
from carrel.model.errors import BadInput, Conflict

NAMES: Final[Mapping[str, str]] = {
    "researchers": "research-client.cnf",
    "statistics-privatedata-users": "statistics-private-client.cnf",
    "analytics-privatedata-users": "analytics-research-client.cnf",
    "analytics-wmde": "research-wmde-client.cnf",
}
"""As Wikimedia's stat machines have them in /etc/mysql/conf.d; scripts look for these names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the MySQL door is. `certificate`: the PEM file of its own certificate; None where the door has none."""

    host: str
    port: int
    certificate: Path | None


def default_name(group: str) -> str:
    return NAMES.get(group, f"{group}-client.cnf")


def render(issued: Issued, endpoint: Endpoint, *, authority: Path | None) -> str:
    """The text. `authority`: the certificate that the clients shall trust, as an absolute path."""
    lines = [
        f"# Carrel: {issued.person} in {issued.group}, credential {issued.id}, until {issued.ends - timedelta(microseconds=1):%Y-%m-%d} at the latest.",
        "# Personal: whoever has this file is you. It can be replaced, not read again.",
        "[client]", f"host = {endpoint.host}", f"port = {endpoint.port}", f"user = {issued.person}", f"password = {issued.secret}",
    ]
    if authority is not None:
        # `loose-`: Oracle's client has no such option, and would refuse the file. PyMySQL verifies by itself when it is given an authority.
        lines += [f"ssl-ca = {authority}", "loose-ssl-verify-server-cert = 1"]
    return "\n".join(lines) + "\n"


def authority_of(endpoint: Endpoint) -> Path | None:
    """The door's certificate where it is self-signed, and so its own authority; None where clients find the authority elsewhere."""
    if endpoint.certificate is None or not endpoint.certificate.is_file():
        return None
    certificate = x509.load_pem_x509_certificate(endpoint.certificate.read_bytes())
    return endpoint.certificate if certificate.issuer == certificate.subject else None


def target(output: Path, group: str) -> Path:
    """The file that `--output` means: in a folder, the name that the group's file has."""
    return (output / default_name(group) if output.is_dir() else output).absolute()


class OptionFile:
    """Writes one, so that the name never stands for half a file and never for somebody else's.

    Raises, on construction:
        Conflict: the file is there and `force` is not given.
        BadInput: its folder is not there or closed.
    """

    def __init__(self, path: Path, *, force: bool) -> None:
        self._path = path
        self._force = force
        self._authority = path.with_name(path.stem + "-ca.pem")
        if not force and os.path.lexists(path):
            raise self._taken()
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise BadInput(f"cannot write in `{path.parent}`", help="name a folder that is there and yours: --output FOLDER/NAME.cnf")

    def write(self, issued: Issued, endpoint: Endpoint) -> None:
        """The file with mode 0600, and beside it `NAME-ca.pem` where the door's certificate is its own authority. The home itself is closed to others."""
        source = authority_of(endpoint)
        if source is not None:
            self._place(self._authority, source.read_text(), 0o644, force=True)
        self._place(self._path, render(issued, endpoint, authority=self._authority if source else None), 0o600, force=self._force)

    def _place(self, path: Path, text: str, mode: int, *, force: bool) -> None:
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            with os.fdopen(handle, "w") as file:
                file.write(text)
                os.fchmod(file.fileno(), mode)
                file.flush()
                os.fsync(file.fileno())
            if force:
                draft.replace(path)
            else:
                # Unlike rename, link refuses a name that is taken, whoever took it since we looked.
                os.link(draft, path)
        except FileExistsError as error:
            raise self._taken() from error
        except OSError as error:
            raise BadInput(f"cannot write `{path}`: {(error.strerror or 'refused').lower()}") from error
        finally:
            draft.unlink(missing_ok=True)

    def _taken(self) -> Conflict:
        return Conflict(f"there is a file `{self._path}`", help="name another, or say --force to replace it")
