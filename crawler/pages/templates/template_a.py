"""Template A: Bootstrap 3, the pages of baodaklak.vn since 2021."""

from __future__ import annotations

from typing import ClassVar

from web_poet import field
from zyte_common_items import Breadcrumb

from crawler.pages.article.page import ArticlePage
from crawler.pages.html import Css


class ArticlePageA(ArticlePage):
    """``#content.content`` holds everything: headline, date, lead, text and author."""

    TEMPLATE: ClassVar[str] = "a"
    MARK: ClassVar[Css] = Css("#content.content, #content h1.media-heading")
    has_lead_in_body: ClassVar[bool] = True
    boilerplate: ClassVar[frozenset[str]] = frozenset({"media-heading", "date", "social", "bd02"})

    CONTENT: ClassVar[Css] = Css("#content")
    HEADLINE: ClassVar[Css] = Css("#content h1.media-heading")
    SUPERTITLE: ClassVar[Css] = Css("#content h4.media-heading")
    DATE: ClassVar[Css] = Css("#content > div.date")
    TAGS: ClassVar[Css] = Css("div.tag_list", nearest="id('content')/following::")
    PARENT: ClassVar[Css] = Css("a.maincatetitle", nearest="id('content')/preceding::")

    @field
    def alternativeHeadline(self) -> str | None:
        return self.SUPERTITLE.text_in(self.root)

    @field
    def breadcrumbs(self) -> list[Breadcrumb]:
        """The parent section, unless the article's section is at the top itself; the section."""
        trail: list[Breadcrumb] = []
        is_at_top = self.page_info.get("parent_id") in {None, "", "0"}
        parent = None if is_at_top else self.PARENT.first(self.root)
        if parent is not None:
            name, url = self._text(parent), self.resolve(parent.get("href"))
            if name and name != self.articleSection:
                trail.append(Breadcrumb(name=name, url=url))
        return [*trail, *self._section_trail]
