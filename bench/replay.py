"""What a client costs alone: a server's bytes of one conversation are recorded on their way, and given again as fast as the client takes them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

Turns = list[list[tuple[int, int]]]
"""Where in the file the server's pieces are: of each turn, those that came before the client's next word."""


@contextmanager
def recorded(port: int, file: Path, ask: Callable[[int], object]) -> Iterator[int]:
    """Lets `ask` talk, on a port of ours, to the server on `port`; then the port that it is given says the same again, once for each connection.

    The bytes stand in `file`; the client's words are not looked at.
    """
    turns: Turns = [[]]
    with socket.create_server(("127.0.0.1", 0)) as listener, file.open("w+b") as bytes_of:
        mine: int = listener.getsockname()[1]
        relay = threading.Thread(target=_record, args=(listener, port, bytes_of, turns), daemon=True)
        relay.start()
        ask(mine)
        relay.join()
        bytes_of.flush()
        stopped = threading.Event()
        replay = threading.Thread(target=_replay, args=(listener, bytes_of, turns, stopped), daemon=True)
        replay.start()
        try:
            yield mine
        finally:
            stopped.set()
            socket.create_connection(("127.0.0.1", mine)).close()
            replay.join()


def _record(listener: socket.socket, port: int, file: BinaryIO, turns: Turns) -> None:
    client, _ = listener.accept()
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        up = threading.Thread(target=_up, args=(client, server, turns), daemon=True)
        up.start()
        place = 0
        while piece := server.recv(1 << 20):
            turns[-1].append((place, len(piece)))
            place += file.write(piece)
            client.sendall(piece)


def _up(client: socket.socket, server: socket.socket, turns: Turns) -> None:
    while word := client.recv(1 << 16):
        turns.append([])
        server.sendall(word)
    server.shutdown(socket.SHUT_WR)


def _replay(listener: socket.socket, file: BinaryIO, turns: Turns, stopped: threading.Event) -> None:
    while not stopped.is_set():
        client, _ = listener.accept()
        with client, suppress(ConnectionError):
            for number, turn in enumerate(turns):
                if number and not client.recv(1 << 16):
                    break
                if turn:
                    start, end = turn[0][0], turn[-1][0] + turn[-1][1]
                    client.sendfile(file, start, end - start)
            while client.recv(1 << 16):
                continue

