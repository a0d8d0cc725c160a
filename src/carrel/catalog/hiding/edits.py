"""Edits, log entries and uploads of every layout as rows of one form, so that rules can join them.

Each is an SQL subquery with the columns that its docstring names; what a wiki's layout does not have is NULL in it.
"""

# ruff: noqa: S608 - names in the SQL are constants of this package; nothing that a person or a dump wrote goes into it

from __future__ import annotations

from carrel.catalog.hiding.wiki import Wiki, q

SOON = 5
"""Seconds between a revision and the log entry or upload that was made with it."""

Part = tuple[str, frozenset[str]]
"""SQL, and the tables that it reads."""


def near(one: str, other: str) -> str:
    """Both texts are MediaWiki's timestamps, and almost the same."""
    return f"abs({_seconds(one)} - {_seconds(other)}) <= {SOON}"


def _seconds(text: str) -> str:
    return f"epoch(try_strptime({text}, '%Y%m%d%H%M%S'))"


def same_person(one: str, other: str) -> str:
    return f"({one}.actor = {other}.actor OR {one}.person = {other}.person)"


def same_summary(one: str, other: str) -> str:
    return f"({one}.summary_id = {other}.summary_id OR {one}.summary = {other}.summary)"


def revisions(wiki: Wiki, *, bits: bool) -> Part | None:
    """number, page, at, actor, person, summary_id, summary, deleted, and with `bits` the row's `_hidden`; None without its key."""
    if not wiki.has("revision", "rev_id", "rev_deleted"):
        return None
    uses, joins = {"revision"}, ""
    summary, actor = _id(wiki, "revision", "rev_comment_id"), _id(wiki, "revision", "rev_actor")
    if wiki.has("revision_comment_temp", "revcomment_rev", "revcomment_comment_id"):
        uses, joins = uses | {"revision_comment_temp"}, joins + " LEFT JOIN revision_comment_temp ON revcomment_rev = rev_id"
        summary = f"coalesce({summary}, revcomment_comment_id)"
    if wiki.has("revision_actor_temp", "revactor_rev", "revactor_actor"):
        uses, joins = uses | {"revision_actor_temp"}, joins + " LEFT JOIN revision_actor_temp ON revactor_rev = rev_id"
        actor = f"coalesce({actor}, revactor_actor)"
    items = [
        "rev_id AS number", f"{_id(wiki, 'revision', 'rev_page')} AS page", f"{_text(wiki, 'revision', 'rev_timestamp')} AS at", f"{actor} AS actor",
        f"{_text(wiki, 'revision', 'rev_user_text')} AS person", f"{summary} AS summary_id", f"{_text(wiki, 'revision', 'rev_comment')} AS summary",
        "coalesce(TRY_CAST(rev_deleted AS BIGINT), 255) AS deleted", *(["revision._hidden AS _hidden"] if bits else []),
    ]
    return f"(SELECT {', '.join(items)} FROM revision{joins})", frozenset(uses)


def archived(wiki: Wiki, *, bits: bool) -> Part | None:
    """As `revisions`, of deleted pages, with namespace and title."""
    if not wiki.has("archive", "ar_rev_id", "ar_deleted"):
        return None
    items = [
        f"{_id(wiki, 'archive', 'ar_rev_id')} AS number", f"{_id(wiki, 'archive', 'ar_page_id')} AS page", f"{_text(wiki, 'archive', 'ar_timestamp')} AS at",
        f"{_id(wiki, 'archive', 'ar_actor')} AS actor", f"{_text(wiki, 'archive', 'ar_user_text')} AS person",
        f"{_id(wiki, 'archive', 'ar_comment_id')} AS summary_id", f"{_text(wiki, 'archive', 'ar_comment')} AS summary",
        "coalesce(TRY_CAST(ar_deleted AS BIGINT), 255) AS deleted", f"{_text(wiki, 'archive', 'ar_namespace')} AS namespace",
        f"{_text(wiki, 'archive', 'ar_title')} AS title", *(["_hidden"] if bits else []),
    ]
    return f"(SELECT {', '.join(items)} FROM archive)", frozenset({"archive"})


def entries(wiki: Wiki) -> Part | None:
    """Log entries: id, kind, page, namespace, title, at, actor, person, summary_id, summary, edit (number of the revision that the entry notes)."""
    if not wiki.has("logging", "log_id"):
        return None
    uses, joins, edit = {"logging"}, "", "CAST(NULL AS BIGINT)"
    if wiki.has("logging", "log_params"):
        edit = "TRY_CAST(regexp_extract(log_params, 'associated_rev_id\";i:(\\d+)', 1) AS BIGINT)"
    if wiki.has("log_search", "ls_field", "ls_value", "ls_log_id"):
        found = "SELECT ls_log_id, TRY_CAST(ls_value AS BIGINT) AS noted FROM log_search WHERE ls_field = 'associated_rev_id'"
        uses, joins = uses | {"log_search"}, f" LEFT JOIN ({found}) ON ls_log_id = log_id"
        edit = f"coalesce({edit}, noted)"
    items = [
        "log_id AS id", f"{_text(wiki, 'logging', 'log_type')} AS kind", f"{_id(wiki, 'logging', 'log_page')} AS page",
        f"{_text(wiki, 'logging', 'log_namespace')} AS namespace", f"{_text(wiki, 'logging', 'log_title')} AS title",
        f"{_text(wiki, 'logging', 'log_timestamp')} AS at", f"{_id(wiki, 'logging', 'log_actor')} AS actor",
        f"{_text(wiki, 'logging', 'log_user_text')} AS person", f"{_id(wiki, 'logging', 'log_comment_id')} AS summary_id",
        f"{_text(wiki, 'logging', 'log_comment')} AS summary", f"{edit} AS edit",
    ]
    return f"(SELECT {', '.join(items)} FROM logging{joins})", frozenset(uses)


def uploads(wiki: Wiki, table: str, prefix: str) -> Part | None:
    """Versions of files: key, file, at, actor, person, summary_id, summary. What the key is made of, `upload_key` says."""
    if not wiki.has(table, f"{prefix}_timestamp", *upload_columns(table, prefix)):
        return None
    uses, joins, summary, file = {table}, "", _id(wiki, table, f"{prefix}_description_id"), f"{prefix}_name"
    if table == "image" and wiki.has("image_comment_temp", "imgcomment_name", "imgcomment_description_id"):
        uses, joins = uses | {"image_comment_temp"}, " LEFT JOIN image_comment_temp ON imgcomment_name = img_name"
        summary = f"coalesce({summary}, imgcomment_description_id)"
    if table == "filerevision":
        if not wiki.has("filerevision", "fr_file") or not wiki.has("file", "file_id", "file_name"):
            return None
        uses, joins, file = uses | {"file"}, " JOIN file ON file_id = fr_file", "file_name"
    items = [
        f"{upload_key(table, prefix, q(table))} AS key", f"{file} AS file", f"{_text(wiki, table, f'{prefix}_timestamp')} AS at",
        f"{_id(wiki, table, f'{prefix}_actor')} AS actor", f"{_text(wiki, table, f'{prefix}_user_text')} AS person", f"{summary} AS summary_id",
        f"{_text(wiki, table, f'{prefix}_description')} AS summary",
    ]
    return f"(SELECT {', '.join(items)} FROM {q(table)}{joins})", frozenset(uses)


def upload_columns(table: str, prefix: str) -> tuple[str, ...]:
    return ("fr_id",) if table == "filerevision" else (f"{prefix}_name", f"{prefix}_timestamp")


def upload_key(table: str, prefix: str, alias: str) -> str:
    """What tells one version of a file in `table` from the others."""
    return " || '|' || ".join(f"CAST({alias}.{q(column)} AS VARCHAR)" for column in upload_columns(table, prefix))


def _id(wiki: Wiki, table: str, column: str) -> str:
    """A number that leads somewhere; 0 leads nowhere."""
    return f"nullif(TRY_CAST({q(table)}.{q(column)} AS BIGINT), 0)" if wiki.has(table, column) else "CAST(NULL AS BIGINT)"


def _text(wiki: Wiki, table: str, column: str) -> str:
    """A text that says something."""
    return f"nullif(CAST({q(table)}.{q(column)} AS VARCHAR), '')" if wiki.has(table, column) else "CAST(NULL AS VARCHAR)"
