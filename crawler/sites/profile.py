"""What must be known of one newspaper to crawl it: hosts, addresses, calls, and what to leave."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from crawler.sites.addresses import (
    ARTICLE,
    LEGACY,
    PHUYEN_LEGACY,
    absolute,
    canonical,
    is_file,
    is_web,
    without_fragment,
)
from crawler.sites.third_parties import suspected_party, third_party

if TYPE_CHECKING:
    from crawler.frontier import SectionLink

_HOME_PATHS = frozenset({"", "/", "/index.html", "/index.htm"})
_WEB_PORTS = frozenset({None, 80, 443})
_OF_OTHER_HOSTS = frozenset({"css", "js", "font", "image"})
_REMEMBERED = 4096
_SLASHES = re.compile(r"/{2,}")


class AddressKind(enum.StrEnum):
    """What an address stands for, as far as its spelling tells."""

    HOME = "home"
    SECTION = "section"
    ARTICLE = "article"
    FILE = "file"
    CALL = "call"
    SEARCH = "search"
    FOREIGN = "foreign"
    OTHER = "other"


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class SiteProfile:
    """One newspaper. A sister paper on the same CMS is one more instance of this class.

    Compared by identity: answers about addresses are kept by profile, for the same links stand on
    every page.
    """

    key: str
    """Short name for command lines and file names."""

    name: str
    hosts: tuple[str, ...]
    """Hosts of the site itself; the first is the canonical one."""

    sibling_hosts: tuple[str, ...] = ()
    """Hosts of the same newspaper that serve files of this site's pages."""

    resource_hosts: tuple[str, ...] = ()
    """Hosts of others (CDNs) that serve style sheets, scripts, fonts and pictures of this site's
    pages: what a page or a style sheet names there is fetched, and nothing else of them."""

    api_root: str
    """Path of the JSON API."""

    site_id: str
    """``scUnitMapId``: the CMS's id of the site."""

    robots_agent: str = "khobao"
    """The product token that robots.txt rules are matched against."""

    timezone: str = "Asia/Ho_Chi_Minh"
    source_notice: str
    """How the newspaper asks to be named when its texts are passed on."""

    seeds: tuple[str, ...] = ("/",)
    """Paths that a crawl starts from: where the menu is."""

    video_slugs: tuple[str, ...] = ("video",)
    """Slugs of the section of videos, the likeliest first."""

    poem_slugs: tuple[str, ...] = ()
    """Sections (and ``channel/N``) whose articles can be poems."""

    numbered_articles: bool = False
    """Whether ``/<category>/<number>/<slug>/`` is an article, as on the old baophuyen.vn."""

    article_page_size: int = 14
    """Entries to ask of the listing API at once: what its own pages ask."""

    never_fetch: tuple[tuple[str, str], ...] = (
        ("/api/statistic/", "statistics: a call is counted as a reader's visit"),
        ("/api/feedback/insert", "posts a comment"),
        ("/api/crawler/", "weather and other feeds, no content of the newspaper"),
        ("/adman/data.json", "advertising"),
        ("/cdn-cgi/", "the web server's own pages"),
        ("/tim-kiem/", "search"),
        ("/in/", "print view without an article"),
    )
    """(start of the path, reason); what begins with ``/api/`` is refused under any API root, for
    sibling hosts have others."""

    @property
    def host(self) -> str:
        return self.hosts[0]

    @property
    def base_url(self) -> str:
        return f"https://{self.host}/"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def seed_urls(self) -> tuple[str, ...]:
        return tuple(f"https://{self.host}{path}" for path in self.seeds)

    # ---- addresses

    def is_own_host(self, host: str | None) -> bool:
        """Whether the host is the newspaper's: this site's, or a sibling that serves its files."""
        plain = _plain_host(host)
        return plain in self.hosts or plain in self.sibling_hosts

    @lru_cache(maxsize=_REMEMBERED)  # noqa: B019 - profiles live as long as the process
    def canonicalize(self, url: str) -> str:
        """One spelling for an address of the newspaper; foreign ones only lose their fragment."""
        return canonical(url) if self.is_own_host(_host(url)) else without_fragment(url)

    def resolve(self, href: str | None, base: str) -> str | None:
        """A link of a page as a canonical absolute address; None when it leads nowhere."""
        if href is None:
            return None
        url = absolute(href, base)
        return self._resolved(url) if url else None

    @lru_cache(maxsize=_REMEMBERED)  # noqa: B019
    def _resolved(self, url: str) -> str | None:
        return self.canonicalize(url) if is_web(url) else None

    @lru_cache(maxsize=_REMEMBERED)  # noqa: B019
    def classify(self, url: str) -> AddressKind:
        """What the address stands for."""
        if not self._is_site_host(_host(url)):
            return AddressKind.FOREIGN
        parts = urlsplit(url)
        path = _SLASHES.sub("/", parts.path)
        if path.startswith("/tim-kiem"):
            return AddressKind.SEARCH
        if path.startswith(self.api_root + "/"):
            return AddressKind.CALL
        if path in _HOME_PATHS:
            return AddressKind.HOME
        return self._classify_page(path, parts.query)

    def _classify_page(self, path: str, query: str) -> AddressKind:
        if self._article_match(path):
            return AddressKind.ARTICLE
        if is_file(path):
            return AddressKind.FILE
        if query and not query.startswith("paged="):
            return AddressKind.OTHER
        return AddressKind.SECTION

    def article_key(self, url: str) -> str | None:
        """What tells one article from another before its page is fetched; None for other pages.

        The seven digits at the end alone are not unique: they are the tail of the article's id.
        """
        match = self._article_match(_SLASHES.sub("/", urlsplit(url).path))
        if match is None:
            return None
        parts = match.groupdict()
        return f"{parts.get('ym') or parts['cate']}/{parts['slug']}-{parts['sid'].lower()}"

    @lru_cache(maxsize=_REMEMBERED)  # noqa: B019
    def refuses(self, url: str, resource: str | None = None) -> str | None:
        """Why the address must never be requested; None when it may be.

        :param resource: the kind, if a page names it as something that it needs to be shown.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return "malformed address"
        if parts.scheme not in {"http", "https"}:
            return f"scheme {parts.scheme or 'missing'}"
        if not self.is_own_host(host) and (reason := self._foreign(url, host, resource)):
            return reason
        if parts.username is not None or parts.password is not None:
            return "credentials in the address"
        if port not in _WEB_PORTS:
            return f"port {port}"
        return self._forbidden(_SLASHES.sub("/", unquote(parts.path)).lower() + "/")

    def _foreign(self, url: str, host: str | None, resource: str | None) -> str | None:
        if resource is None:
            return "not a host of the newspaper"
        if what := third_party(url):
            return what
        if (host or "").rstrip(".") not in self.resource_hosts:
            return suspected_party(url) or "a host that the profile does not list"
        return None if resource in _OF_OTHER_HOSTS else f"{resource} of another host"

    def _forbidden(self, path: str) -> str | None:
        for start, reason in self.never_fetch:
            if path.startswith(start) or (start.startswith("/api/") and start in path):
                return reason
        return None

    def _is_site_host(self, host: str | None) -> bool:
        return _plain_host(host) in self.hosts

    def _article_match(self, path: str) -> re.Match[str] | None:
        match = LEGACY.match(path) or ARTICLE.match(path)
        if match is None and self.numbered_articles:
            match = PHUYEN_LEGACY.match(path)
        return match

    # ---- calls

    def section_url(self, slug: str) -> str:
        """The page of a section."""
        return f"https://{self.host}/{quote(slug.strip('/'), safe='/-_.~!$&()*+,;=:@' + chr(39))}/"

    def listing_url(self, category_id: str, first: int, page_size: int | None = None) -> str:
        """The call that lists a category's articles, the newest first, from offset ``first``."""
        size = page_size or self.article_page_size
        return self._call("article/list", saArticleCateId=category_id, first=first, pageSize=size)

    def most_read_url(self, days: int = 4) -> str:
        return self._call("article/getTopView", day=days)

    def comments_url(self, article_id: str) -> str:
        """The call that lists all comments on an article."""
        return self._call("feedback/list", articleId=article_id)

    def topics_url(self, first: int = 0, page_size: int | None = None) -> str:
        """The call that lists topics from offset ``first``."""
        size = page_size or self.article_page_size
        return self._call("topic/list", first=first, pageSize=size)

    def topic_articles_url(self, topic_id: str, first: int = 0, page_size: int = 60) -> str:
        """The call that lists a topic's articles; 60 at once is what the site's own page asks."""
        return self._call("topic/article/list", saTopicId=topic_id, first=first, pageSize=page_size)

    def topic_url(self, topic_id: str, title: str) -> str:
        """The page of a topic, which a script fills; the newspaper's links do not encode titles."""
        query = urlencode({"topicId": topic_id, "title": title})
        return f"https://{self.host}/su-kien/?{query}"

    def _call(self, name: str, **query: str | int) -> str:
        arguments = {"scUnitMapId": self.site_id, **query, "jsonCallback": "cb"}
        return f"https://{self.host}{self.api_root}/api/{name}?{urlencode(arguments)}"

    def video_category(self, menu: Iterable[SectionLink]) -> SectionLink | None:
        """The section of videos among those of the menu."""
        by_slug = {link.slug.lower(): link for link in menu}
        for slug in self.video_slugs:
            if slug in by_slug:
                return by_slug[slug]
        return None


def _plain_host(host: str | None) -> str:
    return (host or "").lower().rstrip(".").removeprefix("www.")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
