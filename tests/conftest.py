"""What every test may use. Under CARREL_STRICT=1 a skipped test, or a skipped file, is a failure."""

from __future__ import annotations

import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.instance import Instance
from tests.shared import strict

# A change is judged by what it changes: the same examples each time. `make soak` draws new ones.
settings.register_profile("change", derandomize=True, deadline=None)
settings.register_profile("soak", max_examples=20_000, deadline=None, derandomize=False)
settings.load_profile("change")


def pytest_configure() -> None:
    # A shell ignores Ctrl-C for what it runs in the background, and every child of a test would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _no_skip((yield))


def _no_skip(report: Any) -> Any:
    if strict() and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"CARREL_STRICT: skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def sample_instance(tmp_path_factory: pytest.TempPathFactory) -> Generator[Instance]:
    """A server on the sample wiki with one person of each group, for tests that only read."""
    with Instance(Path(tmp_path_factory.mktemp("sample")) / "home") as instance:
        instance.setup()
        instance.load_sample()
        instance.serve()
        yield instance
