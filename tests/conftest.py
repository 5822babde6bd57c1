"""The fixtures that many files share."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import hypothesis
import pytest
from support.closing import pytest_addoption, pytest_configure

from practice.client import PracticeProcess

__all__ = ["practice", "pytest_addoption", "pytest_configure"]

pytest_plugins = ["support.disk_space"]

# How long an example takes is the machine's affair; a directory or database may serve all of them.
hypothesis.settings.register_profile(
    "khobao",
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,
    ],
)
hypothesis.settings.load_profile("khobao")

# A shell lets what it starts in the background ignore Ctrl-C, and children inherit that: the
# commands that the tests interrupt would never notice.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def practice() -> Iterator[Callable[..., PracticeProcess]]:
    """Start practice newspapers: ``practice("--articles", "50")``; all end with the module, as does
    the log of all that they sent, which may be 80 MB.

    A test that starts one only for itself uses it as a context manager, so that it ends sooner.
    """
    with ExitStack() as stack:
        yield lambda *options: stack.enter_context(PracticeProcess(*options))
