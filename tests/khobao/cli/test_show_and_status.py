"""``show``, ``status``, ``runs`` and ``report`` on a home with a real archive and database."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import pexpect
import pytest
from support.disk import own_directory
from zyte_common_items import Link

from archive import Archive, CaptureEvent
from crawler.errors import ExitCode
from crawler.frontier import FrontierUrl, QuarantinedPage
from crawler.items import ArticleAuthor, ArticleImage, NewsArticle, Provenance, VideoTeaser
from pipelines.mongodb.server import EmbeddedServer
from pipelines.mongodb.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from archive import RecordRef

    Khobao = Callable[..., Any]

pytestmark = pytest.mark.mongo

RUN = "20260302T070500Z-sections-3f9a"
LATER = "20260303T070500Z-videos-77aa"
NOW = dt.datetime(2026, 3, 2, 7, 5, tzinfo=dt.UTC)
SITE = "https://baodaklak.vn"
HEAD = b"HTTP/1.1 200 Fine\r\nX-odd-CASE: \x1b[31mred\r\nContent-Length: 2\r\n\r\n"
COFFEE = "8a10c0e291e840650191ea91fb56121a"
DANCE = "8a10c0e291e84065FFFFFFFFFFFF0001"
POEM = "29664BCA9F4A7A8CE0630100007F0BF0"


@pytest.fixture(scope="module")
def home(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Two runs: three articles, a video, a page that could not be read, one that failed."""
    with own_directory(request, "k") as directory:
        home = directory / "kho báo"
        server = EmbeddedServer(home)
        asyncio.run(_fill(home, server.start()))
        yield home
        server.stop()


async def _fill(home: Path, uri: str) -> None:
    with Archive(home, info={"software": "test"}, min_free_bytes=0) as archive:
        store = Store(uri, run_id=RUN)
        await store.open()
        for number, article in enumerate(_articles()):
            ref = _archived(archive, article.url, number)
            article.provenance = _provenance(ref)
            await store.announce(FrontierUrl(url=article.url, section="kinh-te", listedBy=SITE))
            await store.add_capture(_capture(ref, article.url))
            await store.upsert_article(article)
        await _fill_failures(store, archive)
        await store.save_run(_run(RUN, NOW, announced=5, new=3, quarantined=1, failed=1))
        await store.close()
    later = Store(uri, run_id=LATER)
    await later.open()
    await later.save_run(_run(LATER, NOW + dt.timedelta(days=1), announced=0))
    await later.close()


async def _fill_failures(store: Store, archive: Archive) -> None:
    video = f"{SITE}/video/202603/video-mua-xoan-0000009/"
    ref = _archived(archive, video, 8)
    teaser = VideoTeaser(
        url=video, headline="Mùa xoan", source="page", contentUrl=f"{SITE}/file/a.mp4"
    )
    teaser.provenance = _provenance(ref)
    await store.upsert_video(teaser)
    bad = f"{SITE}/kinh-te/202603/trang-hong-000000a/"
    ref = _archived(archive, bad, 9)
    await store.add_capture(_capture(ref, bad))
    for url in (bad, f"{SITE}/kinh-te/202603/mat-roi-000000b/"):
        await store.announce(FrontierUrl(url=url, section="kinh-te", listedBy=SITE))
    page = QuarantinedPage(url=bad, reason="no h1.media-heading", error="MalformedArticleError")
    page.provenance = _provenance(ref)
    await store.quarantine(page)
    await store.set_state(f"{SITE}/kinh-te/202603/mat-roi-000000b/", "failed", "503 three times")


def _articles() -> list[NewsArticle]:
    return [
        NewsArticle(
            articleId=COFFEE,
            url=f"{SITE}/kinh-te/202603/ca-phe-chin-b56121a/",
            canonicalUrl=f"{SITE}/kinh-te/202603/ca-phe-chin-b56121a/",
            headline="Cà phê chín rộ",
            alternativeHeadline="Vụ mùa mới",
            description="Nắng lên sớm trên đồi.",
            articleBody="Đoạn thứ nhất.\n\nĐoạn thứ hai.",
            datePublished="2026-03-02T14:05:00+07:00",
            datePublishedRaw="14:05, 02/03/2026",
            articleSection="Kinh tế",
            authors=[ArticleAuthor(name="Y Blô", nameRaw="Y Blô", role="Cộng tác viên")],
            images=[ArticleImage(url=f"{SITE}/file/a.jpg", caption="Hái cà phê. Ảnh: X.Y")],
            keywords=["cà phê", "mùa vụ"],
            relatedLinks=[Link(url=f"{SITE}/kinh-te/202602/khac-0000001/", text="Bài khác")],
        ),
        NewsArticle(
            articleId=DANCE,
            url=f"{SITE}/kinh-te/202603/dieu-xoang-fff0001/",
            canonicalUrl=f"{SITE}/kinh-te/202603/dieu-xoang-fff0001/",
            headline="Điệu xoang",
            articleBody="Một đoạn \x1b]0;xấu\x07 khác.",
            datePublished="2026-03-01T08:00:00+07:00",
        ),
        NewsArticle(
            articleId=POEM,
            url=f"{SITE}/van-hoa/202603/bai-tho-07f0bf0/",
            canonicalUrl=f"{SITE}/van-hoa/202603/bai-tho-07f0bf0/",
            headline="Bài thơ",
            articleBody="Câu một\n   câu hai\n\n*\n\nCâu ba",
            datePublished="2026-03-01T09:00:00+07:00",
            kind="poem",
        ),
    ]


def _archived(archive: Archive, url: str, number: int) -> RecordRef:
    event = CaptureEvent(
        target_uri=url,
        started_at=NOW + dt.timedelta(seconds=number),
        request=b"GET / HTTP/1.1\r\n\r\n",
        response=HEAD + f"{number:02}".encode(),
    )
    return archive.append_batch([event])[0]


def _provenance(ref: RecordRef) -> Provenance:
    return Provenance(
        warcRecordId=ref.warc_record_id,
        warcFilename=ref.warc_filename,
        warcOffset=ref.offset,
        capturedAt=ref.warc_date.isoformat(),
        pageClass="crawler.pages.templates.template_a.ArticlePageA",
        runId=RUN,
    )


def _capture(ref: RecordRef, url: str) -> dict[str, Any]:
    return {
        "_id": ref.warc_record_id,
        "url": url,
        "capturedAt": ref.warc_date,
        "warcFilename": ref.warc_filename,
        "warcOffset": ref.offset,
        "recordType": ref.record_type,
        "runId": RUN,
    }


def _run(run_id: str, started: dt.datetime, **counts: int) -> dict[str, Any]:
    return {
        "_id": run_id,
        "spider": run_id.split("-")[1],
        "arguments": {"sections": ["kinh-te"]},
        "startedAt": started,
        "finishedAt": started + dt.timedelta(minutes=1),
        "exitCode": 1 if counts.get("failed") else 0,
        "reason": "2 addresses failed" if counts.get("failed") else "complete",
        "counts": counts,
        "archive": {
            "records": {"response": 5, "request": 5},
            "bytes": 4096,
            "files": ["a.warc.gz"],
        },
        "alarms": ["short day"],
    }


@pytest.fixture
def ask(inline: Khobao, home: Path) -> Khobao:
    return lambda *words: inline(*words, "--home", str(home))


def test_an_article_as_a_page(ask: Khobao, home: Path) -> None:
    ended = ask("show", COFFEE)

    assert ended.code == 0
    lines = [line.strip() for line in ended.out.splitlines()]
    wanted = [
        "news · Kinh tế · 14:05, 02/03/2026",
        "Vụ mùa mới",
        "Cà phê chín rộ",
        "Y Blô (Cộng tác viên)",
        "Nắng lên sớm trên đồi.",
        "Đoạn thứ nhất.",
        "Đoạn thứ hai.",
        f"image    Hái cà phê. Ảnh: X.Y · {SITE}/file/a.jpg",
        f"related  Bài khác · {SITE}/kinh-te/202602/khac-0000001/",
        "tags     cà phê, mùa vụ",
        f"id          {COFFEE}",
    ]
    assert [line for line in lines if line in wanted] == wanted
    assert lines[-1].endswith(f"khobao show {COFFEE} --record --home '{home}'")
    assert "\x1b" not in ended.out


def test_a_poem_keeps_its_lines(ask: Khobao) -> None:
    assert "\nCâu một\n   câu hai\n\n*\n\nCâu ba\n" in ask("show", POEM).out


def test_the_text_of_a_page_does_not_steer_the_terminal(ask: Khobao) -> None:
    assert "Một đoạn �]0;xấu� khác." in ask("show", DANCE).out


@pytest.mark.parametrize(
    "wanted",
    [
        "8a10c0e291e84065019",
        "8A10C0E291E840650191EA91FB56121A",
        f"{SITE}/kinh-te/202603/ca-phe-chin-b56121a/",
        "http://www.baodaklak.vn//kinh-te/202603/ca-phe-chin-b56121a?utm_source=x",
    ],
)
def test_other_ways_to_name_it(ask: Khobao, wanted: str) -> None:
    document = ask("show", wanted, "--json").json

    assert document["_id"] == COFFEE
    assert document["datePublished"] == {"$date": "2026-03-02T07:05:00Z"}


def test_a_prefix_in_the_other_letter_case(ask: Khobao) -> None:
    assert ask("show", "29664bca", "--json").json["_id"] == POEM


def test_several_that_begin_so_are_listed(ask: Khobao) -> None:
    ended = ask("show", "8a10c0e")

    assert ended.code == ExitCode.SOME_FAILED
    assert "2 documents match '8a10c0e'" in ended.error
    assert COFFEE in ended.out
    assert "Điệu xoang" in ended.out
    assert {each["_id"] for each in ask("show", "8a10c0e", "--json").json} == {COFFEE, DANCE}


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        ("deadbeef", "no article or video has an id that begins with 'deadbeef'; try its address"),
        ("abc", "the beginning of an id needs 7 letters or more"),
        (f"{SITE}/nowhere/", "is not stored and no listing announced it; try `khobao crawl page"),
        (
            f"{SITE}/kinh-te/202603/mat-roi-000000b/",
            "was announced but is not stored: failed (503 three times); try `khobao crawl page",
        ),
        ("urn:uuid:0", "no capture has the record id 'urn:uuid:0'"),
    ],
)
def test_what_is_not_there(ask: Khobao, wanted: str, complaint: str) -> None:
    ended = ask("show", wanted)

    assert ended.code == ExitCode.SOME_FAILED
    assert complaint in ended.error


def test_a_video_by_its_page(ask: Khobao) -> None:
    ended = ask("show", f"{SITE}/video/202603/video-mua-xoan-0000009/")

    assert "Mùa xoan" in ended.out
    assert f"video  {SITE}/file/a.mp4" in ended.out


def test_the_record_and_where_it_lies(ask: Khobao, home: Path) -> None:
    ended = ask("show", COFFEE, "--record")
    data = ask("show", COFFEE, "--record", "--json").json

    path = home / "warc" / data["file"]
    member = path.read_bytes()[data["offset"] :][: data["length"]]
    assert member.startswith(b"\x1f\x8b")
    assert dict(data["headers"])["WARC-Type"] == "response"
    assert data["httpHead"].encode() == HEAD
    assert str(path) in ended.out
    assert f"offset  {data['offset']}" in ended.out
    assert "WARC-Target-URI: https://baodaklak.vn/kinh-te/202603/ca-phe-chin-b56121a/" in ended.out
    assert "HTTP/1.1 200 Fine\nX-odd-CASE: �[31mred\n" in ended.out


def test_a_record_that_is_gone(ask: Khobao, home: Path) -> None:
    (path,) = (home / "warc").glob("*.warc.gz")
    moved = path.rename(path.with_suffix(".moved"))
    try:
        ended = ask("show", COFFEE, "--record")
    finally:
        moved.rename(path)

    assert ended.code == ExitCode.SOME_FAILED
    assert "there is no WARC file" in ended.error


def test_status(ask: Khobao, home: Path) -> None:
    data = ask("status", "--json").json
    shown = ask("status").out

    assert data["home"] == str(home)
    assert data["archive"]["files"] == 1
    assert data["archive"]["open"] == []
    assert data["freeBytes"] > 0
    assert data["database"]["counts"] == {
        "articles": 3,
        "versions": 0,
        "videos": 1,
        "captures": 4,
        "frontier": 5,
        "quarantine": 1,
    }
    assert [run["_id"] for run in data["runs"]] == [LATER, RUN]
    assert "archive     1 files" in shown
    assert "articles    3" in shown
    assert RUN in shown


@pytest.mark.slow  # PyMongo gives up after five seconds
def test_status_without_its_database(ask: Khobao) -> None:
    ended = ask("status", "--mongodb-uri", "mongodb://127.0.0.1:9/")

    assert ended.code == ExitCode.DATABASE_UNREACHABLE
    assert "mongodb://127.0.0.1:9/ does not answer" in ended.error
    assert "database    not reachable\n" in ended.out


def test_runs(ask: Khobao) -> None:
    assert [run["_id"] for run in ask("runs", "--json").json] == [LATER, RUN]
    assert [run["_id"] for run in ask("runs", "--limit", "1", "--json").json] == [LATER]
    (line,) = [line for line in ask("runs").out.splitlines() if RUN in line]
    cells = f"{RUN} 0:01:00 1 5 3 0 2 10 2 addresses failed"
    assert line.split() == cells.split()


def test_runs_fit_eighty_columns_and_no_number_is_cut(
    khobao_script: Path, khobao_environment: dict[str, str], home: Path
) -> None:
    child = pexpect.spawn(
        str(khobao_script),
        ["runs", "--home", str(home)],
        env=khobao_environment | {"TERM": "xterm"},
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=60,
    )
    child.expect(pexpect.EOF)
    text = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", child.before)
    child.close()

    assert child.exitstatus == 0, text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "…" not in text
    assert re.search(rf"^{RUN} +0:01:00 +1 +3 +2  2 addresses failed", text, re.MULTILINE), text


def test_the_report_of_a_run(ask: Khobao) -> None:
    shown = ask("report", RUN).out
    data = ask("report", RUN, "--json").json

    assert "5 announced = 3 new + 1 quarantined + 1 failed" in shown
    assert "! short day" in shown
    assert "arguments      sections kinh-te\n" in shown
    cells = ["1", "failed", "503", "three", "times", f"{SITE}/kinh-te/202603/mat-roi-000000b/"]
    assert cells in [line.split() for line in shown.splitlines()]
    assert f"{SITE}/kinh-te/202603/trang-hong-000000a/" in shown
    assert data["run"]["_id"] == RUN
    assert {(each["state"], each["reason"], each["count"]) for each in data["failures"]} == {
        ("failed", "503 three times", 1),
        ("quarantined", "no h1.media-heading", 1),
    }
    (quarantined,) = data["quarantine"]
    assert quarantined["provenance"]["warcRecordId"].strip("<>") in shown
    record = ask("show", quarantined["provenance"]["warcRecordId"], "--json").json
    assert record["httpHead"].encode() == HEAD


def test_the_last_run_is_reported_if_none_is_named(ask: Khobao) -> None:
    assert ask("report", "--json").json["run"]["_id"] == LATER


def test_a_run_that_never_was(ask: Khobao) -> None:
    ended = ask("report", "never")

    assert ended.code == ExitCode.SOME_FAILED
    assert ended.error == "there is no run 'never'; `khobao runs` lists them"


@pytest.mark.parametrize("words", ["status", "runs", "report", "show 12345678"])
def test_a_place_that_is_no_home(inline: Khobao, words: str) -> None:
    ended = inline(*words.split())

    assert ended.code == ExitCode.USAGE
    assert "there is no data home at" in ended.error
    assert "khobao demo" in ended.error


def test_json_stays_on_one_line(ask: Khobao) -> None:
    out = ask("runs", "--json").out

    assert out.count("\n") == 1
    assert json.loads(out)
