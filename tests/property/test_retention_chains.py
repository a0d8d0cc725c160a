"""Random chains of copies through the gateway, with a clock that is set: no personal value outlives its limit, and nothing about nobody goes before its time.

The truth is in the values: each tells the day of its event. After a sweep they are looked for in every table, and in every file of the home.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.chains_fixture import LIMIT, Chains

NAMES = [f"t{number}" for number in range(6)]
NAME, WHICH = st.sampled_from(NAMES), st.integers(0, 8)
SINCE, FORM = st.one_of(st.none(), st.integers(0, 100)), st.sampled_from(["rows", "union", "join", "least", "public", "count"])


class ChainsOfCopies(RuleBasedStateMachine):
    house: ClassVar[Chains]

    @initialize()
    def begin(self) -> None:
        self.house.clear()
        self.house.land([0, 1, 30, 60, 89, 95])
        self.plain: set[str] = set()
        self.swept = False
        self.create("t0", "rows", 0, 30)
        self.create("t1", "count", 0, None)

    # --- what people do

    def select(self, form: str, source: str, since: int | None) -> str:
        """Three columns: a text about somebody or nobody, an id, an event."""
        where = f" WHERE timestamp >= '{self.house.today - timedelta(days=since):%Y%m%d}000000'" if since is not None and source == "log.Edit_1" else ""
        return {
            "rows": f"SELECT clientIp, id, event FROM {source}{where}",
            "union": f"SELECT clientIp, id, event FROM {source}{where} UNION ALL SELECT event, id, event FROM {source}",
            "join": f"SELECT a.clientIp, b.id, b.event FROM {source} a JOIN log.Edit_1 b ON a.id = b.id",
            "least": f"SELECT MIN(clientIp) AS clientIp, MAX(id) AS id, event FROM {source}{where} GROUP BY event",
            "public": f"SELECT event AS clientIp, id, event FROM {source}{where}",
            "count": f"SELECT CAST(COUNT(*) AS CHAR) AS clientIp, MAX(id) AS id, event FROM {source} GROUP BY event",
        }[form]

    def there(self, which: int) -> str:
        """One of the tables that people have made, as far as there are any."""
        names = sorted(copy.name for copy in self.house.tables())
        return names[which % len(names)] if names else "staging.none"

    def source(self, which: int) -> str:
        return "log.Edit_1" if which % 3 == 0 or not self.house.tables() else self.there(which)

    @rule(name=NAME, form=FORM, source=WHICH, since=SINCE)
    def create(self, name: str, form: str, source: int, since: int | None) -> None:
        self.house.ask(f"CREATE TABLE staging.{name} AS {self.select(form, self.source(source), since)}")

    @rule(table=WHICH, form=FORM, source=WHICH, since=SINCE)
    def insert(self, table: int, form: str, source: int, since: int | None) -> None:
        self.house.ask(f"INSERT INTO {self.there(table)} {self.select(form, self.source(source), since)}")

    @rule(table=WHICH, source=WHICH)
    def change(self, table: int, source: int) -> None:
        """With a value that the session has just read, typed by the client."""
        if self.house.tables() and (values := sorted(self.house.values(self.there(source)))):
            self.house.ask(f"SELECT * FROM {self.there(source)}", f"UPDATE {self.there(table)} SET event = '{values[-1]}'")

    @rule(table=WHICH, name=NAME)
    def rename(self, table: int, name: str) -> None:
        self.house.ask(f"RENAME TABLE {self.there(table)} TO staging.{name}")

    @rule(table=WHICH, how=st.sampled_from(["TRUNCATE", "DROP"]))
    def empty(self, table: int, how: str) -> None:
        self.house.ask(f"{how} TABLE {self.there(table)}")

    # --- what time and others do

    @rule(days=st.lists(st.integers(0, 100), min_size=2, max_size=6))
    def land(self, days: list[int]) -> None:
        self.house.land(days)

    @rule(days=st.integers(0, 29))
    def pass_days(self, days: int) -> None:
        self.house.today += timedelta(days=days)
        self.swept = False

    @rule(days=st.sampled_from([-40, -3, 366]))
    def sweep_while_the_clock_is_wrong(self, days: int) -> None:
        """It says another day for a while, and then the right one again."""
        self.house.today += timedelta(days=days)
        self.house.sweep()
        self.house.today -= timedelta(days=days)

    @rule(runners=st.integers(1, 2))
    def sweep(self, runners: int) -> None:
        threads = [threading.Thread(target=self.house.sweep) for _ in range(runners)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.swept = self.house.sweep()  # what the one left since the other was at it

    @precondition(lambda self: self.kills)
    @rule(step=st.integers(0, 30))
    def kill_a_sweep(self, step: int) -> None:
        self.house.killed_sweep(step)
        self.swept = self.house.sweep()

    kills: ClassVar[bool] = False

    # --- what holds

    @invariant()
    def no_personal_value_outlives_its_limit(self) -> None:
        if not getattr(self, "swept", False):
            return
        for copy in self.house.tables():
            for day in self.house.days(copy.name):
                assert day + LIMIT > self.house.today, f"{copy.name}, which ends on {copy.ends}, has an event of {day} on {self.house.today}"
                assert copy.personal, f"{copy.name} is about people, and says that it is not"
                assert copy.ends <= day + LIMIT

    @invariant()
    def what_is_about_nobody_stays(self) -> None:
        known = {copy.id: copy for copy in self.house.tables()}
        assert all(copy.ends > self.house.today + timedelta(days=366) for copy in known.values() if not copy.personal)
        gone = getattr(self, "plain", set()) - known.keys()
        assert not gone or gone <= self.dropped(), f"{gone} went"
        self.plain = {copy.id for copy in known.values() if not copy.personal}

    def dropped(self) -> set[str]:
        """By a person's statement."""
        begun = [entry.begin for entry in self.house.app.audit.search(action="drop", limit=50) if entry.begin is not None]
        return {str(one.details.get("copy")) for one in begun}

    def teardown(self) -> None:
        """Some days on nothing of all that is on disk is older than its limit."""
        self.house.today += timedelta(days=29)
        if self.house.sweep():
            assert all(day + LIMIT > self.house.today for day in self.house.days_on_disk())


@pytest.fixture(scope="module")
def house() -> Iterator[Chains]:
    with tempfile.TemporaryDirectory() as folder:
        made = Chains(Path(folder))
        yield made
        made.close()


def chain(house: Chains, *, share: int, kills: bool) -> None:
    """As many chains as the profile says, divided by `share`."""
    ChainsOfCopies.house, ChainsOfCopies.kills = house, kills
    run_state_machine_as_test(ChainsOfCopies, settings=settings(
        max_examples=max(2, settings.default.max_examples // share), stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck),
    ))


def test_chains_of_copies(house: Chains) -> None:
    chain(house, share=20, kills=False)
