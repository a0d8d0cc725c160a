"""What a format is, and how batches are cut so that a piece of an answer stays small whatever its rows weigh."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from carrel.model.errors import CarrelError
    from carrel.model.queries import ResultColumn

Piece: TypeAlias = "bytes | memoryview"
"""A part of an answer's body."""

PIECE_BYTES = 1 << 18
"""Aim for the size of one piece; a single row may be larger."""


class Format(ABC):
    """Encodes one answer. Pieces, joined in order, are the answer's body."""

    media_type: ClassVar[str]
    """As a client asks for it: in lower case, parameters after `;` without spaces."""
    suffix: ClassVar[str]

    @classmethod
    def content_type(cls) -> str:
        """The value of the header."""
        return cls.media_type

    def __init__(self, columns: Sequence[ResultColumn], manifest: Mapping[str, str] | None = None) -> None:
        """`manifest`: what a file says of itself beside its rows, where the format has a place for it."""
        self.columns = tuple(columns)
        self.manifest = manifest

    @abstractmethod
    def head(self) -> bytes:
        """What comes before the rows; empty where the format has no head."""

    @abstractmethod
    def rows(self, batch: pa.RecordBatch) -> Piece: ...

    def tail(self) -> bytes:
        """What comes after the rows of a whole answer; empty where the format has no end."""
        return b""

    def failure(self, error: CarrelError) -> bytes:
        """What follows the rows of an answer that breaks off; empty where it could be taken for a row."""
        return b""

    def pieces(self, batch: pa.RecordBatch) -> Iterator[Piece]:
        """The batch in pieces of about `PIECE_BYTES`."""
        per_row = max(1, batch.nbytes // max(1, batch.num_rows))
        step = max(1, PIECE_BYTES // per_row)
        for start in range(0, batch.num_rows, step):
            yield self.rows(batch.slice(start, step))


class TextFormat(Format):
    """A format whose bytes are text, mostly: a text column's bytes that are no UTF-8 may be among them."""

    @classmethod
    def content_type(cls) -> str:
        return f"{cls.media_type}; charset=utf-8"
