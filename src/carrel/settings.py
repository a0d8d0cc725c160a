"""The one tree of settings, read once from `carrel.toml` in the home. An unknown key is an error that names the nearest known one."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from carrel.model.errors import BadInput

FILE = "carrel.toml"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MysqlDoor(_Section):
    enabled: bool = Field(True, description="Whether `carrel serve` opens this door.")
    port: int = Field(3307, ge=0, le=65535, description="TCP port; 0 takes any free one.")
    connections: int = Field(250, gt=0, description="Connections at once; a further one is told so and closed.")
    strangers: int = Field(50, gt=0, description="Connections that have not logged in, beside those; a further one is told so and closed.")
    handshake_s: float = Field(10.0, gt=0, description="How long a connection may take to log in, in seconds.")
    allow_clear: bool = Field(False, description="Whether clients on other machines may go without TLS: what they ask and get crosses the network in clear.")
    idle_s: float = Field(28800.0, gt=0, description="How long a connection may ask nothing, in seconds.")
    stall_s: float = Field(60.0, gt=0, description="How long a client may take nothing of an answer before it is cut off, in seconds.")


class HttpDoor(_Section):
    enabled: bool = Field(True, description="Whether `carrel serve` opens this door.")
    port: int = Field(8080, ge=0, le=65535, description="TCP port; 0 takes any free one.")
    connections: int = Field(1000, gt=0, description="Connections at once; a further one is told so and closed.")
    stall_s: float = Field(300.0, gt=0, description="How long a client may take nothing of an answer before it is cut off, in seconds.")
    keep_s: float = Field(600.0, ge=0, description="How long an answer that is asked to be kept can be fetched, in seconds; 0: none is kept.")
    keep_mb: int = Field(256, gt=0, description="Largest answer that is kept, in MiB.")
    keep_answers: int = Field(32, gt=0, description="Answers that are kept at once; a person has at most 8 of them.")


class DoorSettings(_Section):
    host: str = Field("127.0.0.1", description="Address that every door binds to.")
    mysql: MysqlDoor = Field(MysqlDoor(), description="The MySQL protocol.")
    http: HttpDoor = Field(HttpDoor(), description="JSON API and pages.")


class TlsSettings(_Section):
    certificate: str = Field("tls/certificate.pem", description="PEM file, relative to the home; `carrel init` makes a self-signed pair.")
    key: str = Field("tls/key.pem", description="PEM file of the private key, relative to the home.")


class StateSettings(_Section):
    url: str = Field("", description="SQLAlchemy URL of the state database; empty: SQLite in the home.")
    busy_s: float = Field(30.0, gt=0, description="How long a writer waits for another process that has locked the SQLite state, in seconds.")


class LimitSettings(_Section):
    time_s: int = Field(3600, gt=0, description="Wall time of one query, in seconds.")
    rows: int = Field(0, ge=0, description="Rows of one result; 0: no limit.")
    memory_mb: int = Field(2048, gt=0, description="Memory of the engine for all queries together, in MiB.")
    headroom_mb: int = Field(1024, ge=256, description="Memory of the server beside the engine's: values that expressions make, answers on their way, in MiB.")
    spill_mb: int = Field(20480, ge=0, description="Temporary files of the engine, in MiB.")
    queries: int = Field(16, gt=0, description="Queries that run at once; others wait.")
    wait_s: float = Field(60.0, gt=0, description="How long a query waits for its turn before it is refused, in seconds.")
    queries_per_person: int = Field(8, gt=0, description="Queries of one person that run at once; others wait.")
    queue_per_person: int = Field(50, gt=0, description="Queries of one person that wait; a further one is refused.")


class WorkSettings(_Section):
    rows: int = Field(1_000_000_000, gt=0, description="Rows of one table that a person makes.")
    table_mb: int = Field(20480, gt=0, description="Room that one table takes on disk, in MiB.")
    person_mb: int = Field(102400, gt=0, description="Room that all tables of one person take together, in MiB.")


class EngineSettings(_Section):
    threads: int = Field(0, ge=0, description="Threads of the engine; 0: one per core.")


class IdentitySettings(_Section):
    attempts: int = Field(10, gt=0, description="Failed logins of one person before they must wait.")
    address_attempts: int = Field(100, gt=0, description="Failed logins from one address before it must wait; people share machines.")
    window_s: int = Field(300, gt=0, description="Over how many seconds failed logins are counted.")


class AccessSettings(_Section):
    longest_days: int = Field(365, gt=0, description="Longest term of a membership, in days; also the end of one that is given none.")


class AuditSettings(_Section):
    seal_key: str = Field("", description="Key that seals the audit's digests, as `env:NAME` or `file:PATH` outside the home; empty: the chain is not sealed.")


class NoticeSettings(_Section):
    program: str = Field("", description="Program that takes a mail on its standard input, `/usr/sbin/sendmail -t -oi`; empty: none.")
    smtp: str = Field("", description="Host, or `host:port`, that takes mails by SMTP without a password; empty: none.")
    sender: str = Field("carrel@localhost", description="From whom mails come.")


class DumpSettings(_Section):
    sites: tuple[str, ...] = Field(("https://dumps.wikimedia.org",), description="Dump sites, the one to ask first before the others.")
    mirror: str = Field("mirror", description="Folder that dumps are fetched into, as `WIKI/DATE/FILE`; relative to the home, or absolute.")
    contact: str = Field("", description="Address or page of who fetches, for the sites' administrators; without it only sites on this machine are asked.")
    connections: int = Field(2, ge=1, le=2, description="Connections at once to each site; Wikimedia asks for at most 2.")
    rate_mb_s: float = Field(0.0, ge=0, description="Most that is fetched from all sites together, in MB (10^6 bytes) in a second; 0: no limit.")
    stall_s: float = Field(60.0, gt=0, description="How long nothing may come before a connection is given up, in seconds.")
    attempts: int = Field(5, gt=0, description="Attempts in a row without progress before a site is given up.")
    wait_s: float = Field(600.0, ge=0, description="Longest time that a site may ask us to wait (Retry-After), in seconds; if it asks for more it is given up.")
    reserve_mb: int = Field(1024, ge=0, description="Disk that stays free, in MiB.")

    def manners(self) -> dict[str, Any]:
        """As `io.dumps.web.Manners` has them."""
        return {
            "contact": self.contact, "connections": self.connections, "rate_bytes_s": self.rate_mb_s * 1e6, "stall_s": self.stall_s,
            "attempts": self.attempts, "wait_s": self.wait_s,
        }


class JobSettings(_Section):
    enabled: bool = Field(True, description="Whether `carrel serve` runs the jobs that are due; `carrel job run --due` does in any case.")
    workers: int = Field(2, ge=1, le=64, description="Attempts that one process runs at once.")
    poll_s: float = Field(10.0, ge=0.05, description="How often the server looks what is due, in seconds.")
    lease_s: float = Field(60.0, ge=1, description="How long a run goes without a heartbeat before another process takes it over, in seconds.")


class Settings(_Section):
    """Everything that an administrator may set. `home` is where the file was found."""

    doors: DoorSettings = Field(DoorSettings(), description="The ways in.")
    tls: TlsSettings = Field(TlsSettings(), description="Encryption of the doors.")
    state: StateSettings = Field(StateSettings(), description="Where the state is kept.")
    limits: LimitSettings = Field(LimitSettings(), description="What queries may use.")
    work: WorkSettings = Field(WorkSettings(), description="Tables that people make.")
    engine: EngineSettings = Field(EngineSettings(), description="What runs SQL.")
    identity: IdentitySettings = Field(IdentitySettings(), description="Logins.")
    access: AccessSettings = Field(AccessSettings(), description="Memberships and their ends.")
    audit: AuditSettings = Field(AuditSettings(), description="The record of what happened.")
    dumps: DumpSettings = Field(DumpSettings(), description="Where dumps are fetched from, and into.")
    jobs: JobSettings = Field(JobSettings(), description="What runs by the clock.")
    notices: NoticeSettings = Field(NoticeSettings(), description="Mails to the owners of copies before these end.")


def load(home: Path) -> Settings:
    """The settings of a home; defaults where the file says nothing.

    Raises:
        BadInput: the file is not TOML, or a key or value is not known, with the nearest known key.
    """
    path = home / FILE
    if not path.is_file():
        raise BadInput(f"there is no Carrel in `{home}`", help=f"carrel --home {home} init")
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError as error:
        raise BadInput("not UTF-8", file=str(path), position=error.start) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"not TOML: {error}", file=str(path)) from error
    except ValidationError as error:
        raise BadInput(_explain(error), file=str(path)) from error


def secret(value: str) -> str:
    """The secret that a setting points to: `env:NAME` or `file:PATH`.

    Raises:
        BadInput: the value names neither, or what it names is not there.
    """
    kind, _, where = value.partition(":")
    if kind == "env" and where in os.environ:
        return os.environ[where]
    if kind == "file" and Path(where).is_file():
        return Path(where).read_text().strip()
    raise BadInput(f"`{kind}:…` does not lead to a secret", help="write `env:NAME` or `file:PATH`, and see that it is there")


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, known_keys(), n=1)
        return f"unknown key `{key}`" + (f": did you mean `{near[0]}`?" if near else "")
    return f"`{key}`: {first['msg'].lower()}"


def known_keys(section: type[BaseModel] = Settings, prefix: str = "") -> list[str]:
    """Every key as a dotted name, sections included."""
    keys: list[str] = []
    for name, field in section.model_fields.items():
        keys.append(prefix + name)
        kind: Any = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys += known_keys(kind, f"{prefix}{name}.")
    return keys
