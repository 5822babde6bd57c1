"""The bytes below HTTP: TLS without its own transport, and how to end a connection on purpose.

asyncio's TLS transport does not tell when its bytes have reached the kernel, and ends every
connection politely. Faults need both to be under control, so TLS is done here over memory buffers.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import socket
import ssl
import struct
import termios
from pathlib import Path

_TCP_TABLE = Path("/proc/net/tcp")


class TlsPipe:
    """The server's end of one TLS session: ciphertext in, plaintext out, and back."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._session = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._shaken = False
        self.closed = False
        """The peer has said that nothing more will come."""

    def receive(self, ciphertext: bytes) -> bytes:
        """Take what came from the socket, return what it says.

        :raises ssl.SSLError: this is no TLS, or the peer did not like our certificate.
        """
        self._incoming.write(ciphertext)
        plain = bytearray()
        try:
            if not self._shaken:
                self._session.do_handshake()
                self._shaken = True
            while piece := self._session.read(65_536):
                plain += piece
            self.closed = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.closed = True
        return bytes(plain)

    def to_send(self) -> bytes:
        """Ciphertext that waits for the socket: handshake, alerts, data."""
        return self._outgoing.read()

    def encrypt(self, plain: bytes) -> bytes:
        view = memoryview(plain)
        while view:
            view = view[self._session.write(view) :]
        return self._outgoing.read()

    def farewell(self) -> bytes:
        """The close_notify alert."""
        with contextlib.suppress(ssl.SSLError):  # we do not wait for the peer's alert
            self._session.unwrap()
        return self._outgoing.read()

    @property
    def version(self) -> str | None:
        return self._session.version()

    @property
    def cipher(self) -> str | None:
        used = self._session.cipher()
        return used[0] if used else None


def arm_reset(transport: asyncio.Transport) -> None:
    """Let the next ``abort()`` tear the connection (RST) instead of ending it (FIN)."""
    linger_for_no_time = struct.pack("ii", 1, 0)
    _socket_of(transport).setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_no_time)


async def all_read_by_peer(transport: asyncio.Transport, *, at_most_seconds: float = 2.0) -> bool:
    """Wait until the peer has every byte written so far; False when it did not within the time.

    A reset overtakes bytes: what still waits on our side is thrown away, and what waits unread on
    the other side is lost to programs that look at the error first. So both queues must be empty.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + at_most_seconds
    while loop.time() < deadline:
        if transport.is_closing():
            return False
        if not transport.get_write_buffer_size() and not _unread_bytes(transport):
            return True
        await asyncio.sleep(0.002)
    return False


def _unread_bytes(transport: asyncio.Transport) -> int:
    """Bytes the peer has not acknowledged or, where Linux tells, those its program has not read."""
    queued = fcntl.ioctl(_socket_of(transport).fileno(), termios.TIOCOUTQ, b"\0" * 4)
    unsent: int = struct.unpack("i", queued)[0]
    return unsent or _peer_queue(transport.get_extra_info("peername"))


def _peer_queue(peer: tuple[str, int]) -> int:
    """Receive queue of the socket at the other end, which is on this machine; 0 if unknown."""
    try:
        address = socket.inet_aton(peer[0])[::-1].hex().upper() + f":{peer[1]:04X}"
        table = _TCP_TABLE.read_text(encoding="ascii")
    except OSError:
        return 0
    for line in table.splitlines():
        fields = line.split()
        if fields[1] == address:
            return int(fields[4].partition(":")[2], 16)
    return 0


def _socket_of(transport: asyncio.Transport) -> socket.socket:
    found: socket.socket = transport.get_extra_info("socket")
    return found
