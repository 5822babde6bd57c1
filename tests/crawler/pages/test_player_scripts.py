"""Players that a script sets up: read, and never run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.items import NewsArticle
from crawler.pages.media.player_scripts import clips_of_script

Read = Callable[..., NewsArticle]
BASE = "https://baodaklak.vn"
MP4, HLS, FLV = "/file/s/a.mp4", "/file/s/a.m3u8", "/file/s/a.flv"
POSTER = "/file/s/b.jpg"

SCRIPTS: dict[str, tuple[str, str, str | None]] = {
    "JW Player": (
        (
            '<div id="xem">Đang tải trình phát…</div><script>jwplayer("xem").setup({file: '
            '"/file/s/a.mp4", image: "/file/s/b.jpg", width: "100%", events: {onPlay: function() '
            "{ dem(); }}});</script>"
        ),
        MP4,
        POSTER,
    ),
    "JW Player with qualities": (
        (
            "<div id=xem></div><script>var p = jwplayer('xem'); p.setup({playlist: [{image: "
            "'/file/s/b.jpg', sources: [{file: '/file/s/a.m3u8'}, {file: '/file/s/a.mp4', label: "
            "'360p'}, {file: '/file/s/c.mp4', label: '720p'},]}]});</script>"
        ),
        "/file/s/c.mp4",
        POSTER,
    ),
    "video.js": (
        '<video id=v></video><script>videojs("v", {sources: [{src: "/file/s/a.mp4"}]})</script>',
        MP4,
        None,
    ),
    "source set later": (
        (
            "<video id=v poster=/file/s/b.jpg></video><script>videojs('v').src('/file/s/a.m3u8');"
            "</script>"
        ),
        HLS,
        POSTER,
    ),
    "Flowplayer": (
        (
            '<div id=fp></div><script>flowplayer("#fp", {clip: {sources: [{type: "video/mp4", '
            'src: "/file/s/a.mp4"}]}});</script>'
        ),
        MP4,
        None,
    ),
    "Flowplayer by jQuery": (
        (
            "<div id=fp></div><script>$('#fp').flowplayer({playlist: [{sources: [{src: "
            "'/file/s/a.mp4'}]}]});</script>"
        ),
        MP4,
        None,
    ),
    "Playerjs": (
        '<div id=pj></div><script>new Playerjs({id:"pj", file:"/file/s/a.mp4"});</script>',
        MP4,
        None,
    ),
    "Clappr": (
        (
            '<p id=cl></p><script>new Clappr.Player({source: "/file/s/a.m3u8", parentId: "#cl", '
            'poster: "/file/s/b.jpg"})</script>'
        ),
        HLS,
        POSTER,
    ),
    "DPlayer": (
        (
            "<div id=dp></div><script>new DPlayer({container: document.getElementById('dp'), "
            "video: {url: '/file/s/a.mp4', pic: '/file/s/b.jpg'}})</script>"
        ),
        MP4,
        POSTER,
    ),
    "SWFObject": (
        (
            "<div id=sw>Cần Flash</div><script>var s = new SWFObject('/swf/player.swf','x','4','3'"
            ");s.addParam('flashvars','file=/file/s/a.flv&image=/file/s/b.jpg');s.write('sw');</script>"
        ),
        FLV,
        POSTER,
    ),
    "no element of that name": (
        '<script>jwplayer("khac").setup({file: "/file/s/a.mp4"})</script>',
        MP4,
        None,
    ),
    "escaped slashes": (
        '<div id=x></div><script>jwplayer("x").setup({"file":"\\/file\\/s\\/a.mp4"})</script>',
        MP4,
        None,
    ),
    "broken literal": (
        '<div id=x></div><script>jwplayer("x").setup({file: "/file/s/a.mp4", w: 1/2})</script>',
        MP4,
        None,
    ),
}


@pytest.mark.parametrize(("markup", "file", "poster"), SCRIPTS.values(), ids=SCRIPTS)
def test_what_a_script_plays(read_body: Read, markup: str, file: str, poster: str | None) -> None:
    article = read_body(f"<p>Trước.</p>{markup}<p>Sau.</p>")
    (found,) = article.videos or []
    assert (found.contentUrl, found.embedUrl) == (BASE + file, None)
    assert found.thumbnailUrl == (poster and BASE + poster)
    assert article.articleBody == "Trước.\n\nSau."


def test_every_entry_of_a_playlist_is_a_video_and_stands_where_its_player_does(
    read_body: Read,
) -> None:
    article = read_body(
        "<video src=/file/s/1.mp4></video><div id=x></div><video src=/file/s/4.mp4></video>"
        "<script>jwplayer('x').setup({playlist:[{file:'/file/s/2.mp4'},{file:'/file/s/3.mp4'}]})"
        "</script>"
    )
    found = [video.contentUrl for video in article.videos or []]
    assert found == [f"{BASE}/file/s/{n}.mp4" for n in range(1, 5)]


def test_a_page_read_again_still_has_its_scripts(read_body: Read) -> None:
    markup = "<div id=x></div><script>jwplayer('x').setup({file: '/file/s/a.mp4'})</script>"
    first, second = read_body(markup), read_body(markup)
    assert (first.videos, first.articleBodyHtml) == (second.videos, second.articleBodyHtml)
    assert first.videos


def test_scripts_that_set_up_nothing_take_no_time() -> None:
    assert list(clips_of_script("jwplayer(" * 2000)) == []
    assert list(clips_of_script("jwplayer('a').setup({" + "[" * 5000)) == []
