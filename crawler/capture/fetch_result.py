"""How an exchange ended, in the words of the WARC specification and of its metadata record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from crawler.capture.connect import PrivateAddressError

if TYPE_CHECKING:
    from scrapy.http import Response

# Exception → (WARC-Truncated if bytes had come, the outcome's name). The first that fits counts.
_ENDINGS: tuple[tuple[type[BaseException], str, str], ...] = (
    (ResponseDataLossError, "disconnect", "data-loss"),
    (DownloadCancelledError, "length", "too-large"),
    (PrivateAddressError, "unspecified", "private-address"),
    (CannotResolveHostError, "unspecified", "dns-failure"),
    (DownloadConnectionRefusedError, "unspecified", "connection-refused"),
    (ConnectError, "unspecified", "connect-failed"),
)


@dataclass(frozen=True, slots=True)
class FetchResult:
    name: str
    truncated: str | None = None
    detail: str | None = None

    @classmethod
    def of_response(cls, response: Response) -> FetchResult:
        if "dataloss" in response.flags:
            return cls("data-loss", "disconnect")
        if "partial" in response.flags:
            # Ends with the connection and never said how long it would be: not truncated.
            return cls("complete", None, "the body ended with the connection, without a length")
        return cls("complete")

    @classmethod
    def of_error(cls, error: Exception, *, received_bytes: int, was_sent: bool) -> FetchResult:
        """:param was_sent: a connection stood, and the request was written to it."""
        if isinstance(error, DownloadTimeoutError):
            if received_bytes:
                return cls("timeout", "time", _one_line(error))
            name = "timeout-before-first-byte" if was_sent else "connect-timeout"
            return cls(name, None, _one_line(error))
        if isinstance(error, DownloadFailedError):
            name, detail = _broken_connection(error)
            return cls(name, "disconnect" if received_bytes else None, detail)
        for kind, truncated, name in _ENDINGS:
            if isinstance(error, kind):
                return cls(name, truncated if received_bytes else None, _one_line(error))
        return cls("error", "unspecified" if received_bytes else None, _one_line(error))


def _broken_connection(error: DownloadFailedError) -> tuple[str, str]:
    """Name and words for what Twisted hides in a list of failures."""
    reasons = [failure.value for failure in getattr(error.__cause__, "reasons", ())]
    for reason in reasons:
        if isinstance(reason, VerificationError):
            return "tls-certificate", _one_line(reason)
        if isinstance(reason, SSL.Error) and (words := _openssl_words(reason)):
            bad = "certificate verify failed" in words
            return "tls-certificate" if bad else "tls-handshake", f"OpenSSL: {', '.join(words)}"
    for reason in reasons:
        if isinstance(reason, ConnectionLost):
            return "connection-reset", _one_line(reason)
        if isinstance(reason, ConnectionDone):
            return "connection-closed", _one_line(reason)
    return "connection-failed", _one_line(error)


def _openssl_words(error: SSL.Error) -> list[str]:
    """Its reasons; none if the connection just broke off."""
    stack = error.args[0] if error.args else ()
    return [str(entry[-1]) for entry in stack if isinstance(entry, tuple) and entry]


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:500]
