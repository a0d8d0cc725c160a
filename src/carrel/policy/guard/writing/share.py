"""GRANT and REVOKE: who else may read a table of one's own."""

from __future__ import annotations

from typing import Final

from sqlglot.tokenizer_core import TokenType

from carrel.model.copies import Receiver, ReceiverKind
from carrel.model.errors import NotAllowed
from carrel.policy.guard.writing.forms import Deed, Write
from carrel.policy.guard.writing.reader import Reader

_HELP: Final = "GRANT SELECT ON staging.name TO GROUP researchers, or TO USER ben"
_NAMES: Final = frozenset({TokenType.STRING, TokenType.IDENTIFIER})


def grant(reader: Reader) -> Write:
    return _read(reader, Deed.GRANT, "TO")


def revoke(reader: Reader) -> Write:
    return _read(reader, Deed.REVOKE, "FROM")


def _read(reader: Reader, deed: Deed, towards: str) -> Write:
    if not reader.accept("SELECT", "ON"):
        raise NotAllowed("only `SELECT ON table` is granted, on the whole table", help=_HELP)
    reader.accept("TABLE")
    if reader.word() == "*" or reader.word(2) == "*":
        raise NotAllowed("one table is shared at a time", help=_HELP)
    table = reader.table()
    reader.expect(towards)
    receivers = [_receiver(reader)]
    while reader.accept(","):
        receivers.append(_receiver(reader))
    if reader.word() in {"WITH", "IDENTIFIED", "REQUIRE"}:
        raise NotAllowed(f"`{reader.word()}` is not part of a share", help=_HELP)
    reader.end()
    return Write(deed=deed, table=table, receivers=tuple(dict.fromkeys(receivers)))


def _receiver(reader: Reader) -> Receiver:
    """`GROUP name`, `USER name`, or a name alone, which is a user's. A user may stand with MariaDB's `@'%'`."""
    kind = ReceiverKind.USER
    if reader.word() in {"GROUP", "ROLE", "USER"} and _is_name(reader, 1):
        kind = ReceiverKind.USER if reader.word() == "USER" else ReceiverKind.GROUP
        reader.at += 1
    if kind is ReceiverKind.USER and reader.word() == "PUBLIC":
        raise NotAllowed("a table is not shared with everybody", help=_HELP)
    name = _name(reader)
    if kind is ReceiverKind.USER and reader.accept("@") and _name(reader) != "%":
        raise NotAllowed("people are not told apart by their hosts", help="'ben'@'%', or TO USER ben")
    return Receiver(kind, name)


def _is_name(reader: Reader, ahead: int) -> bool:
    place = reader.at + ahead
    if place >= len(reader.tokens):
        return False
    token = reader.tokens[place]
    return token.token_type in _NAMES or token.text.replace("-", "_").isidentifier()


def _name(reader: Reader) -> str:
    """A name in any quotes, or a word; one without quotes may have hyphens, as groups have."""
    if reader.at >= len(reader.tokens):
        raise reader.error()
    token = reader.tokens[reader.at]
    if token.token_type in _NAMES:
        reader.at += 1
        return token.text
    name, end = "", None
    while reader.at < len(reader.tokens):
        token = reader.tokens[reader.at]
        if not (token.text == "-" or token.text.isidentifier() or (name and token.text.isalnum())) or (end is not None and token.start != end):
            break
        name, end = name + token.text, token.end + 1
        reader.at += 1
    if not name or not name.replace("-", "_").replace(".", "_").isidentifier():
        raise reader.error()
    return name
