"""Mutants of policy: its rules, how they are combined, and what permits cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from carrel.model.decisions import Limit, Request, Verdict
from carrel.model.names import ColumnName, TableName
from carrel.model.people import Lift
from carrel.model.sensitivity import Mask
from tests.mutants.mutant import Mutant
from tests.mutants.stage import PRIVATE, WIKI, Stage
from tests.mutants.switch import Switch, change, put


def lift(*columns: str, suppressed: bool = False, days: int = 1) -> Lift:
    names = [column.split(".") for column in columns]
    wanted = frozenset(ColumnName(TableName(database, table), column) for database, table, column in names)
    return Lift(id="g", columns=wanted, suppressed=suppressed, purpose="to test", ends=datetime.now(UTC) + timedelta(days=days))


def who_may_read_reads(stage: Stage) -> Iterator[str]:
    """A member of a group that opens a table reads it."""
    heard = stage.ask("SELECT page_title FROM page ORDER BY page_id")
    if heard.cells != ["Gamma", "Alpha", "Beta"]:
        yield heard.text


def a_lift_opens_its_column_until_it_ends(stage: Stage) -> Iterator[str]:
    """A lift opens the column that it names, and what the wiki hid where it says so, until it ends, and no other."""
    email, title = f"{WIKI}.user.user_email", f"{WIKI}.logging.log_title"
    heard = stage.ask("SELECT user_email FROM user", lift=lift(email))
    if heard.cells != ["ann@mail.example"]:
        yield heard.text
    if "Suppressed-title" not in stage.words("SELECT log_title FROM logging", lift=lift(title, suppressed=True)):
        yield "what is hidden is not opened"
    closed = {
        "SELECT * FROM user": [lift(email, days=-1), lift(title)],
        "SELECT log_title FROM logging": [lift(email), lift(title), lift(title, suppressed=True, days=-1)],
        "SELECT user_touched FROM user": [lift(email)],
    }  # fmt: skip
    for sql, lifts in closed.items():
        for one in lifts:
            words = stage.words(sql, lift=one)
            yield from (word for word in ("ann@mail.example", "Suppressed-title", "20180102030405") if word in words)


def personal_data_comes_as_the_group_gets_it(stage: Stage) -> Iterator[str]:
    """Personal columns come as NULL, as a pseudonym or in clear, as the group's permit says."""
    for sql, who, word in (
        ("SELECT * FROM user", "ines", "ann@mail.example"), ("SELECT user_email FROM user", "ines", "ann@mail.example"),
        ("SELECT rc_ip FROM recentchanges", "ines", "192.0.2.99"), ("SELECT * FROM log.Edit_1", "ines", "192.0.2.55"),
        ("SELECT ip FROM wmf.views", "omar", "192.0.2.66"),
    ):  # fmt: skip
        if word in stage.words(sql, who):
            yield f"{who}: {word}"
    hashed = stage.ask("SELECT clientIp FROM log.Edit_1").cells
    if len(set(hashed)) != 1 or len(hashed[0]) != 32:
        yield f"pseudonyms {hashed}"
    if stage.ask("SELECT clientIp FROM log.Edit_1", "pavel").cells != ["192.0.2.55"] * 2:
        yield "clear where the permit says so"
    if stage.ask("SELECT ip, host FROM wmf.views", "omar").cells != ["NULL", "en.wikipedia.org"]:
        yield "NULL where the permit says so"


def personal_data_that_nothing_deletes_is_closed(stage: Stage) -> Iterator[str]:
    """Personal data without a retention rule is shown to nobody."""
    if "192.0.2.55" in stage.words("SELECT * FROM log.Unkept_1", "pavel"):
        yield "192.0.2.55"


def restricted_columns_are_closed(stage: Stage) -> Iterator[str]:
    """A restricted column comes to whom a permit names its tag, as NULL to others."""
    if "20180102030405" in stage.words("SELECT * FROM user") + stage.words("SELECT user_touched FROM user"):
        yield "user_touched"
    if "404" not in stage.words("SELECT status FROM wmf.views", "omar"):
        yield "not opened to whom the permit names"


def secrets_cannot_be_named(stage: Stage) -> Iterator[str]:
    """A secret column cannot be named, and no value of it comes."""
    for sql in ("SELECT user_password FROM user", "SELECT COUNT(user_password) FROM user", "SELECT 1 FROM user WHERE user_password IS NULL"):
        heard = stage.ask(sql)
        if heard.error != "access_refused":
            yield heard.text
    if "hash-of-ann" in stage.words("SELECT * FROM user"):
        yield "hash-of-ann"


def unclassified_is_closed(stage: Stage) -> Iterator[str]:
    """What nobody has classified is closed: a column cannot be named, a table is not known."""
    if "unclassified-cell" in stage.words("SELECT * FROM recentchanges"):
        yield "unclassified-cell"
    if stage.ask("SELECT rc_unheard_of FROM recentchanges").error != "access_refused":
        yield "a column that nobody has classified can be named"
    if stage.words("SELECT * FROM mystery") != stage.words("SELECT * FROM mystary").replace("mystary", "mystery"):
        yield stage.words("SELECT * FROM mystery")


def hidden_rows_and_cells_stay_hidden(stage: Stage) -> Iterator[str]:
    """Rows that the wiki has hidden are not there, and hidden cells are NULL."""
    words = "".join(stage.words(f"SELECT * FROM {table}") for table in ("logging", "actor", "comment", "revision"))
    yield from (word for word in ("Suppressed-title", "192.0.2.77", "lonely-words", "4711") if word in words)
    counted = {"SELECT COUNT(*) FROM logging": "2", "SELECT COUNT(rev_actor) FROM revision": "2", "SELECT MAX(log_id) FROM logging WHERE log_id < 3": "1"}
    yield from (sql for sql, count in counted.items() if stage.ask(sql).cells != [count])


def a_private_wiki_is_not_there(stage: Stage) -> Iterator[str]:
    """A private wiki is to all others as if it were not there."""
    for sql in (f"SELECT * FROM {PRIVATE}.page", f"SELECT COUNT(*) FROM {PRIVATE}.page", f"USE {PRIVATE}", f"DESCRIBE {PRIVATE}.page"):
        if stage.words(sql) != stage.words(sql.replace(PRIVATE, "nosuchwiki")).replace("nosuchwiki", PRIVATE):
            yield stage.words(sql)


def the_suspended_read_nothing(stage: Stage) -> Iterator[str]:
    """Somebody who is suspended reads nothing."""
    with stage.suspended("ines"):
        if "Alpha" in stage.words("SELECT page_title FROM page"):
            yield "Alpha"


def a_permit_opens_what_it_names_alone(stage: Stage) -> Iterator[str]:
    """A permit counts for its databases, at its doors, and for tables with personal columns only where it says how those come."""
    for sql, who, door in (
        ("SELECT COUNT(*) FROM page", "omar", "mysql"), ("SELECT COUNT(*) FROM log.Edit_1", "omar", "mysql"),
        ("SELECT COUNT(*) FROM wmf.views", "ines", "mysql"),
        ("SELECT COUNT(*) FROM wmf.hours", "will", "mysql"), ("SELECT COUNT(*) FROM wmf.views", "will", "http"),
    ):  # fmt: skip
        if (heard := stage.ask(sql, who, None if "." in sql else WIKI, door=door)).error != "access_refused":
            yield f"{who}, {sql}: {heard.text}"
    if stage.ask("SELECT hits FROM wmf.hours", "will", None, door="http").cells != ["7"]:
        yield "will does not read what is theirs"


class Planted:
    """One more rule, that says `verdicts` of every column, or raises where there are none."""

    name = "planted"

    def __init__(self, *verdicts: Verdict) -> None:
        self._verdicts = verdicts

    def judge(self, request: Request) -> Iterable[Verdict]:
        if not self._verdicts:
            raise RuntimeError("out of order")
        return self._verdicts if request.column is not None else ()


def a_rule_that_fails_closes(stage: Stage) -> Iterator[str]:
    """A rule that raises closes what it was asked about."""
    with _planted(stage):
        heard = stage.ask("SELECT page_title FROM page")
        if heard.rows is not None:
            yield heard.text


def one_more_limit_never_shows_more(stage: Stage) -> Iterator[str]:
    """Of several masks the strongest wins."""
    with _planted(stage, Limit(rule="planted", reason="a weaker mask", mask=Mask.HASHED)):
        if (heard := stage.ask("SELECT user_email FROM user")).cells != ["NULL"]:
            yield heard.text
        if (heard := stage.ask("SELECT page_title FROM page WHERE page_id = 1")).cells == ["Gamma"]:
            yield heard.text


@contextmanager
def _planted(stage: Stage, *verdicts: Verdict) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        put("carrel.policy.decide:rules", lambda real: lambda policy: (*real(policy), Planted(*verdicts)), "").off(patch)
        stage.forget()
        yield
    stage.forget()


def without(name: str) -> Switch:
    def fewer(real: Any) -> Any:
        return lambda policy: tuple(rule for rule in real(policy) if rule.name != name)

    return put("carrel.policy.decide:rules", fewer, f"the rule `{name}`")


_COVERS: Final = "carrel.policy.load:Permission.covers"

MUTANTS: Final = (
    Mutant(name="rule: grants", switch=without("grants"), killer=who_may_read_reads),
    Mutant(name="rule: lifts", switch=without("lifts"), killer=a_lift_opens_its_column_until_it_ends),
    Mutant(name="rule: personal", switch=without("personal"), killer=personal_data_comes_as_the_group_gets_it),
    Mutant(name="rule: private_wikis", switch=without("private_wikis"), killer=a_private_wiki_is_not_there, held_by=("permit: private wikis",)),
    Mutant(name="rule: restricted", switch=without("restricted"), killer=restricted_columns_are_closed),
    Mutant(name="rule: retention", switch=without("retention"), killer=personal_data_that_nothing_deletes_is_closed),
    Mutant(name="rule: secret", switch=without("secret"), killer=secrets_cannot_be_named),
    Mutant(
        name="rule: state", switch=without("state"), killer=the_suspended_read_nothing,
        held_by=("person: no groups while suspended", "gateway: every statement asks whether the person is active"),
    ),
    Mutant(name="rule: suppressed", switch=without("suppressed"), killer=hidden_rows_and_cells_stay_hidden),
    Mutant(name="rule: unclassified", switch=without("unclassified"), killer=unclassified_is_closed),
    Mutant(
        name="permit: private wikis", switch=change(_COVERS, "(self.private or not table.private)", "True", "that a permit says `private` for private wikis"),
        killer=a_private_wiki_is_not_there, held_by=("rule: private_wikis",),
    ),
    Mutant(
        name="permit: databases", switch=change(_COVERS, "table.kind in self.databases", "True", "that a permit names kinds of database"),
        killer=a_permit_opens_what_it_names_alone,
    ),
    Mutant(
        name="permit: doors", switch=change(_COVERS, "(not self.doors or door in self.doors)", "True", "that a permit names doors"),
        killer=a_permit_opens_what_it_names_alone,
    ),
    Mutant(
        name="permit: personal closed",
        switch=change("carrel.policy.load:Permission._opens_something", "return False", "pass", "that a permit may keep tables with personal columns closed"),
        killer=a_permit_opens_what_it_names_alone,
    ),
    Mutant(
        name="permit: actions", switch=change(_COVERS, "action in self.actions", "True", "that to know is not to read"),
        killer=a_permit_opens_what_it_names_alone,
    ),
    Mutant(
        name="permit: documented", switch=change(_COVERS, "(table.documented or not self.documented)", "True", "that everybody knows documented tables alone"),
        killer=unclassified_is_closed, held_by=("rule: unclassified",),
    ),
    Mutant(
        name="decide: forbids", switch=change("carrel.policy.decide:combine", "and not forbidden", "", "that a forbid closes"),
        killer=personal_data_that_nothing_deletes_is_closed,
    ),
    Mutant(
        name="decide: the strongest mask",
        switch=change("carrel.policy.decide:combine", "max((limit.mask", "min((limit.mask", "that of several masks the strongest wins"),
        killer=one_more_limit_never_shows_more,
    ),
    Mutant(
        name="decide: a rule that raises",
        switch=change(
            "carrel.policy.decide:_hear", 'yield Forbid(rule=rule.name, reason="the rule could not decide")', "pass", "that a rule that raises forbids",
        ),
        killer=a_rule_that_fails_closes,
    ),
    Mutant(
        name="decide: the end of a lift",
        switch=change("carrel.policy.rules.lifts:Lifts.judge", "request.asker.now >= lift.ends", "False", "that a lift has an end"),
        killer=a_lift_opens_its_column_until_it_ends,
    ),
)
