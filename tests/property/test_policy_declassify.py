"""Laws of the tags that copies carry: what declassifiers may do to them, what unions and views do."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from carrel.model.queries import OutputColumn
from carrel.policy.declassifiers import WAYS
from carrel.policy.load import default_text, load
from tests.taint import authorized

RULES = [(way, tag, to) for way, tags in WAYS.items() for tag in tags for to in ("public", "restricted") if tag != to]
CHOSEN = st.lists(st.sampled_from(RULES), max_size=6, unique_by=lambda rule: rule[:2])
WRAPS = ("CARREL_IP_PREFIX(ip)", "CARREL_DAY(size)", "CARREL_AGENT_FAMILY(name)", "ip", "CONCAT(ip, CARREL_IP_PREFIX(ip))", "name", "COUNT(DISTINCT ip)")
OWN = (
    *(f"SELECT {wrap} AS x, {other} AS y FROM people JOIN edits ON pid = person" for wrap in WRAPS for other in ("team", "CARREL_IP_PREFIX(ip)")),
    "SELECT team AS x, COUNT(DISTINCT ip) AS y FROM people GROUP BY team HAVING y >= 10",
    "SELECT team AS x, COUNT(DISTINCT name) AS y FROM people GROUP BY team HAVING y >= 10",
    "SELECT CARREL_IP_PREFIX(ip) AS x, COUNT(DISTINCT name) AS y FROM people GROUP BY x HAVING y >= 10",
)
TWO = (
    *OWN,
    "SELECT DISTINCT ip AS x, name AS y FROM people", "SELECT MAX(ip) AS x, COUNT(size) AS y FROM people JOIN edits ON pid = person GROUP BY team",
    "SELECT ip AS x, size AS y FROM people, edits UNION SELECT page, eid FROM edits", "SELECT name AS x, ip AS y FROM people ORDER BY team LIMIT 3",
    "SELECT eid AS x, RANK() OVER (PARTITION BY size ORDER BY page) AS y FROM edits WHERE person IN (SELECT pid FROM people WHERE name > 'a')",
    "WITH t AS (SELECT ip AS x, CARREL_IP_PREFIX(ip) AS y FROM people)"
    " SELECT y AS x, x AS y FROM t WHERE EXISTS (SELECT ip FROM people EXCEPT SELECT y FROM t)",
)


def written(rules: Sequence[tuple[str, str, str]]) -> str:
    text = ""
    for way, tag, to in rules:
        people = "people = 10\n" if way == "count_people" else ""
        text += f'[[declassify]]\nname = "{way} {tag}"\nfrom = "{tag}"\nby = "{way}"\nto = "{to}"\n{people}reason = "to test"\n'
    return default_text() + text


def outputs(sql: str, rules: Sequence[tuple[str, str, str]] = ()) -> tuple[OutputColumn, ...]:
    return authorized(sql, load(written(rules))).outputs


@settings(max_examples=40, deadline=None)
@given(rules=CHOSEN, seed=st.integers(0, 1000), sql=st.sampled_from(TWO))
def test_the_order_of_declassifiers_never_matters(rules: list[tuple[str, str, str]], seed: int, sql: str) -> None:
    mixed = random.Random(seed).sample(rules, len(rules))
    assert outputs(sql, rules) == outputs(sql, mixed)


@settings(max_examples=40, deadline=None)
@given(rules=CHOSEN, sql=st.sampled_from(TWO))
def test_one_more_declassifier_never_adds_a_tag(rules: list[tuple[str, str, str]], sql: str) -> None:
    """But for the one, less sensitive, that takes the place of what fell off."""
    for before, after in zip(outputs(sql, rules[:-1]), outputs(sql, rules), strict=True):
        replaced = {release.to for release in after.released} - {release.to for release in before.released}
        assert after.carried - before.carried <= replaced <= {"public", "restricted"}
        assert set(before.released) <= set(after.released)
        assert (after.tags, after.sources) == (before.tags, before.sources)
        assert {tag for tag in after.carried if tag.startswith("personal.")} <= before.carried


@settings(max_examples=40, deadline=None)
@given(rules=CHOSEN, one=st.sampled_from(TWO), other=st.sampled_from(TWO))
def test_a_union_carries_what_its_parts_carry(rules: list[tuple[str, str, str]], one: str, other: str) -> None:
    parts = [outputs(f"SELECT x, y FROM ({sql}) part", rules) for sql in (one, other)]
    whole = outputs(f"SELECT x, y FROM ({one}) a UNION ALL SELECT x, y FROM ({other}) b", rules)
    for united, first, second in zip(whole, *parts, strict=True):
        assert united.tags == first.tags | second.tags
        assert united.carried >= {tag for tag in first.carried | second.carried if tag.startswith("personal.")}


@settings(max_examples=40, deadline=None)
@given(rules=CHOSEN, sql=st.sampled_from(TWO), depth=st.integers(1, 4), where=st.sampled_from(["", " WHERE x = y", " GROUP BY x, y", " ORDER BY y LIMIT 1"]))
def test_a_view_of_a_view_carries_no_less(rules: list[tuple[str, str, str]], sql: str, depth: int, where: str) -> None:
    inner = outputs(sql, rules)
    for number in range(depth):
        sql = f"SELECT x, y FROM ({sql}) v{number}{where}"
    for view, column in zip(outputs(sql, rules), inner, strict=True):
        assert view.tags >= column.tags
        assert view.sources >= column.sources
        assert {tag for tag in column.carried if tag.startswith("personal.")} <= view.carried
