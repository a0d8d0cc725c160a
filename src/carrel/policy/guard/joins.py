"""JOIN without a condition, told apart before parsing: sqlglot would try every reading of a row of them, twice as many for each."""

from __future__ import annotations

from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

_CONDITIONS: Final = {TokenType.ON, TokenType.USING}
_SPECIAL: Final = {TokenType.CROSS, TokenType.NATURAL, TokenType.STRAIGHT_JOIN, TokenType.FOR}
_SIDES: Final = {TokenType.LEFT, TokenType.RIGHT, TokenType.FULL, TokenType.OUTER}
_ENDS: Final = {
    TokenType.WHERE, TokenType.GROUP_BY, TokenType.HAVING, TokenType.ORDER_BY, TokenType.LIMIT, TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT,
    TokenType.SEMICOLON, TokenType.SELECT, TokenType.WINDOW,
}  # fmt: skip


def mark_crosses(tokens: list[Token]) -> list[Token]:
    """The tokens with CROSS before each plain JOIN that no ON or USING belongs to: each of these belongs to the last JOIN before it that has none."""
    if all(token.token_type is not TokenType.JOIN for token in tokens):
        return tokens
    crosses: set[int] = set()
    waiting: list[list[int]] = [[]]
    for place, token in enumerate(tokens):
        kind = token.token_type
        if kind is TokenType.L_PAREN:
            waiting.append([])
        elif kind is TokenType.R_PAREN or kind in _ENDS:
            crosses.update(waiting[-1])
            waiting[-1] = []
            if kind is TokenType.R_PAREN and len(waiting) > 1:
                waiting.pop()
        elif kind in _CONDITIONS and waiting[-1]:
            waiting[-1].pop()
        elif kind is TokenType.JOIN and not (place and tokens[place - 1].token_type in _SPECIAL):
            waiting[-1].append(place)
    crosses.update(*waiting)
    marked: list[Token] = []
    for place, token in enumerate(tokens):
        if place in crosses and tokens[place - 1].token_type is TokenType.INNER:
            marked.pop()
        if place in crosses and not (place and tokens[place - 1].token_type in _SIDES):
            marked.append(Token(TokenType.CROSS, "CROSS", token.line, token.col, token.start, token.end, []))
        marked.append(token)
    return marked
