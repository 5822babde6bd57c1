"""The exchange log: every byte that came in and went out, so that an archive can be compared.

``exchanges.jsonl`` has one line per exchange, ``bytes.bin`` the bytes themselves: request, then
response, both inside TLS. Lines stand in the order in which the exchanges ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_BUFFER_BYTES = 1 << 20


@dataclass(slots=True)
class Exchange:
    """One request and what was handed to the socket in answer."""

    started: str
    """ISO 8601, UTC, microseconds: when the request had come in."""

    peer: str
    tls: bool
    tls_version: str | None
    cipher: str | None
    request: bytes
    method: str | None = None
    host: str | None = None
    target: str | None = None
    status: int | None = None
    fault: str | None = None
    sent: list[bytes] = field(default_factory=list)

    @property
    def sent_bytes(self) -> int:
        return sum(map(len, self.sent))


class ExchangeLog:
    """Two growing files in *directory*; what an earlier server left there is overwritten."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.index_path = directory / "exchanges.jsonl"
        self.bytes_path = directory / "bytes.bin"
        self._index = self.index_path.open("wb", buffering=_BUFFER_BYTES)
        self._bytes = self.bytes_path.open("wb", buffering=_BUFFER_BYTES)
        self._offset = 0
        self.count = 0

    def record(self, exchange: Exchange, ended: str) -> None:
        request_offset, request_length = self._put((exchange.request,))
        response_offset, response_length = self._put(exchange.sent)
        self.count += 1
        entry = {
            "n": self.count,
            "started": exchange.started,
            "peer": exchange.peer,
            "tls": exchange.tls,
            "tls_version": exchange.tls_version,
            "cipher": exchange.cipher,
            "method": exchange.method,
            "host": exchange.host,
            "target": exchange.target,
            "status": exchange.status,
            "request_offset": request_offset,
            "request_length": request_length,
            "response_offset": response_offset,
            "response_length": response_length,
            "ended": ended,
            "fault": exchange.fault,
        }
        self._index.write(json.dumps(entry).encode() + b"\n")

    def _put(self, pieces: Sequence[bytes] | Iterable[bytes]) -> tuple[int, int]:
        offset = self._offset
        for piece in pieces:
            self._bytes.write(piece)
            self._offset += len(piece)
        return offset, self._offset - offset

    def flush(self) -> None:
        """Afterwards another process reads everything recorded so far; bytes before their line."""
        self._bytes.flush()
        self._index.flush()

    def clear(self) -> None:
        """Begin again with empty files and number 1."""
        for stream in (self._index, self._bytes):
            stream.flush()
            stream.seek(0)
            stream.truncate()
        self._offset = self.count = 0

    def close(self) -> None:
        self._bytes.close()
        self._index.close()
