"""`carrel job`: what runs by the clock."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import click

from carrel.cli._admin import actor, columns, now
from carrel.cli._context import Context, json_option, show
from carrel.cli._errors import EXIT_CODES, report
from carrel.jobs import due, partitions
from carrel.jobs.definition import Job
from carrel.jobs.folder import Definitions, read_all
from carrel.jobs.ledger import DONE, QUEUED, RUNNING, Attempt, Record, Run
from carrel.jobs.worker import Ended
from carrel.model.audit import Begin, Finish
from carrel.model.errors import BadInput, Conflict
from carrel.model.jobs import Every

MOST = 100_000


@click.group()
def job() -> None:
    """What runs by the clock: jobs of the files in the home's folder `jobs`, a run for each day or hour."""


@job.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List the jobs: how each stands, what was done last, and how late it is."""
    found = read_all(context.home)
    lines = [_line(context, one, found) for one in found.jobs.values()]
    lines += [_broken(name, error) for name, error in found.broken.items()]
    head = ("job", "every", "kind", "owner", "last done", "open", "failed", "late", "state")
    rows = [tuple("" if line[key] is None else line[key] for key in head) for line in lines]
    show(lines, columns(head, rows), as_json)


@job.command()
@click.argument("name", required=False)
@click.argument("partition", required=False)
@click.option("--due", "all_due", is_flag=True, help="Run all that is due, of every job, and end: for cron, where no server runs.")
@json_option
@click.pass_obj
def run(context: Context, name: str | None, partition: str | None, all_due: bool, as_json: bool) -> None:
    """Run the job NAME now, in the foreground, for PARTITION, as `2026-11-24` or `2026-11-24T07`, else for the newest one that has ended."""
    if all_due is (name is not None):
        raise click.UsageError("give the NAME of a job, or --due", click.get_current_context())
    results = _run_due(context) if all_due else [_run_one(context, name or "", partition)]
    show([_result(*one) for one in results], "\n".join(_sentence(*one) for one in results) or "nothing is due", as_json)
    errors = [ended.error for _, _, ended in results if ended.error is not None]
    for error in errors:
        report(error)
    if errors:
        sys.exit(max(EXIT_CODES[error.code] for error in errors))


@job.command()
@click.argument("which", metavar="NAME|RUN")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many attempts, the newest.")
@json_option
@click.pass_obj
def log(context: Context, which: str, limit: int, as_json: bool) -> None:
    """Show the attempts of the job NAME, or of the RUN of that number: when, whose deed, how each ended, and its last lines."""
    known = read_all(context.home)
    by_run = which.isdecimal() and which not in known.jobs
    found = context.app.ledger.attempts(job=None if by_run else which, run=int(which) if by_run else None, limit=limit)
    if not found and not by_run:
        known.job(which)
    show([asdict(attempt) for attempt in found], "\n".join(_story(attempt, known) for attempt in found) or "no attempt was made", as_json)


@job.command()
@click.argument("name")
@click.argument("first", metavar="FROM")
@click.argument("last", metavar="TO")
@json_option
@click.pass_obj
def backfill(context: Context, name: str, first: str, last: str, as_json: bool) -> None:
    """Ask for the partitions FROM to TO of the job NAME again, both included, those that are done too. The runner runs them, oldest first."""
    found = read_all(context.home).job(name)
    since, until = partitions.parsed(found.every, first), partitions.parsed(found.every, last)
    if not found.start <= since <= until <= partitions.newest(found.every, now()):
        raise BadInput(
            f"`{first}` to `{last}` are not partitions of `{name}` that have ended",
            help=f"from {partitions.written(found.every, found.start)} to {partitions.written(found.every, partitions.newest(found.every, now()))}",
        )
    wanted = list(partitions.between(found.every, since, until + partitions.STEP[found.every]))
    if len(wanted) > MOST:
        raise BadInput(f"{len(wanted)} partitions are more than {MOST}", help="ask for a part of them")
    number = _begin(context, "job_backfill", {"job": name, "from": first, "to": last})
    count = context.app.ledger.queue(name, wanted, by=actor(context).person, now=now())
    context.app.audit.finish(number, Finish(outcome="complete", rows=count))
    show({"job": name, "queued": count}, f"queued {count} of {len(wanted)} partitions of {name}", as_json)


@job.command()
@click.argument("name")
@click.option("--reason", required=True, help="Why; the list shows it.")
@json_option
@click.pass_obj
def pause(context: Context, name: str, reason: str, as_json: bool) -> None:
    """Let no run of the job NAME begin until `resume`. What runs goes on to its end; what is missed is caught up with."""
    read_all(context.home).job(name)
    _pausing(context, "job_pause", name, reason)
    show({"job": name, "paused": True}, f"paused {name}", as_json)


@job.command()
@click.argument("name")
@click.option("--reason", default="", help="Why, for the audit.")
@json_option
@click.pass_obj
def resume(context: Context, name: str, reason: str, as_json: bool) -> None:
    """End the pause of the job NAME."""
    _pausing(context, "job_resume", name, reason)
    show({"job": name, "paused": False}, f"resumed {name}", as_json)


def _pausing(context: Context, action: str, name: str, reason: str) -> None:
    ledger, who = context.app.ledger, actor(context).person
    number = _begin(context, action, {"job": name, "reason": reason})
    changed = ledger.resume(name) if action == "job_resume" else ledger.pause(name, by=who, reason=reason, now=now())
    context.app.audit.finish(number, Finish(outcome="complete" if changed else "conflict"))
    if not changed:
        raise Conflict(f"`{name}` is {'not paused' if action == 'job_resume' else 'paused already'}", help="carrel job list")


def _begin(context: Context, action: str, details: dict[str, str]) -> int:
    return context.app.audit.begin(Begin(principal=actor(context), door="cli", address="local", action=action, verdict="allowed", details=details))


def _run_one(context: Context, name: str, partition: str | None) -> tuple[Job, Run, Ended]:
    app, found, who = context.app, read_all(context.home), actor(context).person
    one = found.job(name)
    last = partitions.newest(one.every, now())
    since = last if partition is None else partitions.parsed(one.every, partition)
    if since > last:
        raise BadInput(f"`{partition}` has not ended", help=f"the newest is {partitions.written(one.every, last)}")
    back = app.waiting.held_back(one, app.ledger.record(one, now()).pause, now())
    waits = [back] if back else list(app.waiting.reasons(one, since, found.jobs))
    if waits:
        raise Conflict(f"`{name}` may not run now: {', '.join(waits)}", help="carrel job list")
    worker, person = app.job_worker(Event()), app.waiting.owner(one, now())
    claimed = app.ledger.claim(one, since, person=person, holder=worker.holder, now=now(), by=who)
    if claimed is None:
        raise Conflict(f"`{name}` runs already, as often at once as it may", help=f"carrel job log {name}")
    return one, claimed, worker.run(one, claimed, person)


def _run_due(context: Context) -> list[tuple[Job, Run, Ended]]:
    actor(context)
    results: list[tuple[Job, Run, Ended]] = []
    runner = context.app.job_runner(lambda *one: results.append(one))
    try:
        runner.run_due()
    finally:
        runner.stop()
    return results


def _line(context: Context, one: Job, found: Definitions) -> dict[str, Any]:
    app, moment = context.app, now()
    record = app.ledger.record(one, moment)
    done, behind = app.ledger.last(one.name, DONE), due.late(one, record, moment)
    waiting = due.due(one, record, moment)
    back = app.waiting.held_back(one, record.pause, moment) or _doing(record) or "in order"
    if back == "in order" and waiting:
        back = next(app.waiting.reasons(one, waiting[0], found.jobs), "due")
    return {
        "job": one.name, "every": one.every.value, "kind": one.kind, "owner": one.owner or f"group {one.group}",
        "last done": partitions.written(one.every, done.since) if done else None, "open": len(due.still_open(one, record, moment)),
        "failed": app.ledger.failed(one.name), "late": _span(behind) if behind is not None else None, "state": back,
    }


def _doing(record: Record) -> str | None:
    """What runs, or when the next attempt begins."""
    running = sorted(run.since for run in record.runs.values() if run.state == RUNNING)
    tries = sorted(run.next_try for run in record.runs.values() if run.state == QUEUED and run.next_try is not None)
    return f"{len(running)} running" if running else f"tries again at {_time(tries[0])}" if tries else None


def _broken(name: str, error: BadInput) -> dict[str, Any]:
    return {**dict.fromkeys(("every", "kind", "owner", "last done", "open", "failed", "late")), "job": name, "state": f"cannot be read: {error.text}"}


def _span(span: timedelta) -> str:
    hours = int(span.total_seconds()) // 3600
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h {int(span.total_seconds()) // 60 % 60} min"


def _result(one: Job, run: Run, ended: Ended) -> dict[str, Any]:
    return {
        "job": one.name, "partition": partitions.written(one.every, run.since), "run": run.id, "attempt": run.attempt, "state": ended.state or "lost",
        "error": None if ended.error is None else ended.error.text,
    }


def _sentence(one: Job, run: Run, ended: Ended) -> str:
    return f"{one.name} {partitions.written(one.every, run.since)}: {ended.state or 'lost'}, run {run.id}, attempt {run.attempt}"


def _story(attempt: Attempt, known: Definitions) -> str:
    every = known.jobs[attempt.job].every if attempt.job in known.jobs else Every.HOUR
    asked = {"schedule": ""}.get(attempt.asked, f", asked for by {attempt.asked_by} ({attempt.asked})")
    head = f"run {attempt.run}  {attempt.job} {partitions.written(every, attempt.since)}  attempt {attempt.number} as {attempt.person}{asked}"
    times = f"  {_time(attempt.began)} to {_time(attempt.ended) if attempt.ended else '…'}  {attempt.outcome or 'running'}"
    return "\n".join([head, times, *(f"    {line}" for line in attempt.tail.splitlines())])


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
