"""The first rows of each answer, as the SQL page shows them."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from carrel.doors._texts import is_text, unescape
from carrel.doors.http.encode.values import is_textual, text
from carrel.doors.http.questions import Emit, Work, answers
from carrel.model.queries import Done, Notice, ResultColumn, Rows

if TYPE_CHECKING:
    from carrel.model.ports import Session

ROWS: Final = 1000
ANSWERS: Final = 20
CELL_CHARACTERS: Final = 400
_CELL_BYTES: Final = 4 * CELL_CHARACTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A column; `number`: its cells are set to the right."""

    name: str
    number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One answer; `rows` hold texts cut at `CELL_CHARACTERS`, None for NULL; `more`: there are further rows; an answer without rows has no headings."""

    headings: tuple[Heading, ...]
    rows: list[tuple[str | None, ...]]
    more: bool
    notices: tuple[Notice, ...]
    info: str
    seconds: float


def previewed(sql: str) -> Work:
    """Work for a question: emits an AnswerView for each answer, then the session's database as text. After `ANSWERS` answers it stops."""

    def work(session: Session, emit: Emit) -> None:
        started = time.monotonic()
        with closing(answers(session, sql)) as given:
            for count, answer in enumerate(given, 1):
                emit(_view(answer, started))
                if count == ANSWERS:
                    break
                started = time.monotonic()
        emit(session.database or "")

    return work


def _view(answer: Rows | Done, started: float) -> AnswerView:
    if isinstance(answer, Done):
        return AnswerView(headings=(), rows=[], more=False, notices=answer.notices, info=answer.info, seconds=time.monotonic() - started)
    rows: list[tuple[str | None, ...]] = []
    for batch in answer.batches():
        rows += _cells(batch.slice(0, ROWS + 1 - len(rows)), answer.columns)
        if len(rows) > ROWS:
            break
    headings = tuple(Heading(name=column.name, number=_is_number(column.type)) for column in answer.columns)
    return AnswerView(
        headings=headings, rows=rows[:ROWS], more=len(rows) > ROWS, notices=answer.notices, info="", seconds=time.monotonic() - started
    )


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _cells(batch: pa.RecordBatch, columns: tuple[ResultColumn, ...]) -> list[tuple[str | None, ...]]:
    shown = [[_cell(value) for value in _characters(batch.column(place), column).to_pylist()] for place, column in enumerate(columns)]
    return list(zip(*shown, strict=True))


def _characters(array: pa.Array, column: ResultColumn) -> pa.Array:
    """Long texts are cut before anything else is done to them, a little longer than they are shown."""
    if not is_textual(array.type):
        return text(array, column)
    cut = pc.binary_slice(array.cast(pa.binary()), 0, _CELL_BYTES)
    return unescape(cut) if is_text(array.type) else cut


def _cell(value: bytes | None) -> str | None:
    if value is None:
        return None
    written = value.decode(errors="replace").replace("\0", "\u2400")
    return written if len(written) <= CELL_CHARACTERS else written[:CELL_CHARACTERS] + "…"
