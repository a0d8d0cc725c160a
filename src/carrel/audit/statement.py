"""A statement as the audit keeps it: names and shape, no value. Comments go, and each literal becomes a token."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from sqlglot import Dialect
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

_LITERALS: Final = frozenset(
    {
        TokenType.STRING, TokenType.NUMBER, TokenType.BIT_STRING, TokenType.BYTE_STRING, TokenType.HEX_STRING, TokenType.HEREDOC_STRING,
        TokenType.NATIONAL_STRING, TokenType.RAW_STRING, TokenType.UNICODE_STRING,
    }
)
_TOKEN_DIGITS: Final = 10
"""Hexadecimal digits of a token: 40 bits, enough to tell the literals of a year apart, of no use for guessing without the key."""

UNREADABLE: Final = "(a statement that cannot be read)"


def tokenised(text: str, dialect: str, key: bytes) -> str:
    """The statement on one line, each literal as `:` and ten digits. Equal literals have equal tokens under one key; without the key none can be guessed.

    A statement that has no end to a string or a comment gives `UNREADABLE`: what would be kept of it might be a value.
    """
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(text)
    except TokenError:
        return UNREADABLE
    parts: list[str] = []
    end = None
    for token in tokens:
        if end is not None and token.start > end + 1:
            parts.append(" ")
        parts.append(_token(token, key) if token.token_type in _LITERALS else text[token.start : token.end + 1])
        end = token.end
    return "".join(parts)


def _token(token: Token, key: bytes) -> str:
    return ":" + hmac.new(key, token.text.encode(), hashlib.sha256).hexdigest()[:_TOKEN_DIGITS]
