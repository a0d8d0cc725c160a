"""The values of a dump that do not iterate, with the names of mwtypes. They can be changed, compared, printed, pickled and turned into JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Self, TypeAlias

from carrel.dumps.timestamp import Timestamp


class Value:
    """Values by their fields. `to_json` leaves out what is None, as mwtypes does."""

    __slots__ = ()
    FIELDS: ClassVar[tuple[str, ...]] = ()
    KEPT: ClassVar[tuple[str, ...]] = ()
    """What goes to another process, where that is more than the fields."""

    NESTED: ClassVar[dict[str, Callable[[Any], Any]]] = {}
    """How fields that are values themselves are made of their JSON."""

    def to_json(self) -> dict[str, Any]:
        return {name: as_json(value) for name in self.FIELDS if (value := getattr(self, name)) is not None}

    @classmethod
    def from_json(cls, doc: Mapping[str, Any]) -> Self:
        """The value that `to_json` was asked of."""
        return cls(**{name: cls.NESTED[name](value) if name in cls.NESTED and value is not None else value for name, value in doc.items()})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and all(getattr(self, name) == getattr(other, name) for name in self.FIELDS)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.FIELDS)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuilt, (type(self), {name: getattr(self, name) for name in self.KEPT or self.FIELDS}))


def _rebuilt(kind: type[Value], fields: Mapping[str, Any]) -> Value:
    return kind(**fields)


def as_json(value: Any) -> Any:
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, list | tuple | set) else value


class User(Value):
    """Who did it. `id` is None for who had no account; `text` is the name or the address."""

    __slots__ = FIELDS = ("id", "text")

    def __init__(self, id: int | None = None, text: str | None = None) -> None:
        self.id = id
        self.text = text


_User: TypeAlias = User


class Deleted(Value):
    """What of a revision the wiki has hidden. `restricted` is None: a dump does not say it."""

    __slots__ = FIELDS = ("text", "comment", "user", "restricted")

    def __init__(self, text: bool | None = None, comment: bool | None = None, user: bool | None = None, restricted: bool | None = None) -> None:
        self.text = text
        self.comment = comment
        self.user = user
        self.restricted = restricted

    @classmethod
    def from_int(cls, integer: int) -> Self:
        """From `rev_deleted`: bits 1 text, 2 comment, 4 user, 8 restricted."""
        return cls(*(bool(integer & bit) for bit in (1, 2, 4, 8)))


class LogDeleted(Value):
    """What of a log item the wiki has hidden."""

    __slots__ = FIELDS = ("action", "comment", "user", "restricted")

    def __init__(self, action: bool | None = None, comment: bool | None = None, user: bool | None = None, restricted: bool | None = None) -> None:
        self.action = action
        self.comment = comment
        self.user = user
        self.restricted = restricted

    @classmethod
    def from_int(cls, integer: int) -> Self:
        """From `log_deleted`: bits 1 action, 2 comment, 4 user, 8 restricted."""
        return cls(*(bool(integer & bit) for bit in (1, 2, 4, 8)))


class Content(Value):
    """A slot of a revision. `bytes` is the length that the dump tells; `id` and `location` are of a text that is elsewhere, as in stubs."""

    __slots__ = ("bytes", "deleted", "format", "id", "location", "model", "origin", "role", "sha1", "text")
    FIELDS = ("role", "origin", "model", "format", "deleted", "location", "bytes", "sha1", "text")
    KEPT = (*FIELDS, "id")

    def __init__(  # noqa: PLR0917 - the order of mwtypes
        self, role: str | None = None, origin: int | None = None, model: str | None = None, format: str | None = None, deleted: bool | None = None,
        id: str | None = None, location: str | None = None, bytes: int | None = None, sha1: str | None = None, text: str | None = None,
    ) -> None:
        self.role = role
        self.origin = origin
        self.model = model
        self.format = format
        self.deleted = deleted
        self.id = id
        self.location = location
        self.bytes = bytes
        self.sha1 = sha1
        self.text = text


class Slots(Value):
    """The slots of a revision by role. `sha1` is of all of them together."""

    __slots__ = FIELDS = ("sha1", "contents")
    NESTED: ClassVar = {"contents": lambda contents: {role: None if one is None else Content.from_json(one) for role, one in contents.items()}}

    def __init__(self, sha1: str | None, contents: Mapping[str | None, Content | None]) -> None:
        self.sha1 = sha1
        self.contents = dict(contents)

    def __getitem__(self, name: str) -> Content | None:
        return self.contents[name]

    def __contains__(self, name: object) -> bool:
        return name in self.contents

    def get(self, name: str, default: Any = None) -> Any:
        return self.contents.get(name, default)


class Namespace(Value):
    """A namespace of the wiki. A dump does not tell `aliases`, `canonical` and `content`."""

    __slots__ = FIELDS = ("id", "name", "aliases", "case", "canonical", "content")

    def __init__(  # noqa: PLR0917 - the order of mwtypes
        self, id: int | str, name: str, canonical: str | None = None, aliases: Iterable[str] | None = None, case: str | None = None,
        content: bool | None = None,
    ) -> None:
        self.id = int(id)
        self.name = name
        self.aliases = None if aliases is None else set(aliases)
        self.case = case
        self.canonical = canonical
        self.content = content


class SiteInfo(Value):
    """What a dump says of its wiki; None for what it does not say."""

    __slots__ = FIELDS = ("name", "dbname", "base", "generator", "case", "namespaces")
    NESTED: ClassVar = {"namespaces": lambda namespaces: [Namespace.from_json(one) for one in namespaces]}

    def __init__(  # noqa: PLR0917 - the order of mwxml
        self, name: str | None = None, dbname: str | None = None, base: str | None = None, generator: str | None = None, case: str | None = None,
        namespaces: Iterable[Namespace] | None = None,
    ) -> None:
        self.name = name
        self.dbname = dbname
        self.base = base
        self.generator = generator
        self.case = case
        self.namespaces = None if namespaces is None else list(namespaces)


class LogPage(Value):
    """The page that a log item is about."""

    __slots__ = FIELDS = ("namespace", "title")

    def __init__(self, namespace: int | None = None, title: str | None = None) -> None:
        self.namespace = namespace
        self.title = title


class LogItem(Value):
    """An entry of the log, from a `pages-logging` dump."""

    __slots__ = FIELDS = ("id", "timestamp", "user", "page", "comment", "type", "action", "text", "params", "deleted")
    NESTED: ClassVar = {"timestamp": Timestamp.from_json, "user": User.from_json, "page": LogPage.from_json, "deleted": LogDeleted.from_json}
    User = User
    Deleted = LogDeleted
    Page = LogPage

    def __init__(  # noqa: PLR0917 - the order of mwtypes
        self, id: int, timestamp: Timestamp | None = None, user: _User | None = None, page: LogPage | None = None, comment: str | None = None,
        type: str | None = None, action: str | None = None, text: str | None = None, params: str | None = None, deleted: LogDeleted | None = None,
    ) -> None:
        self.id = id
        self.timestamp = timestamp
        self.user = user
        self.page = page
        self.comment = comment
        self.type = type
        self.action = action
        self.text = text
        self.params = params
        self.deleted = deleted
