"""Walks every way in without a person and compares what comes out with what is true of the sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from carrel.cli._demo import clients
from carrel.cli._demo.clients import Client, Got
from carrel.cli._demo.sample import PRIVATE_WIKI, WIKI, Expected, Question
from carrel.cli._demo.scene import Guest, Scene, command

SLOW: Final = frozenset({"carrel query"})
"""Ways with a process start of a second: they get the first question of each kind alone."""

SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One line of the table. `ok` is None for a way that cannot be walked here."""

    way: str
    who: str
    question: str
    expected: str
    got: str
    ok: bool | None


def walk(scene: Scene, expected: Expected) -> Iterator[Comparison]:
    """Every client, person and question; then each table read whole by each person."""
    whole: Client = clients.HttpApi()
    for make in clients.CLIENTS:
        client = make()
        missing = client.missing()
        if missing is not None:
            yield Comparison(way=client.name, who="", question="", expected="", got=f"not walked: {missing}", ok=None)
            continue
        whole = client if client.many else whole
        for guest in scene.guests:
            yield from ask_all(client, scene, guest, expected)
    for guest in scene.guests:
        yield _page(scene, guest)
        yield from read_all(whole, scene, guest, expected)
    yield from _suspended(scene, scene.guests[0], expected)


def ask_all(client: Client, scene: Scene, guest: Guest, expected: Expected) -> Iterator[Comparison]:
    """Every question and every refusal by one person through one way; for a slow way the first of each."""
    some = slice(1 if client.name in SLOW else None)
    questions, refusals = expected.questions[some], expected.refusals[some] if guest.person.reads else ()
    got = client.ask(scene, guest, WIKI, [*(question.sql for question in questions), *(refusal.sql for refusal in refusals)])
    for question, answer in zip(questions, got, strict=False):
        yield _compare(client, guest, question, answer) if guest.person.reads else _refused(client, guest, question.name, "access_refused", answer)
    for refusal, answer in zip(refusals, got[len(questions):], strict=True):
        yield _refused(client, guest, refusal.why, refusal.code, answer)


def _compare(client: Client, guest: Guest, question: Question, got: Got) -> Comparison:
    rows = None if got.rows is None else list(got.rows)
    return Comparison(way=client.name, who=guest.person.name, question=question.name, expected=_short(question.rows),
                      got=f"refused: {got.refusal}" if rows is None else _short(rows), ok=rows == list(question.rows))


def _refused(client: Client, guest: Guest, name: str, code: str, got: Got) -> Comparison:
    wanted = client.refusal(code)
    return Comparison(way=client.name, who=guest.person.name, question=name, expected=f"refused: {wanted}",
                      got=f"refused: {got.refusal}" if got.rows is None else _short(got.rows), ok=got.rows is None and got.refusal == wanted)


def _page(scene: Scene, guest: Guest) -> Comparison:
    """The page of a table after signing in; that of the private wiki is not there."""
    status, text = clients.browse(scene, guest, f"/data/{WIKI}/revision")
    hidden, _ = clients.browse(scene, guest, f"/data/{PRIVATE_WIKI}")
    wrong = "" if "rev_timestamp" in text else ", without its columns"
    return Comparison(way="browser", who=guest.person.name, question="page of revision; private wiki", expected="200; 404", got=f"{status}{wrong}; {hidden}",
                      ok=(status, hidden, wrong) == (200, 404, ""))


def read_all(client: Client, scene: Scene, guest: Guest, expected: Expected) -> Iterator[Comparison]:
    """`SELECT *` of each table that the person can list; no forbidden word is in an answer or an error."""
    listed = client.ask(scene, guest, WIKI, ["SHOW TABLES"])[0].rows or []
    answers = client.ask(scene, guest, WIKI, [f"SELECT * FROM `{table}`" for (table,) in listed])  # noqa: S608 - the sample's own tables
    answers = [*answers, *client.ask(scene, guest, PRIVATE_WIKI, ["SHOW TABLES"])]
    text = "\n".join(answer.raw for answer in answers)
    leaks = sorted({kind for word, kind in expected.forbidden.items() if word in text})
    yield Comparison(way=client.name, who=guest.person.name, question=f"{len(expected.forbidden)} words in SELECT * of every table", expected="none",
                     got=", ".join(leaks) or "none", ok=not leaks)
    read = sum(answer.rows is not None for answer in answers)
    seen = sum(word in text for word in expected.shown)
    if guest.person.reads:
        yield Comparison(way=client.name, who=guest.person.name, question="tables read; visible words found",
                         expected=f"at least {expected.tables}; {len(expected.shown)}", got=f"{read}; {seen}",
                         ok=read >= expected.tables and seen == len(expected.shown))
    else:
        yield Comparison(way=client.name, who=guest.person.name, question="tables read", expected="0", got=str(read), ok=read == 0)


def _suspended(scene: Scene, guest: Guest, expected: Expected) -> Iterator[Comparison]:
    """A person who is suspended gets nothing more; who is back gets what they got."""
    client, question = clients.QueryCommand(), expected.questions[0]
    for verb, more in (("suspend", ("--reason", "the demo's check")), ("resume", ())):
        clients.run(command(scene.home, "user", verb, guest.person.name, *more))
        got = client.ask(scene, guest, WIKI, [question.sql])[0]
        name = f"{question.name}, after user {verb}"
        yield _refused(client, guest, name, "access_refused", got) if verb == "suspend" else _compare(client, guest, question, got)


def _short(rows: Sequence[tuple[str, ...]]) -> str:
    shown = "; ".join(" ".join(row) for row in rows[:SHOWN])
    return f"{len(rows)} rows: {shown}" + (" …" if len(rows) > SHOWN else "")
