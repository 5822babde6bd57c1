"""The second copy of the archive, wherever fsspec reaches: a directory, SFTP, S3.

It has the same names as the home: ``warc/`` and ``fixity/``. A file gets its name there only after
it was read back and hashed to what it should be; until then it is called ``….partial``.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from archive.errors import CopyContradictionError, CopyError
from archive.home.sums import FileSums, RunningSum

if TYPE_CHECKING:
    from archive.home.layout import Layout

_CHUNK_BYTES = 1 << 20
_SECONDS = 60.0
_CONNECT_SECONDS = 30.0
_SFTP_REQUESTS = 64
_PARTIAL = ".partial"


def without_password(url: str) -> str:
    """The address as it may be shown."""
    # To the last "@": a password may hold that, or a slash. Better too much hidden than too little.
    return re.sub(r"(?<=://)([^/@:]*):\S*@", r"\1:…@", url)


class SecondCopy:
    """One target. Everything that goes wrong with it is a :class:`CopyError`."""

    def __init__(self, url: str) -> None:
        """:param url: a directory, or any URL that fsspec knows (``sftp://``, ``s3://``).

        Options beyond the URL come from fsspec's own configuration, such as the variable
        ``FSSPEC_S3_ENDPOINT_URL``.
        """
        self.name = without_password(url)
        with self._copy_errors():
            from fsspec.core import url_to_fs  # noqa: PLC0415 - a crawl without a copy needs none

            self._fs: Any
            self._fs, self._root = url_to_fs(url, skip_instance_cache=True, **_retry_policy(url))
            if "file" in self._fs.protocol and not self._fs.isdir(self._root):
                # Made silently, it would fill this disk while the other one is not mounted.
                raise CopyError(self.name, "there is no such directory (is the disk mounted?)")
            # What an object store was asked once it answers from memory, unless asked not to.
            self._fresh = {"refresh": True} if "s3" in self._fs.protocol else {}
            if ftp := getattr(self._fs, "ftp", None):  # a server that hangs must not hang us
                ftp.get_channel().settimeout(_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection, where there is one."""
        client = getattr(self._fs, "client", None)
        if self._fs.protocol in ("sftp", ("sftp", "ssh")) and client is not None:
            with contextlib.suppress(Exception):
                client.close()

    def put_file(
        self, layout: Layout, warc_filename: str, sums: FileSums, *, set_aside: str | None = None
    ) -> None:
        """Copy a closed WARC file and its journal and read both back. What is there already, and
        right, is left as it is.

        :param set_aside: what is there and wrong gets this suffix first; without, it is an error.
        :raises CopyContradictionError: the target has other bytes under one of the names.
        :raises CopyError: the target refuses, is away, or gave back other bytes.
        """
        with one_at_a_time(layout):
            for path, size, sha256 in _parts(layout, warc_filename, sums):
                name = f"warc/{path.name}"
                found = self._sum(name)
                if found == (size, sha256):
                    continue
                if found is not None:
                    if set_aside is None:
                        raise CopyContradictionError(
                            self.name, f"its {name} hashes to {found[1]}, not to {sha256}"
                        )
                    self.set_aside(name, name + set_aside)
                self._put(path, name, size, sha256)

    def put_small(self, path: Path) -> None:
        """Copy a file of ``fixity/`` as it is, in place of what has its name there.

        The caller has compared the two, and holds the lock of :func:`one_at_a_time`.
        """
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        self._put(path, f"fixity/{path.name}", len(data), digest)

    def set_aside(self, name: str, other_name: str) -> None:
        """Give a file there another name, if there is one."""
        with self._copy_errors(), contextlib.suppress(FileNotFoundError):
            self._fs.makedirs(posixpath.dirname(self._path(other_name)), exist_ok=True)
            self._fs.mv(self._path(name), self._path(other_name))

    def sums(self, layout: Layout, warc_filename: str) -> FileSums | None:
        """What file and journal hash to there, read anew; None if one of them is missing."""
        journal = layout.journal(warc_filename).name
        found = [self._sum(f"warc/{name}") for name in (warc_filename, journal)]
        if found[0] is None or found[1] is None:
            return None
        return FileSums(*found[0], *found[1])

    def names(self) -> frozenset[str]:
        """The WARC files that have a name there, whether whole or not, each with its journal."""
        found = self._list("warc")
        return frozenset(name for name in found if f"{name}.journal" in found)

    def fetch(self, name: str, target: Path, fsync: Callable[[int], None] = os.fsync) -> str:
        """Copy ``warc/NAME`` from there to *target*, durably; returns its SHA-256."""
        running = RunningSum()
        with target.open("wb") as file:
            for chunk in self._chunks(f"warc/{name}"):
                file.write(chunk)
                running.update(chunk)
            file.flush()
            fsync(file.fileno())
        return running.hexdigest()

    def read(self, name: str) -> bytes | None:
        """A small file; None if there is none."""
        with self._copy_errors():
            try:
                return bytes(self._fs.cat_file(self._path(name)))
            except FileNotFoundError:
                return None

    def fixity_names(self) -> list[str]:
        """The files in ``fixity/`` there: manifests, log, head, timestamps."""
        return sorted(name for name in self._list("fixity") if not name.endswith(_PARTIAL))

    def _list(self, directory: str) -> frozenset[str]:
        with self._copy_errors():
            try:
                found = self._fs.ls(self._path(directory), detail=False, **self._fresh)
            except FileNotFoundError:
                return frozenset()
        return frozenset(posixpath.basename(str(path)) for path in found)

    def _put(self, path: Path, name: str, size: int, sha256: str) -> None:
        final, partial = self._path(name), self._path(name) + _PARTIAL
        with self._copy_errors():
            self._fs.makedirs(posixpath.dirname(final), exist_ok=True)
            with path.open("rb") as source, self._fs.open(partial, "wb") as target:
                _hurry(target, writing=True)
                while chunk := source.read(_CHUNK_BYTES):
                    target.write(chunk)
            found = self._sum(name + _PARTIAL)
            if found != (size, sha256):
                raise CopyError(
                    self.name,
                    f"{name} came back as {found}, not as {(size, sha256)}; if"
                    f" {path} is whole, the target cannot be trusted",
                )
            self._make_durable(partial)
            self._fs.mv(partial, final)

    def _make_durable(self, path: str) -> None:
        """A directory of this machine is flushed; what servers do is theirs."""
        if "file" in self._fs.protocol:
            fd = os.open(path, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)

    def _sum(self, name: str) -> tuple[int, str] | None:
        running = RunningSum()
        try:
            for chunk in self._chunks(name):
                running.update(chunk)
        except FileNotFoundError:
            return None
        return running.size, running.hexdigest()

    def _chunks(self, name: str) -> Iterator[bytes]:
        # Read in one go: no cache may answer in place of the target.
        file: BinaryIO
        with (
            self._copy_errors(),
            self._fs.open(self._path(name), "rb", cache_type="none") as file,
        ):
            _hurry(file, writing=False)
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk

    def _path(self, name: str) -> str:
        return posixpath.join(self._root, name)

    @contextlib.contextmanager
    def _copy_errors(self) -> Iterator[None]:
        """Each transport has exceptions of its own; none of them may end a crawl."""
        try:
            yield
        except (CopyError, FileNotFoundError):
            raise
        except Exception as exc:
            reason = without_password(" ".join(f"{type(exc).__name__}: {exc}".split()))
            raise CopyError(self.name, reason[:300]) from exc


@contextlib.contextmanager
def one_at_a_time(layout: Layout) -> Iterator[None]:
    """A crawl's copier and `fixity run` would write into the same ``.partial``.

    Whoever comes second waits for one file of the first.
    """
    layout.state.mkdir(parents=True, exist_ok=True)
    fd = os.open(layout.state / "copy.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _retry_policy(url: str) -> dict[str, float]:
    """How long a server may take to let us in, where fsspec lets that be said."""
    if not url.startswith(("sftp://", "ssh://")):
        return {}
    return dict.fromkeys(("timeout", "banner_timeout", "auth_timeout"), _CONNECT_SECONDS)


def _hurry(file: Any, *, writing: bool) -> None:
    """Over SFTP, do not wait for each answer before the next 32 KiB: paramiko's two ways."""
    if not hasattr(file, "set_pipelined"):
        return
    if writing:
        file.set_pipelined(True)
    else:
        file.prefetch(max_concurrent_requests=_SFTP_REQUESTS)


def _parts(layout: Layout, name: str, sums: FileSums) -> Iterator[tuple[Path, int, str]]:
    yield layout.warc / name, sums.size, sums.sha256
    yield layout.journal(name), sums.journal_size, sums.journal_sha256
