"""An HTTP/1.1 client that records before it reads: requests of Scrapy in, its responses out."""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import StopDownload
from scrapy.http import Headers
from scrapy.utils._download_handlers import check_stop_download, make_response
from scrapy.utils.httpobj import urlparse_cached

from archive.errors import ContentDecodingError, CutContentError, RecordTooLargeError
from archive.warc.content import decode_content
from crawler.capture.connect import Destinations, Origin
from crawler.capture.fetch_result import FetchResult, IncompleteBodyError, TooLargeError
from crawler.capture.flags import BODY_CAPPED_FLAG
from crawler.capture.transfer import Transfer
from crawler.session.interruption import Interruption
from crawler.statuses import SUCCESS

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from archive.warc.http import HttpHead
    from crawler.capture.connection import Connection
    from crawler.capture.exchange import Exchange
    from crawler.capture.transfer import Limits

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_IDLE_SECONDS = 240
"""A connection unused for longer may be dead without anybody having said so."""

_NOT_COPIED = frozenset(
    {b"host", b"connection", b"content-length", b"transfer-encoding", b"proxy-authorization"}
)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Fetcher:
    """Fetches one request at a time per call, recording it into the exchange given.

    :param decoded_bytes: what a body may have without its content codings.
    :param interruption: ends what is under way.
    """

    def __init__(
        self,
        crawler: Crawler,
        destinations: Destinations,
        limits: Limits,
        *,
        connections_per_host: int,
        decoded_bytes: int = 64 << 20,
        interruption: Interruption | None = None,
    ) -> None:
        self._crawler = crawler
        self._destinations = destinations
        self._limits = limits
        self._connections_per_host = connections_per_host
        self._decoded_bytes = decoded_bytes
        self._interruption = interruption or Interruption()
        self._idle: dict[Origin, list[Connection]] = {}

    async def fetch(self, request: Request, exchange: Exchange) -> tuple[Response, FetchResult]:
        """:raises FetchError: there is no response to hand on."""
        origin = Origin.of(request)
        limits = self._limits_for(request)
        loop = asyncio.get_running_loop()
        started = loop.time()
        # A connection that waited may have been closed while the request was on its way: whom that
        # has befallen gets a new one, or each retry might meet with the same.
        is_retry = bool(request.meta.get("retry_times"))
        connection = None if is_retry else self._idle_connection(origin)
        if connection is None:
            opened = self._destinations.connect(origin, limits.silence)
            connection = await self._interruption.unless(opened)
        headers = Headers()

        def on_head(head: HttpHead) -> None:
            request.meta["download_latency"] = loop.time() - started
            _collect(headers, head)
            self._may_stop(
                signals.headers_received, request, headers=headers, body_length=head.content_length
            )

        def on_body(piece: bytes) -> None:
            self._may_stop(signals.bytes_received, request, data=piece)

        transfer = Transfer(exchange, request.method.encode(), limits, on_head, on_body)
        stopped: StopDownload | None = None
        try:
            with self._interruption.telling(transfer.interrupt):
                connection.start(transfer, request_bytes(request, origin))
                await transfer.done
        except StopDownload as exc:
            stopped = exc
            connection.abort()
        except BaseException:
            connection.abort()
            raise
        finally:
            exchange.closed = True
        if stopped is None:
            self._give_back(origin, connection, transfer)
        return self._response(request, headers, transfer, connection, stopped)

    def _limits_for(self, request: Request) -> Limits:
        return dataclasses.replace(
            self._limits,
            silence=float(request.meta.get("download_timeout") or self._limits.silence),
            max_bytes=int(request.meta.get("download_maxsize", self._limits.max_bytes)),
        )

    def _may_stop(self, signal: object, request: Request, **arguments: object) -> None:
        """:raises StopDownload: a receiver of the signal says so."""
        if stop := check_stop_download(signal, self._crawler, request, **arguments):
            raise stop

    def _response(
        self,
        request: Request,
        headers: Headers,
        transfer: Transfer,
        connection: Connection,
        stopped: StopDownload | None,
    ) -> tuple[Response, FetchResult]:
        head = transfer.stream.head
        assert head is not None
        assert head.status is not None
        if stopped is not None:
            result = FetchResult("stopped", "unspecified", "a receiver of a signal stopped it")
        elif transfer.ended_by_close:
            result = FetchResult("complete", None, "the body ended with the connection")
        else:
            result = FetchResult("complete")
        if head.status == HTTPStatus.PARTIAL_CONTENT and b"Range" not in request.headers:
            raise IncompleteBodyError(
                "partial-content", None, "a 206, though no range was asked for"
            )
        flags = [BODY_CAPPED_FLAG] if transfer.is_capped else []
        body = bytes(transfer.body)
        if encodings := headers.pop(b"Content-Encoding", []):
            is_whole = stopped is None and not transfer.is_capped
            body = self._decoded(body, encodings, head, is_whole=is_whole)
        ip = connection.peer.ip_address
        response = make_response(
            request.url,
            head.status,
            headers,
            body,
            flags=flags,
            ip_address=ipaddress.ip_address(ip.partition("%")[0]) if ip else None,
            protocol="HTTP/1.1",
            stop_download=stopped,
        )
        return response, result

    def _decoded(
        self, body: bytes, encodings: list[bytes], head: HttpHead, *, is_whole: bool
    ) -> bytes:
        """Without content codings: what is read here is read from the archive in the same way.

        :raises FetchError: it is not whole, or not to be decoded. An error's page does not matter.
        """
        try:
            return decode_content(body, encodings, max_bytes=self._decoded_bytes)
        except RecordTooLargeError as exc:
            raise TooLargeError("decoded-too-large", None, str(exc)) from exc
        except ContentDecodingError as exc:
            if not is_whole or head.status not in SUCCESS:
                return exc.partial
            name = "cut-content" if isinstance(exc, CutContentError) else "bad-content-coding"
            raise IncompleteBodyError(name, None, str(exc)) from exc

    # -- connections that wait for another request -------------------------------------------------

    def _idle_connection(self, origin: Origin) -> Connection | None:
        waiting = self._idle.get(origin, [])
        oldest = asyncio.get_running_loop().time() - _IDLE_SECONDS
        while waiting:
            connection = waiting.pop()
            if connection.is_open and connection.idle_since > oldest:
                return connection
            connection.close()
        return None

    def _give_back(self, origin: Origin, connection: Connection, transfer: Transfer) -> None:
        waiting = self._idle.setdefault(origin, [])
        if (
            connection.is_open
            and transfer.keeps_connection
            and len(waiting) < self._connections_per_host
        ):
            connection.idle_since = asyncio.get_running_loop().time()
            waiting.append(connection)
        else:
            connection.close()

    async def close(self) -> None:
        for waiting in self._idle.values():
            for connection in waiting:
                connection.close()
        self._idle.clear()


def request_bytes(request: Request, origin: Origin) -> bytes:
    """The request as it crosses the wire: Host first, then the headers as they stand."""
    parts = urlparse_cached(request)
    target = (parts.path or "/") + (f";{parts.params}" if parts.params else "")
    target += f"?{parts.query}" if parts.query else ""
    lines = [f"{request.method} {target} HTTP/1.1".encode("latin-1")]
    host = request.headers.get(b"Host") or origin.host_header.encode("latin-1")
    lines.append(b"Host: " + host)
    for name, values in request.headers.items():
        if name.lower() not in _NOT_COPIED:
            lines += [name + b": " + value for value in values]
    if request.body or request.method in _WITH_BODY:
        lines.append(b"Content-Length: %d" % len(request.body))
    # A line feed in a header's value would begin another header.
    head = b"\r\n".join(line.translate(_ONE_LINE) for line in lines)
    return head + b"\r\n\r\n" + request.body


_ONE_LINE = bytes(0x20 if byte in b"\r\n\0" else byte for byte in range(256))


def _collect(headers: Headers, head: HttpHead) -> None:
    """Names that are no names (RFC 9110, 5.6.2) stay in the record alone."""
    for name, value in head.headers:
        if _TOKEN.fullmatch(name):
            headers.appendlist(name, value)
