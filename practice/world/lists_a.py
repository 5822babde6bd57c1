"""What stands in the middle of template A's front page and section pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .boilerplate import image_path
from .html import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Section, Stub
    from .site import Site

__all__ = ["boxes", "card_rows", "message", "rows"]


def _row(stub: Stub) -> str:
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


def card_rows(stubs: Iterable[Stub]) -> str:
    return f'<div class="listnews">\n{"".join(map(_row, stubs))}</div>'


def rows(section: Section, stubs: Iterable[Stub]) -> str:
    return (
        f'<div id="cate-content"> <h1 class="cate_title">{section.name}</h1>\n'
        f"{card_rows(stubs)}"
        ' <div id="pagination-container"></div>\n</div>\n'
    )


def boxes(site: Site) -> str:
    """The newest of every top section."""
    found = []
    for section in site.facts.menu:
        if section.parent:
            continue
        links = "".join(
            f'\t<div class="item"><a class="title2 {stub.flags}" href="{stub.path}"'
            f' title="{stub.headline}">{plain(stub.headline_raw)}</a></div>\n'
            for stub in (site.stub(number) for number in site.listed(section.path, 0, 4))
        )
        found.append(
            f'<div class="zone_leftright row20"><div class="cate_title_1"><a class="title color1"'
            f' href="{section.path}">{section.name}</a></div>\n{links}</div>\n'
        )
    return "".join(found)


def message(title: str, text: str) -> str:
    return f'<div class="alert alert-warning"><h2>{plain(title)}</h2><p>{plain(text)}</p></div>'
