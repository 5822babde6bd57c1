"""The place of an export: it has a name of its own until it is whole."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from archive.errors import ArchiveError, NoSpaceError
from archive.home.layout import fsync_directory

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ExportError(ArchiveError):
    """The package could not be written; nothing stands under its name."""


class ExportTargetError(ExportError):
    """Something is there already."""


class ExportNoSpaceError(NoSpaceError):
    """The package does not fit."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        ArchiveError.__init__(
            self, f"{path}: {reason}. Free some space, or name another disk with --output."
        )


@contextlib.contextmanager
def target(final: Path, *, needed_bytes: int, is_directory: bool, force: bool) -> Iterator[Path]:
    """Gives the path to write to; what lies there when the block ends gets the name *final*.

    Any error takes the unfinished package away; a killed process leaves ``.partial`` only.

    :raises ExportTargetError: *final* exists and *force* is off, or another export writes it.
    :raises ExportNoSpaceError: *needed_bytes* are not free, or the disk filled up.
    """
    _refuse_existing(final, is_directory=is_directory, force=force)
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = final.with_name(final.name + ".partial")
    free = shutil.disk_usage(final.parent).free
    if free < needed_bytes:
        raise ExportNoSpaceError(
            final, f"the package needs about {needed_bytes} bytes and {free} are free"
        )
    lock = _lock(partial, is_directory=is_directory)
    try:
        try:
            yield partial
            _flush(partial)
            _refuse_existing(final, is_directory=is_directory, force=force)
            _publish(partial, final)
        except OSError as exc:
            if exc.errno in _FULL:
                raise ExportNoSpaceError(final, "the disk is full") from exc
            if exc.filename is not None:
                raise
            raise ExportError(f"{final}: cannot be written: {exc.strerror or exc}.") from exc
    except BaseException:
        _remove(partial)
        raise
    finally:
        os.close(lock)


def _refuse_existing(final: Path, *, is_directory: bool, force: bool) -> None:
    if not os.path.lexists(final):
        return
    if not force:
        raise ExportTargetError(
            f"{final} exists already; replace it with --force, or name another with --output"
        )
    # A slip of the pen must not cost anybody a directory: only a bag is replaced by a bag.
    is_replaceable = (final / "bagit.txt").is_file() if is_directory else not final.is_dir()
    if not is_replaceable:
        kind = "bag" if is_directory else "file"
        raise ExportTargetError(f"{final} is no {kind} and is not replaced; name another --output")


def _lock(partial: Path, *, is_directory: bool) -> int:
    """Make the unfinished package, empty, and hold it: two exports must not write one."""
    if is_directory:
        partial.mkdir(exist_ok=True)
        fd = os.open(partial, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    else:
        fd = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        os.close(fd)
        raise ExportTargetError(
            f"{partial} is being written by another export; let it end"
        ) from exc
    if is_directory:
        for child in partial.iterdir():  # left by a killed export
            _remove(child)
    else:
        os.ftruncate(fd, 0)
    return fd


def _flush(path: Path) -> None:
    """Make every byte and every name under *path* durable."""
    if path.is_dir():
        for child in path.iterdir():
            _flush(child)
        fsync_directory(path)
        return
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _publish(partial: Path, final: Path) -> None:
    old = None
    if final.is_dir() and not final.is_symlink():  # a directory is not replaced by renaming
        old = final.with_name(f"{final.name}.{os.getpid()}.old")
        final.rename(old)
    try:
        partial.rename(final)
    except OSError:
        if old is not None:
            old.rename(final)
        raise
    fsync_directory(final.parent)
    if old is not None:
        _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
