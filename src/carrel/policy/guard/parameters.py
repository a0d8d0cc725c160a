"""Values bound to `?` placeholders: each placeholder becomes a variable that only the guard can name, and later that variable's literal. Never text."""

from __future__ import annotations

from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

from carrel.model.errors import SyntaxRefused

PREFIX: Final = "?"
"""Of the variables' names: `@?0` is the first parameter."""


def bind_parameters(tokens: list[Token], count: int) -> list[Token]:
    """The tokens with the placeholder number n as the user variable `@?n`, at the place in the text where the placeholder stood.

    Raises:
        SyntaxRefused: there are not as many placeholders as values.
    """
    bound: list[Token] = []
    number = 0
    for token in tokens:
        if token.token_type is TokenType.PLACEHOLDER:
            for kind, text in ((TokenType.PARAMETER, "@"), (TokenType.VAR, f"{PREFIX}{number}")):
                bound.append(Token(kind, text, token.line, token.col, token.start, token.end, token.comments))
            number += 1
        else:
            bound.append(token)
    if number != count:
        raise SyntaxRefused(f"the statement has {number} placeholders, and {count} values came with it")
    return bound
