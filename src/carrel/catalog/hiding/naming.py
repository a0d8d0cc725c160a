"""Titles and free text that name a hidden user: `Hidden Name moved page ...`, `User:Hidden_Name/sub`, a sort key in capitals, a web address."""

# ruff: noqa: S608 - names in the SQL are constants of this package; nothing that a person or a dump wrote goes into it

from __future__ import annotations

from collections.abc import Iterator, Mapping

from carrel.catalog.hiding.users import SHORT, hidden_names
from carrel.catalog.hiding.wiki import Finding, Rule, Wiki, hidden, member, q
from carrel.catalog.tagfile import tags
from carrel.model.sensitivity import Hidden

_WORD = "regexp_matches(name, '[\\p{L}\\p{N}]')"
_LONG = f"(length(spelling) >= {SHORT} OR regexp_matches(spelling, '[^\\x{{0000}}-\\x{{024F}}]'))"
_ENTITIES = {
    "&nbsp;": " ", "&#32;": " ", "&#x20;": " ", "&#160;": " ", "&#xA0;": " ", "&quot;": '"', "&#34;": '"', "&#39;": "''", "&#039;": "''",
    "&lt;": "<", "&gt;": ">", "&amp;": "&",
}
_BLANKS = {"%20": " ", "%5F": " ", "%5f": " ", "%2520": " ", "%C2%A0": " ", "%c2%a0": " "}
"""What is read in an address that cannot be decoded, as one in the encoding of the nineties."""


def _plain(text: str) -> str:
    """A text as the spellings are: small letters, entities and addresses decoded, and a blank for what stands for one in titles and addresses."""
    text = f"CASE WHEN contains({text}, '&') THEN {_replaced(text, _ENTITIES)} ELSE {text} END"
    decoded = f"coalesce(TRY(url_decode(TRY(url_decode(e)))), TRY(url_decode(e)), {_replaced('e', _BLANKS)})"
    text = f"list_extract(list_transform([{text}], lambda e: CASE WHEN contains(e, '%') THEN {decoded} ELSE e END), 1)"
    return f"lower({_replaced(text, {'_': ' ', '+': ' ', chr(0xA0): ' '})})"


def _replaced(text: str, pairs: Mapping[str, str]) -> str:
    for old, new in pairs.items():
        text = f"replace({text}, '{old}', '{new}')"
    return text


_SPELLINGS = (_plain("name"), "replace(lower(name), '_', ' ')", "replace(lower(url_encode(name)), '%20', ' ')")
_SPELLED = f"SELECT DISTINCT name, unnest([{', '.join(_SPELLINGS)}]) AS spelling FROM ({{names}})"


def _anywhere(names: str) -> str:
    """A query, column `spelling`, for what may not be found anywhere in a plain text."""
    spelled = _SPELLED.format(names=names)
    return (
        f"SELECT spelling FROM ({spelled}) WHERE {_LONG} AND {_WORD} UNION ALL "
        f"SELECT unnest([':' || spelling, '/' || spelling]) AS spelling FROM ({spelled}) WHERE NOT {_WORD}"
    )


def _as_words(names: str) -> str:
    """A query for what may not stand as a whole word: columns `word` and `pattern`."""
    pattern = "'(^|[^\\p{L}\\p{N}])' || regexp_escape(spelling) || '($|[^\\p{L}\\p{N}])'"
    return f"SELECT spelling AS word, {pattern} AS pattern FROM ({_SPELLED.format(names=names)}) WHERE NOT {_LONG} AND {_WORD}"


def names_in(table: str, columns: list[str], names: str) -> str:
    """A condition that one of the row's text columns names somebody of the query `names`.

    The table is read once beside the few names, each text made plain once; its rows are then compared with the texts found, of which there are few.
    """
    said = f"concat_ws(chr(10), {', '.join(q(column) for column in columns)})"
    plain = f"(SELECT said, {_plain('said')} AS x FROM (SELECT {said} AS said FROM {q(table)})) s"
    found = (
        f"SELECT said FROM {plain} SEMI JOIN ({_anywhere(names)}) n ON contains(s.x, n.spelling) UNION ALL "
        f"SELECT said FROM {plain} SEMI JOIN ({_as_words(names)}) n ON contains(s.x, n.word) AND regexp_matches(s.x, n.pattern)"
    )
    return f"concat_ws(chr(10), {', '.join('t.' + q(column) for column in columns)}) IN ({found})"


def _naming(wiki: Wiki) -> Iterator[Finding]:
    names = hidden_names(wiki)
    if names is None:
        return
    for table in wiki.tables.values():
        known = tags().get(table.name.table)
        columns = [
            column.name for column in table.columns
            if known is not None and column.name.lower() in known.columns and Hidden.NAMES in known.columns[column.name.lower()].hidden_by
        ]
        if columns:
            name = table.name.table
            yield Finding(table=name, bits=Hidden.NAMES, condition=names_in(name, columns, names[0]), uses=names[1] - {name})
    if wiki.has("comment", "comment_text"):
        columns = [column for column in ("comment_text", "comment_data") if wiki.has("comment", column)]
        yield Finding(table="comment", bits=Hidden.ROW, condition=names_in("comment", columns, names[0]), uses=names[1])
    if wiki.has("categorylinks", "cl_from") and wiki.has("page", "page_id", "page_title"):
        # A collation's sort key is bytes from which the title can be told.
        condition = member("cl_from", f"SELECT page_id FROM page WHERE {hidden(Hidden.NAMES, 'page')}")
        yield Finding(table="categorylinks", bits=Hidden.NAMES, condition=condition, uses=frozenset({"page"}), after=frozenset({"page"}))


RULES = (Rule(name="names in texts", reason="the title or text names a user whom a block hides", find=_naming),)
