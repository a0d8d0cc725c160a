"""`carrel doctor`: looks an instance over, changes nothing, and says of each finding what to do."""

from __future__ import annotations

import shutil
import ssl
import stat
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import click
from cryptography import x509
from sqlalchemy import text

from carrel.cli._context import Context, json_option, show
from carrel.cli._errors import EXIT_CODES
from carrel.cli.doors import read_doors
from carrel.model.errors import CarrelError

LOW_DISK = 1 << 30
"""Bytes of free disk below which a load may fail."""
EXPIRY = timedelta(days=14)
"""How long before its end a certificate is reported."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `advice` is empty where all is well."""

    check: str
    fine: bool
    text: str
    advice: str = ""


@click.command()
@json_option
@click.pass_obj
def doctor(context: Context, as_json: bool) -> None:
    """Look the instance over and say what is wrong with it."""
    findings = _examine(context)
    show([asdict(finding) for finding in findings], "\n".join(map(_line, findings)), as_json)
    if not all(finding.fine for finding in findings):
        sys.exit(EXIT_CODES["unavailable"])


def _examine(context: Context) -> list[Finding]:
    """All findings; where the settings cannot be read, nothing else can be looked at."""
    settings = _look("settings", _settings, context)
    return [settings, *(_look(name, check, context) for name, check in CHECKS)] if settings.fine else [settings]


def _line(finding: Finding) -> str:
    advice = f"\n      try: {finding.advice}" if finding.advice else ""
    return f"{'ok ' if finding.fine else 'BAD'} {finding.check}: {finding.text}{advice}"


def _look(name: str, check: Callable[[Context], Finding], context: Context) -> Finding:
    try:
        return check(context)
    except CarrelError as error:
        return Finding(name, False, error.text, error.help or "")
    except OSError as error:
        return Finding(name, False, f"{type(error).__name__}: {error.strerror}", "see who owns the files of the home")


def _settings(context: Context) -> Finding:
    return Finding("settings", True, f"`{context.app.home}` is read")


def _permissions(context: Context) -> Finding:
    if stat.S_IMODE(context.home.stat().st_mode) & 0o077:
        return Finding("permissions", False, "others may enter the home", f"chmod go= {context.home}")
    secret = [*context.home.glob("keys/*"), context.home / context.app.settings.tls.key]
    loose = sorted(path.name for path in secret if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077)
    if loose:
        return Finding("permissions", False, f"others may read {', '.join(loose)}", "chmod go= each of them")
    return Finding("permissions", True, "the home is its owner's alone")


def _state(context: Context) -> Finding:
    with context.app.state.read() as connection:
        if connection.dialect.name == "sqlite":
            result = connection.execute(text("PRAGMA quick_check(1)")).scalar()
            if result != "ok":
                return Finding("state", False, "the state database is damaged", "restore it from a copy")
    return Finding("state", True, "the state database is whole and of this version")


def _policy(context: Context) -> Finding:
    policy = context.app.policy()
    return Finding("policy", True, f"version {policy.digest[:12]}, {len(policy.groups)} groups")


def _audit(context: Context) -> Finding:
    report = context.app.audit.verify()
    if report.broken is not None:
        return Finding("audit", False, f"broken at row {report.broken}: {report.reason}", "keep a copy of the state, and tell the data steward")
    return Finding("audit", True, f"{report.rows} rows, the chain is whole")


def _lake(context: Context) -> Finding:
    count = 0
    for database in context.app.lake.databases():
        for table in context.app.lake.tables(database.name):
            if table.version is None:
                continue
            with context.app.lake.open(table.name, table.version):
                count += 1
    return Finding("lake", True, f"{count} tables, each with its files")


def _disk(context: Context) -> Finding:
    free = shutil.disk_usage(context.home).free
    return Finding("disk", free >= LOW_DISK, f"{free / (1 << 30):.1f} GiB free", "" if free >= LOW_DISK else "make room before the next load")


def _certificate(context: Context) -> Finding:
    path = context.home / context.app.settings.tls.certificate
    if not path.is_file():
        return Finding("certificate", False, "there is none: doors on a network stay closed", "put a certificate and key where carrel.toml says")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path, context.home / context.app.settings.tls.key)
    except (OSError, ssl.SSLError):
        return Finding("certificate", False, "it cannot be read, or its key is not there or not its own", "put both where carrel.toml says")
    ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    fine = ends - datetime.now(UTC) > EXPIRY
    return Finding("certificate", fine, f"valid until {ends:%Y-%m-%d}", "" if fine else "renew it, then start the server again")


def _server(context: Context) -> Finding:
    doors = read_doors(context.home)
    where = "not running" if doors is None else ", ".join(f"{name} on {entry['host']}:{entry['port']}" for name, entry in doors.items())
    return Finding("server", True, where)


CHECKS: tuple[tuple[str, Callable[[Context], Finding]], ...] = (
    ("permissions", _permissions), ("state", _state), ("policy", _policy), ("audit", _audit), ("lake", _lake), ("disk", _disk),
    ("certificate", _certificate), ("server", _server),
)
