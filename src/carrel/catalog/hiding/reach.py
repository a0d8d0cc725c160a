"""Rows that other rows lead to: shown only where a visible row leads there, and never the other way round a hidden one."""

# ruff: noqa: S608 - names in the SQL are constants of this package; nothing that a person or a dump wrote goes into it

from __future__ import annotations

from collections.abc import Iterator

from carrel.catalog.hiding.users import SHORT, blocks_known
from carrel.catalog.hiding.wiki import Finding, Rule, Wiki, bit, hidden, member, none_of, number, q, shown
from carrel.model.sensitivity import Hidden

COMMENTS = (
    ("revision", "rev_comment_id"), ("revision_comment_temp", "revcomment_comment_id"), ("image", "img_description_id"),
    ("image_comment_temp", "imgcomment_description_id"), ("oldimage", "oi_description_id"), ("filerevision", "fr_description_id"),
    ("filearchive", "fa_deleted_reason_id"), ("ipblocks", "ipb_reason_id"), ("block", "bl_reason_id"), ("protected_titles", "pt_reason_id"),
    ("recentchanges", "rc_comment_id"), ("logging", "log_comment_id"),
)
"""Columns that lead to a comment. Not archive.ar_comment_id; nor filearchive.fa_description_id, as an upload's summary is its page's first edit summary too."""

ACTORS = (
    ("revision", "rev_actor"), ("revision_actor_temp", "revactor_actor"), ("archive", "ar_actor"), ("logging", "log_actor"), ("recentchanges", "rc_actor"),
    ("image", "img_actor"), ("oldimage", "oi_actor"), ("filearchive", "fa_actor"), ("filerevision", "fr_actor"), ("ipblocks", "ipb_by_actor"),
    ("block", "bl_by_actor"),
)
"""Columns that lead to an actor."""


def _leads(wiki: Wiki, key: str, columns: tuple[tuple[str, str], ...], bits: Hidden) -> tuple[list[str], frozenset[str]]:
    """Conditions that a visible cell of one of `columns` holds the row's `key`, and the tables they read."""
    there = [(table, column) for table, column in columns if wiki.has(table, column)]
    return [
        member(key, f"SELECT {column} FROM {q(table)} WHERE {shown(Hidden.ROW | bits, table)}") for table, column in there
    ], frozenset(table for table, _ in there)


def _comments(wiki: Wiki) -> Iterator[Finding]:
    if "comment" in wiki.tables:
        leads, uses = _leads(wiki, "comment_id", COMMENTS, Hidden.COMMENT) if wiki.has("comment", "comment_id") else ([], frozenset())
        yield Finding(table="comment", bits=Hidden.ROW, condition=none_of(leads), uses=uses, after=uses)


def _actors(wiki: Wiki) -> Iterator[Finding]:
    if "actor" in wiki.tables:
        leads, uses = _leads(wiki, "actor_id", ACTORS, Hidden.USER) if wiki.has("actor", "actor_id") else ([], frozenset())
        if blocks_known(wiki) and wiki.has("actor", "actor_user"):
            # Accounts are public, whether or not they did anything; that a hidden user's go is another rule's work.
            leads = [f"{number('actor_user')} <> 0", *leads]
        yield Finding(table="actor", bits=Hidden.ROW, condition=none_of(leads), uses=uses, after=uses)


def _texts(wiki: Wiki) -> Iterator[Finding]:
    revisions = frozenset({"revision"})
    if "slots" in wiki.tables:
        if wiki.has("revision", "rev_id"):
            yield Finding(table="slots", bits=Hidden.ROW, condition="NOT " + member("slot_revision_id", "SELECT rev_id FROM revision"), uses=revisions)
            condition = member("slot_revision_id", f"SELECT rev_id FROM revision WHERE {hidden(Hidden.ROW | Hidden.CONTENT, 'revision')}")
            yield Finding(table="slots", bits=Hidden.CONTENT, condition=condition, uses=revisions, after=revisions)
        else:
            yield Finding(table="slots", bits=Hidden.ROW, condition="true")
    if "content" in wiki.tables:
        leads, uses = _leads(wiki, "content_id", (("slots", "slot_content_id"),), Hidden.CONTENT)
        yield Finding(table="content", bits=Hidden.ROW, condition=none_of(leads), uses=uses, after=uses)
    if "text" in wiki.tables:
        leads, uses = _leads(wiki, "old_id", (("revision", "rev_text_id"),), Hidden.CONTENT)
        if wiki.has("content", "content_address"):
            address = "TRY_CAST(regexp_extract(content_address, '^tt:(\\d+)', 1) AS BIGINT)"
            leads.append(member("old_id", f"SELECT {address} FROM content WHERE {shown(Hidden.ROW, 'content')}"))
            uses |= {"content"}
        yield Finding(table="text", bits=Hidden.ROW, condition=none_of(leads), uses=uses, after=uses)


def _followers(wiki: Wiki) -> Iterator[Finding]:
    """Tables with a row per revision: they follow the revision's bits, and go with its page."""
    revisions = frozenset({"revision"})
    for table, column, follows in (
        ("revision_comment_temp", "revcomment_rev", ((Hidden.COMMENT, Hidden.COMMENT),)),
        ("revision_actor_temp", "revactor_rev", ((Hidden.USER, Hidden.USER),)),
        ("ip_changes", "ipc_rev_id", ((Hidden.USER, Hidden.ROW),)),
        ("export_slots", "es_rev_id", ((Hidden.CONTENT, Hidden.CONTENT),)),
    ):
        if table not in wiki.tables:
            continue
        if not (wiki.has(table, column) and wiki.has("revision", "rev_id")):
            yield Finding(table=table, bits=Hidden.ROW, condition="true")
            continue
        yield Finding(table=table, bits=Hidden.ROW, condition="NOT " + member(column, "SELECT rev_id FROM revision"), uses=revisions)
        for theirs, ours in follows:
            condition = member(column, f"SELECT rev_id FROM revision WHERE {hidden(theirs, 'revision')}")
            yield Finding(table=table, bits=ours, condition=condition, uses=revisions, after=revisions)


def _recentchanges(wiki: Wiki) -> Iterator[Finding]:
    revisions, logs = frozenset({"revision"}), frozenset({"logging"})
    if wiki.has("recentchanges", "rc_this_oldid") and wiki.has("revision", "rev_id"):
        for theirs, ours, columns in (
            (Hidden.USER, Hidden.USER, ("rc_this_oldid",)), (Hidden.COMMENT, Hidden.COMMENT, ("rc_this_oldid",)),
            (Hidden.CONTENT, Hidden.DETAILS, ("rc_this_oldid", "rc_last_oldid")),
        ):
            for column in columns:
                if wiki.has("recentchanges", column):
                    condition = member(column, f"SELECT rev_id FROM revision WHERE {hidden(theirs, 'revision')}")
                    yield Finding(table="recentchanges", bits=ours, condition=condition, uses=revisions, after=revisions)
        # An edit of a page deleted since: its summary goes as those of the archive do.
        gone = f"{number('rc_this_oldid')} <> 0 AND NOT {member('rc_this_oldid', 'SELECT rev_id FROM revision')}"
        yield Finding(table="recentchanges", bits=Hidden.COMMENT, condition=gone, uses=revisions)
    if wiki.has("recentchanges", "rc_this_oldid") and wiki.has("archive", "ar_rev_id"):
        archive = frozenset({"archive"})
        for theirs, ours, columns in ((Hidden.USER, Hidden.USER, ("rc_this_oldid",)), (Hidden.CONTENT, Hidden.DETAILS, ("rc_this_oldid", "rc_last_oldid"))):
            for column in columns:
                if wiki.has("recentchanges", column):
                    condition = member(column, f"SELECT ar_rev_id FROM archive WHERE {hidden(theirs, 'archive')}")
                    yield Finding(table="recentchanges", bits=ours, condition=condition, uses=archive, after=archive)
    if wiki.has("recentchanges", "rc_logid") and wiki.has("logging", "log_id"):
        for kind in (Hidden.ROW, Hidden.CONTENT, Hidden.COMMENT, Hidden.USER, Hidden.DETAILS, Hidden.NAMES):
            condition = member("rc_logid", f"SELECT log_id FROM logging WHERE {hidden(kind, 'logging')}")
            yield Finding(table="recentchanges", bits=kind, condition=condition, uses=logs, after=logs)


def _pages(wiki: Wiki) -> Iterator[Finding]:
    if wiki.has("page", "page_latest") and wiki.has("revision", "rev_id"):
        condition = member("page_latest", f"SELECT rev_id FROM revision WHERE {hidden(Hidden.CONTENT, 'revision')}")
        yield Finding(table="page", bits=Hidden.CONTENT, condition=condition, uses=frozenset({"revision"}), after=frozenset({"revision"}))


def _tags(wiki: Wiki) -> Iterator[Finding]:
    for table, log, revision in (("change_tag", "ct_log_id", "ct_rev_id"), ("tag_summary", "ts_log_id", "ts_rev_id")):
        for column, target, key, bits in (
            (log, "logging", "log_id", Hidden.ROW), (revision, "revision", "rev_id", Hidden.CONTENT | Hidden.COMMENT | Hidden.USER),
            (revision, "archive", "ar_rev_id", Hidden.CONTENT | Hidden.COMMENT | Hidden.USER),
        ):
            if wiki.has(table, column) and wiki.has(target, key):
                condition = member(column, f"SELECT {key} FROM {target} WHERE {hidden(bits, target)}")
                yield Finding(table=table, bits=Hidden.DETAILS, condition=condition, uses=frozenset({target}), after=frozenset({target}))


def _says(text: str, name: str) -> str:
    """The text names its author: as automatic summaries begin, as links do, or anywhere where the name is too long to be met by chance."""
    links = " OR ".join(f"contains({text}, '{sign}' || {name})" for sign in (":", "/"))
    return f"(starts_with({text} || ' ', {name} || ' ') OR {links} OR (length({name}) >= {SHORT} AND contains({text}, {name})))"


def _own_names(wiki: Wiki) -> Iterator[Finding]:
    """Summaries and log entries that name their own author, where that author is hidden: `X moved page A to B`."""
    if wiki.has("comment", "comment_id", "comment_text") and wiki.has("actor", "actor_id", "actor_name") and wiki.has("revision", "rev_actor", "rev_deleted"):
        closed = bit("rev_deleted", 4, table="r")
        named = _says("c.comment_text", "a.actor_name")
        queries = []
        if wiki.has("revision", "rev_comment_id"):
            queries.append(
                "SELECT c.comment_id FROM revision r JOIN comment c ON c.comment_id = r.rev_comment_id "
                f"JOIN actor a ON a.actor_id = r.rev_actor WHERE {closed} AND {named}"
            )
        uses = frozenset({"revision", "actor"})
        if wiki.has("revision_comment_temp", "revcomment_rev", "revcomment_comment_id"):
            queries.append(
                "SELECT c.comment_id FROM revision r JOIN revision_comment_temp rct ON rct.revcomment_rev = r.rev_id "
                f"JOIN comment c ON c.comment_id = rct.revcomment_comment_id JOIN actor a ON a.actor_id = r.rev_actor WHERE {closed} AND {named}"
            )
            uses |= {"revision_comment_temp"}
        for query in queries:
            yield Finding(table="comment", bits=Hidden.ROW, condition=member("comment_id", query), uses=uses)
    if wiki.has("revision", "rev_comment", "rev_user_text", "rev_deleted"):
        condition = f"{bit('rev_deleted', 4)} AND coalesce({_says('t.rev_comment', 't.rev_user_text')}, false)"
        yield Finding(table="revision", bits=Hidden.COMMENT, condition=condition)
    yield from _own_names_in_logs(wiki)


def _own_names_in_logs(wiki: Wiki) -> Iterator[Finding]:
    columns = [f"l.{column}" for column in ("log_title", "log_params", "log_comment") if wiki.has("logging", column)]
    if not columns or not wiki.has("logging", "log_id", "log_deleted"):
        return
    said = f"replace(concat_ws(' ', {', '.join(columns)}), '_', ' ')"
    closed = bit("log_deleted", 4, table="l")
    if wiki.has("logging", "log_user_text"):
        query = f"SELECT l.log_id FROM logging l WHERE {closed} AND {_says(said, 'l.log_user_text')}"
        yield Finding(table="logging", bits=Hidden.NAMES, condition=member("log_id", query))
    if wiki.has("logging", "log_actor") and wiki.has("actor", "actor_id", "actor_name"):
        query = f"SELECT l.log_id FROM logging l JOIN actor a ON a.actor_id = l.log_actor WHERE {closed} AND {_says(said, 'a.actor_name')}"
        yield Finding(table="logging", bits=Hidden.NAMES, condition=member("log_id", query), uses=frozenset({"actor"}))


RULES = (
    Rule(name="comments reached", reason="no visible row has this summary", find=_comments),
    Rule(name="actors reached", reason="no visible row has this name", find=_actors),
    Rule(name="texts reached", reason="no visible revision has this text", find=_texts),
    Rule(name="rows of revisions", reason="the revision hides it, or its page is gone", find=_followers),
    Rule(name="recent changes", reason="the revision or log entry hides it", find=_recentchanges),
    Rule(name="newest revisions", reason="the page's length is that of a hidden text", find=_pages),
    Rule(name="tagged changes", reason="what is tagged is hidden", find=_tags),
    Rule(name="own names", reason="the text names its own hidden author", find=_own_names),
)
