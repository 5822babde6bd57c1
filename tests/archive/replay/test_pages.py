from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from archive import Archive, CaptureEvent
from archive.replay import newest_pages

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]

GONE = (
    b'k 20260302070500 {"url": "https://a.vn/bai-gone/", "filename": "../x", "offset": "0",'
    b' "status": "200", "mime": "text/html"}\n'
)
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def kind_of(url: str) -> str | None:
    return "article" if "/bai-" in url else "home" if url.endswith(".vn/") else None


def crawl(open_archive: OpenArchive, make_event: MakeEvent, start: dt.datetime, hour: int) -> None:
    archive = open_archive(hostname=f"host{hour:02}")
    for n in range(6):
        page = HTML + f"<title>  Bài số\n {n} lúc {hour} giờ </title>".encode()
        moment = start + dt.timedelta(hours=hour, minutes=n)
        for url in (f"https://a.vn/bai-{n}/", "https://a.vn/", f"https://a.vn/khac-{n}/"):
            archive.append_batch([make_event(page, url=url, started_at=moment)])
    failed = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<title>no</title>"
    archive.append_batch([make_event(failed, url="https://a.vn/bai-gone/")])
    archive.close()


def test_the_newest_capture_of_each_page(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path, instant: dt.datetime
) -> None:
    for hour in range(3):
        crawl(open_archive, make_event, instant, hour)
    pages = newest_pages(tmp_path, kind_of, {"home": 2, "article": 4})
    assert [(page.kind, page.title, page.url) for page in pages] == [
        ("home", "Bài số 5 lúc 2 giờ", "https://a.vn/"),
        *(("article", f"Bài số {n} lúc 2 giờ", f"https://a.vn/bai-{n}/") for n in (5, 4, 3, 2)),
    ]
    assert pages[0].captured_at == instant.replace(hour=9, minute=10, microsecond=0)


def test_no_archive_yet(tmp_path: Path) -> None:
    assert newest_pages(tmp_path, kind_of, {"home": 2}) == []


def test_rubbish_in_the_index_and_records_that_are_gone(
    open_archive: OpenArchive, make_event: MakeEvent, tmp_path: Path, instant: dt.datetime
) -> None:
    crawl(open_archive, make_event, instant, 0)
    lines = [
        b'rubbish "200" "text/html"\n',
        b'k 20269999999999 {"url": "https://a.vn/bai-x/", "status": "200", "mime": "text/html"}\n',
        b'k 20260302070500 {"url": 5, "filename": [], "offset": "x", "b": "200" "text/html"}\n',
        b'k 20260302999999 ["200", "text/html"]\n',
        b'\xff\xfe "200" "text/html"\n',
        GONE,
    ]
    (tmp_path / "index" / "z.cdxj").write_bytes(b"".join(lines))
    pages = newest_pages(tmp_path, kind_of, {"article": 9})
    assert len(pages) == 7
    assert [page.title for page in pages if page.url.endswith("gone/")] == [
        "https://a.vn/bai-gone/"
    ]
