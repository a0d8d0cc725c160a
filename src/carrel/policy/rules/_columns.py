"""What permits leave of a column: shared by the rules on tags."""

from __future__ import annotations

from carrel.model.decisions import Action, Request
from carrel.model.sensitivity import Mask
from carrel.policy.load import Policy


def weakest(policy: Policy, request: Request, tag: str) -> Mask:
    """The weakest mask that any of the asker's permits on this table leaves on a column for this tag of it; NULL where none opens it."""
    if request.column is None:
        return Mask.CLEAR
    permissions = policy.permissions(request.asker.groups)
    covering = (item for item in permissions if item.covers(request.table, Action.READ, request.asker.door))
    return min((item.mask_of(tag) for item in covering), default=Mask.NULL)
