"""The fields of a revision from the piece of a file that the scanner's REVISION has matched, each by its function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from carrel.dumps.characters import text as characters
from carrel.dumps.timestamp import Timestamp
from carrel.dumps.types import Content, Deleted, Slots, User
from carrel.sources.xml_dump.regular import ATTRIBUTE

Raw: TypeAlias = tuple[Any, ...]
"""The groups of REVISION: bytes, or None for what is not there."""

(
    _ID, _PARENT, _YEAR, _MONTH, _DAY, _HOUR, _MINUTE, _SECOND, _NO_USER, _NAME, _USER, _ADDRESS, _MINOR, _COMMENT, _NO_COMMENT, _MODEL, _FORMAT,
    _ATTRIBUTES, _TEXT, _SHA1, _MODEL_2, _FORMAT_2,
) = range(22)


def optional(data: bytes | None) -> str | None:
    """Text; None for none and for an empty one, as mwxml has it."""
    return characters(data) if data else None


def _timestamp(raw: Raw) -> Timestamp:
    return Timestamp.from_digits(*raw[_YEAR:_NO_USER])


def _user(raw: Raw) -> User | None:
    if raw[_NO_USER] is not None:
        return None
    if raw[_ADDRESS] is not None:
        return User(None, characters(raw[_ADDRESS]))
    return User(int(raw[_USER]), characters(raw[_NAME]))


def _told(raw: Raw) -> dict[bytes, bytes]:
    return dict(ATTRIBUTE.findall(raw[_ATTRIBUTES]))


def _bytes(raw: Raw) -> int | None:
    told = _told(raw).get(b"bytes")
    return int(told) if told else None


def _sha1(raw: Raw) -> str | None:
    told = _told(raw).get(b"sha1") if b" sha1=" in raw[_ATTRIBUTES] else None
    return told.decode() if told is not None else optional(raw[_SHA1])


def _deleted(raw: Raw) -> Deleted:
    return Deleted(b' deleted="' in raw[_ATTRIBUTES], raw[_NO_COMMENT] is not None, raw[_NO_USER] is not None)


def _model(raw: Raw) -> str | None:
    return optional(raw[_MODEL] or raw[_MODEL_2])


def _format(raw: Raw) -> str | None:
    return optional(raw[_FORMAT] or raw[_FORMAT_2])


FIELDS: Final[Mapping[str, Callable[[Raw], Any]]] = {
    "id": lambda raw: int(raw[_ID]),
    "parent_id": lambda raw: None if raw[_PARENT] is None else int(raw[_PARENT]),
    "timestamp": _timestamp,
    "user": _user,
    "minor": lambda raw: raw[_MINOR] is not None,
    "comment": lambda raw: optional(raw[_COMMENT]),
    "text": lambda raw: optional(raw[_TEXT]),
    "bytes": _bytes,
    "sha1": _sha1,
    "model": _model,
    "format": _format,
    "deleted": _deleted,
}
"""All but `slots`."""


def slots(raw: Raw, *, model: str | None, format: str | None, text: str | None) -> Slots:
    """The one slot that the regular form has. Its text is long, so it is taken from where it has been worked out already."""
    told = {name.decode(): characters(value) for name, value in _told(raw).items()}
    sha1 = optional(raw[_SHA1])
    return Slots(sha1, {"main": main_slot(told, model=model, format=format, text=text, sha1=sha1)})


def main_slot(told: Mapping[str, str], *, model: str | None, format: str | None, text: str | None, sha1: str | None) -> Content:
    """The main slot from the attributes of `<text>`. Only since schema 0.11 the text has a sha1 of its own, and says where it is."""
    length = told.get("bytes")
    content = Content(role="main", model=model, format=format, deleted="deleted" in told, bytes=int(length) if length else None, sha1=sha1, text=text)
    if "sha1" in told:
        content.sha1, content.id, content.location = told["sha1"], told.get("id"), told.get("location")
    return content
