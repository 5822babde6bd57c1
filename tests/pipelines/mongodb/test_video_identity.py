"""A video whose page can be read at last: re-extraction finds it as a crawl does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from crawler.items import Provenance, VideoTeaser
from khobao.maintenance.reextract.compare import Comparison
from khobao.maintenance.reextract.reading import PageRead, Place
from khobao.maintenance.reextract.spool import Spool, write_changes
from khobao.maintenance.reextract.summary import Summary
from pipelines.mongodb.schema import to_document
from pipelines.mongodb.store import Store

pytestmark = pytest.mark.mongo

URL = "https://baodaklak.vn/video/202603/phim-1-0000001/"
OTHER = "https://baodaklak.vn/thoi-su/202603/phim-1-0000001/"
NOW = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


def video(source: str, record: str, url: str = URL, **fields: Any) -> VideoTeaser:
    provenance = Provenance(
        warcRecordId=record,
        warcFilename="a.warc.gz",
        warcOffset=1,
        capturedAt="2026-03-02T08:00:00.000000+00:00",
        pageClass="crawler.pages.templates.template_a.ArticlePageA",
        runId="run-1",
    )
    return VideoTeaser(headline="Phim", url=url, source=source, provenance=provenance, **fields)


TEASER, PAGE = video("teaser", "<1>"), video("page", "<2>", videoId="8a1")


@pytest.mark.parametrize(
    "stored",
    [
        [],
        [TEASER],
        [PAGE],
        [TEASER, PAGE],
        [PAGE, video("teaser", "<3>", OTHER)],
        [video("body", "<4>", OTHER, videoId="8a1")],
    ],
    ids=["nothing", "teaser", "page", "both", "other", "player"],
)
async def test_reextraction_ends_where_a_crawl_would(
    store: Store, database: Any, stored: list[VideoTeaser], tmp_path: Any
) -> None:
    for each in stored:
        await store.upsert_video(each)
    before = list(database.videos.find())
    await store.upsert_video(PAGE)
    crawled = list(database.videos.find({}, {"lastSeen": 0}))

    database.videos.delete_many({})
    if before:
        database.videos.insert_many(before)
    read = PageRead(Place("a.warc.gz", 1, "run-1"), record_id="<2>", videos=[to_document(PAGE)])
    comparison = Comparison(store, Summary())
    known = await comparison._look_up([read])
    changes = list(comparison._of_videos(read, known))
    with Spool(tmp_path) as spool:
        for change in changes:
            spool.add(change)
        await write_changes(store, spool, now=NOW, advance=lambda _: None)

    assert list(database.videos.find({}, {"lastSeen": 0})) == crawled
    again = await comparison._look_up([read])
    assert not list(comparison._of_videos(read, again))
