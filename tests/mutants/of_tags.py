"""Mutants of lineage and of declassifiers: what flows into a copy, and what falls off it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from carrel.policy import guard
from carrel.policy.load import default_text, load
from tests.mutants.mutant import Mutant
from tests.mutants.stage import Stage
from tests.mutants.switch import change, put
from tests.taint import authorized

RULES: Final = "".join(
    f'[[declassify]]\nname = "{by}"\nfrom = "{tag}"\nby = "{by}"\n{people}to = "public"\nreason = "to test"\n'
    for by, tag, people in (("ip_prefix", "personal.ip", ""), ("count_people", "personal.ip", "people = 10\n"))
)
CROWD: Final = "SELECT team, COUNT(DISTINCT ip) AS n FROM people"
FEWER: Final = "SELECT kind, COUNT(DISTINCT ip) AS n FROM people JOIN pages ON kind = 1 OR pid <> 7 GROUP BY kind HAVING n >= 10"


def _carried(sql: str, group: str = "statistics-privatedata-users") -> list[frozenset[str]]:
    return [output.carried for output in authorized(sql, load(default_text() + RULES), group).outputs]


def a_tag_falls_off_where_policy_says_so(_: Stage) -> Iterator[str]:
    """A copy of what a declassifier names does not carry the tag."""
    for sql in ("SELECT CARREL_IP_PREFIX(ip) FROM people", f"{CROWD} GROUP BY team HAVING n >= 10"):
        yield from (f"{sql}: {tags}" for tags in _carried(sql) if tags != {"public"})


def a_tag_falls_off_by_a_declassifier_alone(_: Stage) -> Iterator[str]:
    """A copy carries the tag of whatever flows into it in another way than a declassifier names."""
    for sql in (
        "SELECT CONCAT(CARREL_IP_PREFIX(ip), ip) FROM people", "SELECT CARREL_IP_PREFIX(ip) FROM people WHERE ip > '1'", "SELECT CARREL_DAY(ip) FROM people",
        "SELECT CARREL_IP_PREFIX(x) FROM (SELECT CONCAT(ip, name) AS x FROM people) t",
    ):
        yield from (sql for tags in _carried(sql) if "personal.ip" not in tags)
    yield from ("a piece of a pseudonym" for tags in _carried("SELECT CARREL_IP_PREFIX(ip) FROM people", "researchers") if "personal.ip" not in tags)


def a_count_of_few_keeps_its_tag(_: Stage) -> Iterator[str]:
    """A count of people keeps its tag unless each of its rows is of enough of them, and none taken from another leaves fewer."""
    for sql in (
        f"{CROWD} GROUP BY team", f"{CROWD} GROUP BY team HAVING n >= 9", f"{CROWD} GROUP BY team HAVING n >= 10 OR team = 1", FEWER,
        f"{CROWD} GROUP BY team WITH ROLLUP HAVING n >= 10", f"SELECT * FROM ({CROWD} GROUP BY team HAVING n >= 10) t JOIN people ON pid = n",
    ):  # fmt: skip
        yield from (sql for tags in _carried(sql)[1:2] if "personal.ip" not in tags)


def a_truncation_leaves_no_more_than_it_says(stage: Stage) -> Iterator[str]:
    """CARREL_IP_PREFIX, CARREL_DAY and CARREL_AGENT_FAMILY leave a network, a day and a family, whatever they are given."""
    for function, values, expected in (
        ("CARREL_IP_PREFIX", ("192.0.2.77", "192.0.2.1", "2001:db8:1:2::9", "ann"), ["192.0.2.0/24", "192.0.2.0/24", "2001:0db8:0001::/48", "NULL"]),
        ("CARREL_DAY", ("20180501123456", "2018-05-01 01:02:03", "99999999", "ann"), ["20180501", "20180501", "NULL", "NULL"]),
        ("CARREL_AGENT_FAMILY", ("Mozilla/5.0 (X11; Linux) Gecko/2 Firefox/60.0", "ann"), ["Firefox", "other"]),
    ):  # fmt: skip
        items = ", ".join(f"{function}('{value}')" for value in values)
        if (heard := stage.ask(f"SELECT {items}")).cells != expected:
            yield heard.text


def what_is_compared_flows(_: Stage) -> Iterator[str]:
    """Values that decide which rows there are flow into each column: those of set operations, of recursion, and the key by which rows are picked."""
    for sql, source in (
        ("SELECT team AS x, name AS y FROM people UNION SELECT eid, page FROM edits", "name"),
        ("SELECT 1 FROM pages WHERE EXISTS (SELECT ip FROM people EXCEPT SELECT page FROM edits)", "ip"),
        ("WITH RECURSIVE r AS (SELECT 1 AS n, 0 AS m UNION ALL SELECT r.n + 1, team FROM r JOIN people ON pid = r.n WHERE r.m < 2) SELECT 1 FROM r", "team"),
        ("SELECT name FROM people LIMIT 1", "pid"), ("SELECT name, ip FROM people GROUP BY name", "pid"), ("SELECT LAG(ip) OVER () FROM people", "pid"),
    ):  # fmt: skip
        if source not in {name.column for name in authorized(sql, load(default_text())).outputs[0].sources}:
            yield sql


def _whole(name: str) -> Any:
    """The functions with one that gives the whole value."""
    return lambda functions: {**functions, name: functions["quote"]}


_SHAPES, _PASS, _BIND = "carrel.policy.guard.shapes", "carrel.policy.guard.declassify", "carrel.policy.guard.bind"
_TRUNCATED: Final = ("ip_prefix", "day", "agent_family")

MUTANTS: Final = (
    Mutant(name="pass: declassify", killer=a_tag_falls_off_where_policy_says_so,
           switch=put("carrel.policy.guard:PASSES", lambda passes: tuple(step for step in passes if step is not guard.declassify), "the pass `declassify`")),
    Mutant(name="declassifier: count_people", killer=a_count_of_few_keeps_its_tag,
           switch=put(f"{_PASS}:threshold", lambda _: lambda *_: 1_000_000, "how many people a count must be of")),
    *(Mutant(name=f"declassifier: {way}", killer=a_truncation_leaves_no_more_than_it_says,
             switch=put("carrel.engines.duckdb.translate.expressions:FUNCTIONS", _whole(f"carrel_{way}"), f"that `{way}` cuts")) for way in _TRUNCATED),
    Mutant(name="declassify: one table", killer=a_count_of_few_keeps_its_tag,
           switch=change(f"{_SHAPES}:_parts", 'not tree.args.get("joins") and sum(1 for _ in tree.find_all(exp.Query)) == 1', "True",
                         "that counted groups share no row"), held_by=("declassify: joins",)),
    Mutant(name="declassify: joins", killer=a_count_of_few_keeps_its_tag,
           switch=change(f"{_SHAPES}:_parts", "tree.find(exp.Window, exp.Rollup, exp.Join) is None", "True", "that no total stands beside its parts")),
    Mutant(name="declassify: other ways", killer=a_tag_falls_off_by_a_declassifier_alone,
           switch=change(f"{_PASS}:_rules_of", "return None", "continue", "that every way in which a column flows in is looked at")),
    Mutant(name="declassify: pseudonyms", killer=a_tag_falls_off_by_a_declassifier_alone,
           switch=change(f"{_SHAPES}:through", "clear or", "True or", "that a piece of a pseudonym keeps its tag")),
    Mutant(name="lineage: set operations", killer=what_is_compared_flows,
           switch=change(f"{_BIND}:_union", "if compared", "if False", "that compared values decide the rows")),
    Mutant(name="lineage: recursion", killer=what_is_compared_flows,
           switch=change(f"{_BIND}:_Binder._common", "relation.influences | everything", "relation.influences", "that values of a recursion decide its rows")),
    Mutant(name="lineage: order", killer=what_is_compared_flows,
           switch=put(f"{_BIND}:picks_by_order", lambda _: lambda *_, **__: False, "that a key picks rows")),
)  # fmt: skip
