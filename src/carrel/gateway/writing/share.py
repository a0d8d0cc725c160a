"""GRANT and REVOKE: the owner of a table lets others read it, within what they may read anyway, and takes that back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from carrel.gateway.writing.writer import Writer
from carrel.model.copies import Copy, Receiver, ReceiverKind
from carrel.model.errors import AccessRefused, NotFound
from carrel.model.people import Principal
from carrel.model.queries import Done, Notice
from carrel.model.tables import OWN, DatabaseKind, Table
from carrel.policy.decide import decide

_NOBODY: Final = Principal(person="", service="gateway")


def grant(writer: Writer) -> Done:
    table, copy = writer.own()
    _require_sharable(table)
    for receiver in writer.what.receivers:
        _require_receiver(writer, receiver)
    with writer.deed(writer.begin(writer.metadata(), copy.id, to=_listed(writer))) as done:
        writer.again(None)
        writer.work.share(copy, writer.what.receivers, writer.now.asker.now)
        return done(Done(notices=tuple(_notices(writer, table, copy))))


def revoke(writer: Writer) -> Done:
    """Whoever has lost the right to write may still take back what they gave."""
    name = writer.what.table
    table, copy = writer.find(name), writer.work.find(name)
    if table is None or copy is None or table.owner != writer.person:
        writer.require(name, table)
        raise NotFound(f"table `{name}` doesn't exist", help="SHOW TABLES")
    with writer.deed(writer.begin(writer.metadata(), copy.id, to=_listed(writer))) as done:
        writer.work.unshare(copy, writer.what.receivers)
        return done(Done())


def _listed(writer: Writer) -> str:
    return ", ".join(map(str, writer.what.receivers))


def _require_sharable(table: Table) -> None:
    if table.kind is DatabaseKind.DATASETS:
        raise AccessRefused(f"`{table.name}` is read by all who may read its tags", help="there is nothing to grant")
    if OWN in table.made_of:
        raise AccessRefused(
            f"`{table.name}` holds what you alone may see: it was made of metadata, or of what was opened to you for a purpose",
            reasons=("shares: it holds what its owner alone may see",), help="share a table that was made of tables",
        )


def _require_receiver(writer: Writer, receiver: Receiver) -> None:
    """Groups are named in the policy. Whether there is a person of some name is nobody's business."""
    groups = writer.now.policy.groups
    if receiver.kind is ReceiverKind.GROUP and receiver.name not in groups:
        raise NotFound(f"there is no group `{receiver.name}`", code="unknown_grant", help=f"groups are {', '.join(f'`{name}`' for name in groups)}")
    if receiver.kind is ReceiverKind.USER and receiver.name in groups:
        raise NotFound(f"`{receiver.name}` is a group", code="unknown_grant", help=f"TO GROUP {receiver.name}")


def _notices(writer: Writer, table: Table, copy: Copy) -> list[Notice]:
    """A word on each group that by itself opens nothing of the table."""
    found = []
    for receiver in writer.what.receivers:
        member = replace(writer.now.asker, principal=_NOBODY, groups=frozenset({receiver.name}), lifts=(), shares=frozenset({copy.id}))
        if receiver.kind is ReceiverKind.GROUP and not decide(writer.now.policy, member, table).read.allowed:
            text = f"group `{receiver.name}` alone opens nothing of `{table.name}`: its members read there what other groups of theirs open"
            found.append(Notice(code="share_closed", text=text))
    return found
