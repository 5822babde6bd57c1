"""Article pages: what both templates have in common.

A template is a subclass with its selectors on top. See docs/extraction.md.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NoReturn

from web_poet import Returns, field
from zyte_common_items import Breadcrumb, Link

from crawler.items import (
    ArticleAudio,
    ArticleAuthor,
    ArticleImage,
    ArticleVideo,
    Attachment,
    NewsArticle,
    Question,
)
from crawler.pages.article.body import read_content
from crawler.pages.article.compose import Composition, body_html, body_text, compose
from crawler.pages.article.head_date import head_date
from crawler.pages.article.questions import read_questions
from crawler.pages.base import NewspaperPage
from crawler.pages.dates import parse_api_date
from crawler.pages.errors import MalformedArticleError, SoftNotFoundError
from crawler.pages.fields import kind_of_title
from crawler.pages.html import LINE_BREAK, Css, clean, raw_text, text_with_breaks
from crawler.pages.media.images import picture_at
from crawler.pages.media.video_objects import complete, video_objects
from crawler.pages.media.videos import video_ids

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.pages.article.blocks import Content

ARTICLE_ID = re.compile(r"[0-9A-Fa-f]{32}|\d{1,20}")
_PATH_KINDS = (
    ("/doc-bao-in/", "epaper"),
    ("/video/", "video"),
    ("/multimedia/infographic/", "infographic"),
    ("/multimedia/emagazine/", "emagazine"),
)
_MIN_PHOTOS = 4
_MAX_PHOTO_PARAGRAPHS = 2
CONTENT_IN_BYTES = re.compile(rb"""id\s*=\s*["']?content\b""")
MIN_LETTERS_PER_LOST = 50
"""One letter in so many may be unreadable."""

_END = re.compile(rb"</html", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


class ArticlePage(NewspaperPage[NewsArticle], Returns[NewsArticle]):
    """One article. Every field is there in full, or reading it raises."""

    TEMPLATE: ClassVar[str]
    MARK: ClassVar[Css]
    """Something that only pages of this template have."""

    valid_until: ClassVar[dt.date] = dt.date.max
    """Last day of capture that this class reads; a later class takes over."""

    has_lead_in_body: ClassVar[bool]
    boilerplate: ClassVar[frozenset[str]] = frozenset()
    """Classes of children of the content that are not content."""

    ARTICLE_ID: ClassVar[str] = "#page_info #article_id"
    CONTENT: ClassVar[Css]
    HEADLINE: ClassVar[Css]
    DATE: ClassVar[Css]
    TAGS: ClassVar[Css]
    """The box whose links are the tags."""

    def validate_input(self) -> None:
        """Refuse what only looks like an article: no id and no date, or cut off in the text."""
        if not self._article_id and self.DATE.first(self.root) is None:
            raise SoftNotFoundError(
                self.page_url, f"nothing in {self.ARTICLE_ID!r} nor {self.DATE.text!r}"
            )
        content = CONTENT_IN_BYTES.search(self.response.body)
        start = content.start() if content else 0
        if self.response.body.rfind(b"</html") < start and not _END.search(
            self.response.body, start
        ):
            self._malformed("articleBody", self.CONTENT.text, "the page ends before its end tag")

    # ---- identity

    @field
    def url(self) -> str:
        return self.page_url

    @field
    def canonicalUrl(self) -> str:
        return self.profile.canonicalize(self.page_url)

    @field
    def articleId(self) -> str:
        article_id = self._article_id
        if not article_id or not ARTICLE_ID.fullmatch(article_id):
            self._malformed("articleId", self.ARTICLE_ID, f"{article_id!r} is no article id")
        return article_id

    @field
    def template(self) -> str:
        return self.TEMPLATE

    @field
    def inLanguage(self) -> str:
        return "vi"

    @field
    def declaredEncoding(self) -> str | None:
        """The header's claim, else the page's own."""
        if self.declared_encoding:
            return self.declared_encoding
        meta = self.document.meta
        if "charset" in meta:
            return meta["charset"]
        match = _CHARSET.search(meta.get("content-type", ""))
        return match[1] if match else None

    # ---- head

    @field
    def headline(self) -> str:
        headline = clean(self._headline_raw)
        if not headline:
            self._malformed("headline", self.HEADLINE.text, "no text in it")
        self._refuse_mojibake("headline", self.HEADLINE.text, headline)
        return headline

    @field
    def headlineRaw(self) -> str:
        return self._headline_raw

    @field
    def datePublishedRaw(self) -> str:
        text = self.DATE.text_in(self.root) or head_date(self.canonicalUrl, self.document.meta)
        if not text:
            self._malformed("datePublishedRaw", self.DATE.text, "no text in it")
        return text

    @field
    def datePublished(self) -> str:
        raw = self.datePublishedRaw
        date = parse_api_date(raw, self.profile.zone)
        if date is None:
            self._malformed("datePublished", self.DATE.text, f"{raw!r} is no date")
        return date

    @field
    def abstract(self) -> str | None:
        return clean(self.document.meta.get("description", "")) or None

    @field
    def description(self) -> str | None:
        return self._composition.lead

    @field
    def authors(self) -> list[ArticleAuthor]:
        return self._composition.authors

    @field
    def questions(self) -> list[Question] | None:
        return self._questions or None

    # ---- text

    @field
    def articleBody(self) -> str:
        composition = self._composition
        text = body_text(composition.blocks, is_poem=composition.is_poem)
        if not (text or composition.lead or self._has_media):
            self._malformed("articleBody", self.CONTENT.text, "neither text nor pictures in it")
        self._refuse_mojibake("articleBody", self.CONTENT.text, text)
        return text

    @field
    def articleBodyHtml(self) -> str:
        return body_html(self._composition.blocks)

    @field
    def kind(self) -> str:
        place = f"{self._section_path} {self.canonicalUrl}".lower()
        for path, kind in _PATH_KINDS:
            if path in place:
                return kind
        marked = kind_of_title(self.headline)
        if marked:
            return marked
        return self._kind_of_content()

    def _kind_of_content(self) -> str:
        composition = self._composition
        if composition.is_poem:
            return "poem"
        if any(question.acceptedAnswer for question in self._questions):
            return "qa"
        captioned = sum(image.caption is not None for image in self._images)
        paragraphs = sum(bool(block.text) for block in composition.blocks)
        if captioned >= _MIN_PHOTOS and paragraphs <= _MAX_PHOTO_PARAGRAPHS:
            return "photo"
        return "news"

    # ---- place

    @field
    def articleSection(self) -> str | None:
        return self.page_info.get("cate_title") or None

    @field
    def categoryId(self) -> str | None:
        return self.page_info.get("cate_id") or None

    @field
    def breadcrumbs(self) -> list[Breadcrumb]:
        return self._section_trail

    @field
    def keywords(self) -> list[str]:
        box = self.TAGS.first(self.root)
        return [] if box is None else [tag for tag in map(self._text, box.iter("a")) if tag]

    # ---- media

    @field
    def images(self) -> list[ArticleImage]:
        return self._images

    @field
    def mainImage(self) -> ArticleImage | None:
        if self._images:
            return self._images[0]
        share = self.document.meta.get("og:image", "").strip()
        # Old pages of phuyen write "/filehttp://…" here: no address at all.
        if not share or share.startswith("/filehttp"):
            return None
        url = picture_at(self.resolve(share))
        return ArticleImage(url=url) if url else None

    @field
    def videos(self) -> list[ArticleVideo]:
        return self._content.videos

    @field
    def videoIds(self) -> list[str]:
        shown = NewsArticle(
            url=self.url, articleId=self.articleId, kind=self.kind, videos=self.videos
        )
        return video_ids(shown)

    @field
    def audios(self) -> list[ArticleAudio]:
        return self._content.audios

    @field
    def attachments(self) -> list[Attachment]:
        return self._content.attachments

    @field
    def relatedLinks(self) -> list[Link]:
        return self._content.related

    # ---- what the fields are made of

    @cached_property
    def _article_id(self) -> str | None:
        return self.page_info.get("article_id") or None

    @cached_property
    def _section_path(self) -> str:
        return self.page_info.get("cate_url", "")

    @property
    def _section_trail(self) -> list[Breadcrumb]:
        name, url = self.articleSection, self.resolve(self._section_path or None)
        return [Breadcrumb(name=name, url=url)] if name else []

    @cached_property
    def _is_among_poems(self) -> bool:
        place = f"{self._section_path} {self.canonicalUrl}"
        return any(f"/{slug}/" in place for slug in self.profile.poem_slugs)

    @cached_property
    def _headline_raw(self) -> str:
        found = self.HEADLINE.first(self.root)
        if found is None:
            self._malformed("headline", self.HEADLINE.text, "nothing matches")
        return text_with_breaks(found).replace(LINE_BREAK, "\n")

    @cached_property
    def _content(self) -> Content:
        container = self.CONTENT.first(self.root)
        if container is None:
            self._malformed("articleBody", self.CONTENT.text, "nothing matches")
        statements = video_objects(self.document)
        content = read_content(
            container,
            self.resolve,
            scripts=self.document.scripts,
            skip=self.boilerplate,
            among_poems=self._is_among_poems,
        )
        if content.is_damaged:
            self._malformed("articleBody", self.CONTENT.text, "an unclosed quote swallowed text")
        complete(content, statements, self.resolve)
        return content

    @cached_property
    def _composition(self) -> Composition:
        return compose(
            self._content.blocks,
            lead=self._lead_outside_body(),
            has_lead_in_body=self.has_lead_in_body,
            may_be_poem=self._is_among_poems,
        )

    @cached_property
    def _questions(self) -> list[Question]:
        return [] if self._composition.is_poem else read_questions(self._composition.blocks)

    def _lead_outside_body(self) -> str | None:
        return None

    @cached_property
    def _images(self) -> list[ArticleImage]:
        """Each picture once, where it stands first, with the first caption it has."""
        found: dict[str, ArticleImage] = {}
        for image in [*self._images_outside_body(), *self._content.images]:
            known = found.setdefault(image.url, image)
            if known.caption is None and image.caption is not None:
                known.caption, known.creditText = image.caption, image.creditText
        return list(found.values())

    def _images_outside_body(self) -> list[ArticleImage]:
        return []

    @property
    def _has_media(self) -> bool:
        content = self._content
        return bool(self._images or content.videos or content.audios or content.attachments)

    @staticmethod
    def _text(element: Element) -> str:
        return clean(raw_text(element))

    def _refuse_mojibake(self, name: str, selector: str, text: str) -> None:
        """A stray byte may be lost; a page written in another charset is no text any more.

        A page can also hold U+FFFD of its own, as valid UTF-8: that is text.
        """
        lost = text.count("\ufffd")
        if lost * MIN_LETTERS_PER_LOST < len(text):
            return
        try:
            self.response.body.decode("utf-8")
        except UnicodeDecodeError:
            self._malformed(name, selector, f"not UTF-8: {lost} of {len(text)} letters unreadable")

    def _malformed(self, name: str, selector: str, reason: str) -> NoReturn:
        raise MalformedArticleError(self.page_url, field=name, selector=selector, reason=reason)
