"""The regular form of an export, as MediaWiki's exporter writes it, by regular expressions over its bytes: each matches a piece whole or not at all.

What they match need not be right yet: characters, references and numbers are looked at by whoever takes the groups.
"""

from __future__ import annotations

import re
from typing import Final

_BLANK: Final = rb"[ \t\r\n]*+"
HEAD: Final = re.compile(
    rb"<page>" + _BLANK + rb"(<title>([^<]++)</title>" + _BLANK + rb"<ns>(-?[0-9]{1,10})</ns>" + _BLANK + rb"<id>([0-9]{1,10})</id>" + _BLANK
    + rb"""(?:(<redirect)(?: title="[^"<>&\x00-\x1f]*(?:&(?:quot|amp|lt|gt|#039);[^"<>&\x00-\x1f]*)*")? ?/>""" + _BLANK + rb")?"
    + rb"(?:<restrictions>([^<]*+)</restrictions>" + _BLANK + rb")?)(?=<revision>|</page>)",
)
PAGE_END: Final = re.compile(_BLANK + rb"</page>")
LAST: Final = re.compile(_BLANK + rb"</mediawiki>")
REVISION: Final = re.compile(
    _BLANK + rb"<revision>" + _BLANK
    + rb"<id>([0-9]{1,10})</id>" + _BLANK
    + rb"(?:<parentid>([0-9]{1,10})</parentid>" + _BLANK + rb")?"
    + rb"<timestamp>([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z</timestamp>" + _BLANK
    + rb"<contributor(?:( deleted=\"deleted\") ?/>|>" + _BLANK + rb"(?:<username>([^<]*+)</username>" + _BLANK + rb"<id>([0-9]{1,10})</id>|<ip>([^<]*+)</ip>)"
    + _BLANK + rb"</contributor>)" + _BLANK
    + rb"(<minor ?/>" + _BLANK + rb")?"
    + rb"(?:<comment(?:>([^<]*+)</comment>|( deleted=\"deleted\")? ?/>)" + _BLANK + rb")?"
    + rb"(?:<origin>[0-9]+</origin>" + _BLANK + rb")?"
    + rb"(?:<model>([^<&>]*+)</model>" + _BLANK + rb"<format>([^<&>]*+)</format>" + _BLANK + rb")?"
    + rb"<text((?: (?:bytes|id|location|sha1|deleted|xml:space)=\"[^\"<>&\x00-\x1f]*\")*)(?: ?/>|>([^<]*+)</text>)" + _BLANK
    + rb"(?:<sha1(?: ?/>|>([0-9a-z]*+)</sha1>)" + _BLANK + rb")?"
    + rb"(?:<model>([^<&>]*+)</model>" + _BLANK + rb"<format>([^<&>]*+)</format>" + _BLANK + rb")?"
    + rb"</revision>",
)
LOG_ITEM: Final = re.compile(
    rb"<logitem>" + _BLANK
    + rb"<id>([0-9]{1,10})</id>" + _BLANK
    + rb"<timestamp>([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z</timestamp>" + _BLANK
    + rb"<contributor(?:( deleted=\"deleted\") ?/>|>" + _BLANK + rb"(?:<username>([^<]*+)</username>" + _BLANK + rb"<id>([0-9]{1,10})</id>|<ip>([^<]*+)</ip>)"
    + _BLANK + rb"</contributor>)" + _BLANK
    + rb"(?:<comment(?:>([^<]*+)</comment>|( deleted=\"deleted\") ?/>)" + _BLANK + rb")?"
    + rb"<type>([^<]*+)</type>" + _BLANK + rb"<action>([^<]*+)</action>" + _BLANK
    + rb"(?:(<text deleted=\"deleted\" ?/>)|<logtitle>([^<]++)</logtitle>" + _BLANK + rb"<params xml:space=\"preserve\"(?: ?/>|>([^<]*+)</params>))" + _BLANK
    + rb"</logitem>",
)
ATTRIBUTE: Final = re.compile(rb' ([a-z0-9:]+)="([^"]*)"')
BLANKS: Final = re.compile(_BLANK)
