"""Builds the application from a home: the one place that names concrete parts and hands each what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from threading import Event

from carrel.access.copies import Copies
from carrel.access.exceptions import Exceptions
from carrel.access.retags import Retags
from carrel.audit.statement import key_token, tokenised
from carrel.catalog import visibility
from carrel.catalog.store import StoredCatalog
from carrel.engines.duckdb.engine import DuckDbEngine
from carrel.gateway.admission import Admission
from carrel.gateway.browse import PolicyBrowser
from carrel.gateway.gateway import PolicyGateway
from carrel.gateway.parts import Parts
from carrel.gateway.policies import PolicyFile
from carrel.gateway.reads import Reads
from carrel.gateway.recent import Recent
from carrel.identity.local import LocalIdentity
from carrel.identity.people import StoredPeople
from carrel.io.dumps.sites import Sites
from carrel.io.dumps.web import Manners, Web
from carrel.io.mail import mailer
from carrel.jobs.definition import KINDS, Job
from carrel.jobs.fetch import Fetcher
from carrel.jobs.folder import read_all
from carrel.jobs.ledger import Ledger, Run
from carrel.jobs.notices import Notifier
from carrel.jobs.parts import JobParts
from carrel.jobs.retention import Sweeper
from carrel.jobs.runner import Runner
from carrel.jobs.waiting import Waiting
from carrel.jobs.worker import Ended, Worker
from carrel.lake.work import WorkTables
from carrel.model.ports import Door, Doors
from carrel.model.queries import Limits
from carrel.plugins import find
from carrel.policy.load import Policy
from carrel.state import keys
from carrel.stores import Stores


class App(Stores):
    """The parts of one instance, each built when it is first needed. `close` releases what was built.

    Attributes:
        ports: of the doors that are open in this process, by name.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.ports: dict[str, int] = {}

    @cached_property
    def work(self) -> WorkTables:
        limits = self.settings.work
        return WorkTables(self.state, self.home / "lake", table_mb=limits.table_mb, person_mb=limits.person_mb, rows=limits.rows)

    @cached_property
    def people(self) -> StoredPeople:
        return StoredPeople(self.state)

    @cached_property
    def identity(self) -> LocalIdentity:
        limits = self.settings.identity
        return LocalIdentity(
            self.state, self.audit, attempts=limits.attempts, window_s=limits.window_s, address_attempts=limits.address_attempts,
        )

    @cached_property
    def catalog(self) -> StoredCatalog:
        return StoredCatalog(self.state)

    @cached_property
    def policies(self) -> PolicyFile:
        return PolicyFile(self.home / "policy.toml")

    def policy(self) -> Policy:
        """The policy in force at this moment."""
        return self.policies.current()

    @cached_property
    def copies(self) -> Copies:
        return Copies(state=self.state, audit=self.audit, catalog=self.catalog, policy=self.policy, now=lambda: datetime.now(UTC))

    @cached_property
    def exceptions(self) -> Exceptions:
        return Exceptions(
            state=self.state, audit=self.audit, catalog=self.catalog, people=self.people, policy=self.policy, now=lambda: datetime.now(UTC),
        )

    @cached_property
    def sweeper(self) -> Sweeper:
        return Sweeper(
            self.state, self.lake, self.audit, allowed=lambda: self.policy().retention, now=lambda: datetime.now(UTC), planner=visibility.plans,
        )

    @cached_property
    def retags(self) -> Retags:
        return Retags(
            state=self.state, audit=self.audit, catalog=self.catalog, people=self.people, work=self.work, policy=self.policy,
            now=lambda: datetime.now(UTC),
        )

    @cached_property
    def notifier(self) -> Notifier:
        """Raises BadInput for settings that name two ways, or none that can be."""
        notices = self.settings.notices
        return Notifier(
            self.state, self.audit, mailer(program=notices.program, smtp=notices.smtp), sender=notices.sender, now=lambda: datetime.now(UTC),
        )

    @cached_property
    def engine(self) -> DuckDbEngine:
        limits = self.settings.limits
        return DuckDbEngine(
            self.lake, directory=self.home / "tmp", memory_mb=limits.memory_mb, spill_mb=limits.spill_mb, threads=self.settings.engine.threads,
            pseudonym_key=keys.read(self.home, keys.PSEUDONYMS),
        )

    @cached_property
    def parts(self) -> Parts:
        limits = self.settings.limits
        return Parts(
            catalog=self.catalog, people=self.people, policies=self.policies, engine=self.engine, audit=self.audit,
            admission=Admission(
                total=limits.queries, per_person=limits.queries_per_person, patience_s=limits.wait_s, queue=limits.queue_per_person,
            ),
            limits=Limits(time=timedelta(seconds=limits.time_s), rows=limits.rows or None),
            tokenise=Recent(partial(tokenised, key=keys.read(self.home, keys.STATEMENTS))), key_token=self.key_token,
            now=lambda: datetime.now(UTC), state=self.state, work=self.work, reads=Reads(self.state),
        )

    @contextmanager
    def fetcher(self) -> Iterator[Fetcher]:
        """Fetches into the mirror from the sites of the settings."""
        dumps = self.settings.dumps
        with closing(Web(dumps.sites, Manners(**dumps.manners()))) as web:
            yield Fetcher(Sites(web), self.home / dumps.mirror, reserve=dumps.reserve_mb << 20)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.state)

    @cached_property
    def waiting(self) -> Waiting:
        return Waiting(self.ledger, self.people, self.lake.published)

    def job_worker(self, stopping: Event) -> Worker:
        """Runs attempts until the event is set."""
        parts = JobParts(
            home=self.home, gateway=lambda: self.gateway, loader=lambda: self.loader, lake=lambda: self.lake, audit=lambda: self.audit, fetcher=self.fetcher,
            copies=lambda: self.copies, work=lambda: self.work, sweeper=lambda: self.sweeper, notifier=lambda: self.notifier,
        )
        kinds = {module.__name__.rpartition(".")[2]: module.Kind(parts) for module in find(KINDS)}
        return Worker(self.ledger, self.audit, kinds, lease_s=self.settings.jobs.lease_s, now=lambda: datetime.now(UTC), stopping=stopping)

    def job_runner(self, ended: Callable[[Job, Run, Ended], None] = lambda *_: None) -> Runner:
        jobs, stopping = self.settings.jobs, Event()
        return Runner(
            partial(read_all, self.home), self.ledger, self.waiting, self.job_worker(stopping), workers=jobs.workers, lease_s=jobs.lease_s,
            poll_s=jobs.poll_s, now=lambda: datetime.now(UTC), stopping=stopping, ended=ended,
        )

    def key_token(self, value: str) -> str:
        """What stands in the audit for a value of a primary key."""
        return key_token(value, keys.read(self.home, keys.STATEMENTS))

    @cached_property
    def gateway(self) -> PolicyGateway:
        return PolicyGateway(self.parts)

    @cached_property
    def browser(self) -> PolicyBrowser:
        return PolicyBrowser(self.parts)

    @cached_property
    def doors(self) -> Doors:
        tls = self.settings.tls
        certificate, key = self.home / tls.certificate, self.home / tls.key
        encrypted = certificate.is_file() and key.is_file()
        return Doors(
            gateway=self.gateway, browser=self.browser, identity=self.identity, tls_certificate=certificate if encrypted else None,
            tls_key=key if encrypted else None, ports=self.ports, scratch=self.home / "tmp", copies=self.copies,
        )

    def door(self, name: str) -> Door:
        """The door of that name: class `<Name>Door` in the module `door` of its package, handed its own settings."""
        module = import_module(f"carrel.doors.{name}.door")
        options = getattr(self.settings.doors, name).model_dump(exclude={"enabled", "port"})
        door: Door = getattr(module, f"{name.title()}Door")(self.doors, **options)
        return door

    @staticmethod
    def door_names() -> list[str]:
        """The doors that there are, found by folder."""
        return [package.__name__.rpartition(".")[2] for package in find("carrel.doors")]

    def close(self) -> None:
        engine = self.__dict__.get("engine")
        if engine is not None:
            engine.close()
        super().close()
