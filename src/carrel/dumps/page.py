"""Pages of a dump, each with its revisions, which are read while it is iterated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

from carrel.dumps.characters import text
from carrel.dumps.errors import MalformedXML
from carrel.dumps.exact import Node
from carrel.dumps.raw import Raw, optional
from carrel.dumps.revision import Revision, text_of, user_of
from carrel.dumps.timestamp import Timestamp
from carrel.dumps.types import LogDeleted, LogItem, LogPage, Namespace, SiteInfo, User, Value

Namespaces = Mapping[str, Namespace]


class Page(Value):
    """A page; iterating it gives its revisions, once, in the order of the dump.

    Attributes:
        title: with the namespace's name where the dump tells the namespace's number (since schema 0.6), else without; blanks, not underscores.
        redirect: the title that it redirects to, where the dump tells it.
        restrictions: as the dump has them.
    """

    __slots__ = ("_revisions", "id", "namespace", "redirect", "restrictions", "title")
    FIELDS = ("id", "title", "namespace", "redirect", "restrictions")

    def __init__(  # noqa: PLR0917 - the order of mwtypes
        self, id: int | None = None, title: str | None = None, namespace: int | None = None, redirect: str | None = None,
        restrictions: list[str | None] | None = None, revisions: Iterator[Revision] | None = None,
    ) -> None:
        self.id = id
        self.title = title
        self.namespace = namespace
        self.redirect = redirect
        self.restrictions = restrictions
        self._revisions: Iterator[Revision] = iter(()) if revisions is None else revisions

    def __iter__(self) -> Iterator[Revision]:
        return self._revisions

    def __next__(self) -> Revision:
        return next(self._revisions)

    def read_from(self, revisions: Iterator[Revision]) -> Self:
        self._revisions = revisions
        return self


Revision.NESTED["page"] = Page.from_json


def site_info(node: Node) -> SiteInfo:
    said = {child.tag: child for child in node.children}
    namespaces = None
    if "namespaces" in said:
        try:
            namespaces = [Namespace(child.attributes["key"], child.text, case=child.attributes.get("case")) for child in said["namespaces"].children]
        except (KeyError, ValueError):
            raise MalformedXML("expected a number as the key of each <namespace>") from None
    return SiteInfo(
        name=text_of(said, "sitename"), dbname=text_of(said, "dbname"), base=text_of(said, "base"), generator=text_of(said, "generator"),
        case=text_of(said, "case"), namespaces=namespaces,
    )


def page_of(node: Node, namespaces: Namespaces | None) -> Page:
    """A page from its head, without its revisions."""
    title: str | None = None
    number = namespace = redirect = None
    restrictions: list[str | None] = []
    try:
        for child in node.children:
            if child.tag == "title":
                title = child.text
            elif child.tag == "ns":
                namespace = int(child.text)
            elif child.tag == "id":
                number = int(child.text)
            elif child.tag == "redirect":
                redirect = child.attributes.get("title")
            elif child.tag == "restrictions":
                restrictions.append(child.text or None)
            elif child.tag not in _PASSED_OVER:
                raise MalformedXML(f"unexpected <{child.tag}> in <page>")
    except ValueError as error:
        raise MalformedXML(f"in <page>: {error}") from None
    if not title:
        raise MalformedXML("a page without title")
    plain = title.replace("_", " ")
    if namespace is None:
        namespace, plain = split_title(title, namespaces)
    return Page(number, plain, namespace, redirect, restrictions)


_PASSED_OVER = frozenset({"DiscussionThreading", "discussionthreadinginfo", "sha1", "upload"})


def split_title(title: str, namespaces: Namespaces | None) -> tuple[int, str]:
    """The namespace's number and the rest of a title, where the dump does not tell the number."""
    name, colon, rest = title.partition(":")
    if colon and namespaces is not None and not rest.startswith(" ") and name in namespaces:
        return namespaces[name].id, rest.replace("_", " ")
    return 0, title.replace("_", " ")


def log_item_of(node: Node, namespaces: Namespaces | None) -> LogItem:
    said: dict[str, Node] = {}
    for child in node.children:
        if child.tag not in _OF_LOG_ITEMS:
            raise MalformedXML(f"unexpected <{child.tag}> in <logitem>")
        said[child.tag] = child
    no_user, no_comment, no_action = ("deleted" in said[name].attributes if name in said else None for name in ("contributor", "comment", "text"))
    try:
        moment, number = text_of(said, "timestamp"), text_of(said, "id")
        if number is None:
            raise ValueError("a log item without id")
        return LogItem(
            int(number), None if moment is None else Timestamp(moment), None if no_user or "contributor" not in said else user_of(said["contributor"]),
            _log_page(said, namespaces), None if no_comment else text_of(said, "comment"), text_of(said, "type"), text_of(said, "action"), None,
            text_of(said, "params"), LogDeleted(action=no_action or None, comment=no_comment, user=no_user),
        )
    except ValueError as error:
        raise MalformedXML(f"in <logitem>: {error}") from None


def log_item_of_raw(raw: Raw, namespaces: Namespaces | None) -> LogItem:
    """A log item from the groups of the scanner's LOG_ITEM."""
    number, year, month, day, hour, minute, second, no_user, name, user, address, comment, no_comment, type_, action, no_text, title, params = raw
    who = None
    if no_user is None:
        who = User(None, text(address)) if address is not None else User(int(user), text(name))
    page = None
    if title is not None:
        namespace, rest = split_title(text(title), namespaces)
        page = LogPage(namespace=None if namespaces is None else namespace, title=rest)
    hidden_comment = no_comment is not None if comment is not None or no_comment is not None else None
    return LogItem(
        int(number), Timestamp.from_digits(year, month, day, hour, minute, second), who, page, optional(comment), optional(type_), optional(action), None,
        optional(params), LogDeleted(action=True if no_text is not None else None, comment=hidden_comment, user=no_user is not None),
    )


_OF_LOG_ITEMS = frozenset({"id", "timestamp", "comment", "contributor", "logtitle", "type", "action", "text", "params"})


def _log_page(said: Mapping[str, Node], namespaces: Namespaces | None) -> LogPage | None:
    title = text_of(said, "logtitle")
    if title is None:
        return LogPage() if "logtitle" in said else None
    namespace, rest = split_title(title, namespaces)
    return LogPage(namespace=None if namespaces is None else namespace, title=rest)
