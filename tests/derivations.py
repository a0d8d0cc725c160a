"""Derivations to try lineage on: templates of every construct, filled from a seed with columns, functions and constants."""

from __future__ import annotations

import random
from collections.abc import Iterator
from string import Formatter
from typing import Final

COLUMNS: Final = {
    "people": {"pid": "INTEGER", "team": "INTEGER", "name": "VARCHAR", "ip": "VARCHAR"},
    "edits": {"eid": "INTEGER", "person": "INTEGER", "size": "INTEGER", "page": "VARCHAR"},
    "pages": {"gid": "INTEGER", "kind": "INTEGER", "title": "VARCHAR"},
}
"""Tables with their columns, of which the first is the key, and DuckDB types."""

_PICKS: Final = {
    "p": ("pid", "team", "name", "ip"), "e": ("eid", "person", "size", "page"), "g": ("gid", "kind", "title"),
    "i": ("team", "pid"), "j": ("person", "size", "eid"), "n": ("1", "2", "3"), "c": ("<", "=", "<>", ">="), "a": ("MIN", "MAX", "SUM", "COUNT"),
    "f": ("LENGTH({})", "{} + 1", "COALESCE({}, 2)", "CONCAT({}, 'x')", "{} IS NULL", "IFNULL({}, 'b')", "UPPER({})", "NULLIF({}, 1)", "MD5({})", "{} = 'b'"),
    "o": ("UNION", "UNION ALL", "INTERSECT", "EXCEPT"), "l": ("JOIN", "LEFT JOIN", "RIGHT JOIN"),
    "w": ("ROW_NUMBER()", "RANK()", "COUNT(*)", "LAG({})", "SUM({})", "FIRST_VALUE({})", "MAX({})"),
}  # fmt: skip
"""What a slot may become, by the slot's first letter; `f` and `w` take a column, `{f:p.1}`, each slot with the same digit the same."""

TEMPLATES: Final = (
    # one table
    "SELECT {p1} FROM people",
    "SELECT {p1}, {p2} FROM people WHERE {p3} {c1} {n1}",
    "SELECT {f1:p.1} AS x, {f2:p.2} AS y FROM people",
    "SELECT {n1} AS one, {p1} FROM people",
    "SELECT {n1} AS one FROM people WHERE {p1} {c1} {n2}",
    "SELECT * FROM pages WHERE {g1} {c1} {n1}",
    "SELECT {p1} FROM people WHERE {p2} IN ({n1}, {n2}) OR {p3} IS NULL",
    "SELECT CASE WHEN {p1} {c1} {n1} THEN {p2} ELSE {p3} END AS x, {p4} FROM people",
    "SELECT IF({p1} {c1} {n1}, 1, 0) AS x, COALESCE({p2}, {p3}) AS y FROM people",
    "SELECT CONCAT_WS('-', {p1}, {p2}) AS x, {p3} FROM people",
    "SELECT GREATEST({i1}, {n1}) AS x, LEAST({p1}, {p2}) AS y FROM people",
    "SELECT CASE {p1} WHEN {n1} THEN 'a' WHEN {p2} THEN 'b' END AS x FROM people",
    # order and limits
    "SELECT {p1}, {p2} FROM people ORDER BY {p3}, {p4} DESC",
    "SELECT {p1} FROM people ORDER BY {p2}, pid LIMIT {n1}",
    "SELECT {e1} FROM edits LIMIT 2",
    "SELECT {p1} AS x, {p2} AS y FROM people ORDER BY {f1:p.3}, x, y, pid LIMIT 2 OFFSET 1",
    "SELECT x FROM (SELECT {p1} AS x FROM people ORDER BY {p2} LIMIT 2) t",
    "SELECT {p1} FROM people ORDER BY (SELECT MAX({e1}) FROM edits WHERE person = pid), pid LIMIT 2",
    # groups
    "SELECT {p1}, COUNT(*) AS n FROM people GROUP BY {p1}",
    "SELECT {p1}, {a1}({p2}) AS n FROM people GROUP BY {p1} HAVING COUNT(*) > 1",
    "SELECT {a1}({p1}) AS x, {a2}({p2}) AS y FROM people",
    "SELECT COUNT(DISTINCT {p1}) AS x, {p2} FROM people GROUP BY {p2} HAVING {a1}({p3}) > {n1}",
    "SELECT COUNT(*) AS n FROM people WHERE {p1} {c1} {n1}",
    "SELECT {f1:p.1} AS x, COUNT(*) AS n FROM people GROUP BY x ORDER BY n, x",
    "SELECT {p1}, {p2} FROM people GROUP BY {p1}",
    "SELECT {i1}, COUNT(*) AS n FROM people GROUP BY {i1} WITH ROLLUP",
    "SELECT GROUP_CONCAT({p1} ORDER BY {p2}) AS x, {p3} FROM people GROUP BY {p3}",
    "SELECT GROUP_CONCAT({p1}) AS x FROM people",
    "SELECT SUM(IF({p1} {c1} {n1}, {i1}, 0)) AS x, COUNT({p2}) AS y FROM people",
    "SELECT 1 AS one FROM people HAVING MAX({p1}) > {n1}",
    "SELECT {p1} FROM people GROUP BY {p1}, {p2}",
    "SELECT AVG({j1}) AS x FROM edits GROUP BY person ORDER BY person",
    "SELECT {e1} AS x, MAX({e2}) AS y FROM edits GROUP BY 1 HAVING y > {n1} ORDER BY 2, 1",
    # distinct
    "SELECT DISTINCT {p1} FROM people",
    "SELECT DISTINCT {p1}, {p2} FROM people",
    "SELECT DISTINCT {f1:e.1} AS x FROM edits WHERE {e2} {c1} {n1}",
    "SELECT COUNT(*) AS n FROM (SELECT DISTINCT {p1}, {p2} FROM people) t",
    "SELECT x FROM (SELECT DISTINCT {p1} AS x, {p2} AS y FROM people) t",
    # joins
    "SELECT {p1}, {e1} FROM people JOIN edits ON pid = person",
    "SELECT {p1}, {e1} FROM people {l1} edits ON {p2} = {e2}",
    "SELECT {p1} FROM people LEFT JOIN edits ON pid = person AND {e1} {c1} {n1}",
    "SELECT {e1}, {p1} FROM edits RIGHT JOIN people ON pid = person WHERE {e2} IS NULL",
    "SELECT p.{p1}, q.{p2} FROM people p JOIN people q ON p.{i1} = q.{i1} AND p.pid < q.pid",
    "SELECT {p1}, {g1} FROM people CROSS JOIN pages WHERE {g2} = {p2}",
    "SELECT {p1}, {e1}, {g1} FROM people JOIN edits ON person = pid LEFT JOIN pages ON title = page",
    "SELECT {p1}, COUNT({e1}) AS n FROM people LEFT JOIN edits ON person = pid GROUP BY pid",
    "SELECT {a1}({e1}) AS n, {g1} FROM pages LEFT JOIN edits ON page = title GROUP BY gid",
    "SELECT p.{p1} FROM people p JOIN people q USING ({p2})",
    "SELECT COUNT(*) AS n FROM people LEFT JOIN edits ON pid = person",
    "SELECT {p1}, {g1} FROM people, pages WHERE {i1} = kind",
    "SELECT name, t.x FROM people LEFT JOIN (SELECT person, {a1}({j1}) AS x FROM edits GROUP BY person) t ON t.person = pid",
    "SELECT {p1} FROM people NATURAL JOIN (SELECT {j1} AS team FROM edits) t",
    # subqueries
    "SELECT {p1} FROM people WHERE pid IN (SELECT person FROM edits WHERE {e1} {c1} {n1})",
    "SELECT {p1} FROM people WHERE {p2} NOT IN (SELECT {e1} FROM edits)",
    "SELECT {p1} FROM people WHERE EXISTS (SELECT 1 FROM edits WHERE person = pid AND {e1} {c1} {n1})",
    "SELECT {p1} FROM people WHERE NOT EXISTS (SELECT {e1} FROM edits WHERE {e2} = {p2})",
    "SELECT {p1} FROM people WHERE EXISTS (SELECT {g1} FROM pages EXCEPT SELECT {g2} FROM pages WHERE {g3} {c1} {n1})",
    "SELECT {p1} FROM people WHERE EXISTS (SELECT {a1}({e1}) AS m FROM edits HAVING m {c1} {n1})",
    "SELECT {p1} FROM people WHERE EXISTS (SELECT {p2} INTERSECT SELECT {e1} FROM edits)",
    "SELECT {p1}, (SELECT {a1}({e1}) FROM edits WHERE person = pid) AS x FROM people",
    "SELECT {p1}, (SELECT COUNT(*) FROM edits WHERE {e1} = {p2}) AS x FROM people WHERE {p3} {c1} {n1}",
    "SELECT {p1}, (SELECT {e1} FROM edits ORDER BY {e2}, eid LIMIT 1) AS x FROM people",
    "SELECT {p1} FROM people WHERE {i1} > ALL (SELECT {j1} FROM edits)",
    "SELECT {p1} FROM people WHERE {i1} = ANY (SELECT {j1} FROM edits WHERE {e1} {c1} {n1})",
    "SELECT (SELECT MAX({p1}) FROM people) AS x, {g1} FROM pages",
    "SELECT {p1} FROM people WHERE {i1} = (SELECT {a1}({j1}) FROM edits)",
    "SELECT x, y FROM (SELECT {p1} AS x, {p2} AS y, {p3} AS z FROM people WHERE {p4} {c1} {n1}) t WHERE z {c2} {n2}",
    "SELECT x FROM (SELECT {a1}({p1}) AS x, {p2} AS y FROM people GROUP BY {p2}) t WHERE y {c1} {n1}",
    "SELECT COUNT(*) AS n FROM (SELECT {p1} FROM people WHERE {p2} {c1} {n1} LIMIT 2) t",
    "SELECT {p1} FROM people WHERE pid IN (SELECT person FROM edits LIMIT 1)",
    "SELECT {p1} FROM people WHERE ({p2}, {p3}) IN (SELECT {e1}, {e2} FROM edits)",
    # common table expressions
    "WITH t AS (SELECT {p1} AS x, {p2} AS y FROM people) SELECT x FROM t WHERE y {c1} {n1}",
    "WITH t AS (SELECT {p1} AS x FROM people), u AS (SELECT {e1} AS y FROM edits) SELECT x FROM t WHERE x IN (SELECT y FROM u)",
    "WITH t(x, y) AS (SELECT {p1}, {a1}({p2}) FROM people GROUP BY {p1}) SELECT a.x, b.y FROM t a JOIN t b ON a.y = b.y",
    "WITH unused AS (SELECT {p1} FROM people) SELECT {g1} FROM pages",
    "WITH t AS (SELECT {p1} AS x FROM people {o1} SELECT {e1} FROM edits) SELECT COUNT(*) AS n FROM t",
    "WITH RECURSIVE r AS (SELECT 1 AS n, 0 AS m UNION ALL SELECT r.n + 1, {i1} FROM r JOIN people ON pid = r.n WHERE r.m < {n1} AND r.n < 4) SELECT n FROM r",
    "WITH RECURSIVE r AS (SELECT pid AS n, {p1} AS x FROM people WHERE {p2} {c1} {n1} UNION ALL SELECT r.n + 1, r.x FROM r WHERE r.n < 3) SELECT x FROM r",
    "WITH RECURSIVE r AS (SELECT pid AS n FROM people UNION SELECT team FROM people JOIN r ON pid = r.n) SELECT n FROM r",
    # set operations
    "SELECT {p1} AS x FROM people {o1} SELECT {e1} FROM edits",
    "SELECT {p1} AS x, {p2} AS y FROM people {o1} SELECT {e1}, {e2} FROM edits",
    "SELECT x FROM (SELECT {p1} AS x, {p2} AS y FROM people {o1} SELECT {e1}, {e2} FROM edits) t",
    "SELECT {p1} AS x FROM people UNION ALL SELECT {n1}",
    "SELECT {i1} AS x FROM people {o1} SELECT {e1} FROM edits ORDER BY x LIMIT 2",
    "SELECT 'p' AS what, {p1} AS x FROM people UNION ALL SELECT 'e', {e1} FROM edits WHERE {e2} {c1} {n1}",
    "(SELECT {p1} AS x FROM people ORDER BY {p2}, pid LIMIT 1) UNION ALL (SELECT {e1} FROM edits ORDER BY {e2}, eid LIMIT 1)",
    "SELECT 1 AS x, {p1} AS y FROM people {o1} SELECT 1, {p2} FROM people",
    "SELECT COUNT(*) AS n FROM (SELECT {p1} AS x FROM people {o1} SELECT {p2} FROM people) t",
    "SELECT {i1} AS x FROM people UNION SELECT {e1} FROM edits UNION ALL SELECT {g1} FROM pages",
    # windows
    "SELECT {p1}, {w1:i.1} OVER (PARTITION BY {p2} ORDER BY {p3}, pid) AS x FROM people",
    "SELECT {p1}, {w1:i.1} OVER (ORDER BY pid) AS x FROM people WHERE {p2} {c1} {n1}",
    "SELECT {p1}, SUM({i1}) OVER () AS x FROM people",
    "SELECT x FROM (SELECT {p1} AS x, ROW_NUMBER() OVER (PARTITION BY {p2} ORDER BY {p3}, pid) AS n FROM people) t WHERE n = 1",
    "SELECT {w1:j.1} OVER w AS x, {e1} FROM edits WINDOW w AS (PARTITION BY {e2} ORDER BY {e3}, eid)",
    "SELECT ROW_NUMBER() OVER () AS n, {p1} FROM people",
    "SELECT {p1}, RANK() OVER (ORDER BY COUNT(*)) AS x FROM people GROUP BY {p1}",
    "SELECT COUNT(*) AS n, MAX(x) AS m FROM (SELECT LAG({i1}) OVER (ORDER BY pid) AS x FROM people) t",
    "SELECT {p1}, LAG({p2}, 1) OVER (ORDER BY {i1}, pid) AS x FROM people ORDER BY x, pid",
    # deeper
    "SELECT t.x, u.y FROM (SELECT {p1} AS x, pid AS k FROM people WHERE {p2} {c1} {n1}) t LEFT JOIN (SELECT person AS k, {a1}({e1}) AS "
    "y FROM edits GROUP BY person) u ON t.k = u.k",
    "SELECT {p1} FROM people WHERE pid IN (SELECT person FROM edits WHERE page IN (SELECT title FROM pages WHERE {g1} {c1} {n1}))",
    "SELECT x, COUNT(*) AS n FROM (SELECT IF({p1} {c1} {n1}, {p2}, {p3}) AS x FROM people) t GROUP BY x HAVING n > 1 ORDER BY x",
    "SELECT {p1}, (SELECT COUNT(*) FROM edits WHERE person = pid AND {e1} > (SELECT MIN({e2}) FROM edits)) AS x FROM people",
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM edits WHERE {e1} = {p1}) THEN {p2} END AS x, {p3} FROM people",
    "SELECT {p1} FROM people WHERE (SELECT COUNT(*) FROM edits WHERE {e1} {c1} {n1}) > 1",
    "SELECT a.x FROM (SELECT {p1} AS x FROM people LIMIT 2) a JOIN (SELECT {e1} AS y FROM edits) b ON a.x = b.y",
    "SELECT {p1} FROM people WHERE {f1:p.2} {c1} {f2:p.3}",
)  # fmt: skip


def derivations(count: int, seed: int) -> Iterator[str]:
    """So many different derivations, each template as often as the others."""
    dice = random.Random(seed)
    seen: set[str] = set()
    turn = 0
    while len(seen) < count:
        text = _filled(TEMPLATES[turn % len(TEMPLATES)], dice)
        turn += 1
        if text not in seen:
            seen.add(text)
            yield text


def _filled(template: str, dice: random.Random) -> str:
    picked: dict[str, str] = {}
    text = ""
    for words, slot, column, _ in Formatter().parse(template):
        text += words
        if slot is not None:
            if slot not in picked:
                picked[slot] = dice.choice(_PICKS[slot[0]])
            text += picked[slot].format(_column(column, picked, dice)) if column else picked[slot]
    return text


def _column(column: str, picked: dict[str, str], dice: random.Random) -> str:
    name = column.replace(".", "")
    if name not in picked:
        picked[name] = dice.choice(_PICKS[name[0]])
    return picked[name]
