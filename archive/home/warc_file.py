"""The growing WARC file of a home, and the journal beside it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.home.cdxj import INDEXED_TYPES, urlkey, write_cdxj
from archive.home.journal import JournalEntry, entry_for
from archive.home.layout import OPEN_SUFFIX, Layout, fsync_directory
from archive.home.sums import FileSums, RunningSum, sums_of
from archive.warc.writer import DEFAULT_LEVEL, WarcWriter

if TYPE_CHECKING:
    from archive.home.manifest_writer import ManifestWriter
    from archive.warc.record import NewRecord

_WRITE_BYTES = 1 << 20
# O_EXCL takes a symbolic link for an existing file, wherever it leads.
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class FileOperations:
    """What touches the disk, so that tests can let it fail."""

    fsync: Callable[[int], None] = os.fsync
    write: Callable[[int, memoryview], int] = os.write
    spend: Callable[[int], None] = lambda _: None
    """Gets how many bytes are about to be written; refuses when the disk is nearly full."""


class WarcFile:
    """Appends records; not thread-safe. Named ``*.open`` until :meth:`close`.

    :meth:`append` only says where a record will lie. :meth:`commit` makes everything appended so
    far durable: the bytes first, then the journal lines. Whatever raises, call :meth:`abandon`,
    or :meth:`roll_back` if it was the free-space floor.
    """

    def __init__(
        self, layout: Layout, name: str, *, level: int = DEFAULT_LEVEL, ops: FileOperations
    ) -> None:
        """:raises FileExistsError: there is such a file already; nothing is ever overwritten."""
        self.name = name
        self.path = layout.warc / (name + OPEN_SUFFIX)
        self.journal_path = layout.journal(name)
        self.journal_size = 0
        """Bytes of the journal that are durable."""

        self._layout = layout
        self._ops = ops
        self._buffer: list[bytes] = []
        self._buffered_bytes = 0
        self._durable_size = 0
        self._entries: list[JournalEntry] = []
        self._is_closed = self._is_rolled_back = False
        self._writer = WarcWriter(self, level=level)
        self._sum = RunningSum()
        self._journal_sum = RunningSum()
        if (layout.warc / name).exists():
            raise FileExistsError(self.path)
        self._fd = os.open(self.path, _NEW_FILE, 0o644)
        try:
            self._journal_fd = os.open(self.journal_path, _NEW_FILE, 0o644)
        except BaseException:
            os.close(self._fd)
            self.path.unlink()
            raise

    @property
    def size(self) -> int:
        """Bytes so far, those not yet committed included."""
        return self._writer.offset

    def append(self, record: NewRecord) -> JournalEntry:
        """Put one record after the others, in a gzip member of its own."""
        place = self._writer.write(record)
        uri = record.target_uri
        key = urlkey(uri) if record.type in INDEXED_TYPES and uri else None
        entry = entry_for(record, place, key)
        self._entries.append(entry)
        return entry

    def write(self, data: bytes) -> None:
        """What :class:`WarcWriter` asks of a stream: takes the bytes, writes them when they are
        many.
        """
        self._buffer.append(data)
        self._buffered_bytes += len(data)
        if self._buffered_bytes >= _WRITE_BYTES:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._buffer)
        self._ops.spend(len(data))
        self._write(self._fd, data)
        self._sum.update(data)
        self._buffer.clear()
        self._buffered_bytes = 0

    def _write(self, fd: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._ops.write(fd, view) :]

    def commit(self) -> list[JournalEntry]:
        """Make everything appended durable; returns the entries that became so."""
        if not self._entries:
            return []
        self._flush()
        self._ops.fsync(self._fd)
        lines = b"".join(entry.to_line() for entry in self._entries)
        self._write(self._journal_fd, lines)
        self._ops.fsync(self._journal_fd)
        self._journal_sum.update(lines)
        if not self._durable_size:
            fsync_directory(self.path.parent, self._ops.fsync)  # the names have to last, too
        self._durable_size = self.size
        self.journal_size += len(lines)
        entries, self._entries = self._entries, []
        return entries

    def roll_back(self) -> None:
        """Forget what was appended since the last commit, before any of its journal lines.

        :raises OSError: the file cannot be cut; call :meth:`abandon`.
        """
        self._buffer.clear()
        self._buffered_bytes = 0
        self._entries.clear()
        os.ftruncate(self._fd, self._durable_size)
        os.lseek(self._fd, self._durable_size, os.SEEK_SET)
        self._writer.offset = self._durable_size
        self._is_rolled_back = True

    def discard(self) -> bool:
        """Remove a file that holds nothing; False, and nothing done, if it holds anything."""
        if self.size or self._is_closed:
            return False
        self._is_closed = True
        for fd, path in ((self._journal_fd, self.journal_path), (self._fd, self.path)):
            os.close(fd)
            path.unlink(missing_ok=True)
        return True

    def abandon(self) -> None:
        """After an error: cut both files back to what is durable, as far as that is possible.

        The journal first, and durably: a line whose record had been cut off already would make a
        lost record of one that nobody was ever promised. If the journal cannot be cut, the records
        stay. The file stays ``.open``; salvage looks at it when the archive is opened again.
        """
        if self._is_closed:
            return  # it failed while it was being finished: nothing to cut, nothing to let go
        self._is_closed = True
        with contextlib.suppress(OSError):
            os.ftruncate(self._journal_fd, self.journal_size)
            with contextlib.suppress(OSError):
                self._ops.fsync(self._journal_fd)
            os.ftruncate(self._fd, self._durable_size)
        for fd in (self._fd, self._journal_fd):
            with contextlib.suppress(OSError):
                os.close(fd)

    def close(self, manifests: ManifestWriter) -> Path:
        """Write the index, list the file, drop ``.open``, flush the directories.

        Everything must be committed.
        """
        self._is_closed = True
        os.close(self._fd)
        os.close(self._journal_fd)
        # Of what was handed to the disk, not of what the disk gives back: that is the point.
        sums = FileSums(
            self._sum.size,
            self._sum.hexdigest(),
            self._journal_sum.size,
            self._journal_sum.hexdigest(),
        )
        # A sum cannot be rolled back: then it is taken from the disk.
        known = None if self._is_rolled_back else sums
        return finish_file(self._layout, self.name, manifests, self._ops.fsync, known)


def finish_file(
    layout: Layout,
    name: str,
    manifests: ManifestWriter,
    fsync: Callable[[int], None],
    sums: FileSums | None = None,
) -> Path:
    """Turn a whole ``.open`` file with its journal into a closed one, indexed and listed.

    The name comes last: a crash in between leaves ``.open``, and salvage does it all again.

    :param sums: what was written; None: what lies on the disk is hashed.
    """
    path = layout.warc / name
    open_path = path.with_name(name + OPEN_SUFFIX)
    write_cdxj(layout.journal(name), name, layout.cdxj(name), fsync=fsync)
    fsync_directory(layout.index, fsync)
    manifests.append(name, sums or sums_of(layout, open_path, name))
    open_path.rename(path)
    fsync_directory(layout.warc, fsync)
    return path
