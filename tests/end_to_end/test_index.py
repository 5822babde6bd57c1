"""``khobao archive index`` on a real crawl: everything derived comes back, and works as before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from support.background import crawling
from support.home import Home
from warcio.archiveiterator import ArchiveIterator

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]


def derived(home: Home) -> dict[str, bytes]:
    paths = [*home.path.glob("index/*.cdxj"), *home.path.glob("warc/*.journal")]
    return {path.name: path.read_bytes().replace(b',"recovered":true', b"") for path in paths}


def record_types(path: Path) -> Counter[str]:
    with path.open("rb") as stream:
        return Counter(r.rec_type for r in ArchiveIterator(stream, no_record_parse=True))


def cdxj_indexer(path: Path) -> bytes:
    """In a process of its own: it leaves temporary files open."""
    return subprocess.run(
        [sys.executable, "-m", "cdxj_indexer.main", "--sort", str(path)],
        capture_output=True,
        check=True,
    ).stdout


def test_all_that_is_derived_can_be_lost(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    """Three runs over one newspaper: after the first, all that is derived is lost."""
    site = practice("--articles", "30")
    home.crawl(site, "sections", "--full")
    before = derived(home)
    for path in [
        *home.path.glob("index/*"),
        *home.path.glob("warc/*.journal"),
        *home.path.glob("state/dedupe.sqlite*"),
    ]:
        path.unlink()

    missing = home.khobao("archive", "index", "--check")
    made = home.khobao("archive", "index", "--json")
    again = home.khobao("archive", "index", "--check", "--from-warc")

    assert 7 == missing.returncode
    assert 3 == missing.stdout.count("missing"), missing.stdout
    assert 0 == made.returncode, made.stderr
    assert 3 == json.loads(made.stdout)["differences"]
    assert 0 == again.returncode, again.stdout
    assert derived(home) == before
    for warc in home.warcs:
        cdxj = home.path / "index" / warc.name.replace(".warc.gz", ".cdxj")
        assert cdxj.read_bytes() == cdxj_indexer(warc)

    for _ in range(2):
        home.crawl(site, "sections", "--full")
    _, second, third = home.warcs
    assert record_types(second)["revisit"] > 50
    assert record_types(second) == record_types(third)


def test_while_a_crawl_writes_and_after_it_was_killed(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "400")
    with crawling(home, site, "sections", "--full") as crawl:
        busy = home.khobao("archive", "index")
        crawl.signal(signal.SIGKILL)
        crawl.process.communicate()

    assert 9 == busy.returncode
    assert 1 == busy.stderr.count("\n"), busy.stderr
    checked = home.khobao("archive", "index", "--check")
    assert "has not been closed" in checked.stdout
    made = home.khobao("archive", "index")
    assert 0 == made.returncode, made.stdout + made.stderr
    assert "records kept, 0 lost" in made.stdout
    assert 0 == home.khobao("archive", "index", "--check", "--from-warc").returncode


def test_what_a_person_sees(practice: Callable[..., PracticeProcess], home: Home) -> None:
    site = practice("--articles", "20")
    home.crawl(site, "sections", "--limit", "5")
    (warc,) = home.warcs

    by_path = home.khobao("archive", "index", str(warc))
    unknown = home.khobao("archive", "index", "nothing.warc.gz")
    elsewhere = home.khobao("archive", "index", f"/nowhere/{warc.name}")
    assert [0, 2, 2] == [by_path.returncode, unknown.returncode, elsewhere.returncode]
    assert by_path.stdout.startswith("1 WARC file, "), by_path.stdout
    assert by_path.stdout.endswith("everything as it should be\n")
    for refused in (unknown, elsewhere):
        assert 1 == refused.stderr.count("\n"), refused.stderr

    data = bytearray(warc.read_bytes())
    middle = len(data) // 2
    # More than a gzip header is long, in which a single bit may say nothing.
    data[middle : middle + 64] = bytes(byte ^ 0xFF for byte in data[middle : middle + 64])
    warc.write_bytes(data)
    rotten = home.khobao("archive", "index", "--from-warc")
    assert 7 == rotten.returncode
    assert f"{warc} at byte " in rotten.stdout
    os.truncate(warc, 10)
    cut = home.khobao("archive", "index")
    assert 7 == cut.returncode
    assert f"{warc} at byte 0: the gzip member is cut" in cut.stdout
