"""Front page, section pages and the other pages of template A."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .furniture import image_path
from .html import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Section, Stub
    from .template_a import TemplateA

__all__ = ["front_page", "notice", "section_page"]

PAGE_SIZE = 10


def row(stub: Stub) -> str:
    return (
        '  <div class="item row15"><div class="row">\n'
        f'    <div class="col-4"><a class="avatar row5" href="{stub.path}">'
        f'<img src="{image_path(stub, 300)}"></a></div>\n'
        '    <div class="col-8">\n'
        f'      <div class="row10"><a class="title1 {stub.flags}" href="{stub.path}"'
        f' title="{stub.headline}">{plain(stub.headline_raw)}</a></div>\n'
        f'      <div class="des">{plain(stub.lead)}</div>\n'
        f'      <div class="date row10">{stub.published:%H:%M, %d/%m/%Y}</div>\n'
        "  </div></div></div>\n"
    )


def section_page(
    template: TemplateA, section: Section, stubs: Iterable[Stub], fetch_number: int
) -> bytes:
    rows = "".join(map(row, stubs))
    content = (
        f'<div id="cate-content"> <h1 class="cate_title">{section.name}</h1>\n'
        f'<div class="listnews">\n{rows}</div> <div id="pagination-container"></div>\n</div>\n'
    )
    return template.plain_page(section, section.name, content, fetch_number)


def front_page(template: TemplateA, fetch_number: int) -> bytes:
    site = template.site
    boxes = []
    for section in site.facts.menu:
        stubs = [site.stub(number) for number in site.listed(section.path, 0, 4)]
        if section.parent or not stubs:
            continue
        links = "".join(
            f'\t<div class="item"><a class="title2 {stub.flags}" href="{stub.path}"'
            f' title="{stub.headline}">{plain(stub.headline_raw)}</a></div>\n'
            for stub in stubs
        )
        boxes.append(
            f'<div class="zone_leftright row20"><div class="cate_title_1"><a class="title color1"'
            f' href="{section.path}">{section.name}</a></div>\n{links}</div>\n'
        )
    return template.plain_page(None, "Trang chủ", "".join(boxes), fetch_number)


def notice(template: TemplateA, title: str, text: str, fetch_number: int) -> bytes:
    """A page that only says something: nothing found, nothing here any more."""
    content = f'<div class="alert alert-warning"><h2>{plain(title)}</h2><p>{plain(text)}</p></div>'
    return template.plain_page(None, title, content, fetch_number)
