from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import bson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier import FrontierUrl, QuarantinedPage, UrlState
from crawler.items import (
    Agreement,
    ArticleVideo,
    Attachment,
    Comment,
    CommentThread,
    CrossCheck,
    NewsArticle,
    VideoTeaser,
)
from pipelines.mongodb.schema import (
    comment_documents,
    document_id,
    from_document,
    to_document,
)
from pipelines.text.dates import parse_date

MakeArticle = Callable[..., NewsArticle]
AWARE: CodecOptions[dict[str, object]] = CodecOptions(tz_aware=True)


def through_bson(document: dict[str, object]) -> dict[str, object]:
    return bson.decode(bson.encode(document), AWARE)


def test_an_article_survives_with_everything_it_says(make_article: MakeArticle) -> None:
    article = make_article(
        videos=[ArticleVideo(contentUrl="https://x.vn/a.mp4", duration="PT1M")],
        attachments=[Attachment(url="https://x.vn/a.pdf", encodingFormat="application/pdf")],
        dateModified="2026-03-03T00:00:00+07:00",
        agreement=Agreement(
            disagreement=0.25, crossChecks=[CrossCheck(name="listing", headline=0.75)]
        ),
    )
    document = to_document(article)
    assert "alternativeHeadline" not in document, "None is left out"
    assert document["audios"] == [], "none found is not the same as not looked for"
    assert from_document(through_bson(document), NewsArticle) == article


def test_the_other_items_survive(make_article: MakeArticle) -> None:
    provenance = make_article().provenance
    video = VideoTeaser(
        url="https://x.vn/v/",
        source="page",
        datePublished="2026-03-02T14:05:00+07:00",
        provenance=provenance,
    )
    page = QuarantinedPage(url="https://x.vn/", reason="r", error="e", provenance=provenance)
    assert from_document(through_bson(to_document(video))) == video
    assert from_document(through_bson(to_document(page)), QuarantinedPage) == page
    comment = Comment(commentId="1", text="Hay", dateCreated="2026-03-02T14:05:00+07:00")
    thread = CommentThread(articleId="a", url="https://x.vn/", comments=[comment])
    [document] = comment_documents(thread)
    assert from_document(through_bson(document), Comment) == comment


def test_an_announcement_leaves_out_what_the_store_collects() -> None:
    item = FrontierUrl(url="https://x.vn/a/", section="thoi-su", listedBy="https://x.vn/?first=0")
    assert to_document(item) == {"_id": "https://x.vn/a/", "listedBy": "https://x.vn/?first=0"}


def test_keys(make_article: MakeArticle) -> None:
    article = make_article()
    assert document_id(article) == article.articleId
    nameless = make_article(articleId=None)
    assert document_id(nameless).startswith("url:")
    assert document_id(nameless) == document_id(make_article(articleId=None, headline="khác"))
    url = "https://x.vn/v/"
    teaser = VideoTeaser(url=url, source="teaser")
    assert document_id(teaser) == document_id(VideoTeaser(url=url, source="page"))
    assert document_id(VideoTeaser(url=url, source="page", videoId="v")) == "v"
    player = VideoTeaser(url=url, source="body", contentUrl="https://x.vn/a.mp4")
    assert document_id(player).startswith("media:")
    assert document_id(player) != document_id(VideoTeaser(url=url, source="body"))
    with pytest.raises(TypeError, match="UrlState"):
        document_id(UrlState(url=url, state="gone", reason="404"))


def test_dates_need_an_offset() -> None:
    assert parse_date("2024-09-10T17:00:00+07:00") == dt.datetime(2024, 9, 10, 10, tzinfo=dt.UTC)
    for bad in ("2024-09-10T17:00:00", "17:00", ""):
        with pytest.raises(ValueError, match=r"offset|isoformat"):
            parse_date(bad)


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1)))  # noqa: DTZ001
def test_any_date_comes_back_as_the_same_string(moment: dt.datetime) -> None:
    zone = dt.timezone(dt.timedelta(hours=7))
    written = moment.replace(microsecond=0, tzinfo=zone).isoformat()
    video = VideoTeaser(url="https://x.vn/", source="page", datePublished=written)
    assert from_document(through_bson(to_document(video)), VideoTeaser) == video
