"""Pages that are neither articles nor sections: search, archive by day, print, fixed pages.

They are there to be left alone, or to be got lost in: the archive has a page for every day of the
calendar, the search for every word.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from .html import attribute, plain
from .model import Page
from .parts import PARTS_A
from .rng import mix
from .schedule import ZONE

if TYPE_CHECKING:
    from .site import Site
    from .template_a import TemplateA
    from .template_b import TemplateB

_DAY = re.compile(r"^/luu-tru/(\d{4})/(\d{1,2})/(\d{1,2})/?$")
_FIXED = {
    "/lien-he-toa-soan/": "Liên hệ tòa soạn",
    "/thong-tin-quang-cao/": "Thông tin quảng cáo",
    "/dat-bao/": "Đặt báo",
    "/su-kien/": "Sự kiện",
    "/in/": "In bài viết",
    "/thong-tin-102-xa-phuong-tinh-dak-lak/": "Thông tin 102 xã, phường",
}
_ADDRESS = "<p>Tòa soạn: 1 đường Thứ Nhất, TP. Buôn Ma Thuột. Trang này do kịch bản điền vào.</p>"
_LIST_SIZE = 10
_DAY_LIMIT = 100


def extra_page(
    site: Site, template: TemplateA | TemplateB, path: str, query: str, fetch_number: int
) -> bytes | None:
    """The page at such an address, or None when it is not one of them."""
    bare = path if path.endswith("/") else f"{path}/"
    if bare in _FIXED:
        title = _FIXED[bare]
        content = f"<h2>{title}</h2>{_ADDRESS}"
    elif bare == "/tim-kiem/":
        title, content = "Tìm kiếm", _search(site, query)
    elif bare.startswith("/cam-lay/"):
        title, content = "Không dành cho máy", _keep_out(bare)
    elif bare == "/luu-tru/":
        title, content = "Lưu trữ", _day(site, site.now.astimezone(ZONE).date())
    elif found := _DAY.match(path):
        try:
            day = dt.date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
        title, content = f"Lưu trữ {day:%d/%m/%Y}", _day(site, day)
    else:
        return None
    return template.plain_page(None, title, content, fetch_number)


def _search(site: Site, query: str) -> str:
    arguments = dict(parse_qsl(query))
    key = arguments.get("key", "")
    number = arguments.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() else 1
    sections = [s for s in site.facts.menu if site.list_size(s.path)]
    if not key or not sections:
        return "<h2>Tìm kiếm</h2><p>Không có kết quả.</p>"
    section = sections[mix(site.seed, *key.encode()) % len(sections)]
    stubs = [site.stub(n) for n in site.listed(section.path, 0, _LIST_SIZE)]
    more = f"/tim-kiem/?key={quote(key)}&page={page + 1}"
    return (
        f'<h2>Kết quả cho "{plain(key)}"</h2>{PARTS_A.card_rows(stubs)}'
        f'<a class="next" href="{attribute(more)}">Trang sau</a>'
    )


def _keep_out(path: str) -> str:
    depth = path.count("/")
    links = "".join(f'<li><a href="{path}{n}/">{n}</a></li>' for n in range(1, 4))
    return f"<h2>Tầng {depth}</h2><ul>{links}</ul>"


def _day(site: Site, day: dt.date) -> str:
    """What appeared on a day, with links to the day before and the day after: for ever."""
    begins = dt.datetime.combine(day, dt.time(), ZONE)
    first = site.schedule.count_at(int(begins.timestamp()) - 1)
    after = min(site.size, site.schedule.count_at(int(begins.timestamp()) + 86_399))
    numbers = [n for n in range(first, after) if site.is_there(n)]
    rows = PARTS_A.card_rows([site.stub(n) for n in numbers[-_DAY_LIMIT:]])
    links = "".join(
        f'<a class="day" href="/luu-tru/{other:%Y/%m/%d}/">{other:%d/%m/%Y}</a> '
        for other in _neighbours(day)
    )
    return f"<h2>Ngày {day:%d/%m/%Y}</h2>{rows}<div>{links}</div>"


def _neighbours(day: dt.date) -> list[dt.date]:
    one = dt.timedelta(days=1)
    found = [day - one] if day > dt.date.min else []
    return found + ([day + one] if day < dt.date.max else [])


_DATA: dict[str, object] = {
    "/adman/data.json": {"version": 1, "ads": []},
    "/api/crawler/weather": {"temp": 31, "place": "Đắk Lắk"},
    "/api/feedback/insert": {"status": "ok"},
    "/api/pollTable/getInfor": {
        "pollInfor": {"id": "1", "title": "Thăm dò", "type": 0},
        "listItem": [],
    },
}
_PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


def data_file(site: Site, path: str) -> Page | None:
    """Calls that a crawler has no business with, answered as if it had."""
    bare = path.removeprefix(site.facts.api_root)
    if bare == "/api/statistic/statcollector":
        return Page(200, "image/gif", _PIXEL)
    if path == "/sw.js":
        return Page(200, "application/javascript", b"self.addEventListener('fetch', () => {});\n")
    if bare in _DATA:
        text = json.dumps(_DATA[bare], ensure_ascii=False)
        return Page(200, "application/json;charset=UTF-8", text.encode())
    return None
