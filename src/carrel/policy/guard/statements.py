"""What a person is told who sends anything but one query: which statement it is, that it does not run here, and what does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from carrel.model.errors import NotAllowed

WRITING: Final = frozenset({"ALTER", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MERGE", "RENAME", "REPLACE", "TRUNCATE", "UPDATE"})
"""First words of statements that change something."""

OTHER: Final = frozenset(
    {
        "ANALYZE", "ATTACH", "BACKUP", "BINLOG", "CACHE", "CALL", "CHANGE", "CHECK", "CHECKSUM", "COPY", "DO", "EXPORT", "FLUSH", "GET", "GRANT", "HANDLER",
        "HELP", "IMPORT", "INSTALL", "OPTIMIZE", "PRAGMA", "PURGE", "REPAIR", "RESET", "RESIGNAL", "REVOKE", "SHUTDOWN", "SIGNAL", "STOP", "UNINSTALL",
        "VACUUM", "XA",
    }
)  # fmt: skip
"""First words of other statements that MariaDB or DuckDB has and that never run here."""

_KEEP: Final = "keep what you SELECT in a table of your own: CREATE TABLE … AS SELECT, INSERT, UPDATE, DELETE, RENAME, DROP TABLE and so on, in MySQL's dialect"
_OWN: Final = "no data can be brought here: join your own to an answer where you analyse it"
_FILE: Final = 'let your client write the file: mysql … -e "SELECT …" > answer.tsv'


def unreadable(tokens: Sequence[Token]) -> NotAllowed | None:
    """The refusal of a text that the parser does not read, where it is not a mistake in a query but a statement that there is none of here."""
    words = [token.text.upper() for token in tokens if token.token_type not in {TokenType.STRING, TokenType.IDENTIFIER}]
    if words[:1] and words[0] in WRITING | OTHER:
        return other(tokens)
    for word, following in pairwise(words):
        if word == "INTO" and following in {"OUTFILE", "DUMPFILE"}:
            return NotAllowed(f"`INTO {following}` is not allowed: the server writes no files", help=_FILE)
    return None


def other(tokens: Sequence[Token]) -> NotAllowed:
    """The refusal of a text that is not one query."""
    words = [token.text.upper() for token in tokens[:3]]
    if words[:1] == ["LOAD"]:
        local = words[2:] == ["LOCAL"]
        text = "`LOAD` is not allowed: the server reads no files" + " and asks no client for any" * local
        return NotAllowed(text, help=_OWN, code="local_infile" if local else None)
    if words[:2] == ["ALTER", "VIEW"]:
        return NotAllowed("`ALTER VIEW` is not allowed", help="CREATE OR REPLACE VIEW … AS SELECT …")
    verb = next((word for word in words[:1] if word in WRITING | OTHER), "")
    if verb in WRITING:
        return NotAllowed(f"`{verb}` is not allowed: no table is changed by it here", help=_KEEP)
    named = f"`{verb}` is not allowed: " if verb else ""
    return NotAllowed(f"{named}only a single query is allowed here: SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT", help="ask one SELECT at a time")
