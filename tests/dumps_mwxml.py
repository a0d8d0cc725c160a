"""Whatever mwxml and `carrel.dumps` give for a dump, field by field, as values that can be compared; and mwxml's own warnings kept quiet."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any

Event = tuple[Any, ...]


def events(module: ModuleType, source: Any) -> Iterator[Event]:
    """Site, pages, revisions and log items in order; last, where it failed, `error`."""
    logging.getLogger("mwxml").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dump = module.Dump.from_file(source)
            yield ("site", dump.site_info.to_json())
            for item in dump:
                yield from _item(item)
        except Exception as error:  # noqa: BLE001 - whatever it raises
            yield ("error", str(error))


def both(data: bytes, mwxml: ModuleType, ours: ModuleType) -> tuple[list[Event], list[Event]]:
    return list(events(mwxml, io.BytesIO(data))), list(events(ours, io.BytesIO(data)))


def _item(item: Any) -> Iterator[Event]:
    if not hasattr(item, "redirect"):
        yield ("log item", item.to_json(), _moment(item.timestamp))
        return
    yield ("page", item.id, item.title, item.namespace, item.redirect, item.restrictions)
    for revision in item:
        yield _revision(revision, item)


def _revision(revision: Any, page: Any) -> Event:
    user, slots = revision.user, revision.slots
    return (
        "revision", revision.page is page, revision.id, revision.parent_id, _moment(revision.timestamp), None if user is None else (user.id, user.text),
        revision.minor, revision.comment, revision.text, revision.bytes, revision.sha1, revision.model, revision.format, revision.deleted.to_json(),
        slots.sha1, {role: (content.to_json(), content.id) for role, content in slots.contents.items()}, revision.to_json(),
    )


def _moment(moment: Any) -> Any:
    return None if moment is None else (str(moment), moment.short_format(), moment.unix())
