"""TLS between a connection's socket and its HTTP, on memory alone: what the peer sent is told apart
from how the connection ended, which :mod:`asyncio` keeps to itself.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from crawler.errors import UsageError

_READ_BYTES = 256 << 10


class TLSPolicy:
    """Whose certificates are trusted; the server's name is always held against its own.

    Session keys are written to the file that ``SSLKEYLOGFILE`` names, as browsers and curl do: with
    them, anybody can read a packet capture of the crawl and compare it with its records.

    :param pem: certificates of authorities; None: those of the system.
    """

    def __init__(self, pem: str | None = None) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if path := os.environ.get("SSLKEYLOGFILE"):
            self._context.keylog_filename = path
        if pem is None:
            self._context.load_default_certs()
        else:
            self._context.load_verify_locations(cadata=pem)

    @classmethod
    def of_file(cls, ca_file: Path | None) -> TLSPolicy:
        """:raises UsageError: the file holds no certificate that can be read."""
        if ca_file is None:
            return cls()
        try:
            # Comments beside the certificates may be in any encoding.
            return cls(ca_file.read_bytes().decode("ascii", "ignore"))
        except (OSError, ValueError) as exc:  # ssl.SSLError is an OSError
            raise UsageError(f"--ca-file {ca_file}: no readable PEM certificates ({exc})") from exc

    def layer_for(self, host: str) -> TLSLayer:
        """A connection to *host*, which is told to the server (SNI) and held against its name."""
        return TLSLayer(self._context, host)


class TLSLayer:
    """One connection's TLS: what came from the socket goes in, what must go there comes out.

    Methods raise :exc:`ssl.SSLError` for what is no TLS, or not to be trusted.
    """

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self.is_established = False
        self.is_closed_by_peer = False
        """Its close_notify came: what came before was all it had to send (RFC 8446, 6.1)."""

    def handshake(self, data: bytes = b"") -> None:
        self._incoming.write(data)
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return
        self.is_established = True

    def receive(self, data: bytes = b"") -> bytes:
        """What *data* says in plain bytes."""
        self._incoming.write(data)
        pieces: list[bytes] = []
        try:
            while piece := self._tls.read(_READ_BYTES):
                pieces.append(piece)
            self.is_closed_by_peer = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.is_closed_by_peer = True
        return b"".join(pieces)

    def send(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self._tls.write(left) :]

    def close(self) -> None:
        """Say goodbye; nobody waits for the answer."""
        with suppress(ssl.SSLError):
            self._tls.unwrap()

    def outgoing(self) -> bytes:
        """What has to go to the socket now."""
        return self._outgoing.read()

    @property
    def version(self) -> str | None:
        return self._tls.version()

    @property
    def cipher_suite(self) -> str | None:
        cipher = self._tls.cipher()
        return cipher[0] if cipher else None

    def certificate_chain(self) -> Sequence[bytes]:
        """DER of the certificates that the server sent, its own first."""
        if hasattr(self._tls, "get_unverified_chain"):  # Python 3.13
            return list(self._tls.get_unverified_chain())
        sslobj: Any = self._tls._sslobj  # type: ignore[attr-defined]  # noqa: SLF001
        return [
            certificate.public_bytes(ssl._ssl.ENCODING_DER)  # type: ignore[attr-defined]  # noqa: SLF001
            for certificate in sslobj.get_unverified_chain() or ()
        ]
