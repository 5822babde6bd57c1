"""What stands around the text: menu, most read, teasers, paid links, read more.

Made once for each setting of the clock and kept as bytes. The teasers come in a few variants; which
one a page gets depends on how often anything has been fetched, as on the real site.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .html import chunk
from .parts import PARTS_A, PARTS_B

if TYPE_CHECKING:
    from .model import Section, Stub
    from .site import Site

VARIANTS = 12
PAGES_KEPT = 1024
"""Articles of a template whose rendering is kept."""

_PAID = tuple(
    f"http://{name}.example/{page}"
    for name in ("nha-cai-gia", "vay-nong-gia", "thuoc-gia", "ca-cuoc-gia", "may-lanh-gia")
    for page in ("khuyen-mai", "dang-ky/")
)
_LOCAL = (
    ("/trang-tin-dia-phuong/", "Trang tin địa phương"),
    ("/thong-tin-doanh-nghiep-tu-gioi-thieu/", "Thông tin doanh nghiệp tự giới thiệu"),
    ("/quang-cao-rao-vat/", "Quảng cáo - Rao vặt"),
)
_TABS = ("/video/", "/multimedia/Infographic/", "/multimedia/emagazine/", "/multimedia/")


def newest(site: Site, path: str, first: int, count: int) -> list[Stub]:
    return [site.stub(number) for number in site.listed(path, first, count)]


class Boilerplate:
    """Of template A."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.menu = chunk(PARTS_A.menu(site.facts.menu))
        self.read_more = lru_cache(maxsize=256)(self._read_more)
        self.sidebar = lru_cache(maxsize=VARIANTS)(self._sidebar)
        self.bottom = lru_cache(maxsize=VARIANTS)(self._bottom)
        self.nav = lru_cache(maxsize=256)(self._nav)

    def _nav(self, section: Section) -> bytes:
        """The section's parent, and the parent's other children."""
        return chunk(PARTS_A.nav(section.parent or section, self._site.facts.menu))

    def _read_more(self, section: Section) -> bytes:
        return chunk(PARTS_A.read_more(newest(self._site, section.path, 0, 6)))

    def _sidebar(self, variant: int) -> bytes:
        """The column beside the text."""
        return chunk(PARTS_A.sidebar([self._slide(variant * 2 + turn * 4) for turn in range(6)]))

    def _slide(self, first: int) -> list[Stub]:
        site = self._site
        return newest(site, "/phong-su-ky-su/", first, 1) + newest(site, "/chinh-tri/", first, 3)

    def _bottom(self, variant: int) -> bytes:
        """Under everything."""
        site = self._site
        parts = [PARTS_A.paid_links(_PAID)]
        videos = newest(site, "/video/", variant, 1) + newest(site, "/video/", variant + 1, 3)
        if videos:
            head, *rest = videos
            rest += newest(site, "/multimedia/Infographic/", variant % 3, 1)
            parts.append(PARTS_A.multimedia(head, rest))
        submenu = PARTS_A.districts(site.facts.districts)
        for path, title in _LOCAL:
            parts.append(PARTS_A.local_news(path, title, newest(site, path, 0, 8), submenu))
            submenu = ""
        return chunk("".join(parts))


class BoilerplateB:
    """Menu and teasers of template B. Its two menus tell no category ids."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.menu = chunk(PARTS_B.menu(site.facts.menu))
        self.related = lru_cache(maxsize=256)(self._related)
        self.teasers = lru_cache(maxsize=VARIANTS)(self._teasers)

    def _related(self, section: Section) -> bytes:
        return chunk(PARTS_B.related(newest(self._site, section.path, 0, 8)))

    def _teasers(self, variant: int) -> bytes:
        """Most read and the multimedia tabs: another choice on every fetch."""
        site = self._site
        read = newest(site, site.facts.menu[0].path, variant, 5)
        tabs = [newest(site, path, variant % 5, 4) for path in _TABS if path in site.section]
        return chunk(PARTS_B.teasers(read, tabs))
