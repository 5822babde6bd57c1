"""How an exchange ended, in the words of the WARC specification and of its metadata record."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)

from crawler.session.interruption import InterruptedCrawlError


@dataclass(frozen=True, slots=True)
class FetchResult:
    name: str
    truncated: str | None = None
    """Value of ``WARC-Truncated``; None where all came that was to come."""

    detail: str | None = None

    @classmethod
    def of_error(cls, error: Exception, *, received_bytes: int) -> FetchResult:
        """What *error* says of itself; for one that is not of our client, just that it was one."""
        if isinstance(error, FetchError):
            return error.fetch_result
        names = {InterruptedCrawlError: "interrupted", StopDownload: "stopped"}
        name = next((names[kind] for kind in names if isinstance(error, kind)), "error")
        return cls(name, "unspecified" if received_bytes else None, one_line(error))


class FetchError(Exception):
    """No response that could be handed on. Each kind is one of Scrapy's errors as well, by which
    its retries go.
    """

    def __init__(self, name: str, truncated: str | None = None, detail: str = "") -> None:
        super().__init__(f"{name}: {detail}" if detail else name)
        self.fetch_result = FetchResult(name, truncated, detail or None)


class UnresolvedHostError(FetchError, CannotResolveHostError):
    """The name has no address."""


class PrivateAddressError(FetchError, IgnoreRequest):
    """The host leads into a private network, and no ``--resolve`` rule allows that."""


class RefusedConnectionError(FetchError, DownloadConnectionRefusedError):
    """Nobody listens there."""


class BrokenExchangeError(FetchError, DownloadFailedError):
    """There was no connection, it broke, or what came over it is no HTTP response."""


class IncompleteBodyError(FetchError, ResponseDataLossError):
    """The connection ended before the body did."""


class FetchTimeoutError(FetchError, DownloadTimeoutError):
    """Nothing came for too long, or too little."""


class TooLargeError(FetchError, DownloadCancelledError):
    """Broken off by us."""


def one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:500]
