"""Every fault really shows on the wire, is in the log byte for byte, and stands in the docs."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support import odd_faults

from practice.client import PracticeProcess
from practice.faults import FAULTS, Heals, Kind, breaks, framing, odd

DOCS = Path(__file__).parents[2] / "docs" / "practice.md"
ROW = re.compile(
    r"^\| `(?P<name>[\w-]+)` \| (?P<what>[^|]+) \| (?P<where>[^|]+) \| (?P<heals>\w+) \|$"
)
MIB = 1 << 20

API = "/sc_service/api/article/list?saArticleCateId={}&first=0&pageSize=5&jsonCallback=cb"


def test_docs_and_code_name_the_same_faults() -> None:
    table = DOCS.read_text("utf-8").partition("## Faults")[2]
    rows = [row.groupdict() for row in map(ROW.match, table.splitlines()) if row]
    said = {row["name"]: (row["where"], row["heals"]) for row in rows}
    assert len(said) == len(rows)
    assert said == {
        name: (
            "anywhere" if fault.where == frozenset(Kind) else ", ".join(sorted(fault.where)),
            fault.heals,
        )
        for name, fault in FAULTS.items()
    }


def test_every_fault_has_a_check() -> None:
    assert set(CHECKS) == set(FAULTS)


@pytest.fixture(scope="module")
def addresses(site: PracticeProcess, article_path: str) -> dict[str, str]:
    images = [image["url"] for article in site.truth("articles") for image in article["images"]]
    category = site.truth("sections")[0]["categoryId"]
    return {
        "file": urlsplit(images[0]).path,
        "article": article_path,
        "api": API.format(category),
    }


class Seen:
    """A spoilt answer and, where it can be known, the page behind it."""

    def __init__(self, heard: Any, page: bytes, ended: str, ask: Callable[..., Any]) -> None:
        self.heard = heard
        self.page = page
        self.ended = ended
        self.ask = ask


FRAMING = {fault.name for fault in (*breaks.FAULTS, *framing.FAULTS, *odd.FAULTS)} - {
    "self-refresh"
}


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_shows_on_the_wire_and_in_the_log(
    site: PracticeProcess, client: Any, addresses: dict[str, str], name: str, tls: bool
) -> None:
    api_only = FAULTS[name].where == {Kind.API}
    base = addresses["api" if api_only else "file" if name in FRAMING else "article"]

    def ask(target: str, *lines: str) -> Any:
        host = "baodaklak.vn" if tls else "localhost"
        return client.get(target, *lines, host=host, tls=tls)

    page = ask(base).body
    site.control("POST", "/log/clear")
    heard = ask(f"/loi/{name}{base}", *LINES.get(name, ()))
    ((entry, request, response),) = site.exchanges()
    assert request == heard.sent
    assert response == heard.data
    assert entry["fault"] == name
    CHECKS[name](Seen(heard, page, entry["ended"], ask))


def dechunked(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    """Body, the chunk size lines, and the trailer."""
    body, sizes = b"", []
    while True:
        line, _, data = data.partition(b"\r\n")
        sizes.append(line)
        size = int(line.partition(b";")[0], 16)
        if not size:
            return body, sizes, data
        body += data[:size]
        assert data[size : size + 2] == b"\r\n"
        data = data[size + 2 :]


def check_retry_after(status: int) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        assert seen.heard.status == status
        (value,) = seen.heard.values(b"Retry-After")
        assert re.fullmatch(rb"1|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", value)

    return check


def check_status(*statuses: int) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        assert seen.heard.status in statuses
        assert seen.ended == "complete"
        assert b"<html" in seen.heard.body

    return check


def check_half(ended: str, *ends: str) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        assert seen.heard.values(b"Content-Length") == [str(len(seen.page)).encode()]
        assert seen.heard.body == seen.page[: len(seen.page) // 2]
        assert (seen.ended, seen.heard.end) in {(ended, end) for end in ends}

    return check


def check_no_response(seen: Seen) -> None:
    assert (seen.heard.data, seen.ended) == (b"", "closed")
    assert seen.heard.end in ("eof", "cut")


def check_whole(seen: Seen) -> None:
    assert (seen.heard.status, seen.heard.body, seen.ended) == (200, seen.page, "complete")


def check_gzip(seen: Seen) -> None:
    assert seen.heard.values(b"Content-Encoding") == [b"gzip"]
    assert gzip.decompress(seen.heard.body) == seen.page


def check_chunked(seen: Seen) -> None:
    body, sizes, trailer = dechunked(seen.heard.body)
    if seen.heard.values(b"Content-Encoding"):
        body = gzip.decompress(body)
    assert body == seen.page
    assert trailer == b"X-Het-Trang: het\r\n\r\n"
    assert sizes[:2] == [b"0001", b'7;khobao="mot hai"']
    assert not seen.heard.values(b"Content-Length")


def check_odd_headers(seen: Seen) -> None:
    lines = seen.heard.head.split(b"\r\n")
    assert lines[0] in (b"HTTP/1.1 200 ", b"HTTP/1.1 200 Duoc roi nhe (khong phai OK)")
    assert b"X-Latin: caf\xe9" in lines
    assert b"\tphan sau" in lines
    assert [line for line in lines[1:] if b":" not in line and line[:1] != b"\t"]
    cookies = [number for number, line in enumerate(lines) if line.startswith(b"Set-Cookie")]
    assert cookies[1] - cookies[0] == 3
    check_whole(seen)


def check_long_headers(seen: Seen) -> None:
    assert max(map(len, seen.heard.head.split(b"\r\n"))) > 8000
    assert seen.heard.head.count(b"\r\n") == 86
    check_whole(seen)


def check_early_hints(seen: Seen) -> None:
    *before, head, body = seen.heard.data.split(b"\r\n\r\n", seen.heard.data.count(b"HTTP/1.1 "))
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert before[-1].startswith(b"HTTP/1.1 103 Early Hints\r\nLink: ")
    assert before[:-1] in ([], [b"HTTP/1.1 100 Continue"])
    assert body == seen.page


def check_http10(seen: Seen) -> None:
    assert seen.heard.data.startswith(b"HTTP/1.0 200 OK\r\n")
    assert not seen.heard.values(b"Content-Length")
    check_whole(seen)


def check_two_lengths(seen: Seen) -> None:
    first, second = map(int, seen.heard.values(b"Content-Length"))
    assert first == len(seen.page)
    assert second - first in (0, 1)
    check_whole(seen)


def check_chain(seen: Seen) -> None:
    statuses, heard = [], seen.heard
    while heard.values(b"Location"):
        statuses.append(heard.status)
        (location,) = heard.values(b"Location")
        parts = urlsplit(location.decode())
        path = parts.path or path  # noqa: F821  (a bare query keeps the path of the hop before)
        heard = seen.ask(f"{path}?{parts.query}")
    assert statuses == [301, 302, 307, 308]
    assert b'id="content"' in heard.body


def check_loop(seen: Seen) -> None:
    heard = seen.heard
    for _ in range(30):
        assert heard.status == 302
        heard = seen.ask(heard.values(b"Location")[0].decode())


def check_private(seen: Seen) -> None:
    (location,) = seen.heard.values(b"Location")
    assert seen.heard.status == 302
    assert re.match(rb"http://(169\.254|127\.|10\.|\[::1\]|localhost|0x7f)|file:", location)


def check_offsite(seen: Seen) -> None:
    (location,) = seen.heard.values(b"Location")
    assert seen.heard.status in (301, 302)
    assert location.startswith(b"https://quang-cao.example/")


def check_moved(seen: Seen) -> None:
    (location,) = seen.heard.values(b"Location")
    assert seen.heard.status == 301
    assert location.startswith(b"https://moi.baodaklak.vn/")


def check_without_callback(seen: Seen) -> None:
    assert seen.page.startswith(b"cb(")
    assert seen.heard.body.startswith(b"{")
    assert seen.heard.body in seen.page
    assert seen.heard.values(b"Content-Type") == [b"application/json"]


def check_label(seen: Seen) -> None:
    (label,) = seen.heard.values(b"Content-Type")
    assert label in (b"text/html; charset=windows-1258", b"text/html; charset=ISO-8859-1")
    assert 'id="content"' in seen.heard.body.decode()


def check_soft_404(seen: Seen) -> None:
    assert seen.heard.status == 200
    honest = seen.ask("/khong-co/gi-o-day/")
    (title,) = re.findall(b"<title>([^<]+)", seen.heard.body)
    assert honest.status == 404
    assert title in honest.body or title.decode() == "Không tìm thấy trang"


def check_captcha(seen: Seen) -> None:
    assert seen.heard.status in (200, 403)
    assert b"g-recaptcha" in seen.heard.body


def check_cookie_wall(seen: Seen) -> None:
    assert b"document.cookie" in seen.heard.body
    assert b'id="content"' not in seen.heard.body
    target = seen.heard.sent.split(b" ")[1].decode()
    assert b'id="content"' in seen.ask(target, "Cookie: khobao_mo_cua=1").body


def check_empty(seen: Seen) -> None:
    assert seen.heard.status == 200
    assert seen.heard.body in (b"", b"0\r\n\r\n")


def check_html_as_jsonp(seen: Seen) -> None:
    assert seen.heard.status == 200
    assert seen.heard.body.startswith(b"<html>")
    assert b"(" in seen.heard.body


def check_wrong_charset(seen: Seen) -> None:
    (label,) = seen.heard.values(b"Content-Type")
    charset = label.decode().partition("charset=")[2]
    assert charset in ("windows-1258", "ISO-8859-1")
    assert "Đắk Lắk" not in seen.heard.body.decode("utf-8", "replace")
    assert b"harset=" in seen.heard.body
    if charset == "windows-1258":
        assert "à" in seen.heard.body.decode("cp1258")


def check_malformed(seen: Seen) -> None:
    body = seen.heard.body
    assert body.endswith(b'id="con') or b"\0\0<p<div" in body or body.count(b"</dvi>") > 50


def check_calendar(seen: Seen) -> None:
    (link,) = re.findall(rb'<a class="lich" href="([^"]+)"', seen.heard.body)
    months = set()
    for _ in range(15):
        heard = seen.ask(link.decode())
        assert heard.status == 200
        months.add(link)
        link = re.findall(rb'href="([^"]+)">Th', heard.body)[1]
    assert len(months) == 15
    day = re.findall(rb'href="([^"]+)">Ng', heard.body)[3]
    assert b"<ul>" in seen.ask(day.decode()).body


def check_bomb(seen: Seen) -> None:
    assert seen.heard.values(b"Content-Encoding") == [b"gzip"]
    assert len(seen.heard.body) < 100_000
    inflated = zlib.decompressobj(wbits=31)
    size = len(inflated.decompress(seen.heard.body))
    assert (size, inflated.eof) == (64 * MIB, True)


def check_big(seen: Seen) -> None:
    assert len(seen.heard.body) == 30 * MIB
    assert seen.ended == "complete"


def check_304(seen: Seen) -> None:
    assert (seen.heard.status, seen.heard.body, seen.ended) == (304, b"", "complete")
    assert seen.heard.values(b"ETag") in ([], [b'"mot-ban-khac"'])


GZIP = "Accept-Encoding: gzip"
LINES = {
    "304-other-version": ('If-None-Match: "ban-cua-toi"',),
    **dict.fromkeys(("gzip", "chunked-gzip", "cut-coding"), (GZIP,)),
}

CHECKS: dict[str, Callable[[Seen], None]] = {
    "304-unasked": check_304,
    "304-other-version": check_304,
    "503-retry-after": check_retry_after(503),
    "429-retry-after": check_retry_after(429),
    "500": check_status(500),
    "api-down": check_status(502, 503),
    "api-off": check_status(200, 404, 500),
    "reset": check_half("reset", "reset"),
    "truncated": check_half("truncated", "eof", "cut"),
    "no-response": check_no_response,
    "drip": check_whole,
    "slow-headers": check_whole,
    "stall": check_whole,
    "gzip": check_gzip,
    "chunked": check_chunked,
    "chunked-gzip": check_chunked,
    "odd-headers": check_odd_headers,
    "long-headers": check_long_headers,
    "early-hints": check_early_hints,
    "http10-close": check_http10,
    "duplicate-content-length": check_two_lengths,
    **odd_faults.CHECKS,
    "redirect-chain": check_chain,
    "redirect-loop": check_loop,
    "redirect-private": check_private,
    "redirect-offsite": check_offsite,
    "moved-host": check_moved,
    "jsonp-without-callback": check_without_callback,
    "wrong-charset-label": check_label,
    "soft-404": check_soft_404,
    "captcha": check_captcha,
    "cookie-wall": check_cookie_wall,
    "empty-body": check_empty,
    "html-as-jsonp": check_html_as_jsonp,
    "wrong-charset": check_wrong_charset,
    "malformed-html": check_malformed,
    "calendar-trap": check_calendar,
    "gzip-bomb": check_bomb,
    "big-body": check_big,
}


def test_gzip_is_only_for_those_who_accept_it(client: Any, addresses: dict[str, str]) -> None:
    for name in ("gzip", "chunked-gzip"):
        heard = client.get(f"/loi/{name}{addresses['file']}")
        assert not heard.values(b"Content-Encoding")
        assert heard.body == client.get(addresses["file"]).body


def test_under_healing_faults_a_second_attempt_always_succeeds(
    site: PracticeProcess, client: Any
) -> None:
    site.control("POST", "/faults", {"names": ["healing"], "share": 1})
    try:
        site.control("POST", "/log/clear")
        for article in site.truth("articles")[:40]:
            path = urlsplit(article["url"]).path
            client.get(path)
            heard = client.get(path)
            if not heard.values(b"Location"):
                assert heard.status in (100, 103, 200)
                assert article["articleId"].encode() in odd_faults.body_of(heard, dechunked)
        struck = {entry["fault"] for entry, _, _ in site.exchanges()}
        healing = {name for name, fault in FAULTS.items() if fault.heals is not Heals.NEVER}
        assert len(struck & healing) > 10
        assert struck - healing <= {None}
        assert set(site.control("GET", "/faults")["hits"]) == struck - {None}
    finally:
        site.control("POST", "/faults", {"names": []})
