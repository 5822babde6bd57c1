"""Template B: the pages of phuyen.baodaklak.vn, and presumably of baodaklak.vn since 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from web_poet import field
from zyte_common_items import Breadcrumb

from crawler.pages.article.bylines import split_authors
from crawler.pages.article.page import ArticlePage
from crawler.pages.html import Css, raw_text
from crawler.pages.media.images import read_image

if TYPE_CHECKING:
    from crawler.items import ArticleAuthor, ArticleImage


class ArticlePageB(ArticlePage):
    """Headline, lead, first picture, text and author each stand in a box of their own.

    ``meta keywords`` is the same on every page, ``og:url`` names the old host, and the date in the
    page's header is hard-coded: none of them is read.
    """

    TEMPLATE: ClassVar[str] = "b"
    MARK: ClassVar[Css] = Css("#content.content-detail, #content .td-post-content")
    has_lead_in_body: ClassVar[bool] = False

    CONTENT: ClassVar[Css] = Css("#content .td-post-content, #content.content-detail")
    HEADLINE: ClassVar[Css] = Css("#wrapperPostDetailMain h1.title, #article_title")
    DATE: ClassVar[Css] = Css("#wrapperPostDetailHeader time.time")
    LEAD: ClassVar[Css] = Css("#wrapperPostDetailMain .content-reply p.reply")
    HEAD_IMAGE: ClassVar[Css] = Css(
        "#wrapperPostDetailMain .detail-main-title img.image", seldom=True
    )
    HEAD_CAPTION: ClassVar[Css] = Css("#wrapperPostDetailMain .group-caption p.caption")
    AUTHOR: ClassVar[Css] = Css("#wrapperPostDetailMain .after-author p.author")
    TAGS: ClassVar[Css] = Css("div.tags", nearest="id('content')/following::")
    BREADCRUMB: ClassVar[Css] = Css("#wrapperPostDetailHeader ol.breadcrumb a.link")

    @field
    def breadcrumbs(self) -> list[Breadcrumb]:
        """The page's own trail without the home page."""
        trail: list[Breadcrumb] = []
        for link in self.BREADCRUMB.all(self.root):
            name, url = self._text(link), self.resolve(link.get("href"))
            if name and url != self.profile.base_url:
                trail.append(Breadcrumb(name=name, url=url))
        return trail or self._section_trail

    @field
    def authors(self) -> list[ArticleAuthor]:
        """The last line of the text at the right, else the author's own box."""
        box = self.AUTHOR.first(self.root)
        return self._composition.authors or ([] if box is None else split_authors(raw_text(box)))

    def _lead_outside_body(self) -> str | None:
        return self.LEAD.text_in(self.root)

    def _images_outside_body(self) -> list[ArticleImage]:
        found = self.HEAD_IMAGE.first(self.root)
        if found is None:
            return []
        image = read_image(found, self.HEAD_CAPTION.text_in(self.root), self.resolve)
        return [image] if image else []
