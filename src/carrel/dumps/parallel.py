"""Several dumps at the same time, in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from carrel.dumps.dump import Dump
from carrel.model.errors import BadInput, Internal

T = TypeVar("T")
Source = str | os.PathLike[str] | IO[str] | IO[bytes]

_WAITING: Final = 50
"""Outputs that may wait to be taken, of all processes together."""
_LOOK_S: Final = 1.0


def map(process: Callable[[Dump, Any], Iterable[T]], paths: Iterable[Source], threads: int | None = None) -> Iterator[T]:
    """What `process(dump, path)` yields for each of `paths`, as it comes. Within one file the order is kept, between files it is not.

    Args:
        process: runs in another process, of which it knows what was there when `map` was called; what it yields must be picklable.
        paths: paths, of which the compression is told by the content, or open files.
        threads: how many processes; None: one per core.

    Raises:
        BadInput: a path that is not there: before anything is read. A damaged file: when it is met.
        Whatever `process` raises.
    """
    sources = [_there(path) for path in paths]
    if len(sources) <= 1:
        return (one for source in sources for one in _run(process, source))
    return _many(process, sources, min(max(1, threads or os.cpu_count() or 1), len(sources)))


def _there(path: Source) -> Source:
    if not isinstance(path, str | os.PathLike):
        return path
    found = Path(path).expanduser()
    if not found.is_file():
        raise BadInput("is a folder" if found.is_dir() else "no such file", file=str(path))
    return str(found)


def _run(process: Callable[[Dump, Any], Iterable[T]], source: Source) -> Iterator[T]:
    with Dump.from_file(source) as dump:
        yield from process(dump, source)


def _many(process: Callable[[Dump, Any], Iterable[T]], sources: Sequence[Source], count: int) -> Iterator[T]:
    import_module("carrel.io.streams")
    context = multiprocessing.get_context("fork")
    turns = context.Value("i", 0)
    outputs: Any = context.Queue(_WAITING)
    workers = [context.Process(target=_work, args=(process, sources, turns, outputs), daemon=True) for _ in range(count)]
    for worker in workers:
        worker.start()
    try:
        yield from _gathered(outputs, workers)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()
        outputs.close()
        outputs.cancel_join_thread()


def _gathered(outputs: Any, workers: Sequence[ForkProcess]) -> Iterator[Any]:
    left = len(workers)
    while left:
        try:
            error, data = outputs.get(timeout=_LOOK_S)
        except queue.Empty:
            if dead := [worker.exitcode for worker in workers if worker.exitcode]:
                raise Internal(f"a process that read dumps has ended with {dead[0]}") from None
            continue
        if data is None:
            left -= 1
        elif error:
            raise pickle.loads(data)  # noqa: S301 - of our own process
        else:
            yield from pickle.loads(data)  # noqa: S301 - of our own process


def _work(process: Callable[[Dump, Any], Iterable[Any]], sources: Sequence[Source], turns: Any, outputs: Any) -> None:
    """Takes one source after the other. Outputs are sent in bundles, pickled here, so that what cannot be pickled is told to whoever waits."""
    try:
        while True:
            with turns.get_lock():
                turn = turns.value
                turns.value += 1
            if turn >= len(sources):
                break
            bundle: list[Any] = []
            for one in _run(process, sources[turn]):
                bundle.append(one)
                if len(bundle) >= _BUNDLE:
                    outputs.put((False, pickle.dumps(bundle)))
                    bundle = []
            if bundle:
                outputs.put((False, pickle.dumps(bundle)))
    except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
        outputs.put((True, _packed(error)))
    outputs.put((False, None))


_BUNDLE: Final = 100


def _packed(error: BaseException) -> bytes:
    try:
        data = pickle.dumps(error)
        pickle.loads(data)  # noqa: S301 - what we have just written
    except Exception:  # noqa: BLE001 - an error of somebody's own may not survive it
        return pickle.dumps(Internal(f"{type(error).__name__}: {error}"))
    return data
