"""The words, names and literals of CREATE TABLE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from carrel.io.escape import to_text
from carrel.sources.sql_dump import literals

_TOKEN: Final = re.compile(
    rb"\s+|--[ \t][^\n]*|#[^\n]*|/\*(?![!M]).*?\*/"
    rb"|(?P<open>/\*M?!\d*)|(?P<close>\*/)"
    rb"|(?P<name>`(?:[^`]|``)+`)|(?P<string>(?:_\w+\s*)?" + literals.STRING + rb")|(?P<quoted>" + literals.QUOTED + rb")"
    rb"|(?P<hex>0x[0-9A-Fa-f]+|[xXbB]'[0-9A-Fa-f]*')|(?P<number>" + literals.NUMBER + rb")|(?P<word>[A-Za-z_$][\w$]*)|(?P<sign>[(),;.=@+*/<>!%&|:~-])",
    re.DOTALL,
)


class BadDefinition(ValueError):
    """What is wrong, and at which byte of the statement."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    at: int

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind in {"word", "sign"} else ""


def tokens(statement: bytes) -> list[Token]:
    found = []
    at = 0
    while at < len(statement):
        match = _TOKEN.match(statement, at)
        if match is None:
            raise BadDefinition("a character that CREATE TABLE does not have", at)
        # The inside of an executable comment counts: `/*!50100 PARTITION BY …*/`.
        if match.lastgroup and match.lastgroup not in {"open", "close"}:
            found.append(Token(match.lastgroup, _decode(match.lastgroup, match.group(match.lastgroup)), at))
        at = match.end()
    return found


def _decode(kind: str, text: bytes) -> str:
    if kind == "name":
        return to_text(text[1:-1].replace(b"``", b"`"))
    if kind == "string":
        return to_text(literals.unescape(text[text.index(b"'") + 1:-1]))
    if kind == "quoted":
        return to_text(literals.unescape(text[1:-1].replace(b'""', b'"')))
    return text.decode()
