"""Mutants of the guard: each of its passes, and the parts of which they are made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

from carrel.policy.guard import PASSES
from tests.hidden_wiki import block
from tests.mutants.mutant import Mutant
from tests.mutants.of_policy import (
    hidden_rows_and_cells_stay_hidden,
    personal_data_comes_as_the_group_gets_it,
    personal_data_that_nothing_deletes_is_closed,
    restricted_columns_are_closed,
    secrets_cannot_be_named,
)
from tests.mutants.stage import WIKI, Stage
from tests.mutants.switch import Switch, change, nothing, put


def a_question_is_answered(stage: Stage) -> Iterator[str]:
    """A question that policy lets through has its answer: joins, subqueries, set operations, variables."""
    for sql, cells in (
        ("SELECT page_title FROM page WHERE page_len > 10 ORDER BY page_title", ["Alpha", "Beta"]),
        ("SELECT page_title FROM page JOIN revision ON rev_page = page_id WHERE rev_id = 3", ["Gamma"]),
        ("SELECT COUNT(*) FROM page WHERE page_id IN (SELECT rev_page FROM revision)", ["1"]), ("SELECT 1 UNION SELECT 2", ["1", "2"]),
        ("SELECT DATABASE()", [WIKI]), ("SET @x = 'Beta'; SELECT page_id FROM page WHERE page_title = @x", ["3"]),
        ("WITH p AS (SELECT page_len AS n FROM page) SELECT MAX(n) FROM p", ["30"]),
    ):  # fmt: skip
        heard = stage.ask(sql)
        if heard.cells != cells:
            yield f"{sql}: {heard.text}"


def a_text_says_what_it_says_to_mariadb(stage: Stage) -> Iterator[str]:
    """Nothing in a text is passed over that MariaDB would run: a second statement, an executable comment, a minus before a minus."""
    for sql, cells in (
        ("SELECT 1; SELECT page_title FROM page WHERE page_id = 3", ["Beta"]), ("SELECT COUNT(*) FROM page WHERE 1 /*!50000 AND page_id = 1 */", ["1"]),
        ("SELECT 2 --1", ["3"]), ("SELECT COUNT(*) FROM page WHERE 1 /*M!100100 AND page_id = 1 */", ["1"]),
    ):  # fmt: skip
        heard = stage.ask(sql)
        if heard.rows is not None and heard.cells != cells:
            yield f"{sql}: {heard.text}"


def what_is_not_listed_is_refused_in_our_words(stage: Stage) -> Iterator[str]:
    """A function, construct, table function or type that is not on the allow-list is refused in our own words."""
    for sql in (
        "SELECT load_file('/etc/hostname')", "SELECT getvariable('x')", "SELECT * FROM read_csv('/etc/hostname')", "SELECT current_setting('threads')",
        "SELECT page_id FROM page TABLESAMPLE (10 PERCENT)", "SELECT CAST(1 AS UUID)", "SELECT extractvalue(1, page_title) FROM page", "SELECT enwiki.f(1)",
        "SELECT page_id FROM page PARTITION (p0)", "SELECT COLUMNS(*) FROM page", "SELECT page_id INTO @x FROM page", "SELECT sleep(1)",
        "SELECT LEN(page_title) FROM page", "SELECT * EXCEPT (page_id) FROM page",
        "SELECT CAST(page_id AS CHAR FORMAT 'x') FROM page",
    ):  # fmt: skip
        heard = stage.ask(sql)
        if heard.rows is not None or heard.error not in ("not_allowed", "unknown_function", "syntax", "syntax_refused", "unknown_table"):
            yield f"{sql}: {heard.error} {heard.text}"


def no_clause_is_passed_over(stage: Stage) -> Iterator[str]:
    """A clause that has no meaning here is refused, and the rest of the statement is not answered without it."""
    for sql in ("SELECT DISTINCT ON (page_namespace) page_title FROM page", "SELECT AS STRUCT page_id FROM page"):
        if (heard := stage.ask(sql)).error != "not_allowed":
            yield f"{sql}: {heard.text}"


def a_closed_table_is_refused(stage: Stage) -> Iterator[str]:
    """A table that is known and may not be read is refused, whatever is asked of it."""
    for sql in ("SELECT COUNT(*) FROM page", "SELECT 1 FROM page", "SELECT 1 WHERE EXISTS (SELECT 1 FROM page)", "SELECT * FROM page LIMIT 0"):
        if (heard := stage.ask(sql, "omar")).error != "access_refused":
            yield f"{sql}: {heard.text}"


def nothing_depends_on_a_closed_column(stage: Stage) -> Iterator[str]:
    """A closed column is shown as NULL where it stands alone, with a notice, and refused wherever something would depend on it, by column and not by data."""
    for part in (
        "SELECT COUNT(*) FROM user WHERE user_email LIKE 'a%'", "SELECT user_name FROM user ORDER BY user_email", "SELECT LENGTH(user_email) FROM user",
        "SELECT COUNT(user_email) FROM user", "SELECT COUNT(*) FROM user GROUP BY user_email", "SELECT 1 FROM user a JOIN user b USING (user_email)",
        "SELECT e FROM (SELECT user_email AS e FROM user) t WHERE e IS NULL", "SELECT user_name FROM user HAVING MAX(user_email) > 'a'",
        "SELECT user_email FROM user UNION SELECT user_email FROM user ORDER BY user_email", "SELECT RANK() OVER (ORDER BY user_email) FROM user",
        "SELECT 1 FROM page WHERE page_title IN (SELECT user_email FROM user)",
    ):  # fmt: skip
        if (heard := stage.ask(part)).error != "access_refused":
            yield f"{part}: {heard.text}"
    heard = stage.ask("SELECT user_email FROM user")
    if heard.cells != ["NULL"] or "closed to you" not in heard.text:
        yield heard.text


def what_flows_in_is_on_record(stage: Stage) -> Iterator[str]:
    """The audit names the columns and tags that flow into an answer, those that only decide its rows among them."""
    stage.ask("SELECT id FROM log.Edit_1 WHERE clientIp = '192.0.2.55'", "pavel")
    begin = stage.last("pavel")
    if "personal.ip" not in begin.tags or "log.Edit_1.clientIp" not in begin.columns:
        yield f"{begin.tags} {begin.columns}"


def ties_come_in_the_order_of_the_key(stage: Stage) -> Iterator[str]:
    """Rows that are alike in what they are ordered by come in the order of the primary key."""
    heard = stage.ask("SELECT page_title FROM page ORDER BY page_namespace")
    if heard.cells != ["Gamma", "Alpha", "Beta"]:
        yield heard.text
    if (heard := stage.ask("SELECT page_namespace, page_title FROM page GROUP BY page_namespace")).cells != ["0", "Gamma"]:
        yield heard.text


def the_order_of_rows_tells_nothing_of_a_closed_key(stage: Stage) -> Iterator[str]:
    """The order in which rows come does not depend on a key, or on a cell of one, that the asker may not see."""
    said = []
    for name in ("Aaron", "Zoe"):
        links = [{"pl_id": n, "pl_from": 1, "pl_title": title} for n, title in ((0, "Bee"), (0, f"User_{name}_Harasser"), (0, "Moon"))]
        stage.load({"ipblocks": [block(7, f"User {name} Harasser", hides=1)], "pagelinks": links}, "twinwiki", key={"pagelinks": ("pl_from", "pl_title")})
        asked = ("SELECT pl_title FROM pagelinks", "SELECT IFNULL(pl_title, '?') FROM (SELECT * FROM pagelinks LIMIT 1) t",
                 "SELECT ROW_NUMBER() OVER (), pl_title FROM pagelinks", "SELECT GROUP_CONCAT(IFNULL(pl_title, '?')) FROM pagelinks")
        said.append([stage.words(sql, database="twinwiki") for sql in asked])
    yield from (f"{one} {other}" for one, other in zip(*said, strict=True) if one != other)
    for sql in ("SELECT event FROM log.Keyed_1", "SELECT event FROM log.Keyed_1 LIMIT 1"):
        cells = stage.ask(sql).cells
        if next(cell for cell in cells if cell in ("open", "shut")) != "open":
            yield f"{sql}: {cells}"


def joins_without_a_condition_are_joins(stage: Stage) -> Iterator[str]:
    """A JOIN without ON joins every row with every row, however many there are of them."""
    heard = stage.ask("SELECT COUNT(*) FROM page a" + "".join(f" JOIN user u{number}" for number in range(25)))
    if heard.cells != ["3"]:
        yield heard.text


def a_value_is_never_text(stage: Stage) -> Iterator[str]:
    """A value that is bound to a placeholder is that value, whatever stands in it."""
    text = "' OR user_email LIKE 'a%' -- "
    if (heard := stage.ask("SELECT ?, page_id FROM page WHERE page_title = ?", parameters=(text, "Beta"))).rows != [(text, "3")]:
        yield heard.text
    for sql in ("SELECT ?", "SELECT ?, ?, ?", "SELECT @?0"):
        if (heard := stage.ask(sql, parameters=("a", "b"))).rows is not None:
            yield heard.text


def an_aggregate_is_that_of_its_query(stage: Stage) -> Iterator[str]:
    """An aggregate over columns of the query around it alone is refused, since MariaDB computes it there."""
    heard = stage.ask("SELECT (SELECT COUNT(p.page_id) FROM user) FROM page p")
    if heard.error != "not_allowed":
        yield heard.text


def hidden_titles_are_nowhere(stage: Stage) -> Iterator[str]:
    """No expression brings out what stands in a hidden row."""
    most = "SELECT MAX(CONCAT(log_title, '')) FROM logging WHERE log_title LIKE 'S%'"
    for sql in ("SELECT log_title FROM logging", most, "SELECT comment_text FROM comment"):
        words = stage.words(sql)
        yield from (word for word in ("Suppressed-title", "lonely-words") if word in words)


def _without(name: str) -> Switch:
    def fewer(passes: Any) -> Any:
        return tuple(step for step in passes if step.__name__ != name)

    return put("carrel.policy.guard:PASSES", fewer, f"the pass `{name}`")


_KILLERS: Final = {
    "parse": a_question_is_answered, "put_variables": a_question_is_answered, "allow": what_is_not_listed_is_refused_in_our_words,
    "bind": a_question_is_answered, "decide_reading": a_closed_table_is_refused, "refuse_closed": nothing_depends_on_a_closed_column,
    "trace": a_question_is_answered, "substitute": a_question_is_answered,
}  # fmt: skip
_PARSE, _SUBSTITUTE, _CLOSED = (f"carrel.policy.guard.{module}" for module in ("parse", "substitute", "closed"))


def _spoiled(real: Any) -> Any:
    """The fragment without the condition that leaves rows out."""

    def fragment(*args: Any) -> Any:
        select = real(*args)
        select.args.pop("where", None)
        return select

    return fragment


def _whole(real: Any) -> Any:
    """The text as one statement."""

    def split(text: str, dialect: str) -> Iterator[Any]:
        statements = list(real(text, dialect))
        yield dataclasses.replace(statements[0], text=text, tokens=tuple(token for statement in statements for token in statement.tokens))

    return split


MUTANTS: Final = (
    *(Mutant(name=f"pass: {step.__name__}", switch=_without(step.__name__), killer=_KILLERS[step.__name__]) for step in PASSES if step.__name__ in _KILLERS),
    Mutant(name="parse: comments", switch=put(f"{_PARSE}:check_comments", lambda _: nothing, "that comments which MariaDB runs are refused"),
           killer=a_text_says_what_it_says_to_mariadb, held_by=("gateway: executable comments",)),
    Mutant(name="gateway: executable comments", switch=put("carrel.gateway.recent:unwrap", lambda _: lambda text: text, "reading of executable comments"),
           killer=a_text_says_what_it_says_to_mariadb),
    Mutant(name="parse: one query", switch=change(f"{_PARSE}:only", "len(trees) != 1 or not isinstance", "not isinstance", "that a text is one statement"),
           killer=a_text_says_what_it_says_to_mariadb, held_by=("gateway: statements",)),
    Mutant(name="gateway: statements", switch=put("carrel.gateway.recent:split", _whole, "cutting a text into statements"),
           killer=a_text_says_what_it_says_to_mariadb, held_by=("parse: one query",)),
    Mutant(name="allow: arguments",
           switch=change("carrel.policy.guard.allow:allow", "if key not in keys and", "if False and", "which arguments a node may have"),
           killer=what_is_not_listed_is_refused_in_our_words),
    Mutant(name="engine: clauses that it does not read",
           switch=put("carrel.engines.duckdb.translate.selects:refuse_unread", lambda _: nothing, "that the translation refuses clauses that it passes over"),
           killer=no_clause_is_passed_over, held_by=("allow: arguments",)),
    Mutant(name="allow: functions", switch=change("carrel.policy.guard.allow:allow", "name not in names", "False", "which functions there are"),
           killer=what_is_not_listed_is_refused_in_our_words),
    Mutant(name="trace: what decides the rows",
           switch=change("carrel.policy.guard.lineage:trace", "cell.sources | influences", "cell.sources", "that conditions flow into each output"),
           killer=what_flows_in_is_on_record),
    Mutant(name="closed: named",
           switch=change(f"{_CLOSED}:refuse_closed", "if not use.cell.nameable and not use.star", "if False", "that secrets are not named"),
           killer=secrets_cannot_be_named),
    Mutant(name="closed: used", switch=change(f"{_CLOSED}:refuse_closed", "if not use.bare", "if False", "that nothing depends on a closed column"),
           killer=nothing_depends_on_a_closed_column),
    Mutant(name="substitute: filter", switch=put(f"{_SUBSTITUTE}:fragment", _spoiled, "the condition that leaves out hidden rows"),
           killer=hidden_rows_and_cells_stay_hidden),
    Mutant(name="substitute: cells of hidden rows",
           switch=change(f"{_SUBSTITUTE}:_shown", "_visible(decision.hides)", "_visible(decision.hides & ~Hidden.ROW)", "that cells of hidden rows are NULL"),
           killer=hidden_titles_are_nowhere, held_by=("substitute: filter",)),
    Mutant(name="substitute: hidden cells", switch=change(f"{_SUBSTITUTE}:_shown", "if decision.hides:", "if False:", "that hidden cells are NULL"),
           killer=hidden_rows_and_cells_stay_hidden),
    Mutant(name="mask: null",
           switch=change(f"{_SUBSTITUTE}:_shown", "decision.mask not in (Mask.CLEAR, Mask.HASHED)", "False", "the mask that makes NULL"),
           killer=restricted_columns_are_closed),
    Mutant(name="mask: closed", switch=change(f"{_SUBSTITUTE}:_shown", "not decision.allowed or", "", "that what is forbidden is NULL"),
           killer=personal_data_that_nothing_deletes_is_closed),
    Mutant(name="mask: hashed", switch=change(f"{_SUBSTITUTE}:_shown", "if decision.mask is Mask.HASHED", "if False", "the mask that makes pseudonyms"),
           killer=personal_data_comes_as_the_group_gets_it),
    Mutant(name="substitute: keys", switch=put(f"{_SUBSTITUTE}:keep_keys", lambda _: nothing, "the keys that order ties"),
           killer=ties_come_in_the_order_of_the_key),
    Mutant(name="keys: the order of files",
           switch=put("carrel.engines.duckdb.translate.selects:in_visible_order", lambda _: lambda *_: True, "that files are in an order that may be seen"),
           killer=the_order_of_rows_tells_nothing_of_a_closed_key),
    Mutant(name="parse: joins", switch=put(f"{_PARSE}:mark_crosses", lambda _: lambda tokens: tokens, "telling joins without a condition"),
           killer=joins_without_a_condition_are_joins),
    Mutant(name="parse: parameters", switch=put(f"{_PARSE}:bind_parameters", lambda _: lambda tokens, count: tokens, "binding of placeholders"),
           killer=a_value_is_never_text),
    Mutant(name="parameters: count",
           switch=change("carrel.policy.guard.parameters:bind_parameters", "if number != count", "if False", "that there are as many values as placeholders"),
           killer=a_value_is_never_text),
    Mutant(name="bind: aggregates", switch=put("carrel.policy.guard.bind:refuse_outer_aggregates", lambda _: nothing, "whose an aggregate is"),
           killer=an_aggregate_is_that_of_its_query),
)  # fmt: skip
