"""Template B: phuyen.baodaklak.vn, and presumably baodaklak.vn since its redesign of 2026."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from . import blocks_b
from .boilerplate import PAGES_KEPT, VARIANTS
from .boilerplate_b import BoilerplateB, card
from .content import write
from .frames import frame, frame_text
from .hosts import OLD_PHUYEN_HOST
from .html import attribute, chunk, inline, plain
from .page_info import page_info

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Article, Section, Stub
    from .site import Site

__all__ = ["TemplateB"]

_HEAD = frame("b_head")
_ASSETS = frame("b_assets")
_HEADER = frame("b_header")
_MAIN = frame("b_main")
_COMMENTS = frame("b_comments")
_UNSIGNED = "Bút danh"


class TemplateB:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.boilerplate = BoilerplateB(site)
        self._middle = lru_cache(maxsize=PAGES_KEPT)(self._article)
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
        info = page_info(self.site.facts.site_id, section, title, article_id)
        return b' <body class="body"> ', info, _HEADER, self.boilerplate.menu, _MAIN

    def _rest(self, fetch_number: int) -> tuple[bytes, ...]:
        fetched = int(self.site.now.timestamp()) + fetch_number
        return (
            self.boilerplate.teasers(fetch_number % VARIANTS),
            f"<!--cached3 {fetched} -->\r\n".encode(),
            self._footer,
        )

    def _breadcrumb(self, section: Section) -> str:
        trail = [section.parent, section] if section.parent else [section]
        items = "".join(
            f' <li class="breadcrumb-item{" active" if s is section else ""}">'
            f' <a class="link" href="{s.path}">{s.name}</a> </li>'
            for s in trail
        )
        return (
            '<ol class="breadcrumb"> <li class="breadcrumb-item"> <a class="link" href="/">'
            f"Trang chủ</a> </li>{items} </ol>"
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
        cards = "".join(
            card(stub, heading="h3" if place else "h2") for place, stub in enumerate(stubs)
        )
        content = (
            f'<section class="section section-category" id="cate-content"> '
            f'{self._breadcrumb(section)}\n <div class="list-post">\n{cards}</div>'
            '<div id="pagination-container"></div></section>\n'
        )
        return self.plain_page(section, section.name, content, fetch_number)

    def front_page(self, fetch_number: int) -> bytes:
        boxes = []
        for section in self.site.facts.menu:
            cards = "".join(card(stub) for stub in self.boilerplate.stubs(section.path, 0, 4))
            if cards and section.parent is None:
                boxes.append(
                    f'<section class="section section-home"> <h1 class="text"><a href='
                    f'"{section.path}">{section.name}</a></h1>\n{cards}</section>\n'
                )
        return self.plain_page(None, "Trang chủ", "".join(boxes), fetch_number)

    def notice(self, title: str, text: str, fetch_number: int) -> bytes:
        content = (
            f'<section class="section section-notice"><h2 class="text">{plain(title)}</h2>'
            f"<p>{plain(text)}</p></section>\n"
        )
        return self.plain_page(None, title, content, fetch_number)

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
        image = (
            f'<img class="image" src="{attribute(head.src)}" alt="{attribute(head.alt)}"> '
            if head
            else ""
        )
        lead = inline(article.printed_lead or "", article.markers)
        tags = "".join(
            f' <a href="/tim-kiem/?key={attribute(tag)}">{plain(tag)}</a>' for tag in article.tags
        )
        line = article.byline
        signed = plain(line.printed) if line and blocks_b.in_author_box(article) else _UNSIGNED
        headline = plain(stub.headline_raw).replace("\xa0", "&nbsp;")
        return (
            '  <section class="section section-wrapper-post-detail"> \n'
            '    <div class="wrapper-post-detail-header" id="wrapperPostDetailHeader"> \n'
            f"       {self._breadcrumb(stub.section)} \n"
            f'      <div class="group-time"> <time class="time">'
            f"{stub.published:%H:%M, %d/%m/%Y}</time> </div> \n    </div> \n"
            '    <div class="wrapper-post-detail-main" id="wrapperPostDetailMain"> \n'
            f'     <div class="detail-main-title"> {image}<h1 class="title">{headline}</h1> \n'
            '      <div class="group-caption"> <p class="caption"></p> </div> \n     </div> \n'
            '     <div class="detail-main-content"> \n'
            f'        <div class="content-reply"> <p class="reply"> {lead} </p> </div> \n'
            '        <div class="content-fully"> \n'
            f'         <div id="content" class="content-detail cate_{stub.section.category_id}"> \n'
            '          <div class="td-post-content tagdiv-type"> \n'
            f"{blocks_b.body(article, old=old)}\n          </div> \n         </div> \n"
            f'       <div class="after-author"> <p class="author"> {signed} </p> </div> \n'
            "        </div> \n     </div> \n    </div> \n"
            '    <div class="tags-box"> <h3 class="txt">Từ khóa:</h3> '
            f'<div class="tags">{tags} </div> </div> \n'
        ).encode()
