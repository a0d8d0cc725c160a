"""Whether an exception from retention may be made. Pure: the day and the approvers' groups are passed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from carrel.model.errors import AccessRefused, BadInput
from carrel.model.exceptions import RetentionException
from carrel.policy.limits import CopyRetention


def check(exception: RetentionException, groups: Mapping[str, frozenset[str]], allowed: CopyRetention, day: date) -> None:
    """Raises where policy does not let it be made on that day.

    Args:
        groups: for each approver the groups that they are in; none for whoever may not act at this moment.

    Raises:
        BadInput: it has no reason, or its end is past or further off than policy allows.
        AccessRefused: not so many people have agreed as it needs, or one who may not: its owner, and who is in no group of `approvers`.
    """
    last = day + timedelta(days=allowed.longest_exception)
    if not exception.reason.strip():
        raise BadInput("an exception has a reason")
    if not day < exception.ends <= last + timedelta(days=1):
        raise BadInput(f"an exception ends between tomorrow and {last}", help="it can be made anew when it has ended, by those who then agree")
    if exception.owner in exception.approvers:
        raise AccessRefused(f"`{exception.owner}` answers for it, and cannot agree to it", help="name others")
    for person in exception.approvers:
        if not groups.get(person, frozenset()) & allowed.approvers:
            raise AccessRefused(f"`{person}` may not agree to an exception", help=f"members of {_named(allowed)} may")
    if len(set(exception.approvers)) < allowed.approvals:
        raise AccessRefused(f"an exception needs {allowed.approvals} people who agree", help=f"members of {_named(allowed)}")


def _named(allowed: CopyRetention) -> str:
    return ", ".join(sorted(allowed.approvers)) or "no group: the policy's `approvers` names none"
