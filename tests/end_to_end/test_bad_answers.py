"""What the newspaper may answer instead of what was asked for, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.home import Home
from support.warc import read_exchanges

from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(400)]


def test_with_everything_going_wrong_each_address_ends_in_one_state_and_the_run_says_so(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "150", "--faults", "all")
    result = home.crawl(site, "sections", "--full", timeout=350)
    counts = result["counts"]
    assert result["returncode"] == 1, result["stderr"]
    states = [name for name in counts if name in STATES]
    assert counts["announced"] == sum(counts[name] for name in states)
    assert counts["new"] > 50
    with home.database() as db:
        assert counts["announced"] == db.frontier.count_documents({})
        assert counts["new"] == db.articles.count_documents({})
        # Nothing half-filled: what is an article has all that every article has.
        needed = ("headline", "datePublished", "canonicalUrl", "contentHash", "provenance")
        for article in db.articles.find():
            assert all(article.get(name) for name in needed), article["_id"]
            assert article["template"] in {"a", "b"}, "a broken page is no new template"
        kept = {exchange.record_id for exchange in read_exchanges(home.warcs)}
        for page in db.quarantine.find():
            assert page["reason"]
            assert page["provenance"]["warcRecordId"] in kept
    report = json.loads(Path(result["report_path"]).read_text("utf-8"))
    assert report["counts"] == counts


STATES = {
    "new", "updated", "unchanged", "duplicate", "quarantined", "known", "gone", "failed",
    "blocked", "robots", "excluded", "pending",
}  # fmt: skip


@pytest.mark.parametrize("fault", ["html-as-jsonp", "jsonp-without-callback", "api-down"])
def test_without_the_listing_api_the_section_pages_are_read(
    practice: Callable[..., PracticeProcess], home: Home, fault: str
) -> None:
    site = practice("--articles", "60", "--faults", f"{fault}=1.0")
    result = home.crawl(site, "sections", "--full", "--media", "none")
    # ?paged=N repeats page one: what the sections show there is found, and the crawl ends.
    assert result["counts"]["new"] > 20, result["stderr"]
    assert result["counts"]["quarantined"] == 0


def test_a_wall_instead_of_articles_ends_the_crawl_as_blocked(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    site = practice("--articles", "60", "--faults", "captcha=1.0")
    result = home.crawl(site, "sections", "--full")
    assert result["returncode"] == 4, result["stderr"]
    with home.database() as db:
        assert db.articles.count_documents({}) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["sections", "--section", "thoi-xu"], 2, "is it one of thoi-su"),
        (["page", "https://example.org/"], 2, "example.org"),
        (["sections", "--since", "2026-13-01"], 2, "2026-13-01"),
        (["sections", "--since", "2026-02-01", "--until", "2026-01-01"], 2, "after"),
        (["sections", "--resume", "never-was"], 2, "never-was"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    practice: Callable[..., PracticeProcess],
    home: Home,
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    site = practice("--articles", "20")
    done = home.crawl_fails(site, *arguments)
    assert done.returncode == code
    lines = [line for line in done.stderr.splitlines() if line.startswith("khobao:")]
    assert len(lines) == 1, done.stderr
    assert words in lines[0]
    assert "Traceback" not in done.stderr
