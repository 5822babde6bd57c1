from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from crawler.frontier import FrontierUrl, QuarantinedPage, UrlState
from crawler.items import Attachment, Comment, CommentThread, NewsArticle, VideoTeaser
from pipelines.checks import ValidationError, as_quarantined, check, drop_bad_dates
from pipelines.validate import ValidatePipeline

NOW = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)
MakeArticle = Callable[..., NewsArticle]


@pytest.fixture
def pipeline() -> ValidatePipeline:
    return ValidatePipeline(get_crawler(), clock=lambda: NOW)


def dropped(pipeline: ValidatePipeline) -> dict[str, int]:
    stats = pipeline._stats.get_stats()
    return {k.removeprefix("validate/"): v for k, v in stats.items() if k.startswith("validate/")}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("no_id", {"articleId": None, "canonicalUrl": None}),
        ("no_provenance", {"provenance": None}),
        ("no_headline", {"headline": None}),
        ("no_headline", {"headline": " \u00a0\u200b"}),
        ("no_date", {"datePublished": None}),
        ("bad_date", {"datePublished": "hôm qua"}),
        ("bad_date", {"datePublished": "2026-03-02T14:05:00"}),
        ("bad_date", {"dateModified": "14:05"}),
        ("date_out_of_range", {"datePublished": "1989-12-31T23:00:00+07:00"}),
        ("date_out_of_range", {"datePublished": "2026-03-07T07:00:01+07:00"}),
        ("no_content", {"articleBody": "\n\u00a0", "images": []}),
        ("no_content", {"articleBody": None, "images": None, "videos": None}),
    ],
)
async def test_an_article_that_fails_becomes_a_page_for_quarantine(
    pipeline: ValidatePipeline, make_article: MakeArticle, name: str, fields: dict[str, Any]
) -> None:
    article = make_article(**fields)

    with pytest.raises(DropItem) as caught:
        await pipeline.process_item(article)

    assert dropped(pipeline) == {f"dropped/{name}": 1}
    assert await pipeline._session.history.run_counts() == {"quarantined": 1}
    assert isinstance(caught.value.__cause__, ValidationError)
    page = as_quarantined(article, caught.value.__cause__)
    assert page.url == (article.canonicalUrl or article.url)
    assert page.provenance == article.provenance
    assert page.reason
    assert "\n" not in page.reason


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"articleId": None},
        {"canonicalUrl": None},
        {"datePublished": "1990-01-01T07:00:00+07:00"},
        {"datePublished": "2026-03-07T07:00:00+07:00"},
        {"articleBody": None},
        {"articleBody": None, "images": [], "attachments": [Attachment(url="https://x.vn/a.pdf")]},
    ],
)
async def test_an_article_that_is_whole_goes_on_untouched(
    pipeline: ValidatePipeline, make_article: MakeArticle, fields: dict[str, Any]
) -> None:
    article = make_article(**fields)
    before = attrs.evolve(article)
    assert await pipeline.process_item(article) is article
    assert article == before
    assert dropped(pipeline) == {}


async def test_a_video_without_what_identifies_it_is_dropped(
    pipeline: ValidatePipeline, make_article: MakeArticle
) -> None:
    provenance = make_article().provenance
    video = VideoTeaser(url="https://baodaklak.vn/x/", source="teaser", provenance=provenance)
    assert await pipeline.process_item(video) is video
    for bad in (attrs.evolve(video, url=""), attrs.evolve(video, provenance=None)):
        with pytest.raises(DropItem):
            await pipeline.process_item(bad)
    assert dropped(pipeline) == {"dropped/bad_video": 2}


def test_what_is_noted_passes_or_names_its_fault(make_article: MakeArticle) -> None:
    provenance = make_article().provenance
    url = "https://baodaklak.vn/video/202603/x-0000001/"
    good = [
        CommentThread(articleId="a", url=url, comments=[], provenance=provenance),
        FrontierUrl(url=url, section="", listedBy=url),
        UrlState(url=url, state="gone", reason="404"),
        QuarantinedPage(url=url, reason="trống", error="EmptyPageError"),
    ]
    for item in good:
        check(item, NOW)
    bad = {
        "bad_comments": CommentThread(articleId="", url=url, comments=[], provenance=provenance),
        "bad_url": FrontierUrl(url="/khong-day-du/", section="", listedBy=url),
        "bad_state": UrlState(url=url, state="mất tích", reason="?"),
    }
    for name, item in bad.items():
        with pytest.raises(ValidationError) as caught:
            check(item, NOW)
        assert name == caught.value.check


async def test_an_unreadable_date_costs_only_itself_where_it_is_an_extra(
    pipeline: ValidatePipeline, make_article: MakeArticle
) -> None:
    url = "https://baodaklak.vn/x/"
    provenance = make_article().provenance
    video = VideoTeaser(
        url=url,
        source="teaser",
        provenance=provenance,
        datePublished="hôm qua",
        datePublishedRaw="hôm qua",
    )
    comment = Comment(commentId="1", text="Hay", dateCreated="5 phút trước")
    thread = CommentThread(articleId="a", url=url, comments=[comment], provenance=provenance)
    announcement = FrontierUrl(url=url, section="", listedBy=url, datePublished="?")

    assert (await pipeline.process_item(video)).datePublished is None
    assert video.datePublishedRaw == "hôm qua"
    assert dropped(pipeline) == {"unreadable_dates": 1}
    assert drop_bad_dates(thread) == drop_bad_dates(announcement) == 1
    assert thread.comments[0].dateCreated is announcement.datePublished is None
