"""``khobao archive replay``: which of several captures answers for an address and a moment."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.home import Home
from support.odd_records import SENT, event
from support.replaying import Replaying, replaying

from archive import Archive

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]

PICTURE, RESIZED = "file/a.b_1.jpg", "file/a.b_1.jpg?width=700&height=-&type=resize"

CAPTURES = [  # hours, name, status, body, truncated
    (0, "bai/", 200, b"first", None),
    (10, "bai/", 503, b"busy", None),
    (11, "bai/", 200, b"cut", "disconnect"),
    (12, "bai/", 206, b"part", None),
    (13, "bai/", 404, b"gone", None),
    (30, "bai/", 200, b"second", None),
    (40, "bai/", 302, b"moved", None),
    (0, "mat/", 404, b"never there", None),
    (5, "mat/", 410, b"taken down", None),
    (0, "cut/", 200, b"half", "length"),
    (9, "cut/", 503, b"none", None),
    (20, "twice/", 503, b"busy", None),
    (20, "twice/", 200, b"at the second attempt", None),
    (0, PICTURE, 200, b"old", None),
    (20, PICTURE, 200, b"middle", None),
    (21, PICTURE, 503, b"busy", None),
    (40, PICTURE, 200, b"new", None),
    (0, "file/sized.png?w=300&h=200", 200, b"sized, old", None),
    (20, "file/sized.png", 200, b"plain, new", None),
    (20, "file/sized.png.bak", 200, b"another file", None),
    (0, "css/a.css?v=1", 200, b"version 1", None),
    (30, "css/a.css?v=2", 200, b"version 2", None),
    (0, "danh-sach/?trang=1", 200, b"page 1", None),
]


@pytest.fixture(scope="module")
def replay(homes: Callable[[], Home], cache: Path) -> Iterator[Replaying]:
    home = homes()
    with Archive(home.path, info={}) as archive:
        for hours, name, status, body, truncated in CAPTURES:
            kind = "image/jpeg" if name.startswith("file/") else "text/html"
            head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n\r\n".encode()
            captured = event(name, head + body, hours)
            archive.append_batch([dataclasses.replace(captured, truncated=truncated)])
    with replaying(home, cache) as replaying_now:
        yield replaying_now


def at(hours: float) -> str:
    return f"{SENT + dt.timedelta(hours=hours):%Y%m%d%H%M%S}"


@pytest.mark.parametrize(
    ("hours", "name", "status", "body"),
    [
        # What came whole goes before what failed, however near that is.
        (9.5, "bai/", 200, b"first"),
        (11.5, "bai/", 200, b"first"),
        (14, "bai/", 200, b"first"),
        (16, "bai/", 200, b"second"),
        (39, "bai/", 302, b"moved"),
        # The very second of a failed capture shows that capture.
        (10, "bai/", 503, b"busy"),
        (11, "bai/", 200, b"cut"),
        (12, "bai/", 206, b"part"),
        (13, "bai/", 404, b"gone"),
        # Of two in that second, the one that came.
        (20, "twice/", 200, b"at the second attempt"),
        # Where nothing came, the nearest of what there is.
        (1, "mat/", 404, b"never there"),
        (4, "mat/", 410, b"taken down"),
        (3, "cut/", 200, b"half"),
        (8, "cut/", 503, b"none"),
    ],
)
def test_what_came_goes_before_what_failed(
    replay: Replaying, hours: float, name: str, status: int, body: bytes
) -> None:
    answer = replay.capture(at(hours), f"https://baodaklak.vn/{name}")
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    ("hours", "name", "body"),
    [
        (1, RESIZED, b"old"),
        (19, RESIZED, b"middle"),
        (21, RESIZED, b"busy"),
        (22, RESIZED, b"middle"),
        (45, RESIZED, b"new"),
        (45, f"{PICTURE}?w=300&h=200", b"new"),
        (19, f"{PICTURE}?width=600px", b"middle"),
        (1, "file/sized.png", b"plain, new"),
        (1, "file/sized.png?w=900&h=600", b"sized, old"),
        (19, "file/sized.png?w=300&h=200", b"plain, new"),
        (1, "css/a.css?v=3", b"version 1"),
        (29, "css/a.css?v=3", b"version 2"),
    ],
)
def test_a_picture_in_any_size_is_the_nearest_in_time(
    replay: Replaying, hours: float, name: str, body: bytes
) -> None:
    assert replay.capture(at(hours), f"https://baodaklak.vn/{name}").body == body


def test_a_page_with_other_parameters_is_another_page(replay: Replaying) -> None:
    assert 404 == replay.capture(at(0), "https://baodaklak.vn/danh-sach/?trang=2").status
    assert 404 == replay.capture(at(0), "https://baodaklak.vn/file/other.png?w=300").status
