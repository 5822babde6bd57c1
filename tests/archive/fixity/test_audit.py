"""Verifying and copying, and repairing one side from the other."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.fixity import FILES, actions, contents, files, flip

from archive import Archive, ArchiveLockedError, CaptureEvent
from archive.errors import CopyContradictionError, CopyError
from archive.fixity.audit import Audit, copy_missing
from archive.fixity.chain import check_chain
from archive.fixity.copier import Copier
from archive.fixity.copy import SecondCopy, without_password
from archive.fixity.history import History
from archive.fixity.overview import overview
from archive.fixity.trust import trust
from archive.home.layout import Layout
from archive.home.lock import ArchiveLock
from archive.home.manifest import read_manifests
from archive.home.register import unlisted
from archive.home.sums import sha256_of


def test_every_closed_file_is_listed_with_what_lies_on_the_disk(layout: Layout) -> None:
    entries = list(read_manifests(layout))

    assert [path.name for path in files(layout)] == [entry.warc_filename for entry in entries]
    for entry in entries:
        assert (entry.size, entry.sha256) == sha256_of(layout.warc / entry.warc_filename)
        journal = layout.journal(entry.warc_filename)
        assert (entry.journal_size, entry.journal_sha256) == sha256_of(journal)
    assert not list(check_chain(layout))


def test_all_is_verified_and_noted(layout: Layout) -> None:
    assert f"{FILES} of {FILES} files without a good reading" in overview(layout).verified_within()

    result = Audit(layout).run()

    assert (FILES, 0, []) == (result.verified, result.left, result.lost)
    assert [(p.name, "master", "verified") for p in files(layout)] == actions(layout)
    assert "every file verified within 1 day" == overview(layout).verified_within()


def test_the_longest_unverified_comes_first_and_the_budget_ends_it(layout: Layout) -> None:
    now = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    names = [path.name for path in files(layout)]
    seen: list[str] = []
    # Every look at the clock takes a minute: a budget of none allows one file.
    for hour in range(FILES + 1):
        at = now + dt.timedelta(hours=hour)
        result = Audit(layout, clock=lambda at=at: at, report=seen.append).run(dt.timedelta(0))  # type: ignore[misc]
        assert (1, FILES - 1) == (result.verified, result.left)
    assert [*names, names[0]] == seen


def test_rot_in_a_master_is_repaired_from_the_copy(layout: Layout, target: Path) -> None:
    with SecondCopy(str(target)) as copy:
        assert FILES == Audit(layout, copy=copy).run().copied
    assert contents(layout.warc) == contents(target / "warc")
    good = contents(layout.warc)
    rotten = files(layout)[1]
    flip(rotten)
    damaged = rotten.read_bytes()

    with SecondCopy(str(target)) as copy:
        result = Audit(layout, copy=copy).run()

    assert [(rotten.name, "master")] == [(event.file, event.side) for event in result.repaired]
    assert not result.lost
    assert good == contents(layout.warc)
    (quarantined,) = layout.warc.glob("*.rotten-*")
    assert damaged == quarantined.read_bytes()
    assert [(rotten.name, "master", "damaged"), (rotten.name, "copy", "verified")] == [
        action for action in actions(layout)[2 * FILES :] if action[0] == rotten.name
    ][:2]
    assert not overview(layout).unresolved


@pytest.mark.parametrize("gone", [".warc.gz", ".journal"])
def test_a_missing_master_or_journal_is_brought_back(
    layout: Layout, target: Path, gone: str
) -> None:
    with SecondCopy(str(target)) as copy:
        copy_missing(layout, copy, History(layout))
        good = contents(layout.warc)
        next(path for path in sorted(layout.warc.iterdir()) if path.name.endswith(gone)).unlink()
        result = Audit(layout, copy=copy).run()
    assert 1 == len(result.repaired)
    assert good == contents(layout.warc)
    assert not list(layout.warc.glob("*.rotten-*"))  # what was whole is left as it was


@pytest.mark.parametrize("damage", [flip, Path.unlink])
def test_rot_in_the_copy_is_repaired_from_the_master(
    layout: Layout, target: Path, damage: Callable[[Path], None]
) -> None:
    with SecondCopy(str(target)) as copy:
        copy_missing(layout, copy, History(layout))
        damage(target / "warc" / files(layout)[2].name)
        result = Audit(layout, copy=copy).run()
    assert ["copy"] == [event.side for event in result.repaired]
    assert contents(layout.warc) == contents(target / "warc")


def test_rot_on_both_sides_is_lost_and_reported_until_it_is_repaired(
    layout: Layout, target: Path
) -> None:
    with SecondCopy(str(target)) as copy:
        copy_missing(layout, copy, History(layout))
        name = files(layout)[0].name
        good = (layout.warc / name).read_bytes()
        flip(layout.warc / name, 50)
        flip(target / "warc" / name, 60)
        result = Audit(layout, copy=copy).run()
        assert {(name, "master"), (name, "copy")} == {(e.file, e.side) for e in result.lost}
        assert 2 == len(overview(layout).unresolved)
        (layout.warc / name).write_bytes(good)  # somebody found a third copy
        result = Audit(layout, copy=copy).run()
    assert not result.lost
    assert good == (target / "warc" / name).read_bytes()
    assert not overview(layout).unresolved


def test_a_rotten_master_never_becomes_a_copy(layout: Layout, target: Path) -> None:
    flip(files(layout)[0])
    with SecondCopy(str(target)) as copy:
        result = Audit(layout, copy=copy).run()
    assert 1 == len(result.lost)
    assert files(layout)[0].name not in contents(target / "warc")
    assert FILES - 1 == result.copied


def test_a_target_that_is_not_there_is_never_made(layout: Layout, tmp_path: Path) -> None:
    """It would fill the system's disk while the other one is not mounted."""
    with pytest.raises(CopyError, match="is the disk mounted"):
        SecondCopy(str(tmp_path / "not mounted"))


def test_an_altered_manifest_in_the_copy_is_not_written_over(layout: Layout, target: Path) -> None:
    with SecondCopy(str(target)) as copy:
        copy_missing(layout, copy, History(layout))
        (manifest,) = (target / "fixity").glob("????-??-??.jsonl")
        altered = manifest.read_bytes().replace(b'"size":', b'"size":1')
        manifest.write_bytes(altered)
        with pytest.raises(CopyContradictionError, match=r"line 1: .* the home says size \d+, the"):
            copy_missing(layout, copy, History(layout))
    assert altered == manifest.read_bytes()


def test_a_day_that_only_the_copy_has_left_is_told(layout: Layout, target: Path) -> None:
    """Whoever removes the newest day and repairs the head as well is found by the copy."""
    with SecondCopy(str(target)) as copy:
        copy_missing(layout, copy, History(layout))
        shutil.rmtree(layout.fixity)
        result = Audit(layout, copy=copy).run()
    assert "is gone here" in "".join(result.contradictions)


def test_a_target_that_fills_up_leaves_no_half_file(layout: Layout, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(small)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with SecondCopy(str(small)) as copy:
            result = Audit(layout, copy=copy).run()
            assert "No space left" in (result.copy_error or "")
            assert FILES == result.verified
            for path in (small / "warc").glob("*.gz"):
                assert path.read_bytes() == (layout.warc / path.name).read_bytes()
        subprocess.run(["mount", "-o", "remount,size=9m", str(small)], check=True)
        with SecondCopy(str(small)) as copy:
            assert not Audit(layout, copy=copy).run().copy_error
        assert contents(layout.warc) == {
            name: data
            for name, data in contents(small / "warc").items()
            if not name.endswith(".partial")
        }
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_files_that_nothing_lists_are_listed_when_a_person_says_so(layout: Layout) -> None:
    shutil.rmtree(layout.fixity)
    assert FILES == len(unlisted(layout))

    assert [f"{FILES} files are listed as they are now"] == trust(layout, "master", None).words

    assert all(entry.registered for entry in read_manifests(layout))
    assert FILES == overview(layout).registered
    assert "there was nothing to trust" in trust(layout, "master", None).words[0]
    assert not list(check_chain(layout))


def test_nothing_is_listed_while_a_crawl_writes(layout: Layout) -> None:
    shutil.rmtree(layout.fixity)
    lock = ArchiveLock(layout.lock)
    with pytest.raises(ArchiveLockedError):
        trust(layout, "master", None)
    lock.release()


def test_two_audits_at_once_are_one(layout: Layout) -> None:
    lock = ArchiveLock(layout.state / "fixity.lock")
    with pytest.raises(ArchiveLockedError):
        Audit(layout).run()
    lock.release()
    assert FILES == Audit(layout).run().verified


def test_a_torn_line_of_the_log_costs_only_itself(layout: Layout) -> None:
    Audit(layout).run()
    log = layout.fixity / "log.jsonl"
    log.write_bytes(log.read_bytes()[:-30])
    Audit(layout).run()
    assert 2 * FILES - 1 == len(actions(layout))


def test_the_copier_copies_while_files_are_closed(
    tmp_path: Path,
    target: Path,
    make_event: Callable[..., CaptureEvent],
    open_archive: Callable[..., Archive],
) -> None:
    copier = Copier(Layout(tmp_path), str(target))
    with open_archive(max_bytes=1, on_closed=copier.wake) as archive:
        for number in range(3):
            archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n%d" % number)])
    assert copier.finish(30) is None
    assert contents(tmp_path / "warc") == contents(target / "warc")


def test_a_copier_without_its_target_only_warns(layout: Layout, tmp_path: Path) -> None:
    copier = Copier(layout, str(tmp_path / "not mounted"))
    copier.wake()
    assert "is the disk mounted" in (copier.finish(30) or "")


def test_passwords_are_not_shown() -> None:
    assert "sftp://kho:…@host:22/x" == without_password(
        "sftp://kho:b/i@host:22/x".replace("/i", "i")
    )
    assert "s3://bucket/x" == without_password("s3://bucket/x")


def test_a_password_with_odd_characters_is_not_shown_either() -> None:
    for password in ("a@b", "a/b", "a:b@c/d@e"):
        shown = without_password(f"sftp://kho:{password}@host:22/x: refused")
        assert "sftp://kho:…@host:22/x: refused" == shown
