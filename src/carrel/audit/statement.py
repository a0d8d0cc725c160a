"""Statements without their values: each literal becomes a keyed token, so that equal ones can be compared and none can be read."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from sqlglot import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

_TEXTS: Final = frozenset({
    TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.NATIONAL_RAW_STRING, TokenType.RAW_STRING, TokenType.HEREDOC_STRING, TokenType.UNICODE_STRING,
    TokenType.BYTE_STRING, TokenType.BIT_STRING, TokenType.HEX_STRING,
})


def tokenised(text: str, dialect: str, key: bytes) -> str:
    """The statement with every string, number, hex and bit literal as `:s_…` or `:n_…`, comments left out, and each run of white space as one space.

    The token of a literal is the same in every statement under the same key. A text that cannot be cut into tokens is one token as a whole.

    Args:
        dialect: as sqlglot names it, `mysql`.
        key: at least 16 random bytes, the same for the life of the instance.
    """
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(text)
    except (SqlglotError, ValueError):
        return _token("u", text, key)
    pieces: list[str] = []
    end = -1
    for token in tokens:
        if token.start <= end:  # `1L` of Hive gives three tokens over the same characters
            continue
        pieces.append((" " if pieces and token.start > end + 1 else "") + _piece(token, text, key))
        end = token.end
    return "".join(pieces)


def key_token(value: str, key: bytes) -> str:
    """The token of a primary key's value, `:k_…`: the same however a statement writes the value."""
    return _token("k", value, key)


def _piece(token: Token, text: str, key: bytes) -> str:
    written = text[token.start : token.end + 1]
    if token.token_type in _TEXTS:
        return _token("s", token.text, key)
    # A word that begins with a digit is a name in MySQL, or a number with its unit run together: no matter, it is not shown.
    if token.token_type is TokenType.NUMBER or written[:1].isdigit():
        return _token("n", written, key)
    return written


def _token(kind: str, value: str, key: bytes) -> str:
    digest = hmac.new(key, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return f":{kind}_{digest[:16]}"
