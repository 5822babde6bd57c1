"""What contradicts: named, never written over, settled by a person; on real crawls."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.home import Home
from support.insider import forget_log, remake_chain, rewrite_a_page

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.mongo
def test_an_altered_page_with_everything_made_anew_is_told_by_the_copy(
    copied: Home, tmp_path: Path
) -> None:
    """The insider has the file, its journal, its index and the chain; not the second copy."""
    target = tmp_path / "bản sao"
    warc = copied.warcs[0]
    good = warc.read_bytes()
    rewrite_a_page(warc)
    assert 0 == copied.khobao("archive", "index", "--from-warc").returncode
    journal = Path(f"{warc}.journal")
    journal.write_text(journal.read_text().replace(',"recovered":true', ""))
    remake_chain(copied.path, warc)
    forget_log(copied.path)
    assert 0 == copied.khobao("archive", "verify", "--no-database").returncode
    before = contents_of(target), contents_of(copied.path / "fixity")

    for words in ([], ["--budget", "1h"]):
        told = copied.khobao("archive", "fixity", "run", "--copy", str(target), *words)
        assert 7 == told.returncode
        assert f"of {warc.name} the home says" in told.stderr
        assert "--trust copy or --trust master" in told.stderr
    told = copied.khobao("--json", "archive", "fixity", "run", "--copy", str(target))
    assert json.loads(told.stdout)["copy"]
    assert before == (contents_of(target), contents_of(copied.path / "fixity"))

    settled = copied.khobao("archive", "fixity", "run", "--copy", str(target), "--trust", "copy")

    assert 0 == settled.returncode, settled.stderr
    assert good == warc.read_bytes()
    assert 1 == len(list(warc.parent.glob("*.warc.gz.rotten-*")))
    assert 1 == len(list(copied.path.glob("fixity.set-aside-*")))
    assert 0 == copied.khobao("archive", "index").returncode
    assert 0 == copied.khobao("archive", "verify").returncode


@pytest.mark.mongo
def test_a_crawl_says_that_the_chain_is_broken_and_goes_on_beside_it(
    practice: Callable[..., PracticeProcess], copied: Home, tmp_path: Path
) -> None:
    site = practice("--articles", "30")
    articles = [article["url"] for article in site.truth("articles")]
    env = {"KHOBAO_COPY": str(tmp_path / "bản sao")}
    fixity = copied.path / "fixity"
    kept = shutil.copytree(fixity, tmp_path / "fixity")
    for number, damage in enumerate((break_head, shutil.rmtree, alter_manifest), 1):
        damage(fixity)
        result = copied.crawl(site, "page", articles[number], env=env)
        assert 7 == result["returncode"], result["stderr"]
        assert "the archive needs a look" in result["reason"]
        assert result["counts"]["new"] == 1
        assert 7 == copied.khobao("archive", "fixity", "status").returncode
        assert 7 == copied.khobao("archive", "fixity", "run").returncode
        beside = (fixity / "unchained.jsonl").read_bytes()
        assert copied.warcs[-1].name.encode() in beside
        shutil.rmtree(fixity)
        shutil.copytree(kept, fixity)  # the second copy would do as well
        (fixity / "unchained.jsonl").write_bytes(beside)
        run = copied.khobao("archive", "fixity", "run", env=env)
        assert 0 == run.returncode, run.stderr
        assert "1 files that were closed beside the chain are in it now" in run.stdout
        assert 0 == copied.khobao("archive", "verify").returncode
        shutil.rmtree(kept)
        shutil.copytree(fixity, kept)


def test_what_nothing_lists_is_listed_only_when_a_person_says_so(written: Home) -> None:
    shutil.rmtree(written.path / "fixity")
    for _ in range(2):
        run = written.khobao("archive", "fixity", "run")
        assert 7 == run.returncode
        assert "3 files (" in run.stderr
        assert "no manifest lists them" in run.stderr
    run = written.khobao("archive", "fixity", "run", "--trust", "master")
    assert 0 == run.returncode, run.stderr
    assert "3 files are listed as they are now" in run.stdout
    status = written.khobao("archive", "fixity", "status")
    assert 0 == status.returncode
    assert "3 files were listed later than closed" in status.stdout


def test_trust_is_a_choice_that_has_to_make_sense(written: Home) -> None:
    run = written.khobao("archive", "fixity", "run", "--trust", "copy")
    assert 2 == run.returncode
    assert "--trust copy needs --copy URL" in run.stderr
    gone = written.khobao("archive", "fixity", "run", "--trust", "copy", "--copy", "/not/mounted")
    assert 2 == gone.returncode
    assert "nothing was changed" in gone.stderr
    assert 2 == written.khobao("archive", "fixity", "run", "--trust", "both").returncode


def contents_of(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def break_head(fixity: Path) -> None:
    (fixity / "head.json").write_text('{"number": 0, "sha256": "0"}')


def alter_manifest(fixity: Path) -> None:
    manifest = min(fixity.glob("????-??-??.jsonl"))
    manifest.write_bytes(manifest.read_bytes().replace(b'"size"', b'"syze"', 1))
