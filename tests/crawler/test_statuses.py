from __future__ import annotations

import pytest

from crawler.capture.response_class import classify
from crawler.statuses import state_of_status


@pytest.mark.parametrize(
    ("status", "state", "response_class"),
    [
        (None, "failed", "failed"),
        (301, "failed", "redirect"),
        (304, "failed", "not-modified"),
        (400, "failed", "refused"),
        (401, "failed", "refused"),
        (403, "blocked", "refused"),
        (404, "gone", "gone"),
        (410, "gone", "gone"),
        (429, "blocked", "rate-limited"),
        (451, "failed", "refused"),
        (500, "failed", "server-error"),
        (503, "blocked", "server-error"),
        (999, "failed", "failed"),
    ],
)
def test_a_status_says_what_became_of_the_address(
    status: int | None, state: str, response_class: str
) -> None:
    assert state_of_status(status) == state
    assert classify(status, None, b"", "text/html") == response_class
