"""Pages of invented text: the fixtures on disk, and small ones made to measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.items import NewsArticle
from crawler.pages import read_article
from crawler.sites import BAODAKLAK, SiteProfile

FIXTURES = Path(__file__).parents[2] / "fixtures"
URL = "https://baodaklak.vn/xa-hoi/202409/mot-bai-bao-b56121a/"
CAPTURED = dt.datetime(2024, 9, 20, 1, tzinfo=dt.UTC)

_PAGE = """<html> <head><title>t</title></head><body><div id="page_info" style="display: none;">
<div id="cate_id">C3E963B289462748E05384BA1E7B2847</div><div id="parent_id">0</div>
<div id="cate_url">{section}</div><div id="article_id">8a10c0e291e840650191ea91fb56121a</div>
<div id="cate_title">Xã hội</div></div>
<div id="content" class="content"><h1 class="media-heading title5">{title}</h1>
<div class="date">11:46, 15/09/2024</div><div class="bd02"></div>{body}</div>
<div class="tag_list"></div></body></html>"""

Read = Callable[..., NewsArticle]


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture
def read() -> Read:
    """Read a page of bytes as an article."""

    def read(body: bytes, url: str = URL, profile: SiteProfile = BAODAKLAK) -> NewsArticle:
        item, _ = read_article(
            url, body, declared_encoding=None, captured_at=CAPTURED, profile=profile
        )
        return item

    return read


@pytest.fixture
def read_body(read: Read) -> Read:
    """Read an article of template A with the given content."""

    def read_body(
        body: str, *, title: str = "Một bài báo", section: str = "/xa-hoi/", url: str = URL
    ) -> NewsArticle:
        return read(_PAGE.format(body=body, title=title, section=section).encode(), url)

    return read_body


@pytest.fixture
def fixture_page(fixtures: Path) -> Callable[[str], bytes]:
    """Bytes of a fixture, by ``<page class>/<case>``."""
    return lambda name: (fixtures / name / "inputs" / "HttpResponse-body.html").read_bytes()


@pytest.fixture
def profile_and_time() -> dict[str, Any]:
    """What :func:`crawler.pages.read_page` is told besides the page."""
    return {"declared_encoding": None, "captured_at": CAPTURED, "profile": BAODAKLAK}
