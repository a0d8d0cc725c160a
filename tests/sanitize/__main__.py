"""`make sanitize`: the tests of the native parts on the native parts with sanitizers. Whatever these find ends the run with their report."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.sanitize.build import build, environment, native_parts, runtimes
from tests.shared import ROOT

SLICE: Final = (
    "unit/test_doors_rows.py", "unit/test_doors_mysql_encode.py", "unit/test_http_encode.py", "unit/test_sql_dump_native.py", "unit/test_sql_dump_rows.py",
    "unit/test_xml_dump.py", "unit/test_xml_dump_lenient.py", "property/test_xml_dump_ways.py",
    "unit/test_jobs_interrupted.py", "unit/test_dumps_characters.py", "unit/test_dumps_reading.py", "unit/test_dumps_values.py",
)
LONG: Final = ("unit/test_sql_dump_marks.py", "unit/test_dumps_mwxml.py")
_CANARY: Final = "import ctypes, sys; library = ctypes.CDLL(sys.argv[1]); getattr(library, sys.argv[2])(16)"
_FOUND: Final = {"beyond": "AddressSanitizer: heap-buffer-overflow", "too_large": "runtime error: signed integer overflow"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sanitize")
    parser.add_argument("--examples", default="2000", help="how many examples each property test draws")
    parser.add_argument("--slice", action="store_true", help="leave out the tests that take minutes")
    parser.add_argument("pytest", nargs="*", help="what pytest is told besides")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = build(Path(name))
        environ = environment(folder, runtimes()) | {"CARREL_EXAMPLES": given.examples}
        make_sure(folder, environ)
        files = [str(ROOT / "tests" / test) for test in SLICE + (() if given.slice else LONG)]
        return subprocess.run([sys.executable, "-m", "pytest", *files, "--timeout", "0", *given.pytest], cwd=ROOT, env=environ, check=False).returncode


def make_sure(folder: Path, environ: Mapping[str, str]) -> None:
    """Ends the run unless planted faults are found, and the native parts are those that were built here."""
    for fault, words in _FOUND.items():
        done = subprocess.run([sys.executable, "-c", _CANARY, str(folder / "canary.so"), fault], env=environ, capture_output=True, text=True, check=False)
        if done.returncode == 0 or words not in done.stderr:
            sys.exit(f"sanitize: the planted fault `{fault}` was not found: {done.stderr[-1000:]}")
    for module in native_parts():
        place = subprocess.check_output([sys.executable, "-c", f"import {module} as m; print(m.__file__)"], env=environ, text=True)
        if not place.startswith(str(folder)):
            sys.exit(f"sanitize: `{module}` comes from {place}")


if __name__ == "__main__":
    sys.exit(main())
