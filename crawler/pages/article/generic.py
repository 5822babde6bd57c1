"""Generic reading, for articles of a template that no page class knows: the page's own head says
title and date, a general extractor finds the text.

Nothing here makes an article of a page that is none. The address must be that of an article, the
page must call itself one, and its headline must be the one that the address was made from.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.items import ArticleImage, NewsArticle
from crawler.pages.article.page import ARTICLE_ID, CONTENT_IN_BYTES, MIN_LETTERS_PER_LOST
from crawler.pages.crosscheck.compare import headline_agreement, month_agreement, slug_agreement
from crawler.pages.crosscheck.extractor import extract
from crawler.pages.dates import VIETNAM, parse_api_date, parse_printed_date
from crawler.pages.html import Css, is_cut_short, text_of
from crawler.pages.linked_data import Statement, article_meta, json_ld, statements_of
from crawler.pages.media.images import picture_at
from crawler.sites import AddressKind, SiteProfile
from crawler.sites.addresses import ARTICLE, LEGACY, PHUYEN_LEGACY

if TYPE_CHECKING:
    import re

    from lxml.etree import _Element as Element

    from crawler.pages.crosscheck.agreement import ListingHint
    from crawler.pages.document import Document

GENERIC = "crawler.pages.article.generic.read_generic"
"""Stands in the provenance for the name of a page class."""

_ARTICLE_ID = Css("#page_info #article_id")
_PAGE_INFO = Css("#page_info")
_CONTENT = Css("#content")
_DATES = Css("time, [class*='date'], [class*='time']")
_MAX_DATE_CHARS = 60
_END = b"</html"
_MAX_TAIL_BYTES = 2000
_MIN_LETTERS = 200
_MIN_PARAGRAPHS = 2
_MIN_SIMILARITY = 0.7


def read_generic(
    document: Document,
    *,
    declared_encoding: str | None,
    profile: SiteProfile,
    listed: ListingHint | None = None,
) -> NewsArticle | None:
    """The article on a page that no page class fits, with headline, date and text; None if one of
    them does not come out, or the page may be none of an article or not be whole.
    """
    url, root = document.url, document.root
    if root is None or not _may_be_read(document, root, profile):
        return None
    article_id = _ARTICLE_ID.text_in(root) or ""
    statements = [statement for _, statement in statements_of(document, profile)]
    found = extract(document)
    headlines = [each.headline for each in statements] + [found.headline if found else None]
    headline = next((each for each in headlines if each and _fits_address(each, url)), None)
    date = next(_dates(root, url, statements, listed, profile), None)
    if found is None or headline is None or date is None:
        return None
    text = _text(found.paragraphs, headline)
    if text is None:
        return None
    lead = next((each.lead for each in statements if each.lead), None)
    return NewsArticle(
        url=url,
        canonicalUrl=profile.canonicalize(url),
        articleId=article_id if ARTICLE_ID.fullmatch(article_id) else None,
        headline=headline,
        headlineRaw=headline,
        abstract=lead,
        datePublished=date[0],
        datePublishedRaw=date[1],
        articleBody="\n\n".join(text),
        articleBodyHtml="\n".join(f"<p>{html.escape(each, quote=False)}</p>" for each in text),
        mainImage=_image(url, article_meta(document).get("og:image"), profile),
        inLanguage="vi",
        template="generic",
        declaredEncoding=declared_encoding,
    )


def _may_be_read(document: Document, root: Element, profile: SiteProfile) -> bool:
    return (
        _is_whole(root, document.body)
        and profile.classify(document.url) is AddressKind.ARTICLE
        and _calls_itself_an_article(document, root)
    )


def _is_whole(root: Element, body: bytes) -> bool:
    """Not cut off, and no damaged page of a template that is known: its content is in the bytes,
    and the parser did not come to see it.
    """
    if is_cut_short(root) or _END not in body[-_MAX_TAIL_BYTES:].lower():
        return False
    return CONTENT_IN_BYTES.search(body) is None or _CONTENT.first(root) is not None


def _calls_itself_an_article(document: Document, root: Element) -> bool:
    if _PAGE_INFO.first(root) is not None:
        return bool(_ARTICLE_ID.text_in(root))  # the CMS names none on pages that are none
    if article_meta(document).get("og:type", "").lower().startswith(("article", "video")):
        return True
    linked = json_ld(document, VIETNAM)
    return linked is not None and bool(linked.headline and linked.datePublished)


def _address(url: str) -> re.Match[str] | None:
    path = urlsplit(url).path
    return LEGACY.match(path) or ARTICLE.match(path) or PHUYEN_LEGACY.match(path)


def _fits_address(headline: str, url: str) -> bool:
    address = _address(url)
    return address is not None and slug_agreement(headline, address["slug"]) >= _MIN_SIMILARITY


def _dates(
    root: Element,
    url: str,
    statements: list[Statement],
    listed: ListingHint | None,
    profile: SiteProfile,
) -> Iterator[tuple[str, str]]:
    """Dates in ISO 8601 and as they stood, best first: what is stated, and then what is printed.

    A page is full of dates of other articles, so that a printed one must be of the month in the
    address; and a stated one must not be of another.
    """
    address = _address(url)
    month = address.groupdict().get("ym") if address else None
    stated = [each.datePublished for each in statements]
    stated.append(listed.datePublished if listed else None)
    for date in stated:
        if date and (month is None or month_agreement(date, month, profile.zone) == 1):
            yield date, date
    if month is None:
        return
    for element in _DATES.all(root):
        for printed in (element.get("datetime") or "", text_of(element)):
            if not printed or len(printed) > _MAX_DATE_CHARS:
                continue
            date = parse_printed_date(printed, profile.zone) or parse_api_date(
                printed, profile.zone
            )
            if date and month_agreement(date, month, profile.zone) == 1:
                yield date, printed


def _text(paragraphs: list[str], headline: str) -> list[str] | None:
    paragraphs = [
        paragraph
        for paragraph in paragraphs
        if len(paragraph) > _MAX_DATE_CHARS or parse_printed_date(paragraph) is None
    ]
    if paragraphs and headline_agreement(headline, paragraphs[0]) == 1:
        paragraphs = paragraphs[1:]
    letters = sum(map(len, paragraphs))
    if letters < _MIN_LETTERS or len(paragraphs) < _MIN_PARAGRAPHS:
        return None
    lost = sum(paragraph.count("\ufffd") for paragraph in paragraphs)
    return None if lost * MIN_LETTERS_PER_LOST > letters else paragraphs


def _image(url: str, address: str | None, profile: SiteProfile) -> ArticleImage | None:
    resolved = picture_at(profile.resolve(address, url)) if address else None
    return ArticleImage(url=resolved) if resolved else None
