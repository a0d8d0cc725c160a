"""Issues and revokes credentials, on record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from carrel.access.option_file import Endpoint, OptionFile
from carrel.access.records import recorded
from carrel.identity import credentials
from carrel.identity.credentials import Issued
from carrel.model.people import Principal
from carrel.model.ports import Audit
from carrel.state.store import State


def issue(
    state: State, audit: Audit, principal: Principal, person: str, group: str, *, endpoint: Endpoint, output: Path | None, force: bool, now: datetime,
) -> Issued:
    """A credential, its secret written to `output` where one is given. When the file cannot be written nothing was issued, and the other way round.

    Raises:
        AccessRefused: the person is not a present, active member of the group.
        Conflict: the file is there, or the person has too many credentials.
        BadInput: the file cannot be written.
    """
    file = OptionFile(output, force=force) if output is not None else None

    def keep(issued: Issued) -> None:
        if file is not None:
            file.write(issued, endpoint)

    with recorded(audit, principal, "credential", details={"deed": "issue", "person": person, "group": group}, groups=(group,)):
        return credentials.issue(state, person, group, by=principal.via or principal.person, now=now, keep=keep)


def revoke(state: State, audit: Audit, principal: Principal, credential: str, *, now: datetime) -> None:
    """Closes a credential at once. Raises NotFound, or Conflict when it is revoked."""
    with recorded(audit, principal, "credential", details={"deed": "revoke", "credential": credential}):
        credentials.revoke(state, credential, by=principal.via or principal.person, now=now)
