"""Videos of articles and video pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.identity import video_key
from crawler.items import NewsArticle
from crawler.pages import read_videos
from crawler.pages.media.durations import read_duration

Read = Callable[..., NewsArticle]
PLAYER = '<video id="aid-{}" src="/file/s/{}.mp4"></video>'
ONE, TWO = "8a10c0e291e840650191ea91fb561ab1", "8a10c0e291e840650191ea91fb561ab2"


def test_a_video_page_is_one_video_and_further_players_are_others(read_body: Read) -> None:
    page = read_body(
        f"<p><b>Lời dẫn.</b></p>{PLAYER.format(ONE, 'a')}{PLAYER.format(TWO, 'b')}",
        title="(Video) Hội làng",
        section="/video/",
    )
    first, second = read_videos(page)
    assert (first.source, first.videoId, first.articleId) == (
        "page",
        page.articleId,
        page.articleId,
    )
    assert (first.headline, first.description) == ("Hội làng", "Lời dẫn.")
    assert first.url == page.canonicalUrl
    assert first.contentUrl == "https://baodaklak.vn/file/s/a.mp4"
    assert (second.source, second.videoId, second.articleId) == ("body", TWO, page.articleId)


def test_a_video_page_without_a_player_is_a_video_still(read_body: Read) -> None:
    (video,) = read_videos(read_body("<p><b>Lời dẫn.</b></p>", section="/video/"))
    assert (video.source, video.contentUrl, video.embedUrl) == ("page", None, None)


def test_players_in_an_article(read_body: Read) -> None:
    article = read_body(
        f"<p>a</p>{PLAYER.format(ONE, 'a')}<iframe src=//www.youtube.com/embed/x></iframe>"
        "<iframe src=https://www.facebook.com/plugins/like.php></iframe><iframe></iframe>"
    )
    own, foreign = read_videos(article)
    assert (own.videoId, own.source, own.url) == (ONE, "body", article.canonicalUrl)
    assert (foreign.videoId, foreign.embedUrl) == (None, "https://www.youtube.com/embed/x")
    assert own.datePublished == article.datePublished


def test_links_go_both_ways(read_body: Read) -> None:
    page = read_body(PLAYER.format(ONE, "a") + PLAYER.format(TWO, "b"), section="/video/")
    assert page.videoIds == [page.articleId, TWO]
    assert [video.isPartOf for video in read_videos(page)] == [[page.canonicalUrl]] * 2
    article = read_body("<iframe src=//www.youtube.com/embed/x></iframe>" + PLAYER.format(ONE, "a"))
    foreign, own = read_videos(article)
    assert article.videoIds == [video_key(foreign), ONE]
    assert foreign.isPartOf == own.isPartOf == [article.canonicalUrl]
    assert read_body("<p>a</p>").videoIds == []


VIDEO = "/video/202409/video-hoi-lang-0320b48/"


@pytest.mark.parametrize(
    ("markup", "headline"),
    [
        (f"<div class=related><a href={VIDEO}>(Video) Hội làng</a></div>", "Hội làng"),
        (f"<div class=related><a href={VIDEO}>Hội làng</a></div>", "Hội làng"),
        (f"<p>Xem <a href=//www.baodaklak.vn{VIDEO[:-1]}>tại đây</a>.</p>", None),
        (f"<p><a href={VIDEO}><b>[Video] Hội</b> làng</a></p>", "Hội làng"),
        (f"<p><a href={VIDEO}>1</a> <a href={VIDEO}>2</a></p>", None),
        (
            "<div class=related><a href=/xa-hoi/202409/hoi-0320b48/>(Video) Hội làng</a></div>",
            "Hội làng",
        ),
    ],
)
def test_video_pages_that_an_article_leads_to(
    read_body: Read, markup: str, headline: str | None
) -> None:
    article = read_body(f"<p>a</p>{markup}")
    (video,) = read_videos(article)
    assert video.source == "teaser"
    assert video.headline == headline
    assert video.url.endswith("-0320b48/")
    assert (video.isPartOf, video.foundOn) == ([article.canonicalUrl], article.canonicalUrl)
    assert article.videoIds == []


@pytest.mark.parametrize(
    "markup",
    [
        "<p><a href=/video/>Video</a></p>",
        "<p><a href=https://video.example/video/202409/x-0320b48/>(Video) x</a></p>",
        "<div class=related><a href=/xa-hoi/202409/hoi-0320b48/>Hội làng</a></div>",
        f"<div class=related><a href={VIDEO}>(Infographic) Hội làng</a></div>",
        "<p><a href=/xa-hoi/202409/mot-bai-bao-b56121a/>(Video) bài này</a></p>",
    ],
)
def test_other_links_lead_to_no_video(read_body: Read, markup: str) -> None:
    assert read_videos(read_body(f"<p>a</p>{markup}")) == []


def test_an_article_without_players_has_no_videos(read_body: Read) -> None:
    assert read_videos(read_body("<p>a</p>")) == []


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT1M30S", "PT1M30S"),
        ("1:30", "PT1M30S"),
        ("01:02:03", "PT1H2M3S"),
        ("90", "PT1M30S"),
        ("0", "PT0S"),
        ("60:00", None),
        ("PT", None),
        ("dài", None),
        ("", None),
        (None, None),
    ],
)
def test_durations(text: str | None, duration: str | None) -> None:
    assert read_duration(text) == duration
