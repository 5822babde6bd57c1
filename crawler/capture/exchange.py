"""One exchange with a server, as bytes: what was sent, what came back, over which connection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from archive import ArchiveError, CaptureEvent, FreeSpace, Original, Spool
from crawler.capture.certificate import describe_certificate

MAX_HEAD_BYTES = 1 << 20
"""Interim responses included. Browsers give up at a quarter of this."""


class Exchange:
    """Filled by the tee protocol, closed by the handler, then turned into a capture event.

    :attr:`target_uri` is the address without fragment, with the newspaper's own host name even
    when the bytes come from elsewhere (``--resolve``).
    """

    def __init__(self, target_uri: str, *, spool_dir: Path, space: FreeSpace | None = None) -> None:
        self.target_uri = target_uri
        self.created_at = dt.datetime.now(dt.UTC)
        self.started_at: dt.datetime | None = None
        self.first_byte_at: dt.datetime | None = None
        self.sent = bytearray()
        self.received = Spool(spool_dir, space=space)
        self.late_bytes = 0
        self.has_head = False
        """The HTTP client has read the head; what comes now is body, and has a limit of its own."""
        self.error: ArchiveError | None = None
        """The spool could not take what came: the exchange is not whole, and must not count."""
        self.ip_address: str | None = None
        self.tls_version: str | None = None
        self.cipher_suite: str | None = None
        self.certificate: Sequence[tuple[str, str]] = ()
        """Fields that name the server's certificate."""
        self.attempts = 0
        self.closed = False

    def begin(self, transport: Any) -> None:
        """A connection is there and the request is about to be written to it."""
        self.attempts += 1
        self.started_at = dt.datetime.now(dt.UTC)
        with suppress(AttributeError):  # a transport that has no peer (a Unix socket)
            self.ip_address = transport.getPeer().host
        self._read_tls(transport)

    def record_sent(self, data: bytes) -> None:
        if not self.closed:
            self.sent += data

    def record_received(self, data: bytes, transport: Any) -> None:
        if self.closed:
            self.late_bytes += len(data)
            return
        if self.first_byte_at is None:
            self.first_byte_at = dt.datetime.now(dt.UTC)
            self._read_tls(transport)  # the cipher is settled only with the first byte
        try:
            self.received.write(data)
        except ArchiveError as exc:
            self.error = exc
            self.closed = True
            transport.abortConnection()  # what cannot be kept need not come

    @property
    def is_flooded(self) -> bool:
        """A head without end: the HTTP client would keep all of its headers in memory."""
        return not self.has_head and len(self.received) > MAX_HEAD_BYTES

    def _read_tls(self, transport: Any) -> None:
        handle = transport.getHandle()
        with suppress(AttributeError):  # a plain socket has neither
            self.tls_version = handle.get_protocol_version_name()
            self.cipher_suite = handle.get_cipher_name()
            if self.cipher_suite is not None and not self.certificate:
                self.certificate = describe_certificate(handle)

    @property
    def protocols(self) -> tuple[str, ...]:
        """Values of ``WARC-Protocol``: application protocol first, then TLS."""
        if self.started_at is None:
            return ()
        if self.tls_version is None:
            return ("http/1.1",)
        return ("http/1.1", self.tls_version.lower().replace("tlsv", "tls/"))

    def to_event(
        self,
        *,
        truncated: str | None,
        metadata: tuple[tuple[str, str], ...],
        not_modified_of: Original | None = None,
    ) -> CaptureEvent:
        return CaptureEvent(
            target_uri=self.target_uri,
            started_at=self.started_at or self.created_at,
            request=bytes(self.sent),
            response=self.received,
            ip_address=self.ip_address,
            protocols=self.protocols,
            cipher_suite=self.cipher_suite,
            truncated=truncated,
            metadata=metadata,
            not_modified_of=not_modified_of,
        )
