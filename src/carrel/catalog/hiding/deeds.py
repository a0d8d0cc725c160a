"""Edits that stand in several tables: the log entry and the upload that belong to a revision tell its author and its summary too."""

# ruff: noqa: S608 - names in the SQL are constants of this package; nothing that a person or a dump wrote goes into it

from __future__ import annotations

from collections.abc import Iterator

from carrel.catalog.hiding.edits import Part, archived, entries, near, revisions, same_person, same_summary, upload_key, uploads
from carrel.catalog.hiding.wiki import Finding, Rule, Wiki, hidden, member
from carrel.model.sensitivity import Hidden

UPLOADS = (("image", "img"), ("oldimage", "oi"), ("filearchive", "fa"), ("filerevision", "fr"))
"""Tables of versions of files, with the beginning of their columns' names."""

NOTED = (
    ("abuse_filter_log", "afl_rev_id", "revision", "rev_id"), ("abuse_filter_log", "afl_rev_id", "archive", "ar_rev_id"),
    ("abuse_filter_log", "afl_log_id", "logging", "log_id"), ("flaggedrevs", "fr_rev_id", "revision", "rev_id"),
)
"""Columns that name an edit or a log entry beside its author; a review that is automatic is its author's."""


def _persons(wiki: Wiki) -> Iterator[Finding]:
    closed = f"(r._hidden & {int(Hidden.USER)}) <> 0"
    for edits in (revisions(wiki, bits=True), archived(wiki, bits=True)):
        yield from _logged(wiki, edits, Hidden.USER, closed, (same_person("r", "l"), "true"))
        yield from _uploaded(wiki, edits, Hidden.USER, closed, same_person("r", "u"))
    for table, column, other, key in NOTED:
        if wiki.has(table, column) and wiki.has(other, key):
            condition = member(column, f"SELECT {key} FROM {other} WHERE {hidden(Hidden.ROW | Hidden.USER, other)}")
            yield Finding(table=table, bits=Hidden.USER, condition=condition, uses=frozenset({other}), after=frozenset({other}))


def _summaries(wiki: Wiki) -> Iterator[Finding]:
    same = same_summary("r", "l")
    # What a deleted page's edits said is not shown, whatever their bits.
    for edits, closed in ((revisions(wiki, bits=True), f"(r._hidden & {int(Hidden.COMMENT)}) <> 0"), (archived(wiki, bits=True), "true")):
        yield from _logged(wiki, edits, Hidden.COMMENT, closed, (same, same))
        yield from _uploaded(wiki, edits, Hidden.COMMENT, closed, same_summary("r", "u"))
    if wiki.has("image_comment_temp", "imgcomment_name") and wiki.has("image", "img_name"):
        condition = member("imgcomment_name", f"SELECT img_name FROM image WHERE {hidden(Hidden.COMMENT, 'image')}")
        yield Finding(table="image_comment_temp", bits=Hidden.COMMENT, condition=condition, uses=frozenset({"image"}), after=frozenset({"image"}))


def _logged(wiki: Wiki, edits: Part | None, bits: Hidden, closed: str, same: tuple[str, str]) -> Iterator[Finding]:
    """Log entries made with a revision `r` that is `closed`: of the same page and moment and `same[0]`, or noting its number and `same[1]`."""
    logs = entries(wiki)
    if edits is None or logs is None:
        return
    for condition in (f"r.page = l.page AND {near('r.at', 'l.at')} AND {same[0]}", f"r.number = l.edit AND {same[1]}"):
        query = f"SELECT l.id FROM {logs[0]} l JOIN (SELECT * FROM {edits[0]} r WHERE {closed}) r ON {condition}"
        yield Finding(
            table="logging", bits=bits, condition=member("log_id", query), uses=(edits[1] | logs[1]) - {"logging"}, after=edits[1] & {"revision", "archive"}
        )


def _uploaded(wiki: Wiki, edits: Part | None, bits: Hidden, closed: str, same: str) -> Iterator[Finding]:
    """Uploads made with a revision `r` of a file's page that is `closed`."""
    if edits is None:
        return
    uses = edits[1]
    if "archive" in uses:
        pages = f"SELECT * FROM {edits[0]} WHERE namespace = '6'"
    elif wiki.has("page", "page_id", "page_namespace", "page_title"):
        pages = f"SELECT e.*, page_title AS title FROM {edits[0]} e JOIN page ON page_id = e.page WHERE page_namespace = 6"
        uses |= {"page"}
    else:
        return
    for table, prefix in UPLOADS:
        files = uploads(wiki, table, prefix)
        if files is None:
            continue
        query = (
            f"SELECT u.key FROM {files[0]} u JOIN (SELECT * FROM ({pages}) r WHERE {closed}) r "
            f"ON r.title = u.file AND {near('r.at', 'u.at')} AND {same}"
        )
        condition = f"coalesce(({upload_key(table, prefix, 't')}) IN ({query}), false)"
        yield Finding(table=table, bits=bits, condition=condition, uses=(uses | files[1]) - {table}, after=edits[1] & {"revision", "archive"})


RULES = (
    Rule(name="deeds of hidden authors", reason="the row would tell who made a revision whose author is hidden", find=_persons),
    Rule(name="summaries of hidden edits", reason="the row repeats the summary of a revision whose summary is not shown", find=_summaries),
)
