"""What every page class of this project shares."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from web_poet import WebPage

from crawler.pages.errors import EmptyPageError, NotAnArticleError
from crawler.pages.html import Css, parse, text_of
from crawler.sites import profile_for

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.sites import SiteProfile

_PAGE_INFO = Css("#page_info")

__all__ = ["NewspaperPage"]

ItemT = TypeVar("ItemT")


class NewspaperPage(WebPage[ItemT]):
    """A page of a newspaper of the CMS: parsed once, its links resolved by the site's profile.

    :attr:`profile`, :attr:`root` and :attr:`declared_encoding` are found out when asked for, and
    can be set by who knows them already.
    """

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
    def root(self) -> Element:
        root = parse(self.response.body)
        if root is None:
            raise EmptyPageError(self.page_url, len(self.response.body))
        return root

    @property
    def has_root(self) -> bool:
        """Whether there is any element on the page."""
        return parse(self.response.body) is not None

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

    @cached_property
    def meta(self) -> dict[str, str]:
        """``meta`` elements by their name or property, the first of each."""
        found: dict[str, str] = {}
        head = self.root.find("head")
        for element in (self.root if head is None else head).iter("meta"):
            name = element.get("name") or element.get("property") or element.get("http-equiv")
            if name:
                found.setdefault(name.lower(), element.get("content") or "")
            elif element.get("charset"):
                found.setdefault("charset", element.get("charset") or "")
        return found

    def resolve(self, href: str | None) -> str | None:
        """A link of this page as a canonical absolute address."""
        return self.profile.resolve(href, self.page_url)
