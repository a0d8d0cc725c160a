"""Statements that change a table of a person's own: read word by word against a list of the forms that there are, and nothing beside them.

What stands inside, a SELECT or the values of rows, is given as text: it goes the way of every question. A file for each group of forms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot.dialects.mysql import MySQL
from sqlglot.errors import TokenError

from carrel.model.errors import SyntaxRefused
from carrel.policy.guard.parse import check_comments
from carrel.policy.guard.writing.alter import alter
from carrel.policy.guard.writing.change import change
from carrel.policy.guard.writing.create import create
from carrel.policy.guard.writing.forms import PRIMARY, Clash, Declared, Deed, Value, Write
from carrel.policy.guard.writing.insert import insert, replace
from carrel.policy.guard.writing.load import load
from carrel.policy.guard.writing.reader import Reader
from carrel.policy.guard.writing.share import grant, revoke
from carrel.policy.guard.writing.whole import drop, rename, truncate

__all__ = ["FORMS", "PRIMARY", "Clash", "Declared", "Deed", "Value", "Write", "read_write"]

FORMS: Final[dict[str, Callable[[Reader], Write]]] = {
    "CREATE": create, "INSERT": insert, "REPLACE": replace, "UPDATE": change, "DELETE": change, "ALTER": alter,
    "DROP": drop, "TRUNCATE": truncate, "RENAME": rename,
    "LOAD": load,
    "GRANT": grant, "REVOKE": revoke,
}
"""What reads a statement, by its first word; the reader stands behind it."""


class _Whole(MySQL):
    """MySQL whose words after RENAME are words."""

    class Tokenizer(MySQL.Tokenizer):
        COMMANDS = set()  # noqa: RUF012 - as sqlglot declares it


def read_write(text: str, database: str | None) -> Write:
    """What a statement of MySQL's dialect is to change.

    Raises: SyntaxRefused, NotAllowed, Unsupported, NotFound (no database chosen).
    """
    try:
        tokens = _Whole().tokenize(text)
    except TokenError:
        raise SyntaxRefused("a string, a quoted name or a comment is not closed", near=text[-80:]) from None
    check_comments(text, tokens)
    reader = Reader(text, tokens, database)
    verb = reader.word()
    reader.at += 1
    return FORMS[verb](reader)
