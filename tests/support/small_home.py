"""A home with a real archive and database for the commands that read: two runs, three articles, a
video, a page that could not be read, one that failed.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from zyte_common_items import Link

from archive import Archive, CaptureEvent, RecordRef
from crawler.frontier import FrontierUrl, QuarantinedPage
from crawler.items import ArticleAuthor, ArticleImage, NewsArticle, Provenance, VideoTeaser
from pipelines.mongodb.store import Store

RUN = "20260302T070500Z-sections-3f9a"
LATER = "20260303T070500Z-videos-77aa"
NOW = dt.datetime(2026, 3, 2, 7, 5, tzinfo=dt.UTC)
SITE = "https://baodaklak.vn"
HEAD = b"HTTP/1.1 200 Fine\r\nX-odd-CASE: \x1b[31mred\r\nContent-Length: 2\r\n\r\n"
COFFEE = "8a10c0e291e840650191ea91fb56121a"
DANCE = "8a10c0e291e84065FFFFFFFFFFFF0001"
POEM = "29664BCA9F4A7A8CE0630100007F0BF0"


async def fill(home: Path, uri: str) -> None:
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
