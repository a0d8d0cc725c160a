"""Mutants of exceptions from retention: who may make them, and how long they hold."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carrel.model.errors import CarrelError
from carrel.model.exceptions import RetentionException
from carrel.policy.exceptions import check
from carrel.policy.limits import CopyRetention
from carrel.state import exceptions
from tests.copies_fixture import CHANGES, PRINCIPAL, TODAY, House
from tests.mutants.mutant import Mutant
from tests.mutants.stage import Stage
from tests.mutants.switch import change, put

ALLOWED = CopyRetention(approvers=frozenset({"privacy"}), longest_exception=60)
GROUPS = {"ann": frozenset({"privacy"}), "ben": frozenset({"privacy"}), "cleo": frozenset({"privacy"}), "dora": frozenset({"nda"})}
ONE = RetentionException(
    id="x1", what=str(CHANGES), name=str(CHANGES), owner="ann", reason="a court asks", approvers=("ben", "cleo"), made=datetime(2026, 11, 24, tzinfo=UTC),
    made_by="root", ends=TODAY + timedelta(days=5),
)


def exceptions_are_agreed_to(_: Stage) -> Iterator[str]:
    """An exception has a reason and an end, and as many people have agreed as policy says, of its groups, and never its owner."""
    for what, one in (
        ("without a reason", replace(ONE, reason="")), ("that ends too late", replace(ONE, ends=TODAY + timedelta(days=62))),
        ("that has ended", replace(ONE, ends=TODAY)), ("agreed to by one", replace(ONE, approvers=("ben", "ben"))),
        ("agreed to by its owner", replace(ONE, approvers=("ann", "ben"))), ("agreed to by anybody", replace(ONE, approvers=("ben", "dora"))),
    ):
        try:
            check(one, GROUPS, ALLOWED, TODAY)
            yield f"an exception {what}"
        except CarrelError:
            continue


def exceptions_end_by_themselves(_: Stage) -> Iterator[str]:
    """What an exception keeps stays until its end, made since the plan or before, and goes then by itself."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        copy = house.plant("t", 0)
        house.land([(f"{TODAY - timedelta(days=90):%Y%m%d}000000", "x")])
        plan = house.sweeper.plan()
        with house.state.write() as connection:
            exceptions.add(connection, ONE, TODAY)
            exceptions.add(connection, replace(ONE, id="x2", what=copy.id), TODAY)
        house.sweeper._apply(plan, plan.checksum, PRINCIPAL, beyond=True)
        if (house.there(), len(house.rows())) != ({"staging.t"}, 1):
            yield f"what is excepted went: {house.there()}, {len(house.rows())} rows are left"
        house.today += timedelta(days=5)
        house.sweeper.run(PRINCIPAL)
        if (house.there(), len(house.rows())) != (set(), 0):
            yield f"what was excepted stays: {house.there()}, {len(house.rows())} rows"
        house.close()


_CHECK = "carrel.policy.exceptions:check"
MUTANTS = (
    Mutant(name="exception: reason", switch=change(_CHECK, "not exception.reason.strip()", "False", "a reason"), killer=exceptions_are_agreed_to),
    Mutant(name="exception: longest", switch=change(_CHECK, "<= last + timedelta(days=1)", "", "how long it may be"), killer=exceptions_are_agreed_to),
    Mutant(name="exception: owner", switch=change(_CHECK, "exception.owner in exception.approvers", "False", "that its owner does not agree"),
           killer=exceptions_are_agreed_to),
    Mutant(name="exception: approvers", switch=change(_CHECK, "not groups.get(person, frozenset()) & allowed.approvers", "False", "who may agree"),
           killer=exceptions_are_agreed_to),
    Mutant(name="exception: approvals", switch=change(_CHECK, "len(set(exception.approvers)) < allowed.approvals", "False", "how many must agree"),
           killer=exceptions_are_agreed_to),
    Mutant(name="exception: end", switch=change("carrel.model.exceptions:RetentionException.holds", "day < self.last", "True", "that it ends"),
           killer=exceptions_end_by_themselves),
    Mutant(name="exception: kept", switch=put("carrel.state.exceptions:latest", lambda _: lambda *_: {}, "that it is kept to"),
           killer=exceptions_end_by_themselves),
)
