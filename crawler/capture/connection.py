"""One connection: bytes in and out, and how it ended. It serves many exchanges, one by one."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

from crawler.capture.certificate import describe_certificates
from crawler.capture.exchange import Peer
from crawler.capture.fetch_result import one_line

if TYPE_CHECKING:
    from crawler.capture.tls import TLSLayer
    from crawler.capture.transfer import Transfer


class Connection(asyncio.Protocol):
    """Hands every byte to the transfer of the moment, before anything reads it.

    :param layer: None for plain HTTP.
    """

    def __init__(self, layer: TLSLayer | None) -> None:
        self.established: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """The socket is connected, and TLS agreed upon."""

        self.is_open = False
        self.idle_since = 0.0
        """By the loop's clock."""

        self.peer = Peer()
        self._layer = layer
        self._transport: Any = None
        self._transfer: Transfer | None = None

    def start(self, transfer: Transfer, request: bytes) -> None:
        self._transfer = transfer
        transfer.exchange.begin(self.peer)
        transfer.exchange.record_sent(request)
        if self._layer is None:
            self._transport.write(request)
        else:
            self._layer.send(request)
            self._flush()

    def close(self) -> None:
        """Say goodbye, and wait for nobody."""
        if self._layer is not None and self.is_open:
            self._layer.close()
            self._flush()
        self.is_open = False
        self._transport.close()

    def abort(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    def _flush(self) -> None:
        if self._layer is not None and (data := self._layer.outgoing()):
            self._transport.write(data)

    # -- what asyncio calls ------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        name = transport.get_extra_info("peername")
        self.peer = Peer(name[0] if isinstance(name, tuple) else None)
        if self._layer is None:
            self._established()
        else:
            self._shake_hands(self._layer, b"")

    def _established(self) -> None:
        self.is_open = True
        if not self.established.done():
            self.established.set_result(None)

    def _shake_hands(self, layer: TLSLayer, data: bytes) -> None:
        try:
            layer.handshake(data)
        except ssl.SSLError as exc:
            self._flush()  # the alert says why
            self._failed(exc)
            return
        self._flush()
        if layer.is_established:
            self.peer = Peer(
                self.peer.ip_address,
                layer.version,
                layer.cipher_suite,
                describe_certificates(tuple(layer.certificate_chain())),
            )
            self._established()

    def _failed(self, error: Exception) -> None:
        if not self.established.done():
            self.established.set_exception(error)
            self.established.exception()  # nobody may be waiting any more
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        layer = self._layer
        if layer is None:
            self._received(data)
            return
        if not layer.is_established:
            self._shake_hands(layer, data)
            if not layer.is_established:
                return
            data = b""
        try:
            plain = layer.receive(data)
        except ssl.SSLError as exc:
            self._ended(one_line(exc), is_clean=False)
            self._transport.abort()
            return
        self._flush()
        if plain:
            self._received(plain)
        if layer.is_closed_by_peer:
            self._ended("close_notify", is_clean=True)
            self.close()

    def _received(self, data: bytes) -> None:
        if self._transfer is None or self._transfer.is_over:
            self.is_open = False  # what comes unasked would be taken for the next answer
        if self._transfer is not None:
            self._transfer.received(data)

    def eof_received(self) -> bool:
        if not self.established.done():
            self._failed(ConnectionResetError("the connection ended within the TLS handshake"))
        elif self._layer is None:
            self._ended("FIN", is_clean=True)
        else:
            self._ended("the connection ended without TLS close_notify", is_clean=False)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.established.done():
            self._failed(exc or ConnectionResetError("the connection ended within the handshake"))
        self._ended(one_line(exc) if exc else "closed", is_clean=False)

    def _ended(self, how: str, *, is_clean: bool) -> None:
        self.is_open = False
        if self._transfer is not None:
            self._transfer.connection_ended(how, is_clean=is_clean)
