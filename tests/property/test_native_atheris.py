"""The native parts, compiled with the address sanitizer, under a fuzzer that follows their branches; where atheris and clang are, in `make soak`."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.sanitize.build import FLAGS, build, environment, native_parts
from tests.shared import ROOT, program

RUNS = int(os.environ.get("CARREL_FUZZ", "20000"))


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with parts that tell the fuzzer which branches they take."""
    if find_spec("atheris") is None:
        pytest.skip("atheris is not installed")
    return build(tmp_path_factory.mktemp("fuzzed"), program("clang"), (*FLAGS, "-fsanitize=fuzzer-no-link"), ())


@pytest.mark.soak
@pytest.mark.parametrize("name", native_parts())
def test_no_bytes_lead_a_native_part_out_of_its_bounds_or_away_from_its_twin(name: str, fuzzed: Path, tmp_path: Path) -> None:
    spec = find_spec("atheris")
    assert spec is not None
    assert spec.origin is not None
    runtime = Path(spec.origin).parent.parent / "asan_with_fuzzer.so"
    options = [f"-atheris_runs={RUNS}", f"-seed={os.environ.get('CARREL_SEED', '1')}", "-rss_limit_mb=4096", "-timeout=60", f"-artifact_prefix={tmp_path}/"]
    command = [sys.executable, "-m", "tests.sanitize.fuzz", name, *options]
    done = subprocess.run(command, cwd=ROOT, env=environment(fuzzed, [str(runtime)]), capture_output=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    assert "INITED cov:" in done.stderr.decode(errors="replace"), "the native part was not followed"
