"""What LOAD DATA says of a client's file: how it is written, and where its fields go."""

from __future__ import annotations

from dataclasses import dataclass, field

from carrel.policy.guard.writing.value import Value


@dataclass(frozen=True, slots=True)
class Field:
    """What a field of the file fills: a column, or, where `variable` says so, what SET may name; without regard to case."""

    name: str
    variable: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A column that SET fills from a field. `void`: the text that becomes NULL, as NULLIF says; None: there is none."""

    column: str
    variable: str
    void: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A column to which SET gives one value in every row."""

    column: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """LOAD DATA LOCAL INFILE.

    Attributes:
        file: as the client named it.
        strict: what does not fit is refused (REPLACE); else it is bent and a warning says so, as the client cannot be stopped in the middle of its file.
        charset: of the file; None: as the session's `character_set_database`.
        skipped: rows at the beginning that are none.
        fields: in the file's order; none: all columns in theirs.
        taken, given: what SET says.
    """

    file: str
    strict: bool = False
    charset: str | None = None
    terminated: str = "\t"
    enclosed: str = ""
    escaped: str = "\\"
    starting: str = ""
    ended: str = "\n"
    skipped: int = 0
    fields: tuple[Field, ...] = ()
    taken: tuple[Taken, ...] = ()
    given: tuple[Given, ...] = field(default=(), repr=False)
