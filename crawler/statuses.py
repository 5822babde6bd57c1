"""HTTP statuses by what they say of an address: the one table for crawl, survey and rebuild."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

SUCCESS = range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES)
REDIRECTS = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
RETRY_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""The server has too much to do, with us or with others."""

REFUSED = RETRY_LATER | {HTTPStatus.FORBIDDEN}


def state_of_status(status: int | None) -> Literal["gone", "blocked", "failed"]:
    """State of an address that gave no page but this status; None: no answer at all."""
    if status in GONE:
        return "gone"
    return "blocked" if status in REFUSED else "failed"
