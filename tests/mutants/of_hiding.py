"""Mutants of hiding: each rule that works out, as a wiki's tables are loaded, which of its rows and cells are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from carrel.catalog import visibility
from carrel.catalog.hiding.wiki import Rule
from tests.hidden_wiki import HARASSER, actor, block, log, revision
from tests.mutants.mutant import Law, Mutant
from tests.mutants.stage import Rows, Stage
from tests.mutants.switch import Switch, put

Wiki = Mapping[str, Rows]
BLOCKS: Final = [block(5, "Vic")]
"""So that it is known which users are hidden: none."""
TIME: Final = "20180102030405"


def comment(*texts: str) -> Rows:
    return [{"comment_id": number, "comment_text": text} for number, text in enumerate(texts, 1)]


WIKIS: Final[Mapping[str, tuple[Wiki, str, list[str]]]] = {
    "deleted bits": (
        {"revision": [revision(1), revision(2, 7, actor=4711, comment=77)]}, "SELECT rev_actor, rev_comment_id FROM revision", ["1", "0", "NULL", "NULL"],
    ),
    "log types": ({"logging": [log(1), log(2, "suppress")]}, "SELECT log_id FROM logging", ["1"]),
    "settings": (
        {"ipblocks": BLOCKS, "user_properties": [{"up_user": 1, "up_property": word} for word in ("gender", "language")]},
        "SELECT up_property FROM user_properties", ["gender"],
    ),
    "automatic blocks": (
        {"ipblocks": [*BLOCKS, block(5, "10.0.0.1", auto=1, number=2, parent=1)]}, "SELECT ipb_address FROM ipblocks ORDER BY ipb_id", ["Vic", "NULL"],
    ),
    "filters": (
        {"abuse_filter": [{"af_id": 1, "af_hidden": 0, "af_pattern": "x"}, {"af_id": 2, "af_hidden": 1, "af_pattern": "y"}]},
        "SELECT af_pattern FROM abuse_filter ORDER BY af_id", ["x", "NULL"],
    ),
    "hidden blocks": (
        {"ipblocks": [*BLOCKS, block(7, "Hidden Harasser", hides=1, number=2), block(0, "192.0.2.5", number=3, parent=2)]},
        "SELECT ipb_address FROM ipblocks", ["Vic"],
    ),
    "hidden users": (
        {"ipblocks": HARASSER, "user": [{"user_id": 7, "user_name": "Hidden Harasser"}, {"user_id": 8, "user_name": "Ann"}]},
        "SELECT user_name FROM user", ["Ann"],
    ),
    "hidden central accounts": (
        {"globaluser": [{"gu_id": 1, "gu_name": "Ann", "gu_hidden": ""}, {"gu_id": 2, "gu_name": "Hidden Harasser", "gu_hidden": "suppressed"}],
         "global_user_groups": [{"gug_user": 1, "gug_group": "bot"}, {"gug_user": 2, "gug_group": "bot"}]},
        "SELECT gug_user FROM global_user_groups", ["1"],
    ),
    "blocks not loaded": ({"user": [{"user_id": 1, "user_name": "Ann"}]}, "SELECT user_name FROM user", []),
    "deeds of hidden authors": (
        {"revision": [revision(1, 4, actor=1, page=5, time=TIME)],
         "logging": [log(number, "upload", actor=number, page=5, time=TIME) for number in (1, 2)]},
        "SELECT log_actor FROM logging ORDER BY log_id", ["NULL", "2"],
    ),
    "summaries of hidden edits": (
        {"revision": [revision(1, 2, comment=1, page=5, time=TIME)],
         "logging": [log(number, "create", comment=number, page=4 + number, time=TIME) for number in (1, 2)]},
        "SELECT log_comment_id FROM logging ORDER BY log_id", ["NULL", "2"],
    ),
    "comments reached": ({"revision": [revision(1, comment=1)], "comment": comment("seen", "unseen")}, "SELECT comment_text FROM comment", ["seen"]),
    "actors reached": (
        {"ipblocks": BLOCKS, "revision": [revision(1, actor=1), revision(2, 4, actor=2)],
         "actor": [actor(1, "192.0.2.1"), actor(2, "192.0.2.2"), actor(3, "Ann", 3)]},
        "SELECT actor_name FROM actor ORDER BY actor_id", ["192.0.2.1", "Ann"],
    ),
    "texts reached": (
        {"revision": [{"rev_id": 1, "rev_deleted": 0, "rev_text_id": 1}, {"rev_id": 2, "rev_deleted": 1, "rev_text_id": 2}],
         "text": [{"old_id": 1, "old_text": "seen"}, {"old_id": 2, "old_text": "unseen"}]},
        "SELECT old_id, CONVERT(old_text USING utf8) FROM text", ["1", "seen"],
    ),
    "rows of revisions": (
        {"revision": [revision(1), revision(2, 4)], "ip_changes": [{"ipc_rev_id": number, "ipc_hex": "0A000001"} for number in (1, 2)]},
        "SELECT ipc_rev_id FROM ip_changes", ["1"],
    ),
    "recent changes": (
        {"revision": [revision(1), revision(2, 4)],
         "recentchanges": [{"rc_id": number, "rc_deleted": 0, "rc_logid": 0, "rc_this_oldid": number, "rc_actor": 9} for number in (1, 2)]},
        "SELECT rc_actor FROM recentchanges ORDER BY rc_id", ["9", "NULL"],
    ),
    "newest revisions": (
        {"revision": [revision(1, 1), revision(2)], "page": [{"page_id": number, "page_latest": number, "page_len": 9} for number in (1, 2)]},
        "SELECT page_len FROM page ORDER BY page_id", ["NULL", "9"],
    ),
    "tagged changes": (
        {"revision": [revision(1), revision(2, 4)], "change_tag": [{"ct_id": number, "ct_rev_id": number, "ct_params": "said"} for number in (1, 2)]},
        "SELECT ct_params FROM change_tag ORDER BY ct_id", ["said", "NULL"],
    ),
    "own names": (
        {"ipblocks": BLOCKS, "actor": [actor(1, "Sue Smith", 1)], "revision": [revision(1, 4, actor=1, comment=1), revision(2, 4, actor=1, comment=2)],
         "comment": comment("Sue Smith moved page A to B", "typo")},
        "SELECT comment_text FROM comment", ["typo"],
    ),
    "quotations": (
        {"revision": [revision(1, 1, comment=1), revision(2, comment=2)],
         "slots": [{"slot_revision_id": number, "slot_content_id": number, "slot_origin": number} for number in (1, 2)],
         "content": [{"content_id": number, "content_address": f"tt:{number}"} for number in (1, 2)],
         "text": [{"old_id": 1, "old_text": "A long hidden text", "old_flags": "utf-8"},
                  {"old_id": 2, "old_text": "A long visible text", "old_flags": "utf-8"}],
         "comment": comment('Created page: "A long hidden..."', 'Created page: "A long visible..."')},
        "SELECT comment_text FROM comment", ['Created page: "A long visible..."'],
    ),
    "reverts": (
        {"ipblocks": BLOCKS, "actor": [actor(1, "Sue", 1), actor(2, "Ann", 2)],
         "revision": [revision(1, 4, actor=1), revision(2, actor=2, comment=1), revision(3, actor=2, comment=2)],
         "comment": comment("Reverted edits by [[Special:Contributions/Sue|Sue]] ([[User talk:Sue|talk]])", "Ask Sue")},
        "SELECT comment_text FROM comment", ["Ask Sue"],
    ),
    "names in texts": (
        {"ipblocks": HARASSER, "page": [{"page_id": 1, "page_title": "Hidden_Harasser/Archive"}, {"page_id": 2, "page_title": "Other"}]},
        "SELECT page_title FROM page ORDER BY page_id", ["NULL", "Other"],
    ),
}  # fmt: skip
"""By rule: a small wiki of which the rule alone hides something, a question, and its answer."""


def law_of(rule: Rule, number: int) -> Law:
    wiki, sql, cells = WIKIS[rule.name]
    name = f"hiding{number}"

    def law(stage: Stage) -> Iterator[str]:
        stage.load(wiki, name, planner=visibility.plans)
        if (heard := stage.ask(sql, database=name)).cells != cells:
            yield heard.text

    law.__doc__ = f"Not shown: {rule.reason}."
    return law


def _without(rule: Rule) -> Switch:
    rules = [one for one in visibility.RULES if one is not rule]
    return put("carrel.catalog.visibility:plans", lambda real: lambda tables: real(tables, rules), f"the rule of hiding `{rule.name}`")


MUTANTS: Final = tuple(
    Mutant(name=f"hiding: {rule.name}", switch=_without(rule), killer=law_of(rule, number))
    for number, rule in enumerate(visibility.RULES)
    if rule.name in WIKIS
)
