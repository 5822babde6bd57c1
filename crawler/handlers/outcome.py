"""How an exchange ended, in the words of the WARC specification and of its metadata record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler.handlers.connect import PrivateAddressError

if TYPE_CHECKING:
    from scrapy.http import Response

__all__ = ["Outcome"]

# Exception → (WARC-Truncated if bytes had come, the outcome's name). The first that fits counts.
_ENDINGS: tuple[tuple[type[BaseException], str, str], ...] = (
    (ResponseDataLossError, "disconnect", "data-loss"),
    (DownloadTimeoutError, "time", "timeout"),
    (DownloadCancelledError, "length", "too-large"),
    (PrivateAddressError, "unspecified", "private-address"),
    (CannotResolveHostError, "unspecified", "dns-failure"),
    (DownloadConnectionRefusedError, "unspecified", "connection-refused"),
    (DownloadFailedError, "disconnect", "connection-failed"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    truncated: str | None = None
    detail: str | None = None

    @classmethod
    def of_response(cls, response: Response) -> Outcome:
        if "dataloss" in response.flags:
            return cls("data-loss", "disconnect")
        if "partial" in response.flags:
            # Ends with the connection and never said how long it would be: not truncated.
            return cls("complete", None, "the body ended with the connection, without a length")
        return cls("complete")

    @classmethod
    def of_error(cls, error: Exception, *, received_bytes: int) -> Outcome:
        for kind, truncated, name in _ENDINGS:
            if isinstance(error, kind):
                return cls(name, truncated if received_bytes else None, _one_line(error))
        return cls("error", "unspecified" if received_bytes else None, _one_line(error))


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:500]
