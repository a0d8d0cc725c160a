"""Users whom a block hides: their rows go, their name goes from every row that has it as its person."""

# ruff: noqa: S608 - names in the SQL are constants of this package; nothing that a person or a dump wrote goes into it

from __future__ import annotations

from collections.abc import Iterator

from carrel.catalog.hiding.wiki import Finding, Rule, Wiki, hidden, member, number, q
from carrel.model.sensitivity import Hidden

SHORT = 6
"""Names of Latin letters with fewer characters than this count in texts only as whole words; of names without letter or digit only links count."""

IDS = {
    Hidden.ROW: (
        ("user", "user_id"), ("user_old", "user_id"), ("user_groups", "ug_user"), ("user_former_groups", "ufg_user"), ("user_properties", "up_user"),
        ("actor", "actor_user"), ("ipblocks", "ipb_user"), ("block_target", "bt_user"), ("babel", "babel_user"),
    ),
    Hidden.USER: (
        ("revision", "rev_user"), ("archive", "ar_user"), ("logging", "log_user"), ("recentchanges", "rc_user"), ("image", "img_user"), ("oldimage", "oi_user"),
        ("filearchive", "fa_user"), ("filearchive", "fa_deleted_user"), ("ipblocks", "ipb_by"), ("protected_titles", "pt_user"), ("abuse_filter", "af_user"),
        ("abuse_filter_history", "afh_user"), ("abuse_filter_log", "afl_user"), ("flaggedrevs", "fr_user"),
    ),
}
"""Columns that hold a user.user_id, by what is hidden where it is a hidden user's."""

NAMES = {
    Hidden.ROW: (
        ("user", "user_name"), ("user_old", "user_name"), ("actor", "actor_name"), ("ipblocks", "ipb_address"), ("block_target", "bt_user_text"),
        ("localuser", "lu_name"), ("globaluser", "gu_name"),
    ),
    Hidden.USER: (
        ("revision", "rev_user_text"), ("archive", "ar_user_text"), ("logging", "log_user_text"), ("recentchanges", "rc_user_text"), ("image", "img_user_text"),
        ("oldimage", "oi_user_text"), ("filearchive", "fa_user_text"), ("ipblocks", "ipb_by_text"), ("abuse_filter", "af_user_text"),
        ("abuse_filter_history", "afh_user_text"), ("abuse_filter_log", "afl_user_text"), ("globalblocks", "gb_by"),
    ),
}
"""Columns that hold a user's name as it is spelled, with blanks."""

ACTORS = (
    ("revision", "rev_actor"), ("revision_actor_temp", "revactor_actor"), ("archive", "ar_actor"), ("logging", "log_actor"), ("recentchanges", "rc_actor"),
    ("image", "img_actor"), ("oldimage", "oi_actor"), ("filearchive", "fa_actor"), ("filerevision", "fr_actor"), ("ipblocks", "ipb_by_actor"),
    ("block", "bl_by_actor"), ("abuse_filter", "af_actor"), ("abuse_filter_history", "afh_actor"),
)
"""Columns that hold an actor.actor_id."""


def _bare(column: str) -> str:
    """A name without the prefix of an import: `Name` of `imported>Name`; no name of an account holds a `>`."""
    return f"substr({column}, instr({column}, '>') + 1)"


def blocks_known(wiki: Wiki) -> bool:
    """Whether the tables that say which users are hidden are there."""
    return wiki.has("ipblocks", "ipb_deleted", "ipb_user") or (
        wiki.has("block", "bl_deleted", "bl_target") and wiki.has("block_target", "bt_id", "bt_user")
    )


def hidden_ids(wiki: Wiki) -> tuple[str, frozenset[str]] | None:
    """A query for the user_id of hidden users, and the tables it reads; None where there is no table of blocks."""
    parts, uses = [], set()
    if wiki.has("ipblocks", "ipb_deleted", "ipb_user"):
        parts.append("SELECT ipb_user FROM ipblocks WHERE ipb_deleted <> 0 AND ipb_user <> 0")
        uses |= {"ipblocks"}
    if wiki.has("block", "bl_deleted", "bl_target") and wiki.has("block_target", "bt_id", "bt_user"):
        parts.append("SELECT bt_user FROM block_target WHERE bt_user IS NOT NULL AND bt_id IN (SELECT bl_target FROM block WHERE bl_deleted <> 0)")
        uses |= {"block", "block_target"}
    return (" UNION ALL ".join(parts), frozenset(uses)) if parts else None


def hidden_names(wiki: Wiki) -> tuple[str, frozenset[str]] | None:
    """A query for the names of hidden users, one column `name`, and the tables it reads; None where nothing tells them."""
    parts, uses = [], set()
    if wiki.has("ipblocks", "ipb_deleted", "ipb_address", "ipb_auto"):
        parts.append("SELECT CAST(ipb_address AS VARCHAR) AS name FROM ipblocks WHERE ipb_deleted <> 0 AND ipb_auto = 0")
        uses |= {"ipblocks"}
    if wiki.has("block", "bl_deleted", "bl_target") and wiki.has("block_target", "bt_id", "bt_user_text"):
        parts.append("SELECT bt_user_text AS name FROM block_target WHERE bt_id IN (SELECT bl_target FROM block WHERE bl_deleted <> 0)")
        uses |= {"block", "block_target"}
    ids = hidden_ids(wiki)
    if ids is not None:
        for table, number_column, name_column in (("user", "user_id", "user_name"), ("actor", "actor_user", "actor_name")):
            if wiki.has(table, number_column, name_column):
                parts.append(f"SELECT {name_column} AS name FROM {q(table)} WHERE {number_column} IN ({ids[0]})")
                uses |= {table, *ids[1]}
    for column, test in (("gu_hidden_level", "gu_hidden_level <> 0"), ("gu_hidden", "coalesce(gu_hidden, '') <> ''")):
        if wiki.has("globaluser", "gu_name", column):
            parts.append(f"SELECT gu_name AS name FROM globaluser WHERE {test}")
            uses |= {"globaluser"}
    if not parts:
        return None
    return f"SELECT DISTINCT name FROM ({' UNION ALL '.join(parts)}) WHERE name IS NOT NULL AND name <> ''", frozenset(uses)


def _hidden_blocks(wiki: Wiki) -> Iterator[Finding]:
    if "ipblocks" in wiki.tables:
        closed = f"{number('ipb_deleted', otherwise=1)} <> 0" if wiki.has("ipblocks", "ipb_deleted") else "true"
        yield Finding(table="ipblocks", bits=Hidden.ROW, condition=closed)
        if wiki.has("ipblocks", "ipb_deleted", "ipb_parent_block_id", "ipb_id"):
            yield Finding(
                table="ipblocks", bits=Hidden.ROW, condition=member("ipb_parent_block_id", "SELECT ipb_id FROM ipblocks WHERE ipb_deleted <> 0")
            )
    if "block_target" in wiki.tables:
        if wiki.has("block", "bl_deleted", "bl_target") and wiki.has("block_target", "bt_id"):
            condition = member("bt_id", "SELECT bl_target FROM block WHERE bl_deleted <> 0")
            yield Finding(table="block_target", bits=Hidden.ROW, condition=condition, uses=frozenset({"block"}))
        else:
            yield Finding(table="block_target", bits=Hidden.ROW, condition="true")
    if "block" in wiki.tables:
        yield from _block(wiki)
    for table, number_column in (("ipblocks", "ipb_id"), ("block", "bl_id")):
        if wiki.has("ipblocks_restrictions", "ir_ipb_id") and wiki.has(table, number_column):
            condition = member("ir_ipb_id", f"SELECT {number_column} FROM {q(table)} WHERE {hidden(Hidden.ROW, table)}")
            yield Finding(table="ipblocks_restrictions", bits=Hidden.ROW, condition=condition, uses=frozenset({table}), after=frozenset({table}))


def _block(wiki: Wiki) -> Iterator[Finding]:
    closed = f"{number('bl_deleted', otherwise=1)} <> 0" if wiki.has("block", "bl_deleted") else "true"
    yield Finding(table="block", bits=Hidden.ROW, condition=closed)
    if wiki.has("block", "bl_deleted", "bl_parent_block_id", "bl_id"):
        yield Finding(table="block", bits=Hidden.ROW, condition=member("bl_parent_block_id", "SELECT bl_id FROM block WHERE bl_deleted <> 0"))
    if wiki.has("block", "bl_target") and wiki.has("block_target", "bt_id"):
        # Another block of a user whom one block hides.
        condition = member("bl_target", f"SELECT bt_id FROM block_target WHERE {hidden(Hidden.ROW, 'block_target')}")
        yield Finding(table="block", bits=Hidden.ROW, condition=condition, uses=frozenset({"block_target"}), after=frozenset({"block_target"}))


def _hidden_users(wiki: Wiki) -> Iterator[Finding]:
    ids = hidden_ids(wiki)
    if ids is not None:
        for bits, columns in IDS.items():
            for table, column in columns:
                if wiki.has(table, column):
                    yield Finding(table=table, bits=bits, condition=member(column, ids[0]), uses=ids[1] - {table})
    names = hidden_names(wiki)
    if names is not None:
        for bits, columns in NAMES.items():
            for table, column in columns:
                if wiki.has(table, column):
                    condition = f"coalesce({_bare(f't.{q(column)}')} IN ({names[0]}), false)"
                    yield Finding(table=table, bits=bits, condition=condition, uses=names[1] - {table})
        yield from _hidden_actors(wiki, names)


def _hidden_actors(wiki: Wiki, names: tuple[str, frozenset[str]]) -> Iterator[Finding]:
    if wiki.has("actor", "actor_id", "actor_name"):
        actors = f"SELECT actor_id FROM actor WHERE {_bare('actor_name')} IN ({names[0]})"
        for table, column in ACTORS:
            if wiki.has(table, column):
                yield Finding(table=table, bits=Hidden.USER, condition=member(column, actors), uses=names[1] | {"actor"})


def _central(wiki: Wiki) -> Iterator[Finding]:
    if "globaluser" in wiki.tables:
        seen = wiki.first("globaluser", ("gu_hidden_level", "gu_hidden"))
        tests = {None: "true", "gu_hidden_level": f"{number('gu_hidden_level', otherwise=1)} <> 0", "gu_hidden": "coalesce(t.gu_hidden, 'x') <> ''"}
        yield Finding(table="globaluser", bits=Hidden.ROW, condition=tests[seen])
    for table, column in (
        ("localuser", "lu_global_id"), ("global_user_groups", "gug_user"), ("global_preferences", "gp_user"), ("globalblocks", "gb_target_central_id")
    ):
        if wiki.has(table, column) and wiki.has("globaluser", "gu_id"):
            condition = member(column, f"SELECT gu_id FROM globaluser WHERE {hidden(Hidden.ROW, 'globaluser')}")
            yield Finding(table=table, bits=Hidden.ROW, condition=condition, uses=frozenset({"globaluser"}), after=frozenset({"globaluser"}))
        elif table in ("localuser", "global_preferences") and table in wiki.tables:
            yield Finding(table=table, bits=Hidden.ROW, condition="true")


def _unknown_blocks(wiki: Wiki) -> Iterator[Finding]:
    if blocks_known(wiki):
        return
    for table in ("user_old", "user_properties"):
        if table in wiki.tables:
            yield Finding(table=table, bits=Hidden.ROW, condition="true")
    if "user" not in wiki.tables:
        return
    if wiki.has("user", "user_id") and wiki.has("actor", "actor_user"):
        condition = "NOT " + member("user_id", f"SELECT actor_user FROM actor WHERE NOT ({hidden(Hidden.ROW, 'actor')})")
        yield Finding(table="user", bits=Hidden.ROW, condition=condition, uses=frozenset({"actor"}), after=frozenset({"actor"}))
    else:
        yield Finding(table="user", bits=Hidden.ROW, condition="true")


RULES = (
    Rule(name="hidden blocks", reason="the block hides its user", find=_hidden_blocks),
    Rule(name="hidden users", reason="a block hides this user", find=_hidden_users),
    Rule(name="hidden central accounts", reason="the account is hidden at all wikis", find=_central),
    Rule(name="blocks not loaded", reason="which users are hidden is not known until the table of blocks is loaded", find=_unknown_blocks),
)
