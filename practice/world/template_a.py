"""Template A: Bootstrap 3, as baodaklak.vn had it from 2021."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from . import blocks_a
from .boilerplate import PAGES_KEPT, VARIANTS, Boilerplate, newest
from .content import write
from .frames import frame, frame_text
from .html import attribute, chunk, inline, plain
from .parts import PAGE_INFO, PARTS_A

if TYPE_CHECKING:
    from .model import Article, Section, Stub
    from .site import Site

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
        paper = self.site.facts.title
        return chunk(PARTS_A.head(title, paper, url, lead, image, tags))

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
                chunk(PAGE_INFO.page_info(facts.site_id, section, "", "")),
                *self.top(),
                self.boilerplate.nav(section) if section else b"",
                b'<div class="p80">',
                chunk(content),
                *self.rest(fetch_number),
            )
        )

    def section_page(self, section: Section, stubs: Iterable[Stub], fetch_number: int) -> bytes:
        return self.plain_page(section, section.name, PARTS_A.rows(section, stubs), fetch_number)

    def front_page(self, fetch_number: int) -> bytes:
        """The newest of every top section."""
        site = self.site
        tops = [section for section in site.facts.menu if not section.parent]
        boxes = PARTS_A.boxes([(section, newest(site, section.path, 0, 4)) for section in tops])
        return self.plain_page(None, "Trang chủ", boxes, fetch_number)

    def notice(self, title: str, text: str, fetch_number: int) -> bytes:
        """A page that only says something: nothing found, nothing here any more."""
        return self.plain_page(None, title, PARTS_A.message(title, text), fetch_number)

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
            chunk(PAGE_INFO.page_info(site.facts.site_id, stub.section, headline, stub.article_id)),
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
        head = PARTS_A.article(stub, url, headline, supertitle)
        return f"{head}{blocks_a.body(article)}".encode()

    def _under(self, article: Article, url: str) -> bytes:
        stub = article.stub
        form = _FORM.replace("{site_id}", self.site.facts.site_id, 1)
        form = form.replace("{article_id}", stub.article_id, 1).replace("{url}", url, 1)
        form = form.replace("{title}", attribute(stub.headline), 1)
        return chunk(PARTS_A.tags(article.tags)) + form.encode()
