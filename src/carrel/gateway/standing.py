"""What a person may see of a statement's tables at one moment, told by a digest: whoever has kept an answer asks for it again before it is handed out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from carrel.gateway.answers import Closing
from carrel.model.audit import Finish
from carrel.model.errors import NotAllowed
from carrel.model.queries import AuthorizedQuery


class QueryStanding:
    """Implements the port Standing. `lease` raises where the person's access has ended since."""

    def __init__(self, fingerprint: str, lease: Callable[[], None], finish: Callable[[Finish], None]) -> None:
        self.fingerprint = fingerprint
        self.check = lease
        self._close = Closing(finish)

    def close(self, outcome: str, sent: int = 0) -> None:
        self._close(Finish(outcome=outcome, bytes=sent))


def fingerprint(query: AuthorizedQuery) -> str:
    """Changes with the snapshot of any table that the query reads and with what policy leaves of it for the person.

    Raises:
        NotAllowed: it reads metadata, which has no snapshots.
    """
    if None in query.versions.values():
        raise NotAllowed("only answers from tables with rows can be kept", help="ask for it anew: POST /api/v1/query")
    parts = sorted((str(name), query.versions[name], fragment.sql("duckdb")) for name, fragment in query.fragments.items())
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
