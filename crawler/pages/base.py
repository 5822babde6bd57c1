"""Base of all page classes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import urlsplit

from web_poet import WebPage

from crawler.pages.document import Document
from crawler.pages.errors import EmptyPageError, NotAnArticleError
from crawler.pages.html import Css, text_of
from crawler.sites import SiteProfile, profile_for

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


_PAGE_INFO = Css("#page_info")

ItemT = TypeVar("ItemT")


class NewspaperPage(WebPage[ItemT]):
    """A page of a newspaper of the CMS: parsed once, its links resolved by the site's profile.

    :attr:`profile`, :attr:`document` and :attr:`declared_encoding` are found out when asked for,
    and can be set by who knows them already.
    """

    @classmethod
    def reading(cls, document: Document, profile: SiteProfile) -> Self:
        """The page object of a document."""
        page = cls(document.response)
        page.document, page.page_url, page.profile = document, document.url, profile
        return page

    @cached_property
    def page_url(self) -> str:
        """The address that was asked for."""
        return str(self.response.url)

    @cached_property
    def profile(self) -> SiteProfile:
        host = urlsplit(self.page_url).hostname
        profile = profile_for(host)
        if profile is None:
            raise NotAnArticleError(self.page_url, f"no site profile has the host {host!r}")
        return profile

    @cached_property
    def document(self) -> Document:
        """The page, shared with its other readers where there are any."""
        return Document(str(self.response.url), self.response.body)

    @cached_property
    def root(self) -> Element:
        root = self.document.root
        if root is None:
            raise EmptyPageError(self.page_url, len(self.response.body))
        return root

    @cached_property
    def declared_encoding(self) -> str | None:
        """What the response's headers claim."""
        return self.response.headers.declared_encoding()

    @cached_property
    def page_info(self) -> dict[str, str]:
        """The hidden ``#page_info`` of every page: ids and addresses of section and article."""
        found = _PAGE_INFO.first(self.root)
        if found is None:
            return {}
        return {child.get("id") or "": text_of(child) for child in found}

    def resolve(self, href: str | None) -> str | None:
        """A link of this page as a canonical absolute address."""
        return self.profile.resolve(href, self.page_url)
