"""Menu, cards and teasers of template B."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .boilerplate import VARIANTS, image_path
from .headlines import decompose
from .html import chunk, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Section, Stub
    from .site import Site

__all__ = ["BoilerplateB", "card"]


def card(stub: Stub, *, shape: str = "vertical", heading: str = "h2") -> str:
    """A teaser of the 2026 front end; headings and lazy pictures vary."""
    image = image_path(stub, 600)
    lazy = f'class="img lazy" data-src="{image}"' if heading == "h3" else f'src="{image}"'
    marks = "".join(
        f' <i class="icon-{flag}" aria-hidden="true"></i>' for flag in stub.flags.split()
    )
    return (
        f'<div class="{shape}-post-box"><div class="post-box-image"><figure class="figure">'
        f'<a class="url" href="{stub.path}" title="{stub.headline}"><img {lazy}></a></figure></div>'
        f'\n <div class="post-box-info"><div class="info-name"><{heading} class="name">'
        f'<a href="{stub.path}" title="{stub.headline}">{plain(stub.headline_raw)}</a>{marks}'
        f"</{heading}></div>\n"
        f'  <div class="info-time"><time class="time">{stub.published:%H:%M, %d/%m/%Y}</time></div>'
        f'<div class="info-description"><p class="description">{plain(stub.lead)}</p></div>'
        "</div></div>\n"
    )


class BoilerplateB:
    def __init__(self, site: Site) -> None:
        self._site = site
        self.menu = chunk(self._menu())
        self.related = lru_cache(maxsize=256)(self._related)
        self.teasers = lru_cache(maxsize=VARIANTS)(self._teasers)

    def stubs(self, path: str, first: int, count: int) -> list[Stub]:
        site = self._site
        return [site.stub(number) for number in site.listed(path, first, count)]

    def _menu(self) -> str:
        """Two menus; neither tells category ids."""
        menu = self._site.facts.menu
        bar = "".join(
            f'    <li class="nav-item"><a class="nav-link" href="{s.path}">{s.name}</a></li>\n'
            for s in menu
            if s.parent is None
        )
        columns = "".join(self._column(s) for s in menu if s.parent is None)
        return (
            '  <nav class="navbar navbar-expand-lg"> <ul class="navbar-nav">\n'
            '    <li class="nav-item"><a class="nav-link home" href="/">'
            '<i class="icon-home"></i></a></li>\n'
            f'{bar}  </ul> </nav>\n  <div class="category-main" id="categoryMain"> '
            f'<div class="container">\n{columns}  </div> </div>\n'
        )

    def _column(self, section: Section) -> str:
        children = "".join(
            f'<li><a class="link" href="{s.path}">{s.name}</a></li>'
            for s in self._site.facts.menu
            if s.parent is not None and s.top is section
        )
        return (
            f'   <div class="col"><a class="link title" href="{section.path}">{section.name}</a>'
            f" <ul>{children}</ul></div>\n"
        )

    def _related(self, section: Section) -> bytes:
        cards = "".join(
            card(stub, shape="horizontal", heading="h3") for stub in self.stubs(section.path, 0, 8)
        )
        return chunk(
            '<section class="section section-post-detail-related"> <div class="container">\n'
            ' <h1 class="text"><a href="#" title="Tin liên quan">Tin liên quan</a></h1>\n'
            f"{cards}</div></section>\n"
        )

    def _teasers(self, variant: int) -> bytes:
        """Most read and the multimedia tabs: another choice on every fetch."""
        read = self.stubs(self._site.facts.menu[0].path, variant, 5)
        most_read = "".join(
            f'<li class="item"><a class="link" href="{stub.path}">'
            f"{plain(decompose(stub.headline))}</a></li>\n"
            for stub in read
        )
        tabs = "".join(
            f'<div class="tab-pane" id="box{place}">{self._cards(path, variant)}</div>\n'
            for place, path in enumerate(self._tab_paths())
        )
        return chunk(
            '<section class="section section-most-read"> <h1 class="text"><a href="#">Đọc nhiều'
            f"</a></h1> <ul>\n{most_read}</ul></section>\n"
            '<section class="section section-multimedia multimedia"> '
            f'<h1 class="text"><a href="/multimedia/">Multimedia</a></h1>\n{tabs}</section>\n'
        )

    def _tab_paths(self) -> Iterable[str]:
        wanted = ("/video/", "/multimedia/Infographic/", "/multimedia/emagazine/", "/multimedia/")
        return (path for path in wanted if path in self._site.section)

    def _cards(self, path: str, first: int) -> str:
        return "".join(card(stub) for stub in self.stubs(path, first % 5, 4))
