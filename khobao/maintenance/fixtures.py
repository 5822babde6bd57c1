"""An archived page as a fixture: what a page class reads, and what it must make of it."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs
from itemadapter import ItemAdapter
from web_poet import HttpResponse
from web_poet.testing import Fixture
from web_poet.utils import get_fq_class_name

from crawler.items import NewsArticle
from crawler.options import ZONE
from crawler.pages import ARTICLE_PAGES, NotAnArticleError, PageError, read_article
from crawler.pages.html import parse
from crawler.pages.selectors import css_of
from crawler.pages.templates.choice import versions_on
from crawler.sites import profile_for

if TYPE_CHECKING:
    from crawler.pages.article.page import ArticlePage

_SUFFIX = re.compile(r"-[0-9A-Fa-f]{5,8}$")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class MadeFixture:
    directory: Path
    page_class: str
    problem: str | None
    """Why the page cannot be read today; ``output.json`` has then to be filled in by hand."""


def make_fixture(
    into: Path,
    *,
    url: str,
    body: bytes,
    content_type: str | None,
    captured_at: dt.datetime,
    why: str,
    page: type[ArticlePage] | None = None,
) -> MadeFixture:
    """Write inputs, output and meta below ``into/PAGE_CLASS/CASE``.

    :param page: the page class that shall read it; the one of its time and marks if left out.
    :raises NotAnArticleError: it is no page of the newspaper.
    :raises FileExistsError: there is such a case already.
    """
    profile = profile_for(urlsplit(url).hostname)
    if profile is None:
        raise NotAnArticleError(url, "no site profile has its host")
    page = page or page_class_for(body, captured_at)
    headers = {"Content-Type": content_type} if content_type else {}
    response = HttpResponse(url, body, headers=headers, encoding="utf-8", status=200)
    item: dict[str, Any] = dict.fromkeys(each.name for each in attrs.fields(NewsArticle))
    problem = None
    try:
        article, _ = read_article(
            url,
            body,
            declared_encoding=response.headers.declared_encoding(),
            captured_at=captured_at,
            profile=profile,
        )
        item |= ItemAdapter(article).asdict()
    except PageError as exc:
        problem = str(exc)
    base = into / get_fq_class_name(page)
    frozen = captured_at.astimezone(ZONE).replace(microsecond=0)
    meta = {"why": why, "frozen_time": frozen.isoformat()}
    fixture = Fixture.save(base, inputs=[response], meta=meta, fixture_name=_case_name(url))
    text = json.dumps(item, ensure_ascii=False, indent=2, sort_keys=True)
    fixture.output_path.write_text(f"{text}\n", encoding="utf-8")
    return MadeFixture(base / _case_name(url), get_fq_class_name(page), problem)


def page_class_for(body: bytes, captured_at: dt.datetime) -> type[ArticlePage]:
    """The class whose mark is on the page, else the one most of whose selectors match."""
    root = parse(body)
    candidates = versions_on(captured_at.date()) or ARTICLE_PAGES
    if root is None:
        return candidates[0]
    found = next((page for page in candidates if page.MARK.first(root) is not None), None)
    if found is not None:
        return found
    return max(
        candidates, key=lambda page: sum(any(css.hits(root)) for css in css_of(page).values())
    )


def _case_name(url: str) -> str:
    last = urlsplit(url).path.strip("/").rpartition("/")[2]
    name = re.sub(r"[^\w-]+", "-", _SUFFIX.sub("", last))[:_LONGEST_NAME].strip("-")
    return name or "page"
