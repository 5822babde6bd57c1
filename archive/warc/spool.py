"""Spool: a body that grows while it is received, in memory first, on disk when it gets big."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from archive.errors import write_error

MEMORY_BYTES = 4 << 20
CHUNK_BYTES = 256 << 10
_MAX_CHUNKS = 512


class SpaceBudget(Protocol):
    """What is asked before bytes go to disk."""

    def spend(self, size: int) -> None:
        """:raises NoSpaceError: *size* bytes more must not be written."""


class Spool:
    """Bytes that were received, in order; at most *memory_bytes* of them are kept in memory.

    One thread writes; when it has finished, any thread may read, by as many readers as it likes.
    The temporary file has no name, so that nothing is left of it after a crash.
    """

    __slots__ = (
        "_chunks",
        "_directory",
        "_fd",
        "_is_closed",
        "_memory_bytes",
        "_size",
        "_small",
        "_space",
    )

    def __init__(
        self,
        directory: Path,
        *,
        memory_bytes: int = MEMORY_BYTES,
        space: SpaceBudget | None = None,
    ) -> None:
        """:param directory: where the temporary file goes when one is needed; it must exist.
        :param space: asked before bytes go to that file.
        """
        self._directory = directory
        self._memory_bytes = memory_bytes
        self._chunks: list[bytes] = []
        self._small = 0
        """Chunks at the end of the list that were not joined yet."""
        self._space = space
        self._size = 0
        self._fd: int | None = None
        self._is_closed = False

    def __len__(self) -> int:
        """:raises ValueError: it has been closed; no record may be made of what it held."""
        if self._is_closed:
            raise ValueError("This spool has been closed: what it held is gone.")
        return self._size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def in_memory(self) -> bool:
        return self._fd is None

    def write(self, data: bytes) -> int:
        """Append *data*.

        :raises WarcWriteError: the temporary file cannot take it.
        :raises NoSpaceError: it must not, for the disk is full or nearly so.
        """
        if self._fd is None and self._size + len(data) <= self._memory_bytes:
            self._hold(data)
        else:
            try:
                self._write_to_file(data)
            except OSError as exc:
                raise write_error(self._directory, exc) from exc
        self._size += len(data)
        return len(data)

    def _hold(self, data: bytes) -> None:
        """A body that drips in byte by byte must not cost forty times its size in small objects."""
        self._chunks.append(data)
        self._small += 1
        if self._small == _MAX_CHUNKS:
            self._chunks[-_MAX_CHUNKS:] = [b"".join(self._chunks[-_MAX_CHUNKS:])]
            self._small = 0

    def _write_to_file(self, data: bytes) -> None:
        if self._space is not None:
            self._space.spend(len(data))
        if self._fd is None:
            with tempfile.TemporaryFile(dir=self._directory, buffering=0) as file:
                self._fd = os.dup(file.fileno())
            for chunk in self._chunks:
                _write_all(self._fd, chunk)
            self._chunks.clear()
        _write_all(self._fd, data)

    def open_reader(self) -> BinaryIO:
        """A new reader at the start; it does not disturb other readers."""
        if self._fd is None:
            return io.BytesIO(self.getvalue())
        return io.BufferedReader(_PositionReader(self._fd, self._size), CHUNK_BYTES)

    def getvalue(self) -> bytes:
        """Everything, in memory: for bodies known to be small."""
        if self._fd is not None:
            with self.open_reader() as reader:
                return reader.read()
        if len(self._chunks) > 1:
            self._chunks = [b"".join(self._chunks)]
            self._small = 0
        return self._chunks[0] if self._chunks else b""

    def close(self) -> None:
        """Free memory and file; nothing can be read afterwards. Safe to call twice."""
        self._is_closed = True
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
        self._chunks.clear()


Body = bytes | Spool


class _PositionReader(io.RawIOBase):
    """Reads by position, so that several readers can share one file descriptor."""

    def __init__(self, fd: int, size: int) -> None:
        super().__init__()
        self._fd, self._size, self._position = fd, size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._size - self._position)
        data = os.pread(self._fd, wanted, self._position)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def is_in_memory(body: Body) -> bool:
    return isinstance(body, bytes) or body.in_memory


def body_prefix(body: Body, size: int) -> bytes:
    """The first *size* bytes, or all there are."""
    if isinstance(body, bytes):
        return body[:size]
    with body.open_reader() as reader:
        return reader.read(size)


def body_chunks(body: Body) -> Iterator[bytes]:
    """The bytes of *body* in pieces that fit into memory."""
    if is_in_memory(body):
        yield body if isinstance(body, bytes) else body.getvalue()
        return
    assert isinstance(body, Spool)
    with body.open_reader() as reader:
        while chunk := reader.read(CHUNK_BYTES):
            yield chunk


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
