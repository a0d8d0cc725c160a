"""Declassifiers: which tags fall off a copy, by which shapes, and what is refused in a policy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carrel.model.errors import BadInput
from carrel.model.names import TableName
from carrel.model.queries import OutputColumn, Query
from carrel.model.sensitivity import Mask
from carrel.policy.carried import brought
from carrel.policy.clock import flows
from carrel.policy.declassifiers import WAYS
from carrel.policy.explain import as_text, as_values, explain
from carrel.policy.guard import authorize
from carrel.policy.guard.shapes import SHAPES
from carrel.policy.load import default_text, load
from tests.policy_cases.catalog import asker
from tests.taint import CATALOG, Small, authorized

RULES = """
[[declassify]]
name = "networks"
from = "personal.ip"
by = "ip_prefix"
to = "public"
reason = "a /24 names no reader"

[[declassify]]
name = "crowds of addresses"
from = "personal.ip"
by = "count_people"
people = 10
to = "restricted"
reason = "ten and more"

[[declassify]]
name = "days"
from = "restricted"
by = "day"
to = "public"
reason = "a day says little"
"""
POLICY = load(default_text() + RULES)


def outputs(sql: str) -> tuple[OutputColumn, ...]:
    return authorized(sql, POLICY).outputs


def carried(sql: str) -> list[list[str]]:
    return [sorted(output.carried) for output in outputs(sql)]


@pytest.mark.parametrize(("sql", "expected"), [
    ("SELECT CARREL_IP_PREFIX(ip) FROM people", [["public"]]),
    ("SELECT ip, CARREL_IP_PREFIX(ip) FROM people", [["personal.ip"], ["public"]]),
    ("SELECT CONCAT(CARREL_IP_PREFIX(ip), ip) FROM people", [["personal.ip"]]),
    ("SELECT CARREL_IP_PREFIX(ip) FROM people WHERE ip > 'a'", [["personal.ip"]]),
    ("SELECT CARREL_IP_PREFIX(ip) AS x, COUNT(*) FROM people GROUP BY x ORDER BY x", [["public"], ["public"]]),
    ("SELECT UPPER(x) FROM (SELECT CARREL_IP_PREFIX(ip) AS x FROM people) t", [["public"]]),
    ("SELECT CARREL_IP_PREFIX(x) FROM (SELECT ip AS x FROM people) t", [["public"]]),
    ("SELECT CARREL_IP_PREFIX(x) FROM (SELECT CONCAT(ip) AS x FROM people) t", [["personal.ip"]]),
    ("SELECT CARREL_IP_PREFIX(name) FROM people", [["personal.name"]]),
    ("SELECT CARREL_IP_PREFIX(CONCAT(ip)) FROM people", [["personal.ip"]]),
    ("SELECT CARREL_DAY(ip) FROM people", [["personal.ip"]]),
    ("SELECT CARREL_DAY(size) FROM edits", [["public"]]),
    ("SELECT CARREL_IP_PREFIX(ip) FROM people UNION SELECT ip FROM people", [["personal.ip"]]),
    ("SELECT CARREL_IP_PREFIX(ip) FROM people ORDER BY ip LIMIT 1", [["personal.ip", "public"]]),
])  # fmt: skip
def test_truncation(sql: str, expected: list[list[str]]) -> None:
    assert carried(sql) == expected


CROWD = "SELECT team, COUNT(DISTINCT ip) AS n FROM people GROUP BY team HAVING"


@pytest.mark.parametrize("sql", [
    f"{CROWD} n >= 10", f"{CROWD} COUNT(DISTINCT ip) >= 10", f"{CROWD} COUNT(DISTINCT ip) > 9 AND team < 3", f"{CROWD} (n >= 12) ORDER BY n DESC LIMIT 2",
    "SELECT team, COUNT(DISTINCT ip) FROM people WHERE team > 1 GROUP BY team HAVING COUNT(DISTINCT ip) >= 10",
    "SELECT COUNT(DISTINCT ip) AS n, COUNT(DISTINCT ip) * 2 FROM people HAVING n >= 10",
])  # fmt: skip
def test_a_count_of_enough_people(sql: str) -> None:
    assert carried(sql) == [["public", "restricted"]] * 2 or carried(sql) == [["restricted"]] * 2
    assert all("personal.ip" in output.tags for output in outputs(sql))


@pytest.mark.parametrize("sql", [
    f"{CROWD} n >= 9", f"{CROWD} n > 8", f"{CROWD} n >= 10 OR team = 1", f"{CROWD} NOT n >= 10", f"{CROWD} 10 <= 3", f"{CROWD} n >= '10'", f"{CROWD} n <= 10",
    f"{CROWD} n >= team", f"{CROWD} COUNT(DISTINCT name) >= 10", f"{CROWD} COUNT(ip) >= 10", "SELECT team, COUNT(DISTINCT ip) FROM people GROUP BY team",
    "SELECT team, COUNT(DISTINCT ip) AS n FROM people GROUP BY team WITH ROLLUP HAVING n >= 10",
    "SELECT team, COUNT(DISTINCT ip) AS n FROM people WHERE ip <> 'a' GROUP BY team HAVING n >= 10",
    "SELECT team, COUNT(DISTINCT ip) AS n FROM people GROUP BY team, ip HAVING n >= 10",
    "SELECT team, COUNT(DISTINCT IF(team = 1, ip, NULL)) AS n FROM people GROUP BY team HAVING COUNT(DISTINCT ip) >= 10",
    "SELECT kind, COUNT(DISTINCT ip) AS n FROM people JOIN pages ON kind = 1 OR pid <> 7 GROUP BY kind HAVING n >= 10",
    f"{CROWD} n >= 10 UNION ALL SELECT 0, COUNT(DISTINCT ip) AS n FROM people HAVING n >= 10",
    f"SELECT * FROM ({CROWD} n >= 10) t", f"WITH t AS ({CROWD} n >= 10) SELECT * FROM t",
    f"{CROWD} n >= 10 AND n < (SELECT COUNT(DISTINCT ip) FROM people)",
])  # fmt: skip
def test_what_may_tell_of_fewer_keeps_its_tag(sql: str) -> None:
    assert any("personal.ip" in tags for tags in carried(sql))


def test_without_a_declassifier_nothing_falls_off() -> None:
    for sql in ("SELECT CARREL_IP_PREFIX(ip) FROM people", f"{CROWD} n >= 10"):
        for output in authorized(sql, load(default_text())).outputs:
            assert output.carried == output.tags
            assert output.released == ()


def test_what_may_be_read_and_what_is_recorded_stay_as_they_are() -> None:
    for sql in ("SELECT CARREL_IP_PREFIX(ip) FROM people", f"{CROWD} n >= 10", "SELECT ip FROM people"):
        with_, without = authorized(sql, POLICY), authorized(sql, load(default_text()))
        assert with_.tree == without.tree
        assert with_.fragments == without.fragments
        assert [(output.sources, output.tags) for output in with_.outputs] == [(output.sources, output.tags) for output in without.outputs]


def test_a_pseudonym_keeps_its_tag() -> None:
    query = Query(text="SELECT CARREL_IP_PREFIX(ip) FROM people", dialect="mysql", database="log", asker=asker("researchers"))
    explanation = explain(query, CATALOG, POLICY)
    assert explanation.refusal is None
    assert explanation.outputs[0].carried == {"personal.ip"}
    crowd = authorized(f"{CROWD} n >= 10", POLICY, "researchers").outputs
    assert [sorted(output.carried) for output in crowd] == [["public", "restricted"]] * 2


def test_an_explanation_says_why_a_column_carries_what_it_does() -> None:
    sql = "SELECT CARREL_IP_PREFIX(ip) AS net, name FROM people WHERE team = 1"
    query = Query(text=sql, dialect="mysql", database="log", asker=asker("statistics-privatedata-users"))
    explanation = explain(query, CATALOG, POLICY)
    text = as_text(explanation)
    assert "output net: a copy carries public" in text
    assert "log.people.ip (value): personal.ip, released to public by networks: a /24 names no reader" in text
    assert "output name: a copy carries personal.name, public" in text
    net, name = as_values(explanation)["outputs"]
    assert net["tags"] == ["personal.ip", "public"]
    assert net["carries"] == ["public"]
    assert [(one["column"], one["tag"]) for one in net["sources"]] == [("log.people.ip", "personal.ip"), ("log.people.team", "public")]
    assert net["released"][0]["rule"] == "networks"
    assert name["released"] == []


def test_of_several_tags_of_one_column_each_falls_off_by_itself() -> None:
    """As in a table that somebody made of several columns."""
    name = TableName("log", "people")
    people = CATALOG.by_name[name]
    several = tuple(replace(column, also=frozenset({"personal.name"})) if column.name == "ip" else column for column in people.columns)
    query = Query(text="SELECT CARREL_IP_PREFIX(ip) FROM people", dialect="mysql", database="log", asker=asker("statistics-privatedata-users"))
    catalog = Small()
    catalog.by_name[name] = replace(people, columns=several)
    made = authorize(query, catalog, POLICY)
    assert made.outputs[0].carried == {"personal.name", "public"}
    assert [(one.carried, one.tags, one.mask) for one in brought(made.outputs[0], made.decisions)] == [
        ({"personal.name", "public"}, {"personal.ip", "personal.name"}, Mask.CLEAR),
    ]
    assert flows(made)[0].tags == {"personal.name", "public"}


def rule(**more: object) -> str:
    values = {"name": "x", "from": "personal.ip", "by": "ip_prefix", "to": "public", "reason": "y", **more}
    lines = [f"{key} = {value if isinstance(value, int) else repr(value)}" for key, value in values.items() if value is not None]
    return default_text() + "\n[[declassify]]\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(("text", "says"), [
    (rule(name=None), "needs `name`"), (rule(reason=" "), "needs `reason`"), (rule(to="personal.ip"), "unknown word `personal.ip` in `to`"),
    (rule(by="magic"), "unknown word `magic`"), (rule(**{"from": "secret"}), "unknown word `secret`"), (rule(by="day"), "unknown word `personal.ip` in `from`"),
    (rule(people=10), "`people` belongs"), (rule(by="count_people"), "whole number from 5"), (rule(by="count_people", people=4), "whole number from 5"),
    (rule(by="day", to="restricted", **{"from": "restricted"}), "gives the tag that it takes"), (rule(extra="z"), "unknown key `extra`"),
    (rule() + rule()[len(default_text()):], "there twice"), (rule() + rule(name="z")[len(default_text()):], "there twice"),
    ("declassify = 3\n" + default_text(), "must be an array of tables"),
])  # fmt: skip
def test_a_policy_that_would_release_otherwise_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        load(text)


def test_each_way_is_a_shape_that_the_guard_knows() -> None:
    assert set(WAYS) == set(SHAPES)
