"""The registry of copies as doors are handed it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from carrel.model.copies import Copy, Receiver
from carrel.model.people import Origin, Principal


class CopyBook(Protocol):
    """The registry of copies as one person may see it: their own. Each call is audited."""

    def own(self, principal: Principal, origin: Origin) -> Sequence[Copy]:
        """The person's copies that are not gone, the first to end before the others."""
        ...

    def deleted(self, principal: Principal, origin: Origin, id: str) -> Copy:
        """The person says that a file of theirs outside is deleted.

        Raises NotFound for anybody else's, as for none; Conflict for what is in the house or gone.
        """
        ...

    def receivers(self, id: str) -> Sequence[Receiver]:
        """Those with whom its owner shares a table."""
        ...

    def unshare(self, principal: Principal, origin: Origin, id: str, receiver: Receiver) -> None:
        """The person takes back a share of a table of theirs. Raises NotFound for anybody else's, as for none, and where there is no such share."""
        ...
