"""A copy of the package whose native parts are compiled with sanitizers, and the environment in which Python loads it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.shared import ROOT

SANITIZED: Final = ("-fsanitize=address,undefined",)
FLAGS: Final = (*SANITIZED, "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g", "-O1", "-fPIC")


def native_parts() -> tuple[str, ...]:
    """Their modules, as `pyproject.toml` names them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return tuple(module["name"] for module in project["tool"]["setuptools"]["ext-modules"])


def build(folder: Path, compiler: str = "gcc", flags: Sequence[str] = FLAGS, linked: Sequence[str] = SANITIZED) -> Path:
    """Gives the folder that holds the copy of `carrel`; beside it lies the canary.

    Args:
        linked: what the compiler is told when it links; nothing where the sanitizer's library comes with the program alone.
    """
    package = folder / "carrel"
    shutil.copytree(ROOT / "src" / "carrel", package, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    for name in native_parts():
        source = folder.joinpath(*name.split(".")).with_suffix(".c")
        _compile(compiler, flags, linked, source, source.with_suffix(".abi3.so"))
    _compile(compiler, flags, linked, ROOT / "tests" / "sanitize" / "canary.c", folder / "canary.so")
    return folder


def _compile(compiler: str, flags: Sequence[str], linked: Sequence[str], source: Path, target: Path) -> None:
    compiled = target.with_suffix(".o")
    subprocess.run([compiler, "-c", *flags, f"-I{sysconfig.get_path('include')}", str(source), "-o", str(compiled)], check=True, timeout=300)
    subprocess.run([compiler, "-shared", *linked, str(compiled), "-o", str(target)], check=True, timeout=300)


def environment(folder: Path, preload: Sequence[str]) -> dict[str, str]:
    """For a Python that is to load what `build` made in `folder`; memory comes one by one from the sanitizer, Arrow's too."""
    return {
        **os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]), "LD_PRELOAD": " ".join(preload),
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1", "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc", "ARROW_DEFAULT_MEMORY_POOL": "system", "CARREL_PURE": "0",
    }


def runtimes(compiler: str = "gcc") -> list[str]:
    """The sanitizer's library and that of C++, which has to be there before it looks for what C++ throws."""
    return [subprocess.check_output([compiler, f"-print-file-name={name}"], text=True).strip() for name in ("libasan.so", "libstdc++.so")]
