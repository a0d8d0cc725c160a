"""One question in a thread of its own: the blocking gateway on one side, the event loop on the other, a bounded queue between them.

The thread reads only as fast as the client takes; when the client goes away the statement is cancelled, and the answer is closed whatever happens.
"""

from __future__ import annotations

import _thread
import asyncio
import logging
import secrets
import threading
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from carrel.model.errors import Cancelled, CarrelError, Internal, Unavailable

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.types import Receive

    from carrel.model.ports import Session

SLOTS: Final = 4
"""Pieces that may wait for the client."""

_AGAIN_S: Final = 0.25
"""A cancel that arrives between two statements of the gateway's own is lost; it is repeated until the thread has ended."""

log = logging.getLogger("carrel.doors.http")

Emit = Callable[[Any], None]
Work = Callable[["Session", Emit], None]


class _Stopped(Exception):
    """Ends the thread's work after the loop has lost interest."""


class _End:
    """Nothing more comes."""


class Question:
    """Opens a session, does `work` with it in a thread, closes it. What is not said to be for any thread belongs to the event loop.

    Args:
        open_session: called in the thread; its errors are the question's.
        work: gets the session and `emit`, which hands over one item and waits while the client is slow.
    """

    def __init__(self, open_session: Callable[[], Session], work: Work) -> None:
        self._open = open_session
        self._work = work
        self._loop = asyncio.get_running_loop()
        self._items: asyncio.Queue[object] = asyncio.Queue()
        self._slots = threading.Semaphore(SLOTS)
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._session: Session | None = None
        try:
            # `threading` would wait here, and the event loop with it, for the new thread to say that it runs: for ever where it has died for want of memory.
            _thread.start_new_thread(self._run, ())
        except (RuntimeError, MemoryError):
            raise Unavailable("the server has no memory left for one more question", help="try again later") from None

    @property
    def ended(self) -> bool:
        """Whether the thread is done with the gateway."""
        return self._ended.is_set()

    def wait(self, within_s: float) -> bool:
        """Waits, in any thread, until the answer and the session are closed. False: not in this time."""
        return self._ended.wait(within_s)

    async def next(self) -> Any:
        """The next item; None at the end. Raises the CarrelError that ended the work."""
        item = await self._items.get()
        if isinstance(item, CarrelError):
            raise item
        if isinstance(item, _End):
            return None
        self._slots.release()
        return item

    def cancel(self) -> None:
        """Stops the statement in the engine and lets the thread end. Returns at once; may be called again, from any thread."""
        if self._stop.is_set() or self._ended.is_set():
            return
        self._stop.set()
        self._slots.release()
        try:
            _thread.start_new_thread(self._cancel, ())
        except (RuntimeError, MemoryError):
            self._loop.call_soon_threadsafe(self._cancel_from_loop)

    async def cancel_when_gone(self, receive: Receive) -> None:
        """Waits until the client has gone away, then cancels. The request's body must have been read."""
        while (await receive())["type"] != "http.disconnect":
            continue
        self.cancel()

    def _cancel(self) -> None:
        while not self._ended.is_set():
            self._cancel_once()
            self._ended.wait(_AGAIN_S)

    def _cancel_from_loop(self) -> None:
        """As `_cancel`, where no thread can be had for it."""
        if not self._ended.is_set():
            self._cancel_once()
            self._loop.call_later(_AGAIN_S, self._cancel_from_loop)

    def _cancel_once(self) -> None:
        session = self._session
        if session is not None:
            try:
                session.cancel()
            except CarrelError as error:
                log.info("a cancel was refused: %s", error.code)

    def _run(self) -> None:
        try:
            last = self._outcome()
        finally:
            self._ended.set()
        self._tell(last)

    def _outcome(self) -> object:
        try:
            self._session = session = self._open()
            try:
                self._check()
                self._work(session, self._emit)
            finally:
                session.close()
        except _Stopped:
            return Cancelled("cancelled, as its client has gone away")
        except CarrelError as error:
            return error
        except Exception as error:  # noqa: BLE001 - the thread's last line of defence; the client gets an id, the log the place
            return internal(error)
        return _End()

    def _check(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _emit(self, item: object) -> None:
        self._slots.acquire()
        self._check()
        self._tell(item)

    def _tell(self, item: object) -> None:
        try:
            self._loop.call_soon_threadsafe(self._items.put_nowait, item)
        except RuntimeError:  # the loop has ended with the door
            self._stop.set()


def internal(error: BaseException) -> Internal:
    """Our own fault as the client may see it. The log gets the error's kind and place, never its text, which may hold a value."""
    number = secrets.token_hex(4)
    place = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    log.error("internal error %s: %s\n%s", number, type(error).__name__, place)
    return Internal(f"an internal error, on record as `{number}`", help="tell the administrator this number")


def answers(session: Session, sql: str) -> Generator[Any, None, None]:
    """What the session answers to `sql`; each answer with rows is closed when the next one is asked for, or when the iterator is."""
    asked = session.ask(sql)
    try:
        for answer in asked:
            try:
                yield answer
            finally:
                close = getattr(answer, "close", None)
                if close is not None:
                    close()
    finally:
        shut = getattr(asked, "close", None)
        if shut is not None:
            shut()
