"""The parsers of the MySQL door under a fuzzer that follows their branches; runs where atheris is installed, in `make soak`."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

RUNS = int(os.environ.get("CARREL_FUZZ", "20000"))


@pytest.mark.soak
def test_no_bytes_bring_a_parser_to_anything_but_a_refusal(tmp_path: Path) -> None:
    if find_spec("atheris") is None:
        pytest.skip("atheris is not installed")
    command = [sys.executable, "-m", __name__, f"-atheris_runs={RUNS}", "-rss_limit_mb=1024", "-timeout=10", f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(command, capture_output=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]


def fuzz() -> None:
    import atheris  # noqa: PLC0415 - only where it is installed

    with atheris.instrument_imports(include=["carrel.doors.mysql"]):
        from carrel.doors.mysql import charsets, packets, prepared, squeezing  # noqa: PLC0415 - it instruments what is imported here
        from carrel.doors.mysql.wire import WireError  # noqa: PLC0415

    def one(data: bytes) -> None:
        kind, body = data[:1], data[1:]
        try:
            if kind < b"\x40":
                packets.parse_login(body, packets.SERVER_CAPABILITIES)
            elif kind < b"\x80":
                packets.parse_change_user(body[4:], packets.Capability(int.from_bytes(body[:4], "little")))
            elif kind < b"\xc0":
                statement = prepared.Prepared(number=1, text="", count=body[0] % 8 if body else 0)
                prepared.parameters(statement, packets.Reader(body[1:]), charsets.UTF8MB4)
            else:
                squeezed = squeezing.Squeezed()
                squeezed.take(body[:7].ljust(7, b"\0"), body[7:])
                assert len(squeezed.held) < 1 << 24
        except WireError:
            return

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz()
