"""What stands around the text: menu, most read, teasers, paid links, read more.

Made once for each setting of the clock and kept as bytes. The teasers come in a few variants; which
one a page gets depends on how often anything has been fetched, as on the real site.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .headlines import decompose
from .html import chunk, plain

if TYPE_CHECKING:
    from .model import Section, Stub
    from .site import Site

__all__ = ["PAGES_KEPT", "VARIANTS", "Boilerplate"]

VARIANTS = 12
PAGES_KEPT = 1024
"""Articles of a template whose rendering is kept."""

_PAID = tuple(
    f"http://{name}.example/{page}"
    for name in ("nha-cai-gia", "vay-nong-gia", "thuoc-gia", "ca-cuoc-gia", "may-lanh-gia")
    for page in ("khuyen-mai", "dang-ky/")
)
_LOCAL = "/trang-tin-dia-phuong/"
_PAID_LINKS = chunk(
    '<!--new version 1.1-->\n<div class="textlink_embed vertical-center-4 slider">\n'
    + "".join(
        f"\t<div><li class=\"item\"><a target='_blank'  rel='dofollow' href='{url}'>"
        f"Tin tài trợ {number}</a></li></div>\n"
        for number, url in enumerate(_PAID, 1)
    )
    + "</div>\n<style> .vertical-center-4 a { color: #fff }"
    " .textlink_embed{ display: none; } </style>\n"
)


def menu_item(site: Site, section: Section) -> str:
    children = "".join(menu_item(site, c) for c in site.facts.menu if c.parent is section)
    return (
        f"<li class='{section.category_id}'><a href='{section.path}'>"
        f"<span class='bd'>{section.name}</span></a><ul>{children}</ul></li>"
    )


def image_path(stub: Stub, width: int = 0) -> str:
    if not stub.avatar:
        return "/file/default.jpg"
    return f"/file{stub.avatar}" + (f"?width={width}&height=-&type=resize" if width else "")


class Boilerplate:
    def __init__(self, site: Site) -> None:
        self._site = site
        self.menu = chunk("".join(menu_item(site, s) for s in site.facts.menu if not s.parent))
        self.read_more = lru_cache(maxsize=256)(self._read_more)
        self.sidebar = lru_cache(maxsize=VARIANTS)(self._sidebar)
        self.bottom = lru_cache(maxsize=VARIANTS)(self._bottom)
        self.nav = lru_cache(maxsize=256)(self._nav)

    def _stubs(self, path: str, first: int, count: int) -> list[Stub]:
        site = self._site
        return [site.stub(number) for number in site.listed(path, first, count)]

    def _nav(self, section: Section) -> bytes:
        """The section's parent, and the parent's other children."""
        site = self._site
        parent = section.parent or section
        children = "".join(
            f'\t\t\t\t\t<li><a class="{s.category_id}" href="{s.path}">{s.name}</a></li>\n'
            for s in site.facts.menu
            if s.parent is parent
        )
        return chunk(
            '<div class="nav-inside">\n\t<div class="tieude row10">\n'
            f'\t\t\t\t\t\t<a class="maincatetitle font-bold {parent.category_id}"'
            f' href="{parent.path}">{parent.name}</a>\n'
            f'\t\t<ul class="submenu01">\n{children}\t\t</ul>\n\n<div class="clear"></div>\n'
            "\t</div>\n\n\n</div> "
        )

    def _read_more(self, section: Section) -> bytes:
        items = "".join(
            '\n\t\t\t\t<div class="col-md-4 col-xs-6 row10">\n'
            f'\t\t\t\t\t<a class="avatar row10" href="{stub.path}">\n'
            f'\t\t\t\t\t\t<img src="{image_path(stub)}"  class="img-responsive">\n\t\t\t\t\t</a>\n'
            f'\t\t\t\t\t<a class="title1 {stub.flags}" href="{stub.path}" class="title1">'
            f"{plain(decompose(stub.headline) if place % 2 else stub.headline)}</a>\n"
            f'\t\t\t\t\t<div class="date">{stub.published:%H:%M, %d/%m/%Y}</div>\n\n\n'
            "\t\t\t\t</div> \n"
            for place, stub in enumerate(self._stubs(section.path, 0, 6))
        )
        return chunk(
            ' \t<div class="news_other read_more row20">\n'
            '\t\t<h4 class="cate_title color1 row5">Xem thêm</h4>\n\t\t<div class="row">\n'
            f'{items}\n\t\t\t<div class="clear"></div>\n\t\t</div>\n\n\t</div>\n '
        )

    # --- the column beside the text ------------------------------------------------------------

    def _sidebar(self, variant: int) -> bytes:
        slides = "".join(self._slide(variant * 2 + turn * 4) for turn in range(6))
        return chunk(
            '\n      </div> \n     </div> \n     <div class="col-md-4"> \n'
            '\t\t\t\t\t\t<div class="row20">\n\t\t\t\t\t\t\t<div class="cate_title_1">\n'
            '\t\t\t\t\t\t\t\t<a class="title color1" href="#">Tin đọc nhiều</a>\n'
            '\t\t\t\t\t\t\t\t<div class="clear"></div>\n\t\t\t\t\t\t\t</div>\n'
            '\t\t\t\t\t\t\t<div class="list-item" id="mostread">\n\n\t\t\t\t\t\t\t</div>\n'
            "\t\t\t\t\t\t</div>\n   \n"
            '\t\t\t\t\t\t<div class="gocanh">\n\t\t\t\t\t\t<div class="cate_title_1">\n'
            '\t\t\t\t\t\t\t\t<a class="title color1" href="//baodaklak.vn/phong-su-ky-su/">'
            "Phóng sự - ký sự </a>\n"
            '\t\t\t\t\t\t\t\t<div class="clear"></div>\n\t\t\t\t\t\t\t</div>\n'
            '\t\t\t\t\t\t\t  <div class="tab-content">\n\t\t\n'
            '\t\t\t\t\t<div id="menu0" class="tab-pane fade in active">\n'
            '\t\t\t\t\t\t\t\t\t<div class="slider_baoin">\n'
            '\t\t\t\t\t\t\t\t\t\t<div class="swiper-container swiper-baoin0">\n'
            f'\t\t\t\t\t\t\t\t\t\t\t<div class="swiper-wrapper">{slides}</div>\n'
            "\t\t\t\t\t\t\t\t\t\t</div>\n\t\t\t\t\t\t\t\t\t</div>\n\t\t\t\t\t</div>\n"
            "\t\t\t\t\t\t\t  </div>\n\t\t\t\t\t\t</div>\n"
        )

    def _slide(self, first: int) -> str:
        stubs = self._stubs("/phong-su-ky-su/", first, 1) + self._stubs("/chinh-tri/", first, 3)
        if not stubs:
            return ""
        head, *rest = stubs
        items = "".join(
            '\n\t\t\t\t\t<div class="item">\n\t\t\t\t\t\t<div class="fright30">\n'
            f'\t\t\t\t\t\t<a href="{stub.path}" class="avatar">\n'
            f'\t\t\t\t\t\t\t   <img  class="lazyload" src="{image_path(stub, 500)}"   />\n'
            '\t\t\t\t\t\t</a>\n\t\t\t\t\t\t</div>\n\t\t\t\t\t\t<div class="fright70">\n'
            # The quotes of the headline end the attribute early: that is how it is.
            f'\t\t\t\t\t\t\t<a class="title2  " href="{stub.path}" title="{stub.headline}">'
            f"{plain(stub.headline_raw)}</a>\n"
            '\t\t\t\t\t\t</div>\n\t\t\t\t\t\t<div class="clear"></div>\n\t\t\t\t\t</div>\n'
            for stub in rest
        )
        return (
            '\n\t\t\t\t\t<div class="swiper-slide">\n\t\t\t\t\t\t<div class="box-img">\n'
            f'\t\t\t\t\t\t<a href="{head.path}" class="avatar row5">\n'
            f'\t\t\t\t\t\t\t   <img  class="lazyload" src="{image_path(head, 500)}"   />\n'
            "\t\t\t\t\t\t</a>\n"
            f'\t\t\t\t\t\t<a class="title5  " href="{head.path}" title="{head.headline}">'
            f"{plain(head.headline_raw)}</a>\n"
            f'\t\t\t\t\t\t<div class="des row10">{plain(head.lead)}</div>\n\t\t\t\t\n'
            f'\t\t\t\t\t\t</div>\n\t\t\t\t\t\t<div class="list-simple">\n{items}'
            "\t\t\t\t\t\t</div>\n\t\t\t\t\t</div>"
        )

    # --- under everything ----------------------------------------------------------------------

    def _bottom(self, variant: int) -> bytes:
        options = "".join(
            f'<option value="{s.path}">{s.name}</option> ' for s in self._site.facts.districts
        )
        select = (
            f'<select class="form-select form-select-sm" aria-label=".form-select-sm example">'
            f"{options}</select>"
        )
        return _PAID_LINKS + chunk(
            self._multimedia(variant)
            + self._local_news(_LOCAL, "Trang tin địa phương", select)
            + self._local_news(
                "/thong-tin-doanh-nghiep-tu-gioi-thieu/", "Thông tin doanh nghiệp tự giới thiệu"
            )
            + self._local_news("/quang-cao-rao-vat/", "Quảng cáo - Rao vặt")
        )

    def _multimedia(self, variant: int) -> str:
        videos = self._stubs("/video/", variant, 1) + self._stubs("/video/", variant + 1, 3)
        if not videos:
            return ""
        head, *rest = videos
        rest += self._stubs("/multimedia/Infographic/", variant % 3, 1)
        items = "".join(
            '\n\t\t\t\t\t<div class="col-md-6 col-xs-6 row10">\n\t\t\t\t\t\t<div class="box-img">\n'
            f'\t\t\t\t\t\t\t<a href="{stub.path}" class="avatar67 row5">'
            f'<img src="{image_path(stub, 500)}" alt="{stub.headline}"></a>\n'
            f'\t\t\t\t\t\t\t<div class="title"><a href="{stub.path}" class="title2  {stub.flags}">'
            f"{plain(decompose(stub.headline_raw))}</a></div>\n"
            "\t\t\t\t\t\t</div>\n\t\t\t\t\t</div>\n"
            for stub in rest
        )
        return (
            '\t\t\t\t<div class="multimedia row20">\n'
            '\t\t\t\t\t\t<a href="/multimedia/" class="title">Multimedia</a>\n'
            '\t\t\t\t\t\t<ul class="submenu"><li><a href="/video/">Video</a></li> '
            '<li><a href="/multimedia/emagazine/">E-Magazine</a></li> '
            '<li><a href="/multimedia/Infographic/">Infographic</a></li></ul>\n'
            '\t\t\t\t\t\t\t<div class="row list-simple">\n'
            '\t\t\t\t\t<div class="col-md-6">\n\t\t\t\t\t<div class="box-img row10">\n'
            f'\t\t\t\t\t\t<a href="{head.path}" class="avatar67 row10">'
            f'<img src="{image_path(head, 700)}" alt="{head.headline}">\n'
            '\t\t\t\t\t\t<i class="fa fa-4x fa-play-circle" aria-hidden="true"></i> </a>\n'
            '\t\t\t\t\t\t<div class="title row10">'
            f'<a href="{head.path}" class="title5 {head.flags}">'
            f"{plain(head.headline_raw)}</a></div>\n"
            f'\t\t\t\t\t\t<div class="des">{plain(head.lead)}</div>\n'
            f"\t\t\t\t\t</div>\n\t\t\t\t\t</div>\n{items}"
            "\t\t\t\t\t\t\t</div>\n\t\t\t\t</div>\n\t\n"
        )

    def _local_news(self, path: str, title: str, select: str = "") -> str:
        slides = "".join(
            '\n\t\t\t\t\t<div class="swiper-slide">\n\t\t\t\t\t\t<div class="box-img">\n'
            f'\t\t\t\t\t\t\t<a href="{stub.path}" class="avatar row5">'
            f'<img src="{image_path(stub, 300)}" alt="{stub.headline}"></a>\n'
            f'\t\t\t\t\t\t\t<a class="title2" href="{stub.path}" title="{stub.headline}">'
            f"{plain(stub.headline)}</a>\n\n\t\t\t\t\t\t</div>\n\t\t\t\t\t</div>\n\t\t\t\t"
            for stub in self._stubs(path, 0, 8)
        )
        submenu = f'<div class="submenu">{select}</div>' if select else ""
        return (
            '\n\t\t<div class="trangdiaphuong">\n\t\t\t<div class="cate_title_4">\n'
            f'\t\t\t\t<a href="{path}" class="title">{title}</a>\n\t\t\t\t{submenu}\n'
            '\t\t\t\t<div class="clear"></div>\n\t\t\t</div>\n'
            '\t\t\t<div class="swiper-container swiper-bottom">\n'
            f'\t\t\t\t<div class="swiper-wrapper">\n{slides}\n\t\t\t\t</div>\n'
            '\t\t\t\t<div class="swiper-button-next"></div>\n'
            '\t\t\t\t<div class="swiper-button-prev"></div>\n\t\t\t</div>\n\t\t</div>\n\t'
        )
