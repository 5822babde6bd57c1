from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, CaptureEvent, GroupWriter, WarcWriteError, read_record

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]


def page(n: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\n\r\npage %d" % n


def test_what_waits_together_is_flushed_together(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path
) -> None:
    """While one flush lasts others queue up; they share the next one."""
    flushes = []
    first_flush, go_on = threading.Event(), threading.Event()

    def fsync(fd: int) -> None:
        flushes.append(fd)
        first_flush.set()
        assert go_on.wait(10)
        os.fsync(fd)

    archive = open_archive(fsync=fsync)
    with GroupWriter(archive) as writer:
        futures = [writer.submit(make_event(page(0)))]
        assert first_flush.wait(10)
        futures += [writer.submit(make_event(page(n))) for n in range(1, 50)]
        assert not any(future.done() for future in futures)
        go_on.set()
        refs = [future.result(10) for future in futures]
    assert len(flushes) == 5  # WARC, journal and directory; then WARC and journal for all others
    for n, ref in enumerate(refs):
        assert read_record(tmp_path, ref.warc_filename, ref.offset).raw_block() == page(n)


def test_closing_writes_what_waits(open_archive: OpenArchive, make_event: MakeEvent) -> None:
    writer = GroupWriter(open_archive())
    futures = [writer.submit(make_event(page(n))) for n in range(600)]
    writer.close()
    assert all(future.done() and future.exception() is None for future in futures)
    with pytest.raises(ArchiveError, match="closed"):
        writer.submit(make_event(page(1))).result(1)
    writer.close()


def test_a_capture_cannot_be_cancelled(open_archive: OpenArchive, make_event: MakeEvent) -> None:
    with GroupWriter(open_archive()) as writer:
        future = writer.submit(make_event(page(1)))
        assert not future.cancel()
        assert future.result(10).record_type == "response"


def test_a_write_error_fails_everything_that_follows(
    open_archive: OpenArchive, make_event: MakeEvent
) -> None:
    in_flush, go_on = threading.Event(), threading.Event()

    def fsync(_fd: int) -> None:
        in_flush.set()
        assert go_on.wait(10)
        raise OSError(errno.EIO, "Input/output error")

    archive = open_archive(fsync=fsync)
    writer = GroupWriter(archive)
    futures = [writer.submit(make_event(page(0)))]
    assert in_flush.wait(10)
    futures += [writer.submit(make_event(page(n))) for n in range(1, 300)]
    go_on.set()
    errors = {id(future.exception(10)) for future in futures}
    assert len(errors) == 1
    late = writer.submit(make_event(page(1)))
    assert id(late.exception(0)) in errors
    assert isinstance(late.exception(0), WarcWriteError)
    writer.close()


def test_many_threads(open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path) -> None:
    results = {}
    with GroupWriter(open_archive(max_bytes=20_000)) as writer:

        def submit(thread: int) -> None:
            for n in range(thread * 100, thread * 100 + 50):
                results[n] = writer.submit(make_event(page(n)))

        threads = [threading.Thread(target=submit, args=(t,)) for t in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(results) == 200
    for n, future in results.items():
        ref = future.result(0)
        assert read_record(tmp_path, ref.warc_filename, ref.offset).raw_block() == page(n)


def test_bodies_in_spools_bound_a_group(
    open_archive: OpenArchive, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.home.group_writer._GROUP_BYTES", 1000)
    with GroupWriter(open_archive()) as writer:
        futures = [writer.submit(make_event(b"x" * 600)) for _ in range(9)]
    assert all(future.exception(0) is None for future in futures)
