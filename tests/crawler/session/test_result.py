"""Which exit code a run ends with."""

from __future__ import annotations

import pytest

from crawler.errors import ExitCode
from crawler.session.result import STATES, judge


def counts(**given: int) -> dict[str, int]:
    numbers = dict.fromkeys(STATES, 0) | given
    return numbers | {"announced": sum(numbers[state] for state in STATES)} | given


@pytest.mark.parametrize(
    ("reason", "numbers", "code"),
    [
        ("finished", counts(new=3), ExitCode.COMPLETE),
        ("finished", counts(known=14), ExitCode.COMPLETE),
        ("finished", counts(unchanged=14), ExitCode.COMPLETE),
        ("finished", counts(new=3, gone=1), ExitCode.COMPLETE),
        ("finished", counts(new=3, pending=9), ExitCode.COMPLETE),
        ("finished", counts(new=3, failed=1), ExitCode.SOME_FAILED),
        ("finished", counts(new=3, quarantined=1), ExitCode.SOME_FAILED),
        ("finished", counts(new=3) | {"listings_failed": 1}, ExitCode.SOME_FAILED),
        ("finished", counts(new=3) | {"section_pages_failed": 1}, ExitCode.SOME_FAILED),
        ("finished", counts(new=3) | {"errors": 1}, ExitCode.SOME_FAILED),
        ("finished", counts(), ExitCode.NOTHING_NEW),
        ("finished", counts(known=2, excluded=9), ExitCode.COMPLETE),
        ("finished", counts(gone=2, known=5), ExitCode.NOTHING_NEW),
        ("shutdown", counts(new=3, pending=2), ExitCode.INTERRUPTED),
        ("blocked", counts(new=3), ExitCode.BLOCKED),
        ("mongodb_unreachable", counts(), ExitCode.DATABASE_UNREACHABLE),
    ],
)
def test_the_exit_code_tells_what_happened(
    reason: str, numbers: dict[str, int], code: ExitCode
) -> None:
    assert code == judge(reason, numbers)[0]
