"""Waiting for a MongoDB that is away, and giving up on one that stays away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from pipelines.mongodb.errors import DatabaseUnreachableError, without_password

logger = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0
INTERRUPTED_WAIT_SECONDS = 2.0
"""Whoever pressed Ctrl-C does not wait for a server that is away."""

# HostUnreachable, HostNotFound, NetworkTimeout, ShutdownInProgress, PrimarySteppedDown,
# ExceededTimeLimit, SocketException, NotWritablePrimary, InterruptedAtShutdown,
# InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary.
TRANSIENT_CODES = frozenset({6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})


def is_transient(error: PyMongoError) -> bool:
    """Whether the same operation may well succeed once the server is back."""
    if isinstance(error, ConnectionFailure):
        return True
    return isinstance(error, OperationFailure) and error.code in TRANSIENT_CODES


class RetryPolicy:
    """Repeats an operation, with growing pauses, for at most *wait_seconds* after it first failed.

    :param is_interrupted: whether somebody wants the end.

    Operations must be idempotent: an answer that was lost on the way leaves one that was done.
    """

    def __init__(
        self, uri: str, wait_seconds: float, is_interrupted: Callable[[], bool] = lambda: False
    ) -> None:
        self.where = without_password(uri)
        self._is_interrupted = is_interrupted
        self.wait_seconds = wait_seconds
        self.retries = 0

    async def call(
        self, operation: Callable[[], Awaitable[T]], *, wait_seconds: float | None = None
    ) -> T:
        """:raises DatabaseUnreachableError: MongoDB stayed away too long."""
        limit = self.wait_seconds if wait_seconds is None else wait_seconds
        away_since: float | None = None
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                result = await operation()
            except PyMongoError as exc:
                if not is_transient(exc):
                    raise
                now = time.monotonic()
                if self._is_interrupted():
                    limit = min(limit, INTERRUPTED_WAIT_SECONDS)
                if away_since is None:
                    away_since = now
                    logger.warning(
                        "MongoDB at %s is away; waiting up to %.0f s for it", self.where, limit
                    )
                if now - away_since + pause > limit:
                    reason = str(exc).split(", Timeout:")[0].splitlines()[0]
                    raise DatabaseUnreachableError(
                        f"MongoDB at {self.where} cannot be reached ({reason:.200});"
                        f" gave up after {now - away_since:.0f} s. Start it with `khobao db start`,"
                        " or check KHOBAO_MONGODB_URI."
                    ) from exc
                self.retries += 1
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                if away_since is not None:
                    away = time.monotonic() - away_since
                    logger.info("MongoDB at %s is back after %.1f s", self.where, away)
                return result
