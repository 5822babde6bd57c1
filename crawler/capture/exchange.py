"""One exchange with a server, as bytes: what was sent, what came back, over which connection."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from archive import ArchiveError, CaptureEvent, FreeSpace, Original, Spool


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom a connection leads to."""

    ip_address: str | None = None
    tls_version: str | None = None
    """``TLSv1.3``; None for plain HTTP."""

    cipher_suite: str | None = None
    certificate: tuple[tuple[str, str], ...] = ()
    """Fields that name the server's certificate."""


class Exchange:
    """Filled while it happens, closed when it is over, then turned into a capture event.

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
        self.error: ArchiveError | None = None
        """The spool could not take what came: the exchange is not whole, and must not count."""
        self.peer = Peer()
        self.closed = False

    def begin(self, peer: Peer) -> None:
        """A connection is there and the request is about to be written to it."""
        self.started_at = dt.datetime.now(dt.UTC)
        self.peer = peer

    def record_sent(self, data: bytes) -> None:
        if not self.closed:
            self.sent += data

    def record_received(self, data: bytes) -> bool:
        """False: it could not be kept, and what cannot be kept need not come."""
        if self.closed:
            self.late_bytes += len(data)
            return self.error is None
        if self.first_byte_at is None:
            self.first_byte_at = dt.datetime.now(dt.UTC)
        try:
            self.received.write(data)
        except ArchiveError as exc:
            self.error = exc
            self.closed = True
        return self.error is None

    @property
    def protocols(self) -> tuple[str, ...]:
        """Values of ``WARC-Protocol``: application protocol first, then TLS."""
        if self.started_at is None:
            return ()
        if self.peer.tls_version is None:
            return ("http/1.1",)
        return ("http/1.1", self.peer.tls_version.lower().replace("tlsv", "tls/"))

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
            ip_address=self.peer.ip_address,
            protocols=self.protocols,
            cipher_suite=self.peer.cipher_suite,
            truncated=truncated,
            metadata=metadata,
            not_modified_of=not_modified_of,
        )
