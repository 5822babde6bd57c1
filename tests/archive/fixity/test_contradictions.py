"""Home and copy that contradict each other: named, never written over, settled by a person."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.fixity import FILES, files, flip
from support.insider import forget_log, remake_chain

from archive import Archive, CaptureEvent
from archive.errors import CopyContradictionError, CopyError
from archive.fixity.audit import Audit, copy_missing
from archive.fixity.chain import check_chain
from archive.fixity.copier import Copier
from archive.fixity.copy import SecondCopy
from archive.fixity.copy_manifests import contradictions
from archive.fixity.history import History
from archive.fixity.overview import overview
from archive.fixity.trust import trust
from archive.home.layout import Layout
from archive.home.manifest import listed_entries


def insider(layout: Layout, name: str, *, log: bool = False) -> bytes:
    """Alters a file and makes the whole chain anew; returns the old bytes."""
    path = layout.warc / name
    good = path.read_bytes()
    flip(path)
    remake_chain(layout.home, path)
    if log:
        forget_log(layout.home)
    return good


@pytest.fixture
def copied(layout: Layout, target: Path) -> Layout:
    with SecondCopy(str(target)) as copy:
        assert FILES == Audit(layout, copy=copy).run().copied
    return layout


def everything(*directories: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for directory in directories
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.parent.name != "state"
    }


def test_a_chain_made_anew_is_named_by_the_log_of_earlier_readings(copied: Layout) -> None:
    name = files(copied)[1].name
    insider(copied, name)
    (problem,) = check_chain(copied)
    assert f"the line of {name} was made anew" in problem.what
    assert overview(copied).is_wrong


def test_a_chain_made_anew_is_named_by_the_copy_and_nothing_is_written_over(
    copied: Layout, target: Path
) -> None:
    name = files(copied)[1].name
    insider(copied, name, log=True)
    assert not list(check_chain(copied))  # alone, the home knows nothing
    before = everything(copied.home, target)

    with SecondCopy(str(target)) as copy:
        found = contradictions(copied, copy)
        assert f"of {name} the home says sha256" in "".join(found)
        assert any("log.jsonl is gone here" in each for each in found)
        with pytest.raises(CopyContradictionError):
            copy_missing(copied, copy, History(copied))
    copier = Copier(copied, str(target))
    assert copier.finish(60) is None
    assert "contradicts this home" in (copier.contradiction or "")
    assert before == everything(copied.home, target)


def test_an_audit_that_has_forgotten_its_copies_does_not_write_over_them(
    copied: Layout, target: Path
) -> None:
    """Even without manifests there: other bytes under the same name are evidence."""
    shutil.rmtree(target / "fixity")
    name = files(copied)[1].name
    insider(copied, name, log=True)
    good = (target / "warc" / name).read_bytes()

    with SecondCopy(str(target)) as copy:
        copy_missing(copied, copy, History(copied))
        result = Audit(copied, copy=copy).run()

    kept = [path.read_bytes() for path in (target / "warc").glob(f"{name}*")]
    assert good in kept
    assert [(name, "copy")] == [(event.file, event.side) for event in result.repaired]


def test_trusting_the_copy_brings_the_old_bytes_back_and_keeps_the_others(
    copied: Layout, target: Path
) -> None:
    name = files(copied)[1].name
    good = insider(copied, name, log=True)
    bad = (copied.warc / name).read_bytes()
    altered = everything(copied.fixity)

    with SecondCopy(str(target)) as copy:
        done = trust(copied, "copy", copy).words
        result = Audit(copied, copy=copy).run()

    assert "the manifests of" in done[0]
    assert good == (copied.warc / name).read_bytes()
    assert [bad] == [path.read_bytes() for path in copied.warc.glob("*.rotten-*")]
    (aside,) = copied.home.glob("fixity.set-aside-*")
    assert set(altered.values()) == set(everything(aside).values())
    assert not result.lost
    assert FILES == result.verified
    assert not overview(copied).is_wrong


def test_trusting_the_master_keeps_what_the_copy_had(copied: Layout, target: Path) -> None:
    """For once the copy was altered, by somebody who could write to nothing else."""
    name = files(copied)[1].name
    there = Layout(target)
    good = (copied.warc / name).read_bytes()
    insider(there, name)
    bad, manifests = (target / "warc" / name).read_bytes(), everything(there.fixity)

    with SecondCopy(str(target)) as copy:
        assert contradictions(copied, copy)
        trust(copied, "master", copy)
        assert not contradictions(copied, copy)
        result = Audit(copied, copy=copy).run()

    assert good == (target / "warc" / name).read_bytes() == (copied.warc / name).read_bytes()
    assert [bad] == [path.read_bytes() for path in (target / "warc").glob("*.rotten-*")]
    (aside,) = target.glob("fixity.set-aside-*")
    assert set(manifests.values()) == set(everything(aside).values())
    assert not result.lost
    assert not overview(copied).is_wrong


def test_trusting_the_master_without_a_copy_begins_the_chain_anew(copied: Layout) -> None:
    name = files(copied)[1].name
    insider(copied, name)
    manifest = next(copied.fixity.glob("????-??-??.jsonl"))
    manifest.write_bytes(manifest.read_bytes().replace(b'"size"', b'"syze"', 1))

    done = trust(copied, "master", None).words

    assert "the former manifests are in fixity.set-aside-" in done[0]
    assert not list(check_chain(copied))
    assert all(entry.registered for entry in listed_entries(copied).values())
    assert FILES == overview(copied).never_verified  # earlier readings count no more


def test_what_was_closed_after_the_last_copying_stays_listed(
    copied: Layout,
    target: Path,
    make_event: Callable[..., CaptureEvent],
    open_archive: Callable[..., Archive],
) -> None:
    with open_archive() as archive:
        archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\nmoi")])
    newest = files(copied)[-1].name
    sums = listed_entries(copied)[newest].sums
    insider(copied, files(copied)[0].name)
    flip(copied.warc / newest)

    with SecondCopy(str(target)) as copy:
        trust(copied, "copy", copy)
        result = Audit(copied, copy=copy).run()

    entry = listed_entries(copied)[newest]
    assert sums == entry.sums  # as it was closed: what happened to it since is named
    assert entry.registered
    assert [newest] == [event.file for event in result.lost]


@pytest.mark.parametrize("what", ["rm", "rolled back", "log", "head", "token"])
def test_whatever_the_home_has_lost_the_copy_names(copied: Layout, target: Path, what: str) -> None:
    token = copied.fixity / "2020-01-01.tsr"
    token.write_bytes(b"token")
    with SecondCopy(str(target)) as copy:
        copy_missing(copied, copy, History(copied))
        if what == "rm":
            shutil.rmtree(copied.fixity)
        elif what == "rolled back":
            roll_back_last_file(copied)
        elif what == "log":
            os.truncate(copied.fixity / "log.jsonl", 10)
        elif what == "head":
            for manifest in target.glob("fixity/????-??-??.jsonl"):
                manifest.unlink()
            roll_back_last_file(copied)
        else:
            token.write_bytes(b"a newer token")
        before = everything(target)
        assert contradictions(copied, copy)
        with pytest.raises(CopyContradictionError):
            copy_missing(copied, copy, History(copied))
    assert before == everything(target)


def roll_back_last_file(layout: Layout) -> None:
    """The home as it was before its last file was closed: whole in itself."""
    last = files(layout)[-1]
    for path in (last, layout.journal(last.name), layout.fixity / "log.jsonl"):
        path.unlink()
    manifest = max(layout.fixity.glob("????-??-??.jsonl"))
    lines = manifest.read_bytes().splitlines(keepends=True)[:-1]
    manifest.write_bytes(b"".join(lines))
    values = json.loads(lines[-1])
    digest = hashlib.sha256(lines[-1].rstrip(b"\n")).hexdigest()
    (layout.fixity / "head.json").write_text(
        json.dumps({"number": values["number"], "sha256": digest})
    )
    assert not list(check_chain(layout))


def test_a_copy_with_a_broken_chain_is_not_trusted(copied: Layout, target: Path) -> None:
    manifest = next(target.glob("fixity/????-??-??.jsonl"))
    manifest.write_bytes(manifest.read_bytes().replace(b'"size":', b'"size":1', 1))
    before = everything(copied.home)
    with SecondCopy(str(target)) as copy, pytest.raises(CopyError, match="its own chain"):
        trust(copied, "copy", copy)
    assert before == everything(copied.home)


def test_a_master_that_is_a_link_is_named_though_its_bytes_are_right(
    copied: Layout, target: Path, tmp_path: Path
) -> None:
    path = files(copied)[1]
    good = path.read_bytes()
    shutil.move(path, tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert (path.name,) == overview(copied).irregular
    (lost,) = Audit(copied).run().lost
    assert "it is a link" in lost.detail

    with SecondCopy(str(target)) as copy:
        assert not Audit(copied, copy=copy).run().lost

    assert not path.is_symlink()
    assert good == path.read_bytes()
    assert not overview(copied).is_wrong


def test_pipes_and_directories_under_the_names_of_files_are_named(copied: Layout) -> None:
    os.mkfifo(copied.warc / "ong.warc.gz")
    (copied.warc / "thu-muc.warc.gz").mkdir()
    facts = overview(copied)
    assert ("ong.warc.gz", "thu-muc.warc.gz") == facts.irregular
    assert facts.is_wrong
