"""What stands before the first page of an export: its schema and its namespaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from carrel.model.errors import BadInput
from carrel.sources.xml_dump.parser import Element, Parser
from carrel.sources.xml_dump.window import Window

_MOST: Final = 4 << 20
_FIRST: Final = re.compile(rb"<(?:page|logitem)[\s>]|</mediawiki")


@dataclass(frozen=True, slots=True)
class Header:
    schema: str | None
    namespaces: Mapping[int, str]


def read_header(window: Window, file: str) -> Header:
    """Reads up to the first page.

    Raises:
        BadInput: not an export of a schema that is read.
    """
    start = 0
    while True:
        found = _FIRST.search(window.data, start)
        if found is None:
            if len(window.data) < _MOST and window.more():
                continue
            raise _refusal(window, file)
        parser = _fed(window, file, window.data[:found.start()])
        # Not so where what was found stands in a comment.
        if parser.between:
            window.at = found.start()
            return Header(parser.schema, dict(parser.namespaces))
        start = found.end()


def _fed(window: Window, file: str, data: bytes) -> Parser:
    parser = Parser(file, most=_MOST, on_revision=_nothing, on_page=_nothing, on_log=_nothing, translate=window.position)
    parser.feed(data)
    return parser


def _refusal(window: Window, file: str) -> BadInput:
    try:
        parser = _fed(window, file, window.data)
        if window.ended:
            parser.close()
    except BadInput as error:
        return error
    return BadInput("no <page> in the first 4 MiB", file=file, position=0)


def _nothing(*_: Element) -> None:
    return None
