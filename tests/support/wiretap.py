"""What crossed the wire, written down between client and server by somebody who reads no HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from support.tls_records import Decryptor, read_key_log

_PIECE_BYTES = 64 << 10
_START_SECONDS = 30.0


@dataclass
class Tapped:
    """One connection: pieces in the order in which they passed, and who sent each."""

    pieces: list[tuple[bool, bytes]] = field(default_factory=list)
    """True: from the client."""

    def plain(self, keys: dict[tuple[str, bytes], bytes]) -> Iterator[tuple[bool, bytes]]:
        """The pieces without TLS; *keys* are those of the client's key log."""
        decryptor = Decryptor(keys)
        for from_client, data in self.pieces:
            yield from_client, decryptor.feed(data, from_client=from_client)


class Wiretap:
    """A relay on a port of its own; it hands on and keeps every byte, and alters none.

    The client's next request comes after the server's whole answer (there is no pipelining), so
    exchanges are told apart by who speaks: nothing here knows where a message ends.
    """

    def __init__(self, address: str, port: int) -> None:
        self._server = (address, port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._streams: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.connections: list[Tapped] = []

    def __enter__(self) -> Self:
        self._thread.start()
        listening = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._relay, "127.0.0.1", 0, limit=_PIECE_BYTES), self._loop
        )
        self._listener = listening.result(_START_SECONDS)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(_START_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def exchanges(self, key_log: Path) -> list[tuple[bytes, bytes]]:
        """Request and response of each exchange so far, out of TLS."""
        keys = read_key_log(key_log)
        return [pair for tapped in self.connections for pair in _pairs(tapped.plain(keys))]

    async def _stop(self) -> None:
        self._listener.close()
        for stream in self._streams:
            stream.transport.abort()
        own = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not own]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _relay(self, from_client: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        tapped = Tapped()
        self.connections.append(tapped)
        from_server, server = await asyncio.open_connection(*self._server, limit=_PIECE_BYTES)
        ends = {client, server}
        self._streams |= ends
        try:
            await asyncio.gather(
                _copy(from_client, server, tapped, from_client=True),
                _copy(from_server, client, tapped, from_client=False),
            )
        finally:
            for stream in ends:
                stream.transport.abort()
            self._streams -= ends


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tapped: Tapped, *, from_client: bool
) -> None:
    try:
        while data := await reader.read(_PIECE_BYTES):
            tapped.pieces.append((from_client, data))
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:  # one side tore the connection: so is the other
        writer.transport.abort()


def _pairs(pieces: Iterator[tuple[bool, bytes]]) -> list[tuple[bytes, bytes]]:
    pairs: list[list[bytes]] = []
    for from_client, data in pieces:
        if not data:
            continue
        if not pairs or (from_client and pairs[-1][1]):
            pairs.append([b"", b""])
        pairs[-1][not from_client] += data
    return [(request, response) for request, response in pairs]
