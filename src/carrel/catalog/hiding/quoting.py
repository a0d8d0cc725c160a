"""Summaries that the software writes: a revert names whose edits it undid, a new page's or a deletion's summary quotes the text."""

# ruff: noqa: S608 - names in the SQL are constants of this package; nothing that a person or a dump wrote goes into it

from __future__ import annotations

from collections.abc import Iterator

from carrel.catalog.hiding.edits import Part, archived, entries, revisions
from carrel.catalog.hiding.wiki import Finding, Rule, Wiki, member
from carrel.model.sensitivity import Hidden

QUOTED = 12
"""Characters of a text's beginning by which a quotation is known; a shorter text counts as it is, in quotation marks."""

_MARKS = "[\"''“”„‟«»‘’‚「」『』]"
_PLAIN = "coalesce(NOT regexp_matches(x.old_flags, 'gzip|object|external'), true)"


def _flat(text: str) -> str:
    return f"trim(regexp_replace({text}, '\\s+', ' ', 'g'))"


def _quotes(said: str, text: str) -> str:
    """`said` quotes the beginning of a row `x` of table text. Of a text that cannot be read here, whatever stands in quotation marks may be it."""
    begin = f"left({_flat(text)}, {QUOTED})"
    found = f"(length({begin}) >= {QUOTED} AND contains({_flat(said)}, {begin}))"
    marked = f"regexp_matches({_flat(said)}, '{_MARKS}' || regexp_escape({begin}))"
    short = f"(length({begin}) BETWEEN 1 AND {QUOTED - 1} AND {marked})"
    unread = f"regexp_matches({said}, '{_MARKS}')"
    return f"CASE WHEN {_PLAIN} THEN {found} OR {short} ELSE {unread} END"


def _texts(wiki: Wiki, edits: Part, numbers: str) -> Iterator[Part]:
    """Queries for number and text of those revisions of `edits` that are among `numbers`, a query: rows `x` of table text with `number`.

    What is wanted is said here, beside the texts: else all of them would be read and held for the join.
    """
    table, key, column = ("archive", "ar_rev_id", "ar_text_id") if "archive" in edits[1] else ("revision", "rev_id", "rev_text_id")
    if not wiki.has("text", "old_id", "old_text", "old_flags"):
        return
    if wiki.has("slots", "slot_revision_id", "slot_content_id") and wiki.has("content", "content_id", "content_address"):
        address = "TRY_CAST(regexp_extract(content_address, '^tt:(\\d+)', 1) AS BIGINT)"
        yield (
            f"(SELECT slot_revision_id AS number, old_text, old_flags FROM slots JOIN content ON content_id = slot_content_id JOIN text ON old_id = {address} "
            f"WHERE slot_revision_id IN ({numbers}))",
            frozenset({"slots", "content", "text"}),
        )
    if wiki.has(table, key, column):
        rows = f"(SELECT {key} AS number, old_text, old_flags FROM {table} JOIN text ON old_id = {column} WHERE {key} IN ({numbers}))"
        yield rows, frozenset({table, "text"})


def _said(wiki: Wiki, rows: str, uses: frozenset[str]) -> Part:
    """Rows with `said`: the summary itself, or the comment that it is."""
    if wiki.has("comment", "comment_id", "comment_text"):
        query = f"(SELECT s.*, coalesce(s.summary, comment_text) AS said FROM {rows} s LEFT JOIN comment ON comment_id = s.summary_id)"
        return query, uses | {"comment"}
    return f"(SELECT s.*, s.summary AS said FROM {rows} s)", uses


def _quotations(wiki: Wiki) -> Iterator[Finding]:
    edits = revisions(wiki, bits=False)
    if edits is not None:
        said, uses = _said(wiki, *edits)
        for texts, read in _texts(wiki, edits, f"SELECT e.number FROM {edits[0]} e WHERE (e.deleted & 1) <> 0"):
            rows = f"FROM {said} s JOIN {texts} x ON x.number = s.number WHERE (s.deleted & 1) <> 0 AND {_quotes('s.said', 'x.old_text')}"
            yield from _closed(wiki, rows, uses | read)
    gone, logs = archived(wiki, bits=False), entries(wiki)
    if gone is None or logs is None:
        return
    said, uses = _said(wiki, *logs)
    for texts, read in _texts(wiki, gone, f"SELECT e.number FROM {gone[0]} e"):
        for same in ("a.page = l.page", "a.namespace = l.namespace AND a.title = l.title"):
            query = (
                f"SELECT l.id FROM (SELECT * FROM {said} WHERE kind = 'delete' AND said IS NOT NULL) l JOIN {gone[0]} a ON {same} "
                f"JOIN {texts} x ON x.number = a.number WHERE {_quotes('l.said', 'x.old_text')}"
            )
            yield Finding(table="logging", bits=Hidden.COMMENT, condition=member("log_id", query), uses=(uses | read | gone[1]) - {"logging"})


def _closed(wiki: Wiki, rows: str, uses: frozenset[str]) -> Iterator[Finding]:
    """The summaries of some revisions `s`, in the layouts that keep them in the table of comments and in the revision."""
    if wiki.has("comment", "comment_id"):
        condition = member("comment_id", f"SELECT s.summary_id {rows} AND s.summary_id IS NOT NULL")
        yield Finding(table="comment", bits=Hidden.ROW, condition=condition, uses=uses - {"comment"})
    if wiki.has("revision", "rev_comment"):
        yield Finding(table="revision", bits=Hidden.COMMENT, condition=member("rev_id", f"SELECT s.number {rows}"), uses=uses - {"revision"})


def _named(wiki: Wiki, edits: Part) -> Part:
    """Rows of edits with `name`, the author's."""
    if wiki.has("actor", "actor_id", "actor_name"):
        query = f"(SELECT e.*, coalesce(e.person, actor_name) AS name FROM {edits[0]} e LEFT JOIN actor ON actor_id = e.actor WHERE (e.deleted & 4) <> 0)"
        return query, edits[1] | {"actor"}
    return f"(SELECT e.*, e.person AS name FROM {edits[0]} e WHERE (e.deleted & 4) <> 0)", edits[1]


def _names(said: str, hidden: str) -> str:
    """`said` links to the author of the edit `hidden`, as reverts and deletions do, or names that edit and its author."""
    links = " OR ".join(f"contains({said}, '{sign}' || {hidden}.name || '|')" for sign in (":", "/"))
    return f"({links} OR (contains({said}, CAST({hidden}.number AS VARCHAR)) AND contains({said}, {hidden}.name)))"


def _reverts(wiki: Wiki) -> Iterator[Finding]:
    edits, logs = revisions(wiki, bits=False), entries(wiki)
    for closed in (edits, archived(wiki, bits=False)):
        if closed is None:
            continue
        names, read = _named(wiki, closed)
        if edits is not None:
            said, uses = _said(wiki, *edits)
            rows = f"FROM {said} s JOIN {names} h ON h.page = s.page AND h.number < s.number WHERE {_names('s.said', 'h')}"
            yield from _closed(wiki, rows, uses | read)
        if logs is not None:
            said, uses = _said(wiki, *logs)
            for same in ("h.page = l.page", *(["h.namespace = l.namespace AND h.title = l.title"] if "archive" in closed[1] else [])):
                query = f"SELECT l.id FROM {said} l JOIN {names} h ON {same} WHERE {_names('l.said', 'h')}"
                yield Finding(table="logging", bits=Hidden.COMMENT, condition=member("log_id", query), uses=(uses | read) - {"logging"})


RULES = (
    Rule(name="quotations", reason="the summary quotes a text that is hidden", find=_quotations),
    Rule(name="reverts", reason="the summary names the hidden author of an edit before it", find=_reverts),
)
