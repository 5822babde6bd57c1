"""An import that is killed, or that the disk fails: nothing, or a whole file."""

from __future__ import annotations

import errno
import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.foreign_files import write

from archive import NoSpaceError, WarcWriteError, salvage
from archive.home.layout import Layout
from archive.importing import import_files
from archive.verify import Catalog, check_together, plan_home, verify_targets

_CHANGES = frozenset({"open", "os.rename", "os.remove"})


def take(home: Path, source: Path, **ops: Callable[..., int]) -> None:
    with import_files(home, software="khobao thử", min_free_bytes=0, **ops) as run:  # type: ignore[arg-type]
        run.take(source)


def findings(home: Path) -> list[str]:
    plan = plan_home(home)
    found = list(plan.findings)
    with Catalog() as catalog:
        for report in verify_targets(plan, catalog, jobs=1):
            found += report.findings
        return [finding.kind for finding in (*found, *check_together(plan, catalog))]


def names(home: Path) -> set[str]:
    return {path.name for path in (*home.glob("warc/*"), *home.glob("index/*"))}


def killed(home: Path, source: Path, number: int) -> bool:
    """Import in a process of its own that dies before the file system is changed for the
    *number*-th time; False: it came to its end.
    """
    child = os.fork()
    if not child:
        counter = itertools.count()

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            changes = event in _CHANGES and str(arguments[0]).startswith(str(home))
            if changes and next(counter) == number:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            take(home, source)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["warcio.warc.gz", "plain.warc"])
def test_killed_at_any_moment_it_leaves_nothing_or_a_whole_file(tmp_path: Path, name: str) -> None:
    source = write(tmp_path, name)
    master = f"warc/{name}"
    outcomes = set()
    for number in itertools.count():
        home = tmp_path / f"home-{number}"
        was_killed = killed(home, source, number)
        # Before anybody puts it in order: named as what it is, and nothing else wrong.
        assert set(findings(home)) <= {"not-closed", "leftover"}
        salvage(home)
        assert set(findings(home)) <= {"leftover"}
        is_there = (home / master).exists()
        if is_there:
            assert (home / master).read_bytes() == source.read_bytes()
        else:
            assert not names(home)
        outcomes.add((was_killed, is_there))
        take(home, source)
        assert [] == findings(home)
        if not was_killed:
            break
    assert {(True, False), (True, True), (False, True)} == outcomes


def test_what_only_looks_like_an_import_is_left_alone(tmp_path: Path) -> None:
    """Neither the file of that name nor its journal is touched, or hidden."""
    source, home = write(tmp_path, "plain.warc"), tmp_path / "home"
    take(home, source)
    before = {path: path.read_bytes() for path in home.rglob("plain*")}
    (home / "warc" / "plain.warc.importing").write_bytes(b"x")
    assert ["leftover"] == findings(home)
    assert ["plain.warc"] == [name for name, _ in Layout(home).journals()]
    salvage(home)
    take(home, write(tmp_path, "warcio.warc.gz"))
    assert before == {path: path.read_bytes() for path in before}
    assert ["leftover"] == findings(home)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_when_the_disk_refuses_nothing_is_left(tmp_path: Path, number: int) -> None:
    source = write(tmp_path, "warcio.warc.gz")
    for failing in itertools.count():
        home = tmp_path / f"home-{failing}"
        calls = itertools.count()

        def fsync(fd: int, failing: int = failing, calls: itertools.count[int] = calls) -> None:
            if next(calls) == failing:
                raise OSError(number, os.strerror(number))
            os.fsync(fd)

        try:
            take(home, source, fsync=fsync)  # type: ignore[arg-type]
        except NoSpaceError:
            assert number == errno.ENOSPC
        except WarcWriteError:
            assert number == errno.EIO
        else:
            break
        salvage(home)
        assert set(findings(home)) <= {"leftover"}
        take(home, source)
        assert [] == findings(home)
    assert failing > 5


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    source, home = write(tmp_path, "plain.warc"), tmp_path / "home"

    def refuse(_fd: int, _data: memoryview) -> int:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    with pytest.raises(NoSpaceError):
        take(home, source, write=refuse)
    assert not names(home)
    assert [] == findings(home)
