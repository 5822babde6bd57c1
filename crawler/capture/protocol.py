"""The tee: Twisted's HTTP/1.1 client protocol, with a copy of every byte in both directions.

It hooks in below the parser and above TLS, the one place where robots.txt, redirects, retries and
broken-off responses all pass, still with their original header case, order and framing.
Rests on private names of Scrapy 2.19 and Twisted 26 (hence the pins, and the self-test).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.web.client import HTTPConnectionPool

    from crawler.capture.exchange import Exchange


class _RecordingTransport:
    """What a request writes itself to: the real transport, and a copy into the exchange."""

    def __init__(self, transport: Any, exchange: Exchange) -> None:
        self._transport = transport
        self._exchange = exchange

    def write(self, data: bytes) -> None:
        self._exchange.record_sent(data)
        self._transport.write(data)

    def writeSequence(self, chunks: Iterable[bytes]) -> None:  # noqa: N802  Twisted's name
        self.write(b"".join(chunks))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _RecordedRequest:
    """Twisted's request for one attempt. It wraps the transport, not the request for good:
    Twisted may send the same request object again, which then is another exchange's business.
    """

    def __init__(self, request: Any, exchange: Exchange) -> None:
        self._request = request
        self._exchange = exchange

    def writeTo(self, transport: Any) -> Any:  # noqa: N802  Twisted's name
        self._exchange.begin(transport)
        return self._request.writeTo(_RecordingTransport(transport, self._exchange))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


class TeeProtocol(_LenientHTTP11ClientProtocol):
    """One connection; it serves many exchanges, one after another."""

    exchange: Exchange | None = None

    def request(self, request: Any) -> Deferred[Any]:
        if self.exchange is None or self.exchange.attempts:
            # Without an exchange of its own, bytes would cross the wire unrecorded.
            raise RuntimeError("a request reached the connection without an exchange to record it")
        return super().request(_RecordedRequest(request, self.exchange))  # type: ignore[arg-type]

    def dataReceived(self, bytes: bytes) -> None:  # noqa: A002, N802  Twisted's names
        if self.exchange is not None:
            self.exchange.record_received(bytes, self.transport)
            if self.exchange.is_flooded and not self.exchange.closed:
                self.transport.abortConnection()  # type: ignore[union-attr]
                return
        super().dataReceived(bytes)  # type: ignore[no-untyped-call]


class TeeFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> TeeProtocol:  # noqa: ARG002, N802  Twisted's names
        return TeeProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class RecordingPool:
    """The connection pool as one request sees it: what it takes out records into its exchange."""

    def __init__(self, pool: HTTPConnectionPool, exchange: Exchange) -> None:
        self._pool = pool
        self._exchange = exchange

    @property
    def persistent(self) -> bool:
        return bool(self._pool.persistent)

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[TeeProtocol]:  # noqa: N802
        def hand_over(protocol: TeeProtocol) -> TeeProtocol:
            protocol.exchange = self._exchange
            return protocol

        connection: Deferred[Any] = self._pool.getConnection(key, endpoint)
        return connection.addCallback(hand_over)
