"""Revisions, and how they are made of what the scanner or the exact parser has found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from carrel.dumps.errors import MalformedXML
from carrel.dumps.exact import Node
from carrel.dumps.raw import FIELDS, Raw, main_slot, slots
from carrel.dumps.timestamp import Timestamp
from carrel.dumps.types import Content, Deleted, Slots, User, Value

if TYPE_CHECKING:
    from carrel.dumps.page import Page

_User: TypeAlias = User
_Deleted: TypeAlias = Deleted
_Slots: TypeAlias = Slots


class Revision(Value):
    """A revision. Its fields are worked out when they are first asked for, and can be changed.

    Attributes:
        page: the page in which it was found.
        text: None where there is none: empty, hidden, or not in a dump of this kind.
        bytes: the length that the dump tells, not that of `text`.
        sha1: of the main slot, in base 36.
        minor: False where the dump does not say it.
    """

    FIELDS = ("id", "timestamp", "user", "page", "minor", "comment", "slots", "parent_id", "deleted")
    NESTED: ClassVar = {"timestamp": Timestamp.from_json, "user": User.from_json, "slots": Slots.from_json, "deleted": Deleted.from_json}
    User = User
    Deleted = Deleted
    Slots = Slots

    id: int | None
    timestamp: Timestamp | None
    user: _User | None
    page: Page | None
    minor: bool | None
    comment: str | None
    slots: _Slots | None
    parent_id: int | None
    deleted: _Deleted | None
    text: str | None
    sha1: str | None
    model: str | None
    format: str | None
    bytes: int | None

    def __init__(  # noqa: PLR0917 - the order of mwtypes
        self, id: int | None, timestamp: Timestamp | None = None, user: _User | None = None, page: Page | None = None, minor: bool | None = None,
        comment: str | None = None, slots: _Slots | None = None, parent_id: int | None = None, deleted: _Deleted | None = None,
    ) -> None:
        main = (slots["main"] if slots is not None and "main" in slots else None) or Content()
        self.id, self.timestamp, self.user, self.page, self.minor, self.comment = id, timestamp, user, page, minor, comment
        self.slots, self.parent_id, self.deleted = slots, parent_id, deleted
        self.text, self.sha1, self.model, self.format, self.bytes = main.text, main.sha1, main.model, main.format, main.bytes


class _Lazy:
    """A field that is worked out when it is first asked for, and from then on is an attribute of the revision like any other."""

    def __init__(self, name: str, fill: Callable[[Raw], Any]) -> None:
        self._name = name
        self._fill = fill

    def __get__(self, revision: Any, owner: type) -> Any:
        if revision is None:
            return self
        fields = revision.__dict__
        value = fields[self._name] = self._fill(fields["_raw"])
        return value


class _LazySlots:
    """The slots, of fields that are worked out once."""

    def __get__(self, revision: Any, owner: type) -> Any:
        if revision is None:
            return self
        made = revision.__dict__["slots"] = slots(revision.__dict__["_raw"], model=revision.model, format=revision.format, text=revision.text)
        return made


for _name, _fill in FIELDS.items():
    setattr(Revision, _name, _Lazy(_name, _fill))
setattr(Revision, "slots", _LazySlots())  # noqa: B010 - to a type checker it is the attribute that the class declares

_new: Final = object.__new__


def from_raw(raw: Raw, page: Page) -> Revision:
    """A revision that the scanner has found."""
    revision = _new(Revision)
    fields = revision.__dict__
    fields["_raw"] = raw
    fields["page"] = page
    return revision


def from_node(node: Node) -> Revision:
    """A revision that the exact parser has read.

    Raises:
        MalformedXML: an element that no schema has, or a number or moment that is none.
    """
    said: dict[str, Node] = {}
    contents: list[Content] = []
    for child in node.children:
        if child.tag == "content":
            contents.append(_content(child))
        elif child.tag in _CHILDREN:
            said[child.tag] = child
        else:
            raise MalformedXML(f"unexpected <{child.tag}> in <revision>")
    model, format, sha1 = (text_of(said, name) for name in ("model", "format", "sha1"))
    text = said.get("text") or Node("text", {})
    no_user, no_comment = ("deleted" in said[name].attributes if name in said else False for name in ("contributor", "comment"))
    try:
        main = main_slot(text.attributes, model=model, format=format, text=text.text or None, sha1=sha1)
        return Revision(
            _number(said, "id"),
            timestamp=None if (moment := text_of(said, "timestamp")) is None else Timestamp(moment),
            user=None if no_user or "contributor" not in said else user_of(said["contributor"]),
            minor="minor" in said, comment=None if no_comment else text_of(said, "comment"),
            slots=Slots(sha1, {content.role: content for content in (main, *contents)}), parent_id=_number(said, "parentid"),
            deleted=Deleted(text="deleted" in text.attributes, comment=no_comment, user=no_user),
        )
    except ValueError as error:
        raise MalformedXML(f"in <revision>: {error}") from None


_CHILDREN: Final = frozenset({"id", "parentid", "timestamp", "contributor", "minor", "comment", "origin", "model", "format", "text", "sha1"})
_CONTENT: Final = frozenset({"role", "origin", "model", "format", "id", "text"})


def _content(node: Node) -> Content:
    said = {child.tag: child for child in node.children}
    if unknown := said.keys() - _CONTENT:
        raise MalformedXML(f"unexpected <{min(unknown)}> in <content>")
    text = said.get("text")
    told: Mapping[str, str] = text.attributes if text else {}
    length, origin = told.get("bytes"), text_of(said, "origin")
    return Content(
        role=text_of(said, "role"), origin=None if origin is None else int(origin), model=text_of(said, "model"), format=text_of(said, "format"),
        deleted=None if text is None else "deleted" in told, id=text_of(said, "id"), location=told.get("location"), bytes=int(length) if length else None,
        sha1=told.get("sha1"), text=None if text is None else text.text or None,
    )


def user_of(node: Node) -> User:
    said = {child.tag: child for child in node.children}
    named = said.get("username") or said.get("ip")
    return User(_number(said, "id"), None if named is None else named.text)


def text_of(said: Mapping[str, Node], name: str) -> str | None:
    """The text of a child; None where there is none or an empty one."""
    return (said[name].text or None) if name in said else None


def _number(said: Mapping[str, Node], name: str) -> int | None:
    text = text_of(said, name)
    return None if text is None else int(text)
