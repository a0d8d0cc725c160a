"""Mutants of the gateway: what is known, what is remembered of a statement, and what is on record before an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from carrel.gateway.session import GatewaySession
from carrel.model.audit import Begin, Finish
from carrel.model.errors import CarrelError, Unavailable
from carrel.model.names import TableName
from carrel.model.people import Principal
from carrel.policy.load import default_text
from tests.mutants.mutant import Mutant
from tests.mutants.of_policy import lift
from tests.mutants.stage import EVENTS, ORIGIN, PRIVATE, TABLES, WIKI, Stage, hear
from tests.mutants.switch import change, nothing, put
from tests.mysql_wire import Wire

INES: Final = Principal(person="ines", service="mysql")
UNKNOWN: Final = (PRIVATE, "mystery", "m_text", "Private-title", "unclassified-row")


def what_is_not_known_is_in_no_list(stage: Stage) -> Iterator[str]:
    """No list of databases, tables or columns, no completion and no page names what the asker does not know."""
    schema = "information_schema"
    for sql in (
        "SHOW DATABASES", "SHOW TABLES", "SHOW TABLE STATUS", f"SELECT * FROM {schema}.SCHEMATA", f"SELECT * FROM {schema}.TABLES",
        f"SELECT * FROM {schema}.COLUMNS",
        f"SELECT * FROM {schema}.STATISTICS", f"SELECT COUNT(*) FROM {schema}.TABLES WHERE TABLE_SCHEMA = '{PRIVATE}'", "SHOW GRANTS",
    ):  # fmt: skip
        words = stage.words(sql).replace(f"'{PRIVATE}'", "")
        yield from (f"{sql}: {word}" for word in UNKNOWN if word in words)
        if "COUNT" in sql and stage.ask(sql).cells != ["0"]:
            yield sql
    browser = stage.doors.browser
    pages = [database.name for database in browser.databases(INES, ORIGIN)]
    pages += [page.table.name.table for page in (*browser.tables(INES, ORIGIN, WIKI), *browser.search(INES, ORIGIN, "m_text"))]
    yield from (f"pages: {word}" for word in UNKNOWN if word in pages)


def not_there_and_not_known_are_one_answer(stage: Stage) -> Iterator[str]:
    """Of what is not known one hears what one hears of what is not there, and no suggestion names it."""
    for sql in (
        f"SELECT * FROM {PRIVATE}.page", f"USE {PRIVATE}", f"SHOW TABLES FROM {PRIVATE}", f"DESCRIBE {PRIVATE}.page", f"SHOW CREATE TABLE {PRIVATE}.page",
        f"EXPLAIN SELECT 1 FROM {PRIVATE}.page", f"SELECT nothing FROM {PRIVATE}.page",
    ):  # fmt: skip
        if (words := stage.words(sql)) != stage.words(sql.replace(PRIVATE, "nosuchwiki")).replace("nosuchwiki", PRIVATE):
            yield f"{sql}: {words}"
    for sql in ("SELECT * FROM mystery", "DESCRIBE mystery", "SELECT 1 FROM page JOIN mystery ON m_id = page_id", "SHOW COLUMNS FROM mystery"):
        if (words := stage.words(sql)) != stage.words(sql.replace("mystery", "zzzzzz")).replace("zzzzzz", "mystery"):
            yield f"{sql}: {words}"
    if "mystery" in stage.words("SELECT * FROM mysterry").replace("mysterry", ""):
        yield "a suggestion names it"
    with stage.mysql() as port, Wire(port) as wire:
        wire.login("ines", stage.secret, database=WIKI)
        if str(wire.fields("mystery")) != str(wire.fields("zzzzzz")).replace("zzzzzz", "mystery"):
            yield "completion"


def nothing_remembered_is_another_s(stage: Stage) -> Iterator[str]:
    """A statement that comes again is answered by what holds now: for this person, database, policy, and these values, variables and rows."""
    lifted = lift(f"{WIKI}.user.user_email")
    asked: list[tuple[str, dict[str, Any], list[str]]] = [
        ("SELECT COUNT(*) FROM page", {}, ["3"]), ("SELECT COUNT(*) FROM page", {"who": "omar"}, []),
        ("SELECT clientIp FROM log.Edit_1", {"who": "pavel"}, [str(row["clientIp"]) for row in EVENTS]),
        ("SELECT user_email FROM user", {"lift": lifted}, ["ann@mail.example"]), ("SELECT user_email FROM user", {}, ["NULL"]),
        ("SELECT page_title FROM page WHERE page_id = ?", {"parameters": (1,)}, ["Gamma"]),
        ("SELECT page_title FROM page WHERE page_id = ?", {"parameters": (2,)}, ["Alpha"]),
        ("SELECT ?", {"parameters": ("one",)}, ["one"]), ("SELECT ?", {"parameters": ("two",)}, ["two"]),
        ("SELECT rev_id FROM revision WHERE rev_timestamp > ?", {"parameters": (20180101000000,)}, ["2", "3"]),
        ("SELECT rev_id FROM revision WHERE rev_timestamp > ?", {"parameters": (20180102000000,)}, ["3"]),
        ("SELECT rev_id FROM revision WHERE DATE(rev_timestamp) > ?", {"parameters": (20180101,)}, ["2", "3"]),
        ("SELECT rev_id FROM revision WHERE DATE(rev_timestamp) > ?", {"parameters": (20180102,)}, ["3"]),
        ("SELECT COUNT(*) FROM page", {"database": "otherwiki"}, ["1"]),
    ]  # fmt: skip
    stage.load({"page": TABLES["page"][:1]}, "otherwiki")
    for sql, how, cells in (*asked, *asked):
        if (heard := stage.ask(sql, **how)).cells != cells:
            yield f"{sql} {how}: {heard.text}"
    if stage.ask("SELECT clientIp FROM log.Edit_1").cells == [row["clientIp"] for row in EVENTS]:
        yield "clientIp"
    with stage.session() as session:
        for word, number in (("Beta", "3"), ("Alpha", "2")):
            if hear(session, f"SET @x = '{word}'; SELECT page_id FROM page WHERE page_title = @x").cells != [number]:
                yield f"@x = {word}"


def nothing_remembered_outlives_policy_and_rows(stage: Stage) -> Iterator[str]:
    """A change of policy and of rows counts for the next statement, though the same was asked before."""
    sql = "SELECT COUNT(*) FROM page"
    for rows, count in ((2, ["2"]), (3, ["3"])):
        stage.load({"page": TABLES["page"][:rows]}, "changingwiki")
        if (heard := stage.ask(sql, database="changingwiki")).cells != count:
            yield heard.text
    policy = stage.home / "policy.toml"
    try:
        policy.write_text(default_text().replace('databases = ["wiki"]\ntags = ["public"]', 'databases = ["work"]\ntags = ["public"]'))
        if (heard := stage.ask(sql, database="changingwiki")).rows is not None:
            yield heard.text
    finally:
        policy.unlink()
    if stage.ask(sql, database="changingwiki").cells != ["3"]:
        yield "not answered under the first policy"


def an_answer_is_on_record_before_it_is_given(stage: Stage) -> Iterator[str]:
    """Before the first byte of an answer of whatever kind, a refusal or a page too, its row is in the audit."""
    for sql in (
        "SELECT page_title FROM page", "SHOW TABLES", "DESCRIBE page", "EXPLAIN SELECT 1 FROM page", f"USE {WIKI}", "SELECT * FROM nothing", "SELEC",
        "SELECT 'a",
        "SELECT user_password FROM user", "SELECT * FROM information_schema.TABLES", "PREPARE s FROM 'SELECT page_id FROM page'", "SET @x = (SELECT 1)",
    ):  # fmt: skip
        with stage.session() as session, _on_record(stage) as missing:
            with suppress(CarrelError):
                next(answers := session.ask(sql))
            yield from (f"{sql}: {word}" for word in missing())
            with suppress(NameError):
                answers.close()
    with stage.session() as session, _on_record(stage) as missing:
        session.prepare("SELECT page_id FROM page")
        yield from (f"prepare: {word}" for word in missing())
    browser = stage.doors.browser
    pages = (
        lambda: browser.databases(INES, ORIGIN), lambda: browser.table(INES, ORIGIN, TableName(WIKI, "page")), lambda: browser.search(INES, ORIGIN, "p"),
    )  # fmt: skip
    for page in pages:
        with _on_record(stage) as missing:
            page()
            yield from (f"page: {word}" for word in missing())
    with stage.mysql() as port, Wire(port) as wire, _on_record(stage, "login", "unknown") as missing:
        wire.login("nobody", "wrong")
        yield from (f"login: {word}" for word in missing())


@contextmanager
def _on_record(stage: Stage, _: str = "", who: str = "ines") -> Iterator[Any]:
    def newest() -> int:
        return max((entry.number for entry in stage.app.audit.search(person=who, limit=1)), default=0)

    before = newest()
    yield lambda: [] if newest() > before else ["no row"]


class Failing:
    """Fills the port Audit where the disk is full."""

    def begin(self, deed: Begin) -> int:
        raise Unavailable("the audit cannot be written")

    def finish(self, number: int, end: Finish) -> None:
        raise Unavailable("the audit cannot be written")

    def record(self, deed: Begin, end: Finish) -> int:
        raise Unavailable("the audit cannot be written")


def without_its_row_nothing_is_answered(stage: Stage) -> Iterator[str]:
    """Where the audit cannot be written nothing is answered."""
    with stage.session(database=None, audit=Failing()) as session:
        for sql in (f"SELECT page_title FROM {WIKI}.page", "SHOW DATABASES", f"DESCRIBE {WIKI}.page", "SELECT 1"):
            if (heard := hear(session, sql)).rows is not None:
                yield f"{sql}: {heard.text}"


def values_are_not_on_record(stage: Stage) -> Iterator[str]:
    """No value that somebody wrote into a statement is in the audit."""
    for sql in (
        "SELECT page_id FROM page WHERE page_title = 'Written-word' AND page_len = 987654321", "SELECT 'Written-word', 987654321",
        "SET @x = 'Written-word'", "SHOW TABLES LIKE 'Written-word'", "SELECT 0x5772697474656E, b'10101', x'57' /* Written-word */",
        "SELECT 'Written-word' + 1 FROM user WHERE user_email = 'Written-word'",
    ):  # fmt: skip
        stage.ask(sql)
        begin = str(stage.last("ines"))
        yield from (f"{sql}: {word}" for word in ("Written-word", "987654321", "5772697474656E", "10101'") if word in begin)


def _always(_: Any) -> Any:
    return lambda *_: True


def _forgiving(real: Any) -> Any:
    """Answers though there is no row."""

    def begin(self: GatewaySession, deed: Begin) -> Any:
        try:
            return real(self, deed)
        except Unavailable:
            return nothing

    return begin


_KNOWER, _PLANS = "carrel.gateway.knowledge:Knower", "carrel.gateway.plans"

MUTANTS: Final = (
    Mutant(name="know: tables",
           switch=put("carrel.gateway.knowledge:known", lambda _: lambda policy, asker, tables: tables, "that lists hold known tables alone"),
           killer=what_is_not_known_is_in_no_list),
    Mutant(name="know: a database that is chosen",
           switch=change(f"{_KNOWER}.database", "any(map(self._knows, self.catalog.tables(folded)))", "True", "that USE finds known databases alone"),
           killer=not_there_and_not_known_are_one_answer),
    Mutant(name="know: databases", switch=change(f"{_KNOWER}.databases", "or self.tables(database.name)", "or True", "that lists hold known databases alone"),
           killer=what_is_not_known_is_in_no_list),
    Mutant(name="know: a table that is looked at",
           switch=change(f"{_KNOWER}.table", "or not self._knows(table)", "", "that DESCRIBE, completion and pages find known tables alone"),
           killer=not_there_and_not_known_are_one_answer),
    Mutant(name="know: a table that is asked",
           switch=change("carrel.policy.guard.names:find_table", "or not decision.known.allowed", "", "that a question finds known tables alone"),
           killer=not_there_and_not_known_are_one_answer),
    Mutant(name="know: suggestions",
           switch=change("carrel.policy.guard.names:_known", " if decision.known.allowed", "", "that suggestions name known tables alone"),
           killer=not_there_and_not_known_are_one_answer),
    Mutant(name="remembered: whose", switch=put(f"{_PLANS}:person", lambda _: lambda _: (), "that what is remembered is one person's"),
           killer=nothing_remembered_is_another_s, held_by=("remembered: decided anew",)),
    Mutant(name="remembered: decided anew", switch=put(f"{_PLANS}:decided_as_before", _always, "that a statement that comes again is decided anew"),
           killer=nothing_remembered_is_another_s, held_by=("remembered: whose",)),
    Mutant(name="remembered: database", switch=change(f"{_PLANS}:key_of", "query.database", "None", "that what is remembered is of one database"),
           killer=nothing_remembered_is_another_s),
    Mutant(name="remembered: values",
           switch=change(f"{_PLANS}:_Plan.serves", "self.written == written(query.parameters, self.numbers)", "True",
                         "that values in the statement are the same"),
           killer=nothing_remembered_is_another_s),
    Mutant(name="remembered: variables",
           switch=change(f"{_PLANS}:_Plan.serves", "self.variables == named(query, self.query)", "True", "that variables are the same"),
           killer=nothing_remembered_is_another_s),
    Mutant(name="remembered: values in the text",
           switch=put("carrel.engines.duckdb.remembered:_values", lambda _: lambda *_: (), "values that a text was made of"),
           killer=nothing_remembered_is_another_s),
    Mutant(name="remembered: policy and catalog", switch=put(f"{_PLANS}:Plans._made_of_these", lambda _: nothing, "that policy and catalog are the same"),
           killer=nothing_remembered_outlives_policy_and_rows, held_by=("remembered: decided anew",)),
    Mutant(name="audit: begin",
           switch=change("carrel.gateway.session:GatewaySession._begin",
                         "number = self._parts.audit.begin(deed)\n        return lambda end: self._parts.audit.finish(number, end)",
                         "return lambda end: self._parts.audit.record(deed, end)", "the row before an answer"),
           killer=an_answer_is_on_record_before_it_is_given),
    Mutant(name="audit: refusals", switch=put("carrel.gateway.session:GatewaySession._record_refusal", lambda _: nothing, "the row of a refusal"),
           killer=an_answer_is_on_record_before_it_is_given),
    Mutant(name="audit: pages", switch=put("carrel.gateway.browse:PolicyBrowser._record", lambda _: nothing, "the row of a page"),
           killer=an_answer_is_on_record_before_it_is_given),
    Mutant(name="audit: logins", switch=put("carrel.identity.local:LocalIdentity._record", lambda _: nothing, "the row of a login"),
           killer=an_answer_is_on_record_before_it_is_given),
    Mutant(name="audit: no row, no answer", switch=put("carrel.gateway.session:GatewaySession._begin", _forgiving, "that an answer needs its row"),
           killer=without_its_row_nothing_is_answered),
    Mutant(name="audit: texts", switch=change("carrel.audit.statement:_piece", 'return _token("s", token.text, key)', "return written", "tokens for texts"),
           killer=values_are_not_on_record),
    Mutant(name="audit: numbers", switch=change("carrel.audit.statement:_piece", 'return _token("n", written, key)', "return written", "tokens for numbers"),
           killer=values_are_not_on_record),
)  # fmt: skip
