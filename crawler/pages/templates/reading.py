"""Article reading: bytes of a page → article, or a named reason why not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from web_poet.fields import item_from_fields_sync
from web_poet.utils import get_fq_class_name

from crawler.items import NewsArticle
from crawler.pages.document import Document
from crawler.pages.errors import (
    BlockPageError,
    EmptyPageError,
    MalformedArticleError,
    NotAnArticleError,
    PageError,
    SoftNotFoundError,
)
from crawler.pages.html import Css, is_cut_short, text_of
from crawler.pages.templates.choice import ARTICLE_PAGES, versions_on
from crawler.pages.walls import MAX_WALL_CHARS, NOT_FOUND, wall_mark

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.pages.article.page import ArticlePage
    from crawler.sites import SiteProfile

_PAGE_INFO = Css("#page_info")
_ARTICLE_ID = Css("#page_info #article_id")
_TITLE = Css("title, h1")


def read_article(
    url: str,
    body: bytes | Document,
    *,
    declared_encoding: str | None,
    captured_at: dt.datetime,
    profile: SiteProfile,
) -> tuple[NewsArticle, str]:
    """Read an article page; returns the item and the name of the page class that read it.

    Raises NotAnArticleError, by one of its subclasses where the reason is known. The item is
    whole: what every article has is there, or the page is refused.
    """
    document = Document.of(url, body)
    root = document.root
    if root is None:
        raise EmptyPageError(url, len(document.body))
    if is_cut_short(root):
        raise MalformedArticleError(
            url, field="articleBody", selector="*", reason="thousands of elements in one another"
        )
    page_class = _page_class(root, captured_at.date())
    if page_class is None:
        raise _why_not(url, root, document.body)
    page = page_class.reading(document, profile)
    page.declared_encoding = declared_encoding
    return item_from_fields_sync(page, NewsArticle), get_fq_class_name(page_class)


def is_of_no_template(error: PageError, document: Document, day: dt.date) -> bool:
    """Whether :func:`read_article` refused a page for want of a page class that fits, and not for
    anything that it saw on it.
    """
    return (
        document.root is not None
        and type(error) in {NotAnArticleError, MalformedArticleError}
        and _page_class(document.root, day) is None
    )


def _page_class(root: Element, day: dt.date) -> type[ArticlePage] | None:
    """The parser of its time: of those that read captures of that day, the one whose mark is
    there.
    """
    return next((page for page in versions_on(day) if page.MARK.first(root) is not None), None)


def _why_not(url: str, root: Element, body: bytes) -> NotAnArticleError:
    """The most telling name for a page without the marks of an article."""
    marks = ", ".join(page.MARK.text for page in ARTICLE_PAGES)
    if _ARTICLE_ID.text_in(root):
        contents = ", ".join(page.CONTENT.text for page in ARTICLE_PAGES)
        return MalformedArticleError(
            url,
            field="articleBody",
            selector=f"{marks}, {contents}",
            reason="an article by its id, but no content",
        )
    if _PAGE_INFO.first(root) is not None:
        return SoftNotFoundError(url, "a page of the newspaper, but no article: no '#content'")
    title = " ".join(text_of(found) for found in _TITLE.all(root))
    text = text_of(root)[:MAX_WALL_CHARS]
    source = body[:MAX_WALL_CHARS].decode("utf-8", "replace")
    if mark := wall_mark(text) or wall_mark(source):
        return BlockPageError(url, mark)
    if NOT_FOUND.search(title) or NOT_FOUND.search(text):
        return SoftNotFoundError(url, "the page says that the article does not exist")
    if not text:
        return EmptyPageError(url, len(body))
    return NotAnArticleError(url, f"marks of no known template: {marks}")
