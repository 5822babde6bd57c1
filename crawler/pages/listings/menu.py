"""Menu of the home page: the sections of the newspaper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

from web_poet import Returns, field

from crawler.frontier import SectionLink
from crawler.pages.base import NewspaperPage
from crawler.pages.document import Document
from crawler.pages.html import Css, text_of
from crawler.sites import AddressKind, SiteProfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element


_CATEGORY = re.compile(r"[0-9A-Fa-f]{32}")


class MenuPage(NewspaperPage[dict[str, list[SectionLink]]], Returns[dict[str, list[SectionLink]]]):
    """Any page that carries the menu; the home page does for certain."""

    ITEMS_A: ClassVar[Css] = Css("#main-menu li[class]")
    ITEMS_B: ClassVar[Css] = Css("nav .nav-link[href], #categoryMain a.link")

    @field
    def sections(self) -> list[SectionLink]:
        """Each section once, in the order of the menu, parents before their children."""
        found: dict[str, SectionLink] = {}
        for link in [*self._template_a(), *self._template_b()]:
            found.setdefault(link.slug, link)
        return list(found.values())

    def _template_a(self) -> Iterator[SectionLink]:
        for item in self.ITEMS_A.all(self.root):
            category = _category_of(item)
            anchor = item.find("a[@href]")
            if category and anchor is not None:
                above = filter(None, map(_category_of, item.iterancestors("li")))
                yield from self._link(anchor, category, next(above, None))

    def _template_b(self) -> Iterator[SectionLink]:
        """Template B names no category ids; nesting is not marked either."""
        for anchor in self.ITEMS_B.all(self.root):
            yield from self._link(anchor, None, None)

    def _link(
        self, anchor: Element, category: str | None, parent: str | None
    ) -> Iterator[SectionLink]:
        url, name = self.resolve(anchor.get("href")), text_of(anchor)
        if url and name and self.profile.classify(url) is AddressKind.SECTION:
            slug = unquote(urlsplit(url).path).strip("/")
            yield SectionLink(name=name, url=url, slug=slug, categoryId=category, parentId=parent)


def _category_of(item: Element) -> str | None:
    match = _CATEGORY.search(item.get("class") or "")
    return match[0] if match else None


def read_menu(url: str, body: bytes | Document, profile: SiteProfile) -> list[SectionLink]:
    """The sections that the page's menu names; an empty list when it has no menu."""
    document = Document.of(url, body)
    if document.root is None:
        return []
    return list(MenuPage.reading(document, profile).sections)
