"""Questions that would take all memory, disk or time: a clear error for who asks, the server alive and small, no temporary file afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from tests.bad_days import WIKI, big_instance, eventually, is_idle, memory_mb, outcome, reset_peak, temporary_files
from tests.instance import Instance

pytestmark = pytest.mark.system
TIME_S = 6
MEMORY_MB, SPILL_MB, HEADROOM_MB = 200, 64, 512
BARE_MB = 400
"""What the server takes before the first question, with room to spare."""

EXPLOSIVE = {
    "cross join": "SELECT count(*) FROM category a, category b, category c WHERE a.cat_pages + b.cat_pages * c.cat_files = 7",
    "cross join with rows": "SELECT a.cat_title, b.cat_title FROM category a, category b ORDER BY a.cat_pages * b.cat_pages",
    "sort of everything twice": "SELECT * FROM category a JOIN category b ON a.cat_files = b.cat_files ORDER BY a.cat_title, b.cat_title",
    "join on few values": "SELECT count(DISTINCT a.cat_title, b.cat_title) FROM category a JOIN category b ON a.cat_files = b.cat_files",
    "GROUP_CONCAT": "SELECT length(group_concat(a.cat_title, b.cat_title)) FROM category a JOIN category b ON a.cat_files = b.cat_files",
    "REPEAT": "SELECT length(repeat('x', 1000000000))",
    "REPEAT for each row": "SELECT repeat(cat_title, 100000) FROM category ORDER BY 1",
    "REPEAT of REPEAT": "SELECT length(repeat(repeat('x', 30000), 30000))",
    "LPAD": "SELECT length(lpad('x', 1000000000, 'y'))",
    "SPACE": "SELECT length(space(1000000000))",
    "REPLACE": "SELECT length(replace(repeat('x', 30000), 'x', repeat('y', 30000)))",
    "CONCAT that doubles": (
        "WITH RECURSIVE t AS (SELECT cast('xxxxxxxx' AS CHAR(100)) AS s, 1 AS n UNION ALL SELECT concat(s, s), n + 1 FROM t WHERE n < 60) "
        "SELECT max(length(s)) FROM t"
    ),
    "CONCAT in CONCAT": "SELECT max(length(hex(concat(t, t, t, t, t, t, t, t)))) FROM (SELECT repeat(cat_title, 3000) AS t FROM category) AS a",
    "endless recursion": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    "recursion that doubles": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t JOIN category c ON c.cat_id < 3) SELECT count(*) FROM t",
    "many windows": "SELECT sum(cat_pages) OVER (ORDER BY cat_title), group_concat(cat_title) OVER (ORDER BY cat_id) FROM category",
}
CLEAR = {
    0: "",
    1038: "memory",
    1969: "max_statement_time",
    1104: "rows",
    1235: "`",
    1305: "FUNCTION",
    1436: "",
}
"""Numbers of errors that say what was too much, or what is not understood, and a word of their texts."""

CROWDED = {1105, 1429, 2013}
"""What others may meet at the moment at which a question has taken all the memory there is; asking again helps."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    limits = {"time_s": TIME_S, "memory_mb": MEMORY_MB, "spill_mb": SPILL_MB, "headroom_mb": HEADROOM_MB}
    with big_instance(tmp_path_factory.mktemp("exploding"), 200_000, limits=limits) as instance:
        yield instance


def answer_or_error(instance: Instance, sql: str) -> tuple[int, str]:
    """0, or the number and the text of the error."""
    try:
        instance.rows("ines", sql, WIKI)
    except pymysql.MySQLError as error:
        return error.args[0], error.args[1]
    return 0, ""


@pytest.mark.parametrize("name", EXPLOSIVE)
def test_a_question_that_explodes(instance: Instance, name: str) -> None:
    """An answer is as good as an error where the engine can give one in its limits."""
    instance.rows("ines", "SELECT count(*) FROM category", WIKI)
    reset_peak(instance)
    number, text = answer_or_error(instance, EXPLOSIVE[name])
    assert number in CLEAR, text
    assert CLEAR[number] in text
    assert "internal error" not in text
    assert outcome(instance, "ines") not in {None, "failed", "internal"}
    assert memory_mb(instance, "VmHWM") < BARE_MB + MEMORY_MB + HEADROOM_MB
    assert instance.rows("tom", "SELECT 1") == [(1,)]
    assert eventually(lambda: is_idle(instance), 3.0)
    assert eventually(lambda: temporary_files(instance) == [], 3.0), temporary_files(instance)


def test_many_at_once_do_not_take_more_than_one(instance: Instance) -> None:
    reset_peak(instance)
    ended: list[int] = []

    def ask(sql: str) -> None:
        ended.append(answer_or_error(instance, sql)[0])

    names = ["cross join with rows", "sort of everything twice", "GROUP_CONCAT", "join on few values", "REPEAT for each row", "REPLACE"]
    asked = [threading.Thread(target=ask, args=(EXPLOSIVE[name],), daemon=True) for name in names]
    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join(TIME_S * 5)
    assert len(ended) == len(asked)
    assert set(ended) <= {*CLEAR, *CROWDED}
    assert memory_mb(instance, "VmHWM") < BARE_MB + MEMORY_MB + HEADROOM_MB
    assert eventually(lambda: is_idle(instance), 5.0)
    assert instance.rows("tom", "SELECT 1") == [(1,)]
    assert eventually(lambda: temporary_files(instance) == [], 3.0), temporary_files(instance)


def test_the_rows_of_an_answer_are_limited_where_an_administrator_says_so(tmp_path: Path) -> None:
    with big_instance(tmp_path, 20_000, limits={"rows": 10_000}) as instance:
        assert len(instance.rows("ines", "SELECT * FROM category LIMIT 10000", WIKI)) == 10_000
        with pytest.raises(pymysql.MySQLError) as refused:
            instance.rows("ines", "SELECT * FROM category", WIKI)
        assert refused.value.args[0] == 1104
        assert outcome(instance, "ines") == "row_limit"
