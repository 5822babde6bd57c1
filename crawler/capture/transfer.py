"""One exchange while it happens: every byte into the record, the body to its reader, the limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.warc.http import MAX_HEAD_BYTES
from archive.warc.response_stream import ResponseStream
from crawler.capture.fetch_result import (
    BrokenExchangeError,
    FetchError,
    FetchTimeoutError,
    IncompleteBodyError,
    TooLargeError,
)
from crawler.session.interruption import InterruptedCrawlError

if TYPE_CHECKING:
    from archive.warc.http import HttpHead
    from crawler.capture.exchange import Exchange


_AFTER_A_POSSIBLE_END = 3.0
"""Seconds of silence that are enough where a length that is no number says that all has come."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When an exchange is given up."""

    silence: float
    """Seconds without a byte."""

    total: float
    """Seconds for the whole, and one more for each :attr:`slowest_rate` bytes that came."""

    slowest_rate: float
    """Bytes a second."""

    max_bytes: int = 0
    """Of a body, as transferred; 0: as many as come."""

    memory_bytes: int = 16 << 20
    """What is kept of a body beside the record."""


class Transfer:
    """:attr:`done` is settled when the message is over, the connection ended, or a limit is met.

    :param on_head: told of the final head; what it raises ends the transfer.
    :param on_body: told of each piece of the payload; the same.
    """

    def __init__(
        self,
        exchange: Exchange,
        method: bytes,
        limits: Limits,
        on_head: Callable[[HttpHead], None],
        on_body: Callable[[bytes], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.exchange = exchange
        self.stream = ResponseStream(method)
        self.done: asyncio.Future[None] = self._loop.create_future()
        self.body = bytearray()
        self.body_bytes = 0
        self.ended_by_close = False
        self._limits = limits
        self._on_head = on_head
        self._on_body = on_body
        self._started = self._latest = self._loop.time()
        first_look = min(limits.silence, limits.total)
        self._timer = self._loop.call_later(first_look, self._look_at_the_clock)

    def interrupt(self) -> None:
        self._fail(InterruptedCrawlError("the crawl was interrupted"))

    @property
    def is_over(self) -> bool:
        return self.done.done()

    @property
    def is_capped(self) -> bool:
        """:attr:`body` is only the beginning; the record has all of it."""
        return len(self.body) < self.body_bytes

    @property
    def keeps_connection(self) -> bool:
        """Whether another request may be sent over the same connection."""
        head = self.stream.head
        return head is not None and self.stream.is_over and not self.stream.excess and head.persists

    def received(self, data: bytes) -> None:
        self._latest = self._loop.time()
        if not self.exchange.record_received(data):
            self._fail(BrokenExchangeError("error", "unspecified", "the archive cannot keep it"))
        if self.is_over or not self._take(self.stream.feed(data)):
            return
        if self.stream.is_over:
            self._finish()
        elif self.stream.may_be_over:
            self._timer.cancel()
            self._look_at_the_clock()
        elif self.stream.head is None:
            self._bound_the_head()

    def _take(self, pieces: Iterator[bytes]) -> bool:
        """False: a limit was met, or a receiver of a signal says "stop"."""
        had_head = self.stream.head is not None
        try:
            for piece in pieces:
                if not had_head:
                    had_head = self._begin_body()
                self._keep(piece)
            if not had_head and self.stream.head is not None:
                self._begin_body()
        except Exception as exc:  # noqa: BLE001  whatever it was ends the transfer
            self._fail(exc)
            return False
        return True

    def _begin_body(self) -> bool:
        head = self.stream.head
        assert head is not None
        size = head.content_length
        if size is not None and not head.is_chunked and 0 < self._limits.max_bytes < size:
            raise self._too_large(f"a body of {size} bytes was announced")
        if head.status is not None:
            self._on_head(head)
        return True

    def _keep(self, piece: bytes) -> None:
        self.body_bytes += len(piece)
        if 0 < self._limits.max_bytes < self.body_bytes:
            raise self._too_large(f"{self.body_bytes} bytes of a body came")
        self.body += piece[: self._limits.memory_bytes - len(self.body)]
        if self.stream.head is not None and self.stream.head.status is not None:
            self._on_body(piece)

    def _too_large(self, what: str) -> TooLargeError:
        return TooLargeError(
            "too-large", "length", f"{what}; the limit is {self._limits.max_bytes}"
        )

    def _bound_the_head(self) -> None:
        received = len(self.exchange.received)
        if received > MAX_HEAD_BYTES and not self.stream.is_http:
            self._finish("length")
        elif received > MAX_HEAD_BYTES:
            detail = f"no end of the head in {received} bytes"
            self._fail(TooLargeError("head-too-long", "length", detail))

    def connection_ended(self, how: str, *, is_clean: bool) -> None:
        """:param is_clean: the peer said that there is no more (FIN, or TLS close_notify)."""
        if self.is_over:
            return
        stream = self.stream
        if not self._take(stream.finish()):
            return
        if stream.is_whole:
            self._finish()
        elif (is_clean and stream.ends_by_close) or self._trouble:
            self.ended_by_close = True
            is_all = is_clean and (stream.head is None or stream.ends_by_close)
            self._finish(None if is_all else "disconnect")
        elif stream.head is not None and not stream.ends_by_close:
            self._fail(IncompleteBodyError("data-loss", "disconnect", how))
        else:
            truncated = "disconnect" if len(self.exchange.received) else None
            name = "connection-closed" if is_clean else "connection-reset"
            self._fail(BrokenExchangeError(name, truncated, how))

    @property
    def _trouble(self) -> tuple[str, str] | None:
        """What our reader, and none more lenient that we know, can make nothing of."""
        if not self.stream.is_http:
            return "no-http", "what came does not begin as an HTTP/1 response"
        if self.stream.is_badly_chunked:
            return "bad-chunking", "the chunked framing breaks off in the middle"
        head = self.stream.head
        if head is not None and head.status is None:
            return "bad-status", f"the status is {head.status_text[:40]!r}, no number of 100 to 999"
        return None

    def _finish(self, truncated: str | None = None) -> None:
        if self._trouble:
            name, detail = self._trouble
            self._fail(BrokenExchangeError(name, truncated, detail))
            return
        self._end()
        self.done.set_result(None)

    def _fail(self, error: Exception) -> None:
        if not self.is_over:
            self._end()
            self.done.set_exception(error)

    def _end(self) -> None:
        self.exchange.closed = True
        self._timer.cancel()

    # -- time --------------------------------------------------------------------------------------

    def _look_at_the_clock(self) -> None:
        if self.is_over:  # whoever waited was cancelled
            return
        now, limits = self._loop.time(), self._limits
        silence = self._latest + limits.silence
        if self.stream.may_be_over:
            silence = self._latest + min(limits.silence, _AFTER_A_POSSIBLE_END)
        received = len(self.exchange.received)
        whole = self._started + limits.total + received / max(limits.slowest_rate, 1.0)
        if now < min(silence, whole):
            self._timer = self._loop.call_at(min(silence, whole), self._look_at_the_clock)
        elif self.stream.is_whole or self.stream.may_be_over:
            self.ended_by_close = self.stream.may_be_over
            self._finish()
        elif self._trouble:
            self._finish("time")
        else:
            self._fail(self._timeout(received, is_silent=now >= silence))

    def _timeout(self, received: int, *, is_silent: bool) -> FetchError:
        if not received:
            detail = f"no byte within {self._limits.silence:g} s"
            return FetchTimeoutError("timeout-before-first-byte", None, detail)
        if is_silent:
            return FetchTimeoutError("timeout", "time", f"silent for {self._limits.silence:g} s")
        detail = f"slower than {self._limits.slowest_rate:g} bytes a second ({received} bytes)"
        return FetchTimeoutError("timeout", "time", detail)
