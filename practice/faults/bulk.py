"""Faults of quantity: answers and site corners without end."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import zlib
from collections.abc import Iterator
from functools import cache

from practice.faults.model import PAGES, Fault, Heals, Kind, Scene, header_lines, whole_page
from practice.http1 import head
from practice.reply import Reply, simple

_ARTICLES = frozenset({Kind.ARTICLE})
_HTML = "text/html; charset=UTF-8"
_MEBIBYTE = 1 << 20

BOMB_BYTES = 64 * _MEBIBYTE
BIG_BYTES = 30 * _MEBIBYTE

_CALENDAR = re.compile(r"/lich/(\d{4})/(\d{2})/(?:(\d{2})/)?$")


@cache
def _bomb() -> bytes:
    """A gzip member of about 64 KiB that inflates to :data:`BOMB_BYTES` of spaces."""
    spaces = b" " * _MEBIBYTE
    packer = zlib.compressobj(9, wbits=31)
    packed = [packer.compress(spaces) for _ in range(BOMB_BYTES // _MEBIBYTE)]
    return b"".join([*packed, packer.flush()])


def _gzip_bomb(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    data = _bomb()
    lines = [*header_lines(scene.page, len(data)), ("Content-Encoding", "gzip")]
    return Reply((head(200, lines) + data,), 200)


def _big_body(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    filler = b"<p>" + b"x" * (_MEBIBYTE - 7) + b"</p>"
    parts: Iterator[bytes] = itertools.repeat(filler, BIG_BYTES // _MEBIBYTE)
    return Reply(itertools.chain([head(200, header_lines(scene.page, BIG_BYTES))], parts), 200)


def _calendar(scene: Scene) -> Reply | None:
    """Every page links to a calendar whose every page links to the next month, for ever."""
    found = _CALENDAR.search(scene.request.path)
    prefix = "/loi/calendar-trap" if scene.request.path.startswith("/loi/") else ""
    if found:
        year, month = int(found[1]), int(found[2])
        return simple(200, _HTML, _calendar_page(prefix, year, month).encode())
    if not scene.is_html:
        return None
    link = f'<a class="lich" href="{prefix}/lich/{scene.now:%Y/%m}/">Lịch</a>\n</body>'.encode()
    before, mark, after = scene.page.body.rpartition(b"</body>")
    if not mark:
        return None
    return whole_page(scene.with_body(before + link + after))


def _calendar_page(prefix: str, year: int, month: int) -> str:
    months = year * 12 + month - 1
    links = [
        (f"{prefix}/lich/{number // 12:04}/{number % 12 + 1:02}/", "Tháng khác")
        for number in (months - 1, months + 1)
    ]
    if 1 <= month <= 12 and year in range(dt.MINYEAR, dt.MAXYEAR):  # noqa: PLR2004
        days = (f"{day:02}" for day in range(1, 29))
        links += [(f"{prefix}/lich/{year:04}/{month:02}/{day}/", f"Ngày {day}") for day in days]
    rows = "\n".join(f'<li><a href="{href}">{text}</a></li>' for href, text in links)
    return f"""<html><head><meta charset="UTF-8"><title>Lịch {month}/{year}</title></head>
<body><h1>Lịch tháng {month} năm {year}</h1><ul>
{rows}
</ul></body></html>
"""


FAULTS = (
    Fault("calendar-trap", PAGES, Heals.WHOLE, _calendar, owns=re.compile(r"^/lich/")),
    Fault("gzip-bomb", _ARTICLES, Heals.NEVER, _gzip_bomb),
    Fault("big-body", _ARTICLES, Heals.NEVER, _big_body),
)
