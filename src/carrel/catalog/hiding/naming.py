"""Titles and free text that name a hidden user: `Hidden Name moved page ...`, `User:Hidden_Name/sub`, a sort key in capitals, a web address."""

# ruff: noqa: S608 - names in the SQL are constants of this package; nothing that a person or a dump wrote goes into it

from __future__ import annotations

from collections.abc import Iterator

from carrel.catalog.hiding.users import hidden_names
from carrel.catalog.hiding.wiki import Finding, Rule, Wiki, hidden, member, q
from carrel.catalog.tagfile import tags
from carrel.model.sensitivity import Hidden

SHORT = 6
"""Names of Latin letters with fewer characters than this count only as whole words; of names without letter or digit only links count."""

_WORD = "regexp_matches(name, '[\\p{L}\\p{N}]')"
_LONG = f"(length(name) >= {SHORT} OR regexp_matches(name, '[^\\x{{0000}}-\\x{{024F}}]'))"

_FORMS = "[name, lower(name), upper(name), lower(name[1]) || name[2:]]"
_SPELLINGS = "[form, replace(form, ' ', '_'), replace(form, ' ', '+'), replace(form, ' ', '%20'), url_encode(form), replace(url_encode(form), '%20', '_')]"
_SPELLED = "SELECT DISTINCT name, unnest({spellings}) AS spelling FROM (SELECT name, unnest({forms}) AS form FROM ({names}))"


def _long(names: str) -> str:
    spelled = _SPELLED.format(spellings=_SPELLINGS, forms=_FORMS, names=names)
    plain = f"SELECT spelling FROM ({spelled}) WHERE {_LONG} AND {_WORD}"
    linked = f"SELECT unnest([':' || spelling, '/' || spelling]) FROM ({spelled}) WHERE NOT {_WORD}"
    return f"(SELECT coalesce(list(spelling), []) FROM ({plain} UNION ALL {linked}))"


def _short(names: str) -> str:
    spelled = _SPELLED.format(spellings=_SPELLINGS, forms=_FORMS, names=names)
    pattern = "'(^|[^\\p{L}\\p{N}])' || regexp_escape(spelling) || '($|[^\\p{L}\\p{N}])'"
    return (
        f"(SELECT coalesce(list({{'word': spelling, 'pattern': {pattern}}}), []) FROM ({spelled}) "
        f"WHERE NOT {_LONG} AND {_WORD})"
    )


def names_in(columns: list[str], names: str) -> str:
    """A condition that one of the row's text columns names somebody of the query `names`."""
    text = f"CAST(t.{q(columns[0])} AS VARCHAR)" if len(columns) == 1 else f"concat_ws(chr(10), {', '.join('t.' + q(column) for column in columns)})"
    return (
        f"coalesce(len(list_filter({_long(names)}, lambda n: contains({text}, n))) > 0, false) OR "
        f"coalesce(len(list_filter({_short(names)}, lambda n: contains({text}, n.word) AND regexp_matches({text}, n.pattern))) > 0, false)"
    )


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
            yield Finding(table=name, bits=Hidden.NAMES, condition=names_in(columns, names[0]), uses=names[1] - {name})
    if wiki.has("comment", "comment_text"):
        columns = [column for column in ("comment_text", "comment_data") if wiki.has("comment", column)]
        yield Finding(table="comment", bits=Hidden.ROW, condition=names_in(columns, names[0]), uses=names[1])
    if wiki.has("categorylinks", "cl_from") and wiki.has("page", "page_id", "page_title"):
        # A collation's sort key is bytes from which the title can be told.
        condition = member("cl_from", f"SELECT page_id FROM page WHERE {hidden(Hidden.NAMES, 'page')}")
        yield Finding(table="categorylinks", bits=Hidden.NAMES, condition=condition, uses=frozenset({"page"}), after=frozenset({"page"}))


RULES = (Rule(name="names in texts", reason="the title or text names a user whom a block hides", find=_naming),)
