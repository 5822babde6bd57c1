"""What the end of a test run says of single tests: which were run again, which are slow unnoticed.

Both are told by the reports, which travel from workers to the process that sums up.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

SLOW_SECONDS = 5.0
_MARKED = frozenset({"slow", "soak"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--check-slow", action="store_true", help="fail where a slow test is not marked as slow"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Stopwatch())
    if not hasattr(config, "workerinput"):  # a worker of xdist sums nothing up
        config.pluginmanager.register(_Closing(config))


def slowdown() -> float:
    """How often the machine's cores are asked for at once: what five seconds may grow to.

    The average of the last minute: it forgives too much rather than too little, since the test
    itself and its servers count as well.
    """
    return max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)))


class _Stopwatch:
    """Adds to each report what its phase would have taken on a machine of its own."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Iterator[None]:  # of a report, says pytest
        report: Any = yield
        report.quiet_seconds = call.duration / slowdown()
        return report


@dataclass(eq=False)  # plugins are hashed
class _Closing:
    config: pytest.Config
    reruns: dict[str, list[str]] = field(default_factory=dict)
    seconds: Counter[str] = field(default_factory=Counter)
    unmarked: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "setup":
            self.seconds[report.nodeid] = 0
        self.seconds[report.nodeid] += report.quiet_seconds
        if not _MARKED & set(report.keywords):
            self.unmarked.add(report.nodeid)
        if report.outcome == "rerun":
            self.reruns.setdefault(report.nodeid, []).append(_first_line(report.longrepr))
        elif report.failed:
            self.failed.add(report.nodeid)

    def slow(self) -> list[tuple[float, str]]:
        taken = ((self.seconds[nodeid], nodeid) for nodeid in self.unmarked)
        return sorted((one for one in taken if one[0] > SLOW_SECONDS), reverse=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.config.getoption("--check-slow") and session.exitstatus == 0 and self.slow():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.reruns or self.config.getoption("reruns", None):
            terminalreporter.section(f"reruns: {sum(map(len, self.reruns.values()))}")
            for nodeid, reasons in sorted(self.reruns.items()):
                end = "failed again" if nodeid in self.failed else "passed then"
                terminalreporter.line(f"{nodeid} ({end}): {'; '.join(reasons)}")
        if slow := self.slow():
            terminalreporter.section(
                f"slower than {SLOW_SECONDS:g} s without the mark: {len(slow)}"
            )
            for seconds, nodeid in slow:
                terminalreporter.line(f"{seconds:6.1f} s  {nodeid}")


def _first_line(longrepr: Any) -> str:
    crash = getattr(longrepr, "reprcrash", None)
    return (crash.message if crash else str(longrepr)).partition("\n")[0]
