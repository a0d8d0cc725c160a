"""What the guard lets through, on generated questions: no table outside of its fragment, no closed column in an expression, no error but ours."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from carrel.model.errors import CarrelError
from carrel.model.names import ColumnName, TableName
from carrel.model.people import Asker
from carrel.model.queries import AuthorizedQuery, Query
from carrel.model.sensitivity import Mask
from carrel.policy.decide import decide
from carrel.policy.guard import authorize
from carrel.policy.guard.substitute import fragment
from carrel.policy.load import default_text, load
from tests.policy_cases.catalog import Memory, asker, lift
from tests.policy_cases.test_cases import cases, question

POLICY = load(default_text())
CATALOG = Memory()
PEOPLE = [
    asker("researchers"), asker(), asker("statistics-privatedata-users"), asker("analytics-users", "researchers"),
    asker("researchers", lifts=(lift("enwiki.user.user_email"),)), asker("researchers", lifts=(lift("enwiki.revision.rev_actor", suppressed=True),)),
]  # fmt: skip
TABLES = {
    "page": ["page_id", "page_title", "page_len"], "revision": ["rev_id", "rev_page", "rev_actor", "rev_len"], "user": ["user_id", "user_name", "user_email"],
    "recentchanges": ["rc_id", "rc_ip", "rc_new_col"], "links": ["page_id", "target"], "log.Edit_17541122": ["id", "clientIp"], "cu_changes": ["cuc_id"],
    "arbcomwiki.page": ["page_id"],
}  # fmt: skip
WEIGHTS = [6, 6, 6, 1, 4, 2, 1, 1]


class Writer:
    """Writes questions; most of the names in them are right."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def query(self, depth: int, outer: list[str] = []) -> str:  # noqa: B006 - never changed
        if depth > 0 and self.dice.random() < 0.15:
            return self.set_operation(depth - 1, outer)
        if depth > 0 and self.dice.random() < 0.1:
            return f"WITH page AS ({self.select(depth - 1, [])}) {self.select(depth - 1, outer)}"
        return self.select(depth, outer)

    def set_operation(self, depth: int, outer: list[str]) -> str:
        """Ordered by its own columns, by a name, a position or an expression of one, or by what its last part is ordered by."""
        word = self.dice.choice(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"])
        if self.dice.random() < 0.5:
            return f"{self.select(depth, outer)} {word} {self.select(depth, outer, width=1)}"
        name, first = self.dice.choice(["x", "x", "y", "1"]), self.dice.choice(["user", "page"])
        order = self.dice.choice(["{}", "LENGTH({})", "{} = 1", "CONCAT({}, 'a') DESC", "t.{}", "(SELECT {})"]).replace("{}", name)
        items = [", ".join(f"{self.dice.choice(TABLES[table])} AS {alias}" for alias in ("x", self.dice.choice("xyy"))) for table in (first, "user")]
        return f"SELECT {items[0]} FROM {first} t {word} SELECT {items[1]} FROM user t ORDER BY {order}"

    def select(self, depth: int, outer: list[str], width: int = 0) -> str:
        tables, names = self.tables(depth)
        names += outer
        star = not width and self.dice.random() < 0.15
        items = ["*"] if star else [self.item(depth, names) for _ in range(width or self.dice.choice([1, 1, 2]))]
        text = f"SELECT {self.dice.choice(['', '', 'DISTINCT '])}{', '.join(items)} FROM {tables}"
        for clause, chance in (("WHERE", 0.4), ("GROUP BY", 0.2), ("HAVING", 0.1), ("ORDER BY", 0.3)):
            if self.dice.random() < chance:
                text += f" {clause} {self.dice.choice([self.expression(depth, names), '1'])}"
        return text + self.dice.choice(["", "", " LIMIT 3"])

    def tables(self, depth: int) -> tuple[str, list[str]]:
        text, names = "", []
        for number in range(self.dice.choice([1, 1, 2])):
            alias = f"t{depth}{number}"
            if depth > 0 and self.dice.random() < 0.25:
                source, columns = f"({self.query(depth - 1)})", ["page_id", "user_email", "x"]
            else:
                source = self.dice.choices(list(TABLES), WEIGHTS)[0]
                columns = TABLES[source]
            joined = self.dice.choice([" JOIN {} ON {}", " LEFT JOIN {} ON {}", ", {}", " NATURAL JOIN {}", " JOIN {} USING (page_id)"])
            names += [self.dice.choice([f"{alias}.{column}", column]) for column in columns]
            text += joined.format(f"{source} {alias}", self.expression(0, names)) if number else f"{source} {alias}"
        return text, names

    def item(self, depth: int, names: list[str]) -> str:
        return self.dice.choice([self.dice.choice(names), self.expression(depth, names)]) + self.dice.choice(["", "", " AS x"])

    def expression(self, depth: int, names: list[str]) -> str:
        one = self.dice.choice(names)
        forms = [
            f"{one} = 1", f"COUNT({one})", f"LENGTH({one})", f"{one} + 1", f"CASE WHEN {one} LIKE 'a%' THEN 1 END", "COUNT(*)", f"CAST({one} AS UNSIGNED)", one,
            f"SUM(1) OVER (PARTITION BY {one})", f"{one} IS NULL", f"{self.dice.choice(names)} > {one}",
        ]  # fmt: skip
        if depth > 0:
            inner = self.select(depth - 1, names[:3], width=1)
            forms += [f"EXISTS ({inner})", f"{one} IN ({inner})", f"({inner})", f"{one} > ALL ({inner})"]
        return self.dice.choice(forms)


def ask(text: str, person: Asker, dialect: str = "mysql") -> AuthorizedQuery | CarrelError:
    try:
        return authorize(Query(text=text, dialect=dialect, database="enwiki", asker=person), CATALOG, POLICY)
    except CarrelError as error:
        return error


def hold(answer: AuthorizedQuery | CarrelError) -> None:
    """What must hold of every answer."""
    if isinstance(answer, AuthorizedQuery):
        check(answer)
    else:
        assert "\n" not in answer.text
        assert answer.code != "internal", answer.text


def fragments(query: AuthorizedQuery) -> list[exp.Select]:
    return [select for select in query.tree.find_all(exp.Select) if "carrel_fragment" in select.meta]


def check(query: AuthorizedQuery) -> None:
    """What must hold of every question that went through."""
    inside = {id(table) for select in fragments(query) for table in select.find_all(exp.Table)}
    common = {cte.alias.lower() for cte in query.tree.find_all(exp.CTE)}
    for table in query.tree.find_all(exp.Table):
        assert id(table) in inside or (not table.db and table.name.lower() in common), query.tree.sql("mysql")
    for select in fragments(query):
        table = select.find(exp.Table)
        assert table is not None
        name = TableName(table.db, table.name)
        described = CATALOG.table(name)
        assert described is not None
        decision = decide(POLICY, query.asker, described)
        assert decision.read.allowed
        columns = [described.column(item.alias) for item in select.expressions]
        assert select == fragment(decision, [column for column in columns if column is not None]) == query.fragments[name]
    _check_columns(query)


def _check_columns(query: AuthorizedQuery) -> None:
    """Every column is qualified, but those of a set operation's result; one that a fragment closes stands only as a whole item of a SELECT list."""
    own = {id(column) for select in fragments(query) for column in select.find_all(exp.Column)}
    for node in query.tree.find_all(exp.SetOperation, exp.Subquery):
        if node.args.get("order"):
            own |= {id(column) for column in _check_order_of_result(query, node)}
    for column in query.tree.find_all(exp.Column):
        if id(column) in own:
            continue
        assert column.table, query.tree.sql("mysql")
        select = column.parent_select
        while select is not None:
            sources = {item.alias: item for item in select.find_all(exp.Subquery) if item.alias and item.parent_select is select}
            if column.table in sources:
                body = sources[column.table].this
                if "carrel_fragment" in body.meta:
                    name = TableName(*body.meta["carrel_fragment"].split(".", 1))
                    decision = query.decisions[name].columns[column.name]
                    closed = not decision.allowed or decision.mask is Mask.NULL
                    assert not closed or isinstance(column.parent, exp.Alias), query.tree.sql("mysql")
                break
            select = select.parent_select


def _check_order_of_result(query: AuthorizedQuery, node: exp.Expression) -> list[exp.Column]:
    """The columns in the ORDER BY of a set operation or of brackets: each names one output, and no output that is closed in every part orders anything."""
    parts = _parts(node)
    columns = list(node.args["order"].find_all(exp.Column))
    for ordered in node.args["order"].expressions:
        assert not list(ordered.find_all(exp.Query)), query.tree.sql("mysql")
        if isinstance(ordered.this, exp.Literal):
            assert not all(_closed(query, part, int(ordered.this.name) - 1) for part in parts), query.tree.sql("mysql")
        for column in ordered.find_all(exp.Column):
            places = [place for place, item in enumerate(parts[0].expressions) if item.alias.lower() == column.name.lower()]
            assert not column.table, query.tree.sql("mysql")
            assert len(places) == 1, query.tree.sql("mysql")
            assert not all(_closed(query, part, places[0]) for part in parts), query.tree.sql("mysql")
    return columns


def _parts(node: exp.Expression) -> list[exp.Select]:
    if isinstance(node, exp.SetOperation):
        return [*_parts(node.this), *_parts(node.expression)]
    return _parts(node.this) if isinstance(node, exp.Subquery) else [node] if isinstance(node, exp.Select) else []


def _closed(query: AuthorizedQuery, select: exp.Select, place: int) -> bool:
    """Whether an item of a SELECT list is a column that is closed: in a fragment, or in a derived table or common table expression made of such."""
    column = select.expressions[place].unalias()
    if not isinstance(column, exp.Column):
        return False
    table = next((item for item in select.find_all(exp.Subquery, exp.Table) if item.alias_or_name == column.table and item.parent_select is select), None)
    if isinstance(table, exp.Table):
        found = next(cte for cte in query.tree.find_all(exp.CTE) if cte.alias.lower() == table.name.lower())
        inner = found.this
    else:
        inner = table.this if table is not None else None
    if isinstance(inner, exp.Select) and "carrel_fragment" in inner.meta:
        decision = query.decisions[TableName(*inner.meta["carrel_fragment"].split(".", 1))].columns[column.name]
        return not decision.allowed or decision.mask is Mask.NULL
    parts = _parts(inner) if inner is not None else []
    return bool(parts) and all(_closed(query, part, _place(parts[0], column.name)) for part in parts)


def _place(select: exp.Select, name: str) -> int:
    return next(place for place, item in enumerate(select.expressions) if item.alias.lower() == name.lower())


@given(st.randoms(use_true_random=False), st.sampled_from(PEOPLE))
@settings(max_examples=400)
def test_what_goes_through_is_policy_all_over(dice: random.Random, person: Asker) -> None:
    hold(ask(Writer(dice).query(2), person))


@given(st.randoms(use_true_random=False), st.sampled_from(PEOPLE[:3]))
@settings(max_examples=200)
def test_a_set_operation_is_ordered_by_what_it_shows(dice: random.Random, person: Asker) -> None:
    hold(ask(Writer(dice).set_operation(0, []), person))


def test_the_written_questions_are_worth_it() -> None:
    """A good part of them goes through, and each kind of refusal happens."""
    writer = Writer(random.Random(7))
    answers = [ask(writer.query(2), PEOPLE[number % len(PEOPLE)]) for number in range(1500)]
    codes = {answer.code for answer in answers if isinstance(answer, CarrelError)}
    assert sum(isinstance(answer, AuthorizedQuery) for answer in answers) > 150
    assert {"access_refused", "unknown_table", "unknown_column", "ambiguous_column", "not_allowed"} <= codes
    assert "internal" not in codes
    ordered = [ask(writer.set_operation(0, []), PEOPLE[0]) for _ in range(300)]
    assert sum(isinstance(answer, AuthorizedQuery) and any(_orders(answer)) for answer in ordered) > 15


def _orders(query: AuthorizedQuery) -> list[exp.Expression]:
    """Columns by which a set operation is ordered, and not by their position."""
    return [column for node in query.tree.find_all(exp.SetOperation) if node.args.get("order") for column in node.args["order"].find_all(exp.Column)]


def test_every_case_that_goes_through_is_policy_all_over() -> None:
    for case in cases():
        if not case.expected.startswith("refused"):
            check(authorize(question(case), CATALOG, POLICY))


PIECES = [
    "SELECT", "FROM", "WHERE", "page", "user_email", "user", "(", ")", ",", "*", "'x'", '"', "`", "1", "--", "/*", "*/", ";", "\\", "UNION", "JOIN", "ON",
    "WITH", "AS", "CASE", "END", "NOT", "-", "@x", "@@x", ".", "enwiki", "INTO", "\x00", "é", "{", "}", "[", "]", "?", ":a", "$1", "#", "!", "~", "INTERVAL",
    "OVER", "VALUES",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["mysql", "hive", "duckdb"]))
@settings(max_examples=400)
def test_no_text_brings_forth_an_error_that_is_not_ours(pieces: list[str], dialect: str) -> None:
    hold(ask(" ".join(pieces), PEOPLE[0], dialect))


@given(st.integers(0, 10_000), st.integers(0, 400), st.sampled_from(["", "'", "(", "--", "/*", "*", " FROM user ", ";"]))
@settings(max_examples=300)
def test_no_mutilated_case_brings_forth_an_error_that_is_not_ours(number: int, place: int, piece: str) -> None:
    every = cases()
    query = question(every[number % len(every)])
    hold(ask(query.text[:place] + piece + query.text[place + 1 :], query.asker, query.dialect))


def test_lineage_follows_a_value_through_subqueries_and_conditions() -> None:
    inner = "SELECT LEFT(page_title, 1) AS x, page_id FROM page WHERE page_len > 1"
    text = f"SELECT x, COUNT(*) FROM ({inner}) t WHERE page_id IN (SELECT page_id FROM links) GROUP BY x"
    query = ask(text, PEOPLE[0])
    assert isinstance(query, AuthorizedQuery)
    page, links = TableName("enwiki", "page"), TableName("enwiki", "links")
    deciding = {ColumnName(page, "page_len"), ColumnName(page, "page_id"), ColumnName(links, "page_id"), ColumnName(page, "page_title")}
    assert query.outputs[0].sources == deciding
    assert query.outputs[1].sources == deciding
    assert query.outputs[0].tags == {"public"}
    assert query.influences == deciding - {ColumnName(page, "page_title")}


def test_tags_of_what_decides_the_rows_flow_into_every_output() -> None:
    query = ask("SELECT id FROM log.Edit_17541122 e WHERE EXISTS (SELECT 1 FROM log.Edit_17541122 f WHERE f.clientIp = e.clientIp)", PEOPLE[2])
    assert isinstance(query, AuthorizedQuery)
    assert query.outputs[0].tags == {"public", "personal.ip"}


def test_a_pseudonym_has_no_origin_and_a_null_keeps_its_own() -> None:
    hashed = ask("SELECT clientIp FROM log.Edit_17541122", PEOPLE[0])
    null = ask("SELECT user_email FROM user", PEOPLE[0])
    assert isinstance(hashed, AuthorizedQuery)
    assert isinstance(null, AuthorizedQuery)
    assert hashed.outputs[0].origin is None
    assert null.outputs[0].origin is not None
    assert null.outputs[0].tags == frozenset()
