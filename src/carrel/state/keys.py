"""The home's own random keys, each in a file that its owner alone may read. They protect what is kept in the state, so they are not kept in it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from carrel.model.errors import Unavailable

FOLDER: Final = "keys"
STATEMENTS: Final = "statements"
"""Of the tokens that stand for literals in the audit."""
PSEUDONYMS: Final = "pseudonyms"
"""Of the pseudonyms that stand for personal values."""
LENGTH: Final = 32


def read(home: Path, name: str) -> bytes:
    """The key of that name, made when it is first asked for; 32 random bytes. Several processes get the same one.

    Raises:
        Unavailable: the file cannot be read, or is not a key.
    """
    path = home / FOLDER / name
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"the key `{name}` of this home cannot be read", help=f"see who owns {path}") from error
    if len(key) != LENGTH:
        raise Unavailable(f"the key `{name}` of this home is damaged", help=f"restore {path} from a copy")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    try:
        os.write(handle, secrets.token_bytes(LENGTH))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        # A link, not a rename: the first of two processes wins and the second takes what it finds.
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
