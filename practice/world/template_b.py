"""Template B: phuyen.baodaklak.vn, and presumably baodaklak.vn since its redesign of 2026."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from . import blocks_b
from .boilerplate import PAGES_KEPT, VARIANTS, BoilerplateB, newest
from .content import write
from .frames import frame, frame_text
from .hosts import OLD_PHUYEN_HOST
from .html import attribute, chunk, inline, plain
from .parts import PAGE_INFO, PARTS_B

if TYPE_CHECKING:
    from .model import Article, Section, Stub
    from .site import Site

_HEAD = frame("b_head")
_ASSETS = frame("b_assets")
_MAIN = frame("b_main")
_COMMENTS = frame("b_comments")
_UNSIGNED = "Bút danh"


class TemplateB:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.boilerplate = BoilerplateB(site)
        self._middle = lru_cache(maxsize=PAGES_KEPT)(self._article)
        self._header = frame_text("b_header").replace("SITE", site.facts.name).encode()
        self._footer = frame_text("b_footer").replace("API_ROOT", site.facts.api_root).encode()

    # --- parts ---------------------------------------------------------------------------------

    def _head(self, title: str, path: str, lead: str, image: str) -> tuple[bytes, ...]:
        facts = self.site.facts
        # The old host's name is still in there; the lead keeps the line breaks it was typed with.
        base = f"https://{OLD_PHUYEN_HOST}" if facts.numbered else facts.base
        broken = attribute(lead).replace(". ", ".\r\n", 1)
        meta = (
            f"  <title>{plain(title)} - {facts.title}</title>\r\n"
            f'    <meta property="og:title" content="{attribute(title)}"/>\r\n'
            '\t<meta property="og:type" content="article" />\r\n'
            f'\t<meta property="og:url" content="{attribute(base + path)}" />\r\n'
            f'  <meta name="description" content="{broken}\r\n"/>\r\n'
            f'\t<meta property="og:image" content="{attribute(image)}" />\r\n'
        )
        return _HEAD, meta.encode(), _ASSETS

    def _top(self, section: Section | None, title: str, article_id: str) -> tuple[bytes, ...]:
        info = chunk(PAGE_INFO.page_info(self.site.facts.site_id, section, title, article_id))
        return b' <body class="body"> ', info, self._header, self.boilerplate.menu, _MAIN

    def _rest(self, fetch_number: int) -> tuple[bytes, ...]:
        fetched = int(self.site.now.timestamp()) + fetch_number
        return (
            self.boilerplate.teasers(fetch_number % VARIANTS),
            f"<!--cached3 {fetched} -->\r\n".encode(),
            self._footer,
        )

    # --- pages ---------------------------------------------------------------------------------

    def plain_page(
        self, section: Section | None, title: str, content: str, fetch_number: int
    ) -> bytes:
        path = section.path if section else "/"
        return b"".join(
            (
                *self._head(title, path, title, "/common/v1/images/logo_share.jpg"),
                *self._top(section, "", ""),
                chunk(content),
                b"</body></html>",
                *self._rest(fetch_number),
            )
        )

    def section_page(self, section: Section, stubs: Iterable[Stub], fetch_number: int) -> bytes:
        content = PARTS_B.section(section, stubs)
        return self.plain_page(section, section.name, content, fetch_number)

    def front_page(self, fetch_number: int) -> bytes:
        site = self.site
        tops = [section for section in site.facts.menu if not section.parent]
        content = PARTS_B.home([(section, newest(site, section.path, 0, 4)) for section in tops])
        return self.plain_page(None, "Trang chủ", content, fetch_number)

    def notice(self, title: str, text: str, fetch_number: int) -> bytes:
        return self.plain_page(None, title, PARTS_B.notice(title, text), fetch_number)

    def article(self, number: int, fetch_number: int) -> bytes:
        return b"".join((*self._middle(number), *self._rest(fetch_number)))

    def _article(self, number: int) -> tuple[bytes, ...]:
        """Everything that is the same on every fetch."""
        article = write(self.site, number)
        stub = article.stub
        headline = stub.headline_raw.replace("\xa0", " ")
        image = article.og_image or "/common/v1/images/logo_share.jpg"
        return (
            *self._head(headline, stub.path, stub.lead, image),
            *self._top(stub.section, headline, stub.article_id),
            self._content(article),
            _COMMENTS,
            self.boilerplate.related(stub.section),
        )

    def _content(self, article: Article) -> bytes:
        stub = article.stub
        old = stub.number < self.site.addresses.old_count
        head = blocks_b.head_figure(article)
        lead = inline(article.printed_lead or "", article.markers)
        line = article.byline
        signed = plain(line.printed) if line and blocks_b.in_author_box(article) else _UNSIGNED
        headline = plain(stub.headline_raw).replace("\xa0", "&nbsp;")
        body = blocks_b.body(article, old=old)
        content = PARTS_B.article(stub, head, headline, lead, body, signed, article.tags)
        return str(content).encode()
