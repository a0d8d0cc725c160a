"""The error tree. Each door keeps one table from `code` to its protocol's number.

    CarrelError
    ├── SyntaxRefused            syntax                 the text is not a statement of this dialect
    ├── NotAllowed               not_allowed            a kind of statement, function or construct that is not on the allow-list
    │                            local_infile                        LOAD DATA LOCAL
    │                            group_function, window_function     an aggregate or a window function in a clause that has none
    │                            column_count, operand_count         queries of a set operation, values or rows that are compared, of unequal width
    │                            argument_count                      a function with more or fewer arguments than it takes
    │                            duplicate_alias, duplicate_query    two tables of FROM, two parts of WITH, of one name
    │                            unknown_window, many_rows           OVER a window that is not defined; a value that is several rows
    │                            value_count, duplicate_column       rows of another width than the table; two columns of one name
    │                            duplicate_key_name, primary_keys    two keys of one name; two primary keys
    ├── NotFound                 unknown_database, unknown_table, unknown_column, unknown_function, unknown_key, key_column,
    │                                                   unknown_variable, unknown_session, unknown_statement, ambiguous_column,
    │                                                   no_database, unknown_grant
    ├── AccessRefused            access_refused         known to the asker, but not readable; `help` says how to ask
    ├── AuthenticationFailed     authentication_failed  who you are could not be established; one text for all causes
    ├── LimitReached             time_limit, row_limit, memory_limit, too_complex, too_many
    ├── Cancelled                cancelled              the asker or the server stopped it
    ├── BadInput                 bad_input              a file or an argument: file, place, reason
    │                            null_value, no_default, too_long    values that a table's column does not take
    │                            out_of_range, wrong_value, wrong_time
    ├── Conflict                 conflict               somebody else is at it, or it exists already
    │                            table_exists                        a table of that name is there
    │                            duplicate_key                       a row whose key another row has
    ├── Unsupported              unsupported            not built; `help` names the way out
    ├── Unavailable              unavailable            a store, engine or disk does not answer; trying again may help
    │   └── SnapshotReplaced     unavailable            a table was replaced while the question was on its way
    └── Internal                 internal               our fault; the text carries an id that the server's log has too

Text: lower case, no full stop, one line, what the user wrote in back-ticks, general cause before particular. Never a secret, a row or a value from the data.
"""

from __future__ import annotations

from typing import ClassVar


class CarrelError(Exception):
    """Base of all errors that a person may see.

    Attributes:
        code: stable, for doors and exit codes.
        text: one line.
        help: what to do next, as a command or a page; None where nothing is to be done.
        retry: whether trying the same again may help.
    """

    default_code: ClassVar[str] = "internal"
    retry: bool = False

    def __init__(self, text: str, *, code: str | None = None, help: str | None = None) -> None:
        super().__init__(text)
        self.code = code or self.default_code
        self.text = text
        self.help = help


class SyntaxRefused(CarrelError):
    """Attributes: line and column count from 1; near is the rest of the asker's own text from there, shortened."""

    default_code = "syntax"

    def __init__(self, text: str, *, line: int = 1, column: int = 1, near: str = "", help: str | None = None) -> None:
        super().__init__(text, help=help)
        self.line = line
        self.column = column
        self.near = near


class NotAllowed(CarrelError):
    default_code = "not_allowed"


class NotFound(CarrelError):
    default_code = "unknown_table"


class AccessRefused(CarrelError):
    """Attributes: reasons name the rules that decided, where that gives nothing away."""

    default_code = "access_refused"

    def __init__(self, text: str, *, reasons: tuple[str, ...] = (), help: str | None = None) -> None:
        super().__init__(text, help=help)
        self.reasons = reasons


class AuthenticationFailed(CarrelError):
    default_code = "authentication_failed"


class LimitReached(CarrelError):
    default_code = "time_limit"

    def __init__(self, text: str, *, code: str | None = None, help: str | None = None) -> None:
        super().__init__(text, code=code, help=help)
        self.retry = self.code == "too_many"


class Cancelled(CarrelError):
    default_code = "cancelled"


class BadInput(CarrelError):
    """Attributes: file as given; position in bytes of the uncompressed stream, or a line, where one is known; reason without them."""

    default_code = "bad_input"

    def __init__(
        self, text: str, *, file: str | None = None, position: int | None = None, line: int | None = None, code: str | None = None, help: str | None = None
    ) -> None:
        where = ":".join(str(part) for part in (file, line) if part is not None)
        if position is not None:
            where += f" at byte {position}"
        super().__init__(f"{where}: {text}" if where else text, code=code, help=help)
        self.reason = text
        self.file = file
        self.position = position
        self.line = line


class Conflict(CarrelError):
    default_code = "conflict"
    retry = True


class Unsupported(CarrelError):
    default_code = "unsupported"


class Unavailable(CarrelError):
    default_code = "unavailable"
    retry = True


class SnapshotReplaced(Unavailable):
    """A table that a question was about to read has been replaced by a newer snapshot; the gateway asks anew by itself, a few times."""


class Internal(CarrelError):
    default_code = "internal"
