"""bzip2 and 7z by the programs lbzip2 and 7z, through pipes.

Arguments are lists and the file is handed over open: no shell, no name that could mean something else.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from carrel.io.streams_base import Stream

_PIPE_BYTES: Final = 1 << 20
_SMALL: Final = 1 << 20
"""Files of fewer bytes are not worth starting a program for."""

_CUT: Final = (b"unexpected end", b"premature", b"unexpected eof")
"""How the programs say that a file is cut."""


def lbzip2(file: str, raw: BufferedReader) -> Stream | None:
    """A regular file of bzip2, by all cores; None where the program is not installed or the file is small."""
    program = shutil.which("lbzip2")
    if program is None or os.fstat(raw.fileno()).st_size < _SMALL:
        return None
    # The program reads from our own descriptor, so its place in the file is ours to ask for. Our reader has looked ahead in it.
    os.lseek(raw.fileno(), 0, os.SEEK_SET)
    return _Program(file, raw, [program, "-d", "-c", "-q"], lambda _: os.lseek(raw.fileno(), 0, os.SEEK_CUR), stdin=raw.fileno())


def seven_zip(file: str, raw: BufferedReader) -> Stream | None:
    """The only file of a 7z archive that has been looked into before; None where the program is not installed or the file is small."""
    program = next((found for name in ("7zz", "7z", "7za", "7zr") if (found := shutil.which(name))), None)
    size = os.fstat(raw.fileno()).st_size
    if program is None or size < _SMALL or not Path("/proc/self/fd").is_dir():
        return None
    arguments = [program, "x", "-so", "-bd", "-spd", f"/proc/self/fd/{raw.fileno()}"]
    return _Program(file, raw, arguments, lambda pid: min(size, _read_by(pid)), keep=(raw.fileno(),))


class _Program(Stream):
    def __init__(
        self, file: str, raw: BufferedReader, arguments: Sequence[str], consumed: Callable[[int], int], *, stdin: int = subprocess.DEVNULL,
        keep: tuple[int, ...] = (),
    ) -> None:
        super().__init__(file, raw)
        self._size = os.fstat(raw.fileno()).st_size
        self._where = consumed
        self._complaints = TemporaryFile()  # noqa: SIM115 - closed with the stream
        # When we are killed the pipe breaks, and the program ends with its next write.
        self._process = subprocess.Popen(  # noqa: S603 - a program of fixed name, with fixed arguments
            arguments, stdin=stdin, stdout=subprocess.PIPE, stderr=self._complaints, pass_fds=keep, env={"LC_ALL": "C", "PATH": os.defpath},
        )
        assert self._process.stdout is not None
        self._pipe = self._process.stdout.fileno()
        try:
            fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError:  # an ordinary user's pipes are too many already: it stays at 64 KiB
            return

    def consumed(self) -> int:
        return self._size if self._process.returncode is not None else self._where(self._process.pid)

    def close(self) -> None:
        assert self._process.stdout is not None
        self._process.kill()
        self._process.stdout.close()
        self._process.wait()
        self._complaints.close()

    def _next(self, size: int) -> bytes:
        data = os.read(self._pipe, size)
        if not data and self._process.wait():
            self._complaints.seek(0)
            text = self._complaints.read(1 << 16).lower()
            if any(word in text for word in _CUT):
                raise EOFError
            raise OSError(0, "the data is damaged")
        return data


def _read_by(pid: int) -> int:
    """Bytes that a program has read so far; 0 where the kernel does not tell."""
    try:
        lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("rchar")), 0)
