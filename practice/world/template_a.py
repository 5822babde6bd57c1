"""Template A: Bootstrap 3, as baodaklak.vn had it from 2021."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from . import blocks_a, lists_a
from .boilerplate import PAGES_KEPT, VARIANTS, Boilerplate
from .content import write
from .frames import frame, frame_text
from .html import attribute, chunk, inline, plain
from .page_info import page_info

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Article, Section, Stub
    from .site import Site

__all__ = ["TemplateA"]

# Whatever stands here keeps the charset out of the first 1 024 bytes, as on the real pages.
_VERIFICATION = (
    '\t<meta property="fb:app_id" content="000000000000000" /> \r\n'
    '\t<meta property="fb:pages" content="000000000000000" />\r\n'
    '\t<meta name="google-site-verification" content="bao-thuc-hanh-khong-co-that" />\r\n'
    '\t<meta name="zalo-platform-site-verification" content="bao-thuc-hanh-khong-co-that" />\r\n'
    "\t<!-- Đoạn này do trình biên tập sinh ra, xin đừng sửa bằng tay -->\r\n"
    '\t<meta name="generator" content="bao thuc hanh" />      \r\n'
)
_SHARE_LOGO = "/common/v1/images/logo_share.jpg"
_ASSETS = frame("a_assets")
_BEFORE_MENU = frame("a_before_menu")
_AFTER_MENU = frame("a_after_menu")
_SHARE = frame("a_share")
_SOCIAL_SCRIPTS = frame("a_social_scripts")
_FORM = frame_text("a_form")
_FOOTER = frame("a_footer")


class TemplateA:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.boilerplate = Boilerplate(site)
        self._middle = lru_cache(maxsize=PAGES_KEPT)(self._article)

    # --- parts ---------------------------------------------------------------------------------

    def head(self, title: str, url: str, lead: str, image: str, tags: str) -> bytes:
        site = self.site
        keywords = f'\r\n\t\t<meta name="keywords" content="{attribute(tags)}"/>' if tags else ""
        return (
            f"<html> \r\n <head>   <title>{plain(title)} - {site.facts.title}</title>\r\n"
            f'    <meta property="og:title" content="{attribute(title)}"/>\r\n'
            '\t<meta property="og:type" content="article" />\r\n'
            '\t<meta property="og:image:width" content="800" />\r\n'
            '\t<meta property="og:image:height" content="354" />\r\n'
            f"{_VERIFICATION}"
            f'\t<meta property="og:url" content="{attribute(url)}" />\r\n'
            f'  <meta name="description" content="{attribute(lead)}"/>\r\n'
            f'  <meta property="og:description" content="{attribute(lead)}"/>\r\n'
            f'\t\t<meta property="og:image" content="{attribute(image)}" />\r\n{keywords}\r\n'
        ).encode()

    def top(self) -> tuple[bytes, ...]:
        return _BEFORE_MENU, self.boilerplate.menu, _AFTER_MENU

    def rest(self, fetch_number: int) -> tuple[bytes, ...]:
        """Sidebar, teasers and footer: different on every fetch."""
        variant = fetch_number % VARIANTS
        fetched = int(self.site.now.timestamp()) + fetch_number
        mark = (
            f'\t    <!--cached3 {fetched} --><link rel="preload" as="script"'
            ' href="https://cdnjs.cloudflare.com/ajax/libs/jquery/3.6.0/jquery.min.js">\r\n'
        )
        return (
            self.boilerplate.sidebar(variant),
            mark.encode(),
            b"    </div> \r\n    </div> \r\n",
            self.boilerplate.bottom(variant),
            _FOOTER,
        )

    def plain_page(
        self, section: Section | None, title: str, content: str, fetch_number: int
    ) -> bytes:
        """Any page that is not an article: ids of article and title are empty."""
        facts = self.site.facts
        url = facts.base + (section.path if section else "/")
        return b"".join(
            (
                self.head(title, url, title, facts.base + _SHARE_LOGO, ""),
                _ASSETS,
                page_info(facts.site_id, section, "", ""),
                *self.top(),
                self.boilerplate.nav(section) if section else b"",
                b'<div class="p80">',
                chunk(content),
                *self.rest(fetch_number),
            )
        )

    def section_page(self, section: Section, stubs: Iterable[Stub], fetch_number: int) -> bytes:
        return self.plain_page(section, section.name, lists_a.rows(section, stubs), fetch_number)

    def front_page(self, fetch_number: int) -> bytes:
        return self.plain_page(None, "Trang chủ", lists_a.boxes(self.site), fetch_number)

    def notice(self, title: str, text: str, fetch_number: int) -> bytes:
        """A page that only says something: nothing found, nothing here any more."""
        return self.plain_page(None, title, lists_a.message(title, text), fetch_number)

    # --- an article ----------------------------------------------------------------------------

    def article(self, number: int, fetch_number: int) -> bytes:
        return b"".join((*self._middle(number), *self.rest(fetch_number)))

    def _article(self, number: int) -> tuple[bytes, ...]:
        """Everything that is the same on every fetch."""
        site = self.site
        article = write(site, number)
        stub = article.stub
        url = site.facts.base + stub.path
        headline = stub.headline_raw.replace("\xa0", " ")
        image = article.og_image or site.facts.base + _SHARE_LOGO
        lead = stub.lead
        return (
            self.head(headline, url, lead, image, ", ".join(article.tags)),
            _ASSETS,
            page_info(site.facts.site_id, stub.section, headline, stub.article_id),
            *self.top(),
            self.boilerplate.nav(stub.section),
            _SHARE,
            self._content(article, url),
            _SOCIAL_SCRIPTS,
            self._under(article, url),
            self.boilerplate.read_more(stub.section),
        )

    def _content(self, article: Article, url: str) -> bytes:
        stub = article.stub
        headline = plain(stub.headline_raw).replace("\xa0", "&nbsp;")
        supertitle = inline(article.supertitle or "", article.markers)
        head = (
            '<div class="article_content row15">\n'
            f'\t\t\t<div id="content" class="content cate_{stub.section.category_id}">\n'
            f'\t\t\t<h4 class="media-heading">{supertitle}</h4>\n\n'
            f'\t\t\t<h1 class="media-heading title5">{headline}</h1>\n'
            f'\t\t\t<div class="date">{stub.published:%H:%M, %d/%m/%Y}</div>\n'
            '\t\t\t<ul class="social">\n\t\t\t\t<li>\n'
            f'\t\t\t\t\t<div class="fb-like" data-href="{url}" data-layout="button_count"'
            ' data-action="like" data-size="small" data-show-faces="false" data-share="true">'
            "</div>\n\t\t\t\t</li>\n\n\t\t\t\t<li>\n"
            '\t\t\t\t\t<div class="zalo-share-button" data-href="" data-oaid="000000000000000000"'
            ' data-layout="2" data-color="blue" data-customize=false></div>\n\t\t\t\t</li>\n'
            '\t\t\t\t<li>\n\t\t\t\t\t<g:plusone size="medium"></g:plusone>\n\t\t\t\t</li>\n'
            '\t\t\t</ul>\n<div class="bd02"></div>\n\t\t\t'
        )
        return (head + blocks_a.body(article)).encode()

    def _under(self, article: Article, url: str) -> bytes:
        stub = article.stub
        tags = "".join(
            f'\t\t\t<a href="/tim-kiem/?key={attribute(tag)}" target="_blank" class="">'
            f"{plain(tag)}</a>\r\n"
            for tag in article.tags
        )
        form = _FORM.replace("{site_id}", self.site.facts.site_id, 1)
        form = form.replace("{article_id}", stub.article_id, 1).replace("{url}", url, 1)
        form = form.replace("{title}", attribute(stub.headline), 1)
        return f'<div class="tag_list">\r\n{tags}</div>\r\n \t\t\t{form}'.encode()
