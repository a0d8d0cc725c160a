"""Mutants of the audit's chain: whatever is done to rows that were written, `verify` finds it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from carrel.audit import chain
from carrel.audit.log import AuditLog
from carrel.model.audit import Begin, Finish
from carrel.model.people import Principal
from carrel.state import migrations
from carrel.state.schema.audit import AUDIT_ENTRY, AUDIT_HEAD
from carrel.state.store import State
from tests.mutants.mutant import Law, Mutant
from tests.mutants.stage import Stage
from tests.mutants.switch import change

KEY: Final = "a key of this law"
ROWS: Final = 8
Deed = Callable[[Connection], None]


def _values(connection: Connection, number: int) -> dict[str, Any]:
    return dict(connection.execute(select(AUDIT_ENTRY).where(AUDIT_ENTRY.c.number == number)).mappings().one())


def _set(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(update(AUDIT_ENTRY).where(AUDIT_ENTRY.c.number == number).values(values))


def _rewrite(connection: Connection, number: int, **values: Any) -> None:
    """A row made anew, with digests that are right for what it says and for the row before."""
    row = {**_values(connection, number), **values}
    content = chain.content_digest(number, row["time"], row["of"], row["writer"], row["body"])
    before = _values(connection, number - 1)["chain"] if number > 1 else chain.GENESIS
    _set(connection, number, **values, content=content, chain=chain.chain_value(before, number, content))


def _rewrite_from(connection: Connection, first: int, **values: Any) -> None:
    """History made anew from a row on, head and all, by somebody without the key."""
    last = connection.execute(select(AUDIT_HEAD.c.number)).scalar_one()
    for number in range(first, last + 1):
        _rewrite(connection, number, **(values if number == first else {}))
    connection.execute(update(AUDIT_HEAD).values(chain=_values(connection, last)["chain"]))


def _reseal(connection: Connection, number: int) -> None:
    """The head as that of this row, sealed by somebody who has the key."""
    value = _values(connection, number)["chain"]
    seal = chain.head_seal(KEY.encode(), number, value, 1)
    connection.execute(update(AUDIT_HEAD).values(number=number, chain=value, seal=seal))


def _say_other(connection: Connection, number: int) -> str:
    return str(_values(connection, number)["body"]).replace("local", "elsewhere")


def _history_anew(connection: Connection) -> None:
    """From a row on, head and all, by somebody without the key."""
    for number in range(3, ROWS + 1):
        _rewrite(connection, number, **({"body": _say_other(connection, number)} if number == 3 else {}))
    connection.execute(update(AUDIT_HEAD).values(chain=_values(connection, ROWS)["chain"]))


def _history_anew_with_the_key(connection: Connection) -> None:
    _history_anew(connection)
    for number in range(3, ROWS + 1):
        _set(connection, number, seal=chain.row_seal(KEY.encode(), _values(connection, number)["chain"]))
    _reseal(connection, ROWS)


def _take(connection: Connection, first: int, last: int) -> None:
    connection.execute(delete(AUDIT_ENTRY).where(AUDIT_ENTRY.c.number.between(first, last)))


def _set_back(connection: Connection) -> None:
    """The last rows are gone, and the head is that of before, with the seal of a row."""
    _take(connection, ROWS - 1, ROWS)
    row = _values(connection, ROWS - 2)
    connection.execute(update(AUDIT_HEAD).values(number=ROWS - 2, chain=row["chain"], seal=row["seal"]))


def _set_back_with_the_key(connection: Connection) -> None:
    _take(connection, ROWS - 1, ROWS)
    _reseal(connection, ROWS - 2)


def _add(connection: Connection) -> None:
    connection.execute(insert(AUDIT_ENTRY), {**_values(connection, ROWS - 1), "number": ROWS + 1})
    _rewrite(connection, ROWS + 1)


def _repoint(connection: Connection) -> None:
    """A finish row that closes what there is not, with all that follows from it."""
    _rewrite(connection, ROWS, of=99)
    connection.execute(update(AUDIT_HEAD).values(chain=_values(connection, ROWS)["chain"]))


DEEDS: Final[Mapping[str, tuple[Deed, str]]] = {
    "what a row says is changed": (lambda connection: _set(connection, 3, body=_say_other(connection, 3)), "sealed"),
    "the time of a row is changed": (lambda connection: _set(connection, 3, time=datetime(2001, 1, 1, tzinfo=UTC)), "sealed"),
    "a row is put in the place of another": (lambda connection: _rewrite(connection, 3, body=_say_other(connection, 3)), "open"),
    "the last row is put in the place of another": (lambda connection: _rewrite(connection, ROWS, body=_say_other(connection, ROWS - 2)), "open"),
    "history is written anew": (_history_anew, "sealed"),
    "history is written anew by somebody with the key": (_history_anew_with_the_key, "witnessed"),
    "a deed is taken out": (lambda connection: _take(connection, 3, 4), "sealed"),
    "the last rows are taken out": (lambda connection: _take(connection, ROWS - 1, ROWS), "sealed"),
    "the last rows are taken out and the head is set back": (_set_back, "sealed"),
    "the last rows are taken out and the head is set back with the key": (_set_back_with_the_key, "witnessed"),
    "a row is added": (_add, "open"),
    "what a row says is taken out": (lambda connection: _set(connection, 3, body=None, person=None, action=None), "sealed"),
    "the person by whom a row is found is changed": (lambda connection: _set(connection, 3, person="bob"), "sealed"),
    "the head is taken out": (lambda connection: _run(connection, delete(AUDIT_HEAD)), "sealed"),
    "the head's seal is taken out": (lambda connection: _run(connection, update(AUDIT_HEAD).values(seal=None, sealed_from=None)), "sealed"),
    "a finish closes what there is not": (_repoint, "open"),
}
"""What may be done, and to which audit: `sealed`, `open` without seals, or sealed and `witnessed`: a row's chain value is noted elsewhere."""


def _run(connection: Connection, statement: Any) -> None:
    connection.execute(statement)


def _written(stage: Stage, key: str | None) -> Path:
    """An audit of a few rows, as a file to copy."""
    file = stage.home.parent / f"audit-{'open' if key is None else 'sealed'}.sqlite"
    if not file.exists():
        state = State(f"sqlite:///{file}")
        migrations.upgrade(state)
        deed = Begin(principal=Principal(person="ann", service="mysql"), door="mysql", address="local", action="query", verdict="allowed")
        for _ in range(ROWS // 2):
            AuditLog(state, key).record(deed, Finish(outcome="complete"))
        with state.read() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        state.close()
    return file


def law_of(word: str) -> Law:
    deed, kind = DEEDS[word]
    key = None if kind == "open" else KEY

    def law(stage: Stage) -> Iterator[str]:
        for file in stage.home.parent.glob("copy.sqlite*"):
            file.unlink()
        copy = stage.home.parent / "copy.sqlite"
        shutil.copyfile(_written(stage, key), copy)
        state = State(f"sqlite:///{copy}")
        try:
            log = AuditLog(state, key)
            before = log.verify()
            with state.write() as connection:
                deed(connection)
            after = log.verify(witness=(before.head, before.digest) if kind == "witnessed" else None)
        finally:
            state.close()
        if not before.ok or after.ok:
            yield f"not found: {word} {before.reason}"

    law.__doc__ = f"It is found when {word}."
    return law


LAWS: Final = {word: law_of(word) for word in DEEDS}
_CHAIN, _READER = "carrel.audit.chain", "carrel.audit.verify:_Reader"

MUTANTS: Final = tuple(
    Mutant(name=name, switch=change(place, old, new, says), killer=LAWS[word], held_by=held_by)
    for name, place, old, new, says, word, held_by in (
        ("verify: content", f"{_READER}._content", 'if not chain.same(row["content"],', 'if False and (row["content"],', "the look at what rows say",
         "what a row says is changed", ()),
        ("verify: look-ups", f"{_READER}._content", "!= (content.index_text(deed.principal.person), deed.action)", "== ()", "the look at look-up columns",
         "the person by whom a row is found is changed", ()),
        ("verify: chain", f"{_READER}._read", 'if not chain.same(row["chain"], chain.chain_value', 'if False and (row["chain"], chain.chain_value',
         "the look at the chain", "a row is put in the place of another", ()),
        ("verify: seals", f"{_READER}._read", 'not chain.same(row["seal"],', 'False and (row["seal"],', "the look at rows' seals",
         "history is written anew", ("verify: the head's seal",)),
        ("verify: numbers", f"{_READER}.read", 'row["number"] != expected', "False", "the look at numbers", "a deed is taken out",
         ("verify: chain", "verify: the last number")),
        ("verify: the last number", f"{_READER}._head", 'head["number"] > self.number', "False", "the look at the head's number",
         "the last rows are taken out", ("verify: the head's chain",)),
        ("verify: rows after the head", f"{_READER}._head", 'head["number"] < self.number', "False", "the look for rows after the head", "a row is added",
         ("verify: the head's chain",)),
        ("verify: the head's chain", f"{_READER}._head", '_GOOD if chain.same(head["chain"], self.chain) else', "_GOOD if True else",
         "the look at the head's chain", "the last row is put in the place of another", ()),
        ("verify: no head", f"{_READER}._head", '(self.number, "the head is missing") if self.number else _GOOD', "_GOOD", "that there is a head",
         "the head is taken out", ()),
        ("verify: the head's seal", f"{_READER}._head_seal", "if not self.key or", "if True or", "the look at the head's seal",
         "the last rows are taken out and the head is set back", ()),
        ("verify: that the head is sealed", f"{_READER}._head_seal", 'head["seal"] is None or head["sealed_from"] is None', 'head["sealed_from"] == ()',
         "that a sealed audit stays sealed", "the head's seal is taken out", ("verify: the head's seal",)),
        ("verify: what is gone", f"{_READER}._destruction", "if last > self.through", "if False", "that what rows say is destroyed on record alone",
         "what a row says is taken out", ()),
        ("verify: pairs", f"{_READER}._pair", 'row["of"] in self.open', "True", "that a finish closes what is open", "a finish closes what there is not", ()),
        ("verify: the witness's row", f"{_READER}._read", 'self.witness[0] == row["number"]', "False", "the look at the witness's row",
         "history is written anew by somebody with the key", ()),
        ("verify: the witness's number", f"{_READER}._witness", "self.witness[0] > self.number", "False", "that the witness's row is there",
         "the last rows are taken out and the head is set back with the key", ()),
    )
)  # fmt: skip
