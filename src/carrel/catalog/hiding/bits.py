"""What rows say of themselves: the `*_deleted` bits, log types, settings, automatic blocks, hidden filters."""

# ruff: noqa: S608 - names in the SQL are constants of this package; nothing that a person or a dump wrote goes into it

from __future__ import annotations

from collections.abc import Iterator

from carrel.catalog.hiding.wiki import Finding, Rule, Wiki, bit, member, number, q
from carrel.model.sensitivity import Hidden

DELETED = {
    "revision": "rev_deleted", "archive": "ar_deleted", "logging": "log_deleted", "recentchanges": "rc_deleted", "oldimage": "oi_deleted",
    "filearchive": "fa_deleted", "filerevision": "fr_deleted",
}
"""Tables whose rows carry MediaWiki's bit field: 1 content or action, 2 comment, 4 user, 8 suppressed."""

LOG_TYPES = (
    "abusefilter", "articlefeedbackv5", "block", "campus", "close", "contentmodel", "course", "create", "delete", "eparticle", "gather", "gblblock",
    "gblrename", "gblrights", "globalauth", "growthexperiments", "gwtoolset", "import", "institution", "instructor", "interwiki", "liquidthreads",
    "lock", "managetags", "massmessage", "merge", "moodbar", "move", "mwoauthconsumer", "newsletter", "newusers", "notifytranslators", "online",
    "pagelang", "pagetranslation", "pagetriage-copyvio", "pagetriage-curation", "pagetriage-deletion", "patrol", "protect", "renameuser", "review",
    "rights", "stable", "student", "tag", "thanks", "timedmediahandler", "translationreview", "upload", "usermerge",
)
"""Logs that are for the public. `suppress`, the private details of filters, the black lists and whatever is not here are not."""

PROPERTIES = ("disablemail", "fancysig", "gender", "nickname")
"""Settings that the wiki itself shows to others."""


def _deleted(wiki: Wiki) -> Iterator[Finding]:
    for table, column in DELETED.items():
        if table not in wiki.tables:
            continue
        if not wiki.has(table, column):
            yield Finding(table=table, bits=Hidden.ROW, condition="true")
            continue
        yield Finding(table=table, bits=Hidden.COMMENT, condition=bit(column, 2))
        yield Finding(table=table, bits=Hidden.USER, condition=bit(column, 4))
        if table == "recentchanges":
            yield from _recentchanges_content(wiki, column)
        else:
            yield Finding(table=table, bits=Hidden.CONTENT, condition=bit(column, 1))
        if table == "logging":
            yield Finding(table=table, bits=Hidden.DETAILS, condition=bit(column, 255))


def _recentchanges_content(wiki: Wiki, column: str) -> Iterator[Finding]:
    # Bit 1 of a log entry hides its action and target; that of an edit hides its text, of which this table has only the length.
    logged = f"{number('rc_logid')} <> 0" if wiki.has("recentchanges", "rc_logid") else "true"
    yield Finding(table="recentchanges", bits=Hidden.CONTENT, condition=f"{bit(column, 1)} AND {logged}")
    yield Finding(table="recentchanges", bits=Hidden.DETAILS, condition=f"{bit(column, 1)} OR ({bit(column, 255)} AND {logged})")


def _log_types(wiki: Wiki) -> Iterator[Finding]:
    allowed = ", ".join(f"'{name}'" for name in LOG_TYPES)
    if "logging" in wiki.tables:
        known = f"coalesce(t.log_type IN ({allowed}), false)" if wiki.has("logging", "log_type") else "false"
        yield Finding(table="logging", bits=Hidden.ROW, condition=f"NOT {known}")
    if wiki.has("recentchanges", "rc_logid", "rc_log_type"):
        # An entry of an edit has no log type.
        yield Finding(
            table="recentchanges", bits=Hidden.ROW, condition=f"{number('rc_logid')} <> 0 AND NOT coalesce(t.rc_log_type IN ({allowed}), false)"
        )


def _properties(wiki: Wiki) -> Iterator[Finding]:
    for table, column in (("user_properties", "up_property"), ("global_preferences", "gp_property")):
        if table in wiki.tables:
            public = ", ".join(f"'{name}'" for name in PROPERTIES)
            shown = f"coalesce(t.{column} IN ({public}), false)" if wiki.has(table, column) else "false"
            yield Finding(table=table, bits=Hidden.ROW, condition=f"NOT {shown}")


def _automatic_blocks(wiki: Wiki) -> Iterator[Finding]:
    for table, column in (("ipblocks", "ipb_auto"), ("block_target", "bt_auto")):
        if wiki.has(table, column):
            yield Finding(table=table, bits=Hidden.CONTENT, condition=f"{number(column, otherwise=1)} <> 0")
        elif table in wiki.tables:
            yield Finding(table=table, bits=Hidden.CONTENT, condition="true")
    if wiki.has("globalblocks", "gb_autoblock_parent_id"):
        yield Finding(table="globalblocks", bits=Hidden.CONTENT, condition=f"{number('gb_autoblock_parent_id')} <> 0")


def _filters(wiki: Wiki) -> Iterator[Finding]:
    if "abuse_filter" in wiki.tables:
        seen = f"{number('af_hidden', otherwise=1)} <> 0" if wiki.has("abuse_filter", "af_hidden") else "true"
        yield Finding(table="abuse_filter", bits=Hidden.CONTENT, condition=seen)
    if "abuse_filter_log" in wiki.tables:
        gone = f"{number('afl_deleted', otherwise=1)} <> 0" if wiki.has("abuse_filter_log", "afl_deleted") else "true"
        yield Finding(table="abuse_filter_log", bits=Hidden.ROW, condition=gone)
    if "abuse_filter_history" not in wiki.tables:
        return
    if not (wiki.has("abuse_filter", "af_id", "af_hidden") and wiki.has("abuse_filter_history", "afh_filter", "afh_flags")):
        yield Finding(table="abuse_filter_history", bits=Hidden.ROW, condition="true")
        return
    open_now = member("afh_filter", f"SELECT af_id FROM {q('abuse_filter')} WHERE af_hidden = 0")
    closed_then = "list_contains(string_split(coalesce(t.afh_flags, 'hidden'), ','), 'hidden')"
    yield Finding(
        table="abuse_filter_history", bits=Hidden.ROW, condition=f"{closed_then} OR NOT {open_now}", uses=frozenset({"abuse_filter"})
    )


RULES = (
    Rule(name="deleted bits", reason="the wiki marks the row's text, summary or person as hidden", find=_deleted),
    Rule(name="log types", reason="the log is not for the public", find=_log_types),
    Rule(name="settings", reason="only settings that the wiki shows to others are shown", find=_properties),
    Rule(name="automatic blocks", reason="the address belongs to a named person", find=_automatic_blocks),
    Rule(name="filters", reason="the filter's rules or its match are hidden", find=_filters),
)
