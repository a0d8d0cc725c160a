"""What can go wrong below the packets."""

from __future__ import annotations


class Closed(Exception):
    """The peer has gone, was too slow, or the connection was shut."""


class WireError(Exception):
    """What came is not of this protocol, or cannot be served by it. `number` and `state` are MariaDB's error for it."""

    def __init__(self, number: int, state: str, text: str) -> None:
        super().__init__(text)
        self.number = number
        self.state = state
        self.text = text
