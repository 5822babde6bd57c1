"""Every player markup a page can hold, and what is read of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from crawler.items import NewsArticle
from crawler.pages import read_page
from crawler.pages.media.addresses import height_of, is_live

Read = Callable[..., NewsArticle]
BASE = "https://baodaklak.vn"
ID = "8a10c0e291e840650191ea91fb561ab1"
YOUTUBE = "https://www.youtube.com/embed/k0cOa_1234x"
CONFIG = json.dumps(
    {
        "file": "/file/s/tep_480p.mp4",
        "image": "/file/s/bia.jpg",
        "duration": 95,
        "sources": [
            {"file": "/file/s/tep_480p.mp4", "label": "480p"},
            {"file": "/file/s/tep_1080p.mp4", "label": "1080p"},
            {"file": "/file/s/tep.m3u8"},
        ],
    }
).replace('"', "&quot;")


def video(content: str | None = None, **more: str | None) -> dict[str, str | None]:
    """The video that is expected: what is not said is None."""
    nothing = dict.fromkeys(("embedUrl", "thumbnailUrl", "mediaId", "duration"))
    return {**nothing, "contentUrl": content and BASE + content, **more}


def own(name: str) -> str:
    return BASE + name


ELEMENTS: dict[str, tuple[str, dict[str, str | None]]] = {
    "src": ("<video src=/file/s/a.mp4></video>", video("/file/s/a.mp4")),
    "the CMS's own box": (
        f'<div class="media_core"><video id="aid-{ID}" poster="/file//s/b.jpg"></video></div>',
        video(mediaId=ID, thumbnailUrl=own("/file/s/b.jpg")),
    ),
    "one source": (
        "<video data-duration=1:30><source src=/file/s/a.mp4 type=video/mp4></video>",
        video("/file/s/a.mp4", duration="PT1M30S"),
    ),
    "qualities by label": (
        (
            "<video><source src=/file/s/a.mp4 label=360p><source src=/file/s/b.mp4 label=HD>"
            "<source src=/file/s/c.mp4 label=480p></video>"
        ),
        video("/file/s/b.mp4"),
    ),
    "qualities by res": (
        "<video><source src=/file/s/a.mp4 res=480><source src=/file/s/b.mp4 res=1080></video>",
        video("/file/s/b.mp4"),
    ),
    "qualities by size": (
        "<video><source src=/file/s/a.mp4 size=576><source src=/file/s/b.mp4 size=720></video>",
        video("/file/s/b.mp4"),
    ),
    "qualities by name": (
        "<video><source src=/file/s/a_360p.mp4><source src=/file/s/a_720p.mp4></video>",
        video("/file/s/a_720p.mp4"),
    ),
    "a file rather than a playlist": (
        "<video><source src=/file/s/a.m3u8><source src=/file/s/a.mp4></video>",
        video("/file/s/a.mp4"),
    ),
    "a playlist where there is no file": (
        "<video><source src='/file/s/a.m3u8' type='application/x-mpegURL'></video>",
        video("/file/s/a.m3u8"),
    ),
    "lazy source": (
        "<video data-poster=/file/s/b.jpg><source data-src=/file/s/a.mp4></video>",
        video("/file/s/a.mp4", thumbnailUrl=own("/file/s/b.jpg")),
    ),
    "lazy video": ("<video data-src=/file/s/a.mp4></video>", video("/file/s/a.mp4")),
    "link for old browsers": (
        "<video><a href=/file/s/a.mp4>Tải về</a></video>",
        video("/file/s/a.mp4"),
    ),
    "default poster": (
        "<video src=/file/s/a.mp4 poster=/file/default.jpg></video>",
        video("/file/s/a.mp4"),
    ),
    "data-setup of video.js": (
        (
            '<video class=video-js data-setup=\'{"poster":"/file/s/b.jpg",'
            '"sources":[{"src":"/file/s/a.mp4","type":"video/mp4"}]}\'></video>'
        ),
        video("/file/s/a.mp4", thumbnailUrl=own("/file/s/b.jpg")),
    ),
    "video.js plays YouTube": (
        (
            '<video data-setup=\'{"techOrder":["youtube"],"sources":[{"type":"video/youtube",'
            '"src":"https://www.youtube.com/watch?v=k0cOa_1234x"}]}\'></video>'
        ),
        video(embedUrl=YOUTUBE),
    ),
    "data-file": (
        "<div class=jwplayer data-file=/file/s/a.mp4 data-image=/file/s/b.jpg>Đang tải…</div>",
        video("/file/s/a.mp4", thumbnailUrl=own("/file/s/b.jpg")),
    ),
    "data-src": ("<div data-src=/file/s/a.m3u8></div>", video("/file/s/a.m3u8")),
    "data-url in a paragraph": (
        "<p><span data-url=//www.baodaklak.vn/file/s/a.mp4></span></p>",
        video("/file/s/a.mp4"),
    ),
    "data-config": (
        f"<div data-config='{CONFIG}'></div>",
        video("/file/s/tep_1080p.mp4", thumbnailUrl=own("/file/s/bia.jpg"), duration="PT1M35S"),
    ),
    "data-item of Flowplayer": (
        (
            '<div class=flowplayer data-item=\'{"clip":{"sources":[{"type":"video/mp4",'
            '"src":"/file/s/a.mp4"}]},"splash":"/file/s/b.jpg"}\'></div>'
        ),
        video("/file/s/a.mp4", thumbnailUrl=own("/file/s/b.jpg")),
    ),
    "heights as names": (
        '<div data-sources=\'{"360p":"/file/s/a.mp4","720p":"/file/s/b.mp4"}\'></div>',
        video("/file/s/b.mp4"),
    ),
    "Plyr": (
        "<div data-plyr-provider=youtube data-plyr-embed-id=k0cOa_1234x></div>",
        video(embedUrl=YOUTUBE),
    ),
    "YouTube frame without scheme": (
        "<iframe src=//www.youtube.com/embed/k0cOa_1234x></iframe>",
        video(embedUrl=YOUTUBE),
    ),
    "lazy frame": (
        f"<iframe src=about:blank data-src={YOUTUBE}></iframe>",
        video(embedUrl=YOUTUBE),
    ),
    "Vimeo frame": (
        "<iframe src=https://player.vimeo.com/video/123456></iframe>",
        video(embedUrl="https://player.vimeo.com/video/123456"),
    ),
    "Dailymotion frame": (
        "<iframe src=https://www.dailymotion.com/embed/video/x7abc></iframe>",
        video(embedUrl="https://www.dailymotion.com/embed/video/x7abc"),
    ),
    "Facebook frame": (
        "<iframe src='https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fx'></iframe>",
        video(embedUrl="https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fx"),
    ),
    "Facebook box": (
        "<div class=fb-video data-href=https://www.facebook.com/bao/videos/99/></div>",
        video(
            embedUrl="https://www.facebook.com/plugins/video.php"
            "?href=https%3A%2F%2Fwww.facebook.com%2Fbao%2Fvideos%2F99%2F"
        ),
    ),
    "TikTok": (
        "<blockquote class=tiktok-embed data-video-id=7123456789><section>x</section></blockquote>",
        video(embedUrl="https://www.tiktok.com/embed/v2/7123456789"),
    ),
    "frame of the own host": (
        "<iframe src='/nhung/trinh-phat.html?file=/file/s/a.mp4&image=/file/s/b.jpg'></iframe>",
        video(
            "/file/s/a.mp4",
            embedUrl=own("/nhung/trinh-phat.html?file=/file/s/a.mp4&image=/file/s/b.jpg"),
            thumbnailUrl=own("/file/s/b.jpg"),
        ),
    ),
    "file in a frame": ("<iframe src=/file/s/a.mp4></iframe>", video("/file/s/a.mp4")),
    "embed": ("<embed src=/file/s/a.wmv>", video("/file/s/a.wmv")),
    "Flash": (
        "<embed src=/swf/player.swf flashvars='file=/file/s/a.flv&amp;image=/file/s/b.jpg'>",
        video("/file/s/a.flv", thumbnailUrl=own("/file/s/b.jpg")),
    ),
    "object with variables": (
        (
            "<object><param name=movie value=/swf/player.swf>"
            "<param name=FlashVars value='duration=61&file=/file/s/a.flv'></object>"
        ),
        video("/file/s/a.flv", duration="PT1M1S"),
    ),
    "object of Flowplayer 3": (
        (
            '<object data=/swf/f.swf><param name=flashvars value=\'config={"clip":'
            '{"url":"/file/s/a.flv"}}\'></object>'
        ),
        video("/file/s/a.flv"),
    ),
    "object of YouTube": (
        (
            "<object><param name=movie value=https://www.youtube.com/v/k0cOa_1234x>"
            "<embed src=https://www.youtube.com/v/k0cOa_1234x></object>"
        ),
        video(embedUrl="https://www.youtube.com/v/k0cOa_1234x"),
    ),
    "microdata": (
        (
            '<div itemscope itemtype="http://schema.org/VideoObject"><meta itemprop=duration '
            "content=PT2M5S><meta itemprop=thumbnailUrl content=/file/s/b.jpg>"
            "<div><video src=/file/s/a.mp4></video></div></div>"
        ),
        video("/file/s/a.mp4", duration="PT2M5S", thumbnailUrl=own("/file/s/b.jpg")),
    ),
    "two players for one video": (
        (
            f'<div class="media_core" data-file=/file/s/a.mp4><video id=aid-{ID} src=/file/s/a.mp4 '
            "poster=/file/s/b.jpg></video></div>"
        ),
        video("/file/s/a.mp4", mediaId=ID, thumbnailUrl=own("/file/s/b.jpg")),
    ),
}

PAGES: dict[str, tuple[str, dict[str, str | None]]] = {
    "JSON-LD completes": (
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"VideoObject",'
            '"duration":"PT40S","thumbnailUrl":["/file/s/b.jpg"]}]}</script>'
            "<video src=/file/s/a.mp4></video>"
        ),
        video("/file/s/a.mp4", duration="PT40S", thumbnailUrl=own("/file/s/b.jpg")),
    ),
    "JSON-LD alone": (
        (
            '<script type="application/ld+json">{"@type":["VideoObject"],"contentUrl":'
            '"/file/s/a.mp4","duration":"PT40S"}</script>'
        ),
        video("/file/s/a.mp4", duration="PT40S"),
    ),
}


@pytest.mark.parametrize(
    ("markup", "expected"),
    [*ELEMENTS.values(), *PAGES.values()],
    ids=[*ELEMENTS, *PAGES],
)
def test_what_a_player_plays(read_body: Read, markup: str, expected: dict[str, str | None]) -> None:
    article = read_body(f"<p>Trước.</p>{markup}<p>Sau.</p>")
    (found,) = article.videos or []
    assert {name: getattr(found, name) for name in expected} == expected
    assert article.articleBody == "Trước.\n\nSau."


@pytest.mark.parametrize(
    "markup",
    [
        "<video src=https://cdn.drt.vn/hls/live.m3u8></video>",
        "<video><source src=https://hls1.cdn.drt.vn/truyen-hinh/index.m3u8></video>",
        "<iframe src=https://www.youtube.com/embed/live_stream?channel=UC12></iframe>",
        "<div id=x></div><script>jwplayer('x').setup({file:'//cdn.drt.vn/a.m3u8'})</script>",
        "<div data-file=/live/truyen-hinh/index.m3u8></div>",
        "<iframe src=/xem.html?file=https://cdn.drt.vn/a.m3u8></iframe>",
        "<video></video>",
        "<iframe></iframe>",
        "<iframe src='https://www.facebook.com/plugins/like.php'></iframe>",
        "<iframe src='https://www.google.com/maps/embed?pb=1'></iframe>",
        "<iframe src='/file/s/so-bao.pdf'></iframe>",
        "<div data-src=/file/s/anh.jpg></div>",
        '<div data-config=\'{"theme":"dark"}\'></div>',
        "<div data-config='{'></div>",
        "<div id=x></div><script>jwplayer('x').setup({file: address})</script>",
        "<div id=x></div><script>jwplayer('x').setup({file: base + '/a.mp4'})</script>",
        "<script>var a = document.createElement('video');</script>",
        '<script type="application/ld+json">{"@type":"VideoObject"</script>',
        "<div class=social><video src=/file/s/a.mp4></video></div>",
    ],
)
def test_what_is_no_recording(read_body: Read, markup: str) -> None:
    assert read_body(f"<p>a</p>{markup}").videos == []


@pytest.mark.parametrize(
    ("markup", "url", "name"),
    [
        ("<audio src=/file/s/a.mp3></audio>", "/file/s/a.mp3", None),
        ("<audio><source src=/file/s/a.mp3></audio>", "/file/s/a.mp3", None),
        ("<audio title='Bản  tin' src=/file/s/a.mp3></audio>", "/file/s/a.mp3", "Bản tin"),
        ("<div data-file=/file/s/a.m4a data-title=Nghe></div>", "/file/s/a.m4a", "Nghe"),
        (
            "<p id=x></p><script>jwplayer('x').setup({file:'/file/s/a.mp3',title:'Ca'})</script>",
            "/file/s/a.mp3",
            "Ca",
        ),
        ("<embed src=/file/s/a.wma>", "/file/s/a.wma", None),
    ],
)
def test_sounds(read_body: Read, markup: str, url: str, name: str | None) -> None:
    article = read_body(f"<p>a</p>{markup}")
    (audio,) = article.audios or []
    assert (audio.url, audio.name) == (BASE + url, name)
    assert article.videos == []


def test_a_box_around_paragraphs_keeps_them(read_body: Read) -> None:
    article = read_body("<div class=media_core data-file=/file/s/a.mp4><p>Lời thường.</p></div>")
    assert (article.articleBody, len(article.videos or [])) == ("Lời thường.", 1)


def test_what_a_script_plays_is_fetched_with_the_page_and_a_broadcast_is_not(
    fixture_page: Callable[[str], bytes], profile_and_time: dict[str, Any]
) -> None:
    body = fixture_page("crawler.pages.templates.template_a.ArticlePageA/players-in-news")
    players = (
        '<div id="xem"></div><script>jwplayer("xem").setup({file: "/file/s/a.mp4", '
        'image: "/file/s/b.jpg"});</script><video src="https://baodaklak.vn/live/a.m3u8"></video>'
    )
    body = body.replace(b'<div class="bd02"></div>', b'<div class="bd02"></div>' + players.encode())
    reading = read_page(
        "https://baodaklak.vn/xa-hoi/202409/doi-chieng-nu-0c0ffee/", body, **profile_and_time
    )
    resources = reading.resources  # type: ignore[union-attr]
    assert (f"{BASE}/file/s/a.mp4", "video") in resources
    assert (f"{BASE}/file/s/b.jpg", "image") in resources
    assert not any("/live/" in url for url, _ in resources)
    assert len(resources) == len({url for url, _ in resources})


@pytest.mark.parametrize(
    ("labels", "address", "height"),
    [
        (("720p",), "", 720),
        ((1080,), "", 1080),
        (("Full HD",), "", 1080),
        (("auto",), "", 0),
        ((None,), "/file/20240919165129_480p.mp4", 480),
        ((), "/file/202409/1080.mp4", 0),
    ],
)
def test_heights(labels: tuple[object, ...], address: str, height: int) -> None:
    assert height_of(*labels, address=address) == height


def test_live() -> None:
    assert is_live("https://cdn.drt.vn/x/playlist.m3u8")
    assert not is_live("https://cdn.drt.vn.example/x.mp4")
    assert not is_live("https://baodaklak.vn/file/live/hoi.mp4")
