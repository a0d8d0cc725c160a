"""A job's definition: `<home>/jobs/NAME.toml`, checked whole when it is read. Whoever may write that file may ask as its owner, so its place is checked too."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from carrel.jobs import partitions
from carrel.model.errors import BadInput
from carrel.model.jobs import Every, JobOption
from carrel.model.names import TableName
from carrel.plugins import names

KINDS: Final = "carrel.jobs.kinds"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_NEED: Final = re.compile(r"([^.@\s]+)\.([^.@\s]+)(?:@(\{day\}|\d{4}-\d{2}-\d{2}))?")
_KEYS: Final[dict[str, type]] = {
    "owner": str, "group": str, "every": str, "kind": str, "start": date, "after": list, "needs": list, "retries": int, "back_off_s": int,
    "timeout_s": int, "late_after_s": int, "at_once": int, "catch_up": bool, "parameters": dict, "options": dict,
}
_WORDS: Final = {str: "a text", date: "a date", list: "a list of texts", int: "a whole number", bool: "true or false", dict: "a table"}
_LEAST: Final = {"timeout_s": 1, "at_once": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A published table; `day`: as of that day, or a later one."""

    table: TableName
    day: str | None

    def __str__(self) -> str:
        return f"{self.table}@{self.day}" if self.day else str(self.table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A definition that has been checked.

    Attributes:
        owner: the person whose deed each run is; None: the system account of `group`.
        group: the owner must be in it.
        start: the first partition.
        after: jobs whose runs of the same time must be done.
        retries: attempts after the first one that failed; the wait before each is twice the one before, from `back_off` on, an hour at most.
        late_after: how long after its partition's end a run may be undone before the list calls it late.
        at_once: how many partitions may run at a time.
        catch_up: partitions that were missed are run; otherwise only the newest.
        parameters: values in braces, besides those of the partition.
        house: every home has it; `owner` is that of the home, an account of the operating system.
    """

    name: str
    owner: str | None
    group: str | None
    every: Every
    kind: str
    start: datetime
    after: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    retries: int = 3
    back_off: timedelta = timedelta(seconds=60)
    timeout: timedelta = timedelta(seconds=3600)
    late_after: timedelta = timedelta(seconds=3600)
    at_once: int = 1
    catch_up: bool = True
    parameters: Mapping[str, str]
    options: Mapping[str, Any]
    house: bool = False

    def filled(self, since: datetime) -> dict[str, Any]:
        """The options with the values of the partition put in."""
        own = partitions.values(self.every, since)
        known = own | {name: partitions.filled(value, own) for name, value in self.parameters.items()}
        return {name: partitions.filled(value, known) for name, value in self.options.items()}


def read(path: Path) -> Job:
    """The job of a file.

    Raises:
        BadInput: with file, line and reason.
    """
    try:
        _check_place(path)
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("not UTF-8", file=str(path), position=error.start) from error
    except OSError as error:
        raise BadInput(f"cannot be read: {(error.strerror or '').lower()}", file=str(path)) from error
    try:
        facts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise BadInput(f"not TOML: {error}", file=str(path), line=int(found[1]) if found else len(text.splitlines())) from error
    try:
        return _job(path.stem, facts)
    except _Wrong as wrong:
        raise BadInput(wrong.text, file=str(path), line=_line(text, wrong.key)) from None


class _Wrong(Exception):
    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key
        self.text = text


def _check_place(path: Path) -> None:
    facts, home = path.stat(), path.parent.parent.stat()
    if facts.st_uid not in (0, home.st_uid) or facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise BadInput("others than the owner of the home may write it, and so ask as anybody", file=str(path), help=f"chmod go-w {path}, and see who owns it")


def _line(text: str, key: str) -> int:
    """Where the key stands, else where its table begins, else the last line."""
    *tables, last = key.split(".")
    lines, table = text.splitlines(), ""
    place = len(lines) or 1
    for number, line in enumerate(lines, 1):
        if heading := re.match(r"\s*\[\s*([\w.]+)\s*\]", line):
            table = heading[1]
            place = number if table in (".".join(tables), key) else place
        elif table == ".".join(tables) and re.match(rf'\s*"?{re.escape(last)}"?\s*=', line):
            return number
    return place


def _job(name: str, facts: Mapping[str, Any]) -> Job:
    if not _NAME.fullmatch(name):
        raise _Wrong("name", f"`{name}` cannot be a job's name: small letters, digits, `_` and `-`")
    _check_types(facts)
    for key in ("every", "kind", "start"):
        if key not in facts:
            raise _Wrong(key, f"`{key}` is missing")
    if not facts.get("owner") and not facts.get("group"):
        raise _Wrong("owner", "neither `owner` nor `group` says whose deed it is")
    try:
        every = Every(facts["every"])
    except ValueError:
        raise _Wrong("every", f"`{facts['every']}` is not `day` or `hour`") from None
    parameters = {key: str(value) for key, value in facts.get("parameters", {}).items()}
    job = Job(
        name=name, owner=facts.get("owner"), group=facts.get("group"), every=every, kind=facts["kind"], start=_start(every, facts["start"]),
        after=tuple(facts.get("after", ())), needs=tuple(_need(text) for text in facts.get("needs", ())), retries=facts.get("retries", 3),
        back_off=timedelta(seconds=facts.get("back_off_s", 60)), timeout=timedelta(seconds=facts.get("timeout_s", 3600)),
        late_after=timedelta(seconds=facts.get("late_after_s", 3600)), at_once=facts.get("at_once", 1), catch_up=facts.get("catch_up", True),
        parameters=parameters, options=facts.get("options", {}),
    )
    _check_options(job)
    return job


def _check_types(facts: Mapping[str, Any]) -> None:
    for key, value in facts.items():
        kind = _KEYS.get(key)
        least = _LEAST.get(key, 0)
        if kind is None:
            raise _Wrong(key, f"unknown key `{key}`: one of {', '.join(_KEYS)}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)) or (kind is list and not _texts(value)):
            raise _Wrong(key, f"`{key}` is not {_WORDS[kind]}")
        if isinstance(value, int) and not least <= value <= 10**7:
            raise _Wrong(key, f"`{key}` is not between {least} and 10000000")
    for key, value in facts.get("parameters", {}).items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise _Wrong(f"parameters.{key}", f"the parameter `{key}` is neither a text nor a whole number")


def _texts(value: Any) -> bool:
    return all(isinstance(item, str) for item in value)


def _start(every: Every, value: date) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    moment = moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    if partitions.floor(every, moment) != moment:
        raise _Wrong("start", f"`start` is not {'midnight' if every is Every.DAY else 'a full hour'}, UTC")
    return moment


def _need(text: str) -> Need:
    found = _NEED.fullmatch(text)
    if found is None:
        raise _Wrong("needs", f"`{text}` is not a table, as `enwiki.page`, nor a table of a day, as `enwiki.page@{{day}}`")
    return Need(table=TableName(found[1], found[2]), day=found[3])


def _check_options(job: Job) -> None:
    if job.kind not in names(KINDS):
        raise _Wrong("kind", f"there is no kind `{job.kind}`: one of {', '.join(names(KINDS))}")
    options: dict[str, JobOption] = {option.name: option for option in import_module(f"{KINDS}.{job.kind}").OPTIONS}
    known = partitions.values(job.every, job.start)
    for where, table in (("parameters", job.parameters), ("options", job.options)):
        for key, value in table.items():
            allowed = known.keys() if where == "parameters" else known.keys() | job.parameters.keys()
            for name in sorted(partitions.names(value) - set(allowed)):
                raise _Wrong(f"{where}.{key}", f"`{{{name}}}` stands for nothing: one of {', '.join(sorted(allowed))}")
    for key, value in job.options.items():
        option = options.get(key)
        if option is None:
            raise _Wrong(f"options.{key}", f"the kind `{job.kind}` has no option `{key}`: one of {', '.join(options) or 'none'}")
        if not isinstance(value, option.type) or (option.type is list and not _texts(value)):
            raise _Wrong(f"options.{key}", f"`{key}` is not {_WORDS[option.type]}")
    for missing in (option.name for option in options.values() if option.required and option.name not in job.options):
        raise _Wrong("options", f"the kind `{job.kind}` needs the option `{missing}`")
