"""Stub → whole article."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .body_builders import SHAPES
from .draft import Draft
from .model import Article, Block, Figure, Markers, Paragraph
from .rng import Rng
from .text import filler

if TYPE_CHECKING:
    from .site import Site

_UPDATE = filler(
    "Cập nhật {day}: Theo {office} {person}, đã có thêm {many} hộ ở {village} đăng ký."
)
_SUPERTITLE = filler("Chuyện ở {commune}")
_NO_LEAD = frozenset({"poem"})
_PROSE = frozenset({"news", "table", "items", "player", "emag"})
_PAIRED = frozenset({"original", "reprint"})


def write(site: Site, number: int) -> Article:
    stub = site.stub(number)
    draft = Draft(site, stub)
    blocks = SHAPES[stub.shape](draft)
    aside = Rng(site.seed, number, 12)
    printed_lead, blocks = _with_lead(draft, blocks, aside)
    for edit in range(stub.version):
        text = _UPDATE(Rng(site.seed, number, edit, 13))
        blocks.append(Paragraph((("", text),)))
    draft.rng = aside
    byline = draft.byline()
    if stub.template == "b":
        if aside.one_in(2):
            blocks.insert(0, draft.head_figure())
        if byline and byline.role_line is None and aside.one_in(4):
            byline = replace(byline, in_box=True)
    related = None if stub.shape in {"poem", "epaper"} else draft.related()
    if related and aside.below(3):
        blocks.insert(min(1, len(blocks)), related)
    og_image, og_url = _share_image(site, stub.avatar, blocks)
    if site.facts.numbered and stub.number < site.addresses.old_count:
        og_image, og_url = _old_share_image(og_image, og_url)
    tags = aside.sample(draft.tone.tags, aside.below(4))
    return Article(
        stub=stub,
        supertitle=_SUPERTITLE(aside) if aside.one_in(9) and stub.template == "a" else None,
        printed_lead=printed_lead,
        blocks=tuple(blocks),
        byline=byline,
        tags=tuple(tags),
        og_image=og_image,
        og_image_url=og_url,
        markers=Markers(
            decomposed=aside.one_in(4),
            hard_spaces=aside.one_in(2),
            latin_entities=aside.one_in(20),
        ),
        repeats_lead=printed_lead is not None and aside.one_in(2),
    )


def _with_lead(draft: Draft, blocks: list[Block], aside: Rng) -> tuple[str | None, list[Block]]:
    """The printed lead, and the body under it: seldom the text that the CMS calls the lead."""
    stub = draft.stub
    if stub.shape in _NO_LEAD:
        return None, blocks
    if stub.shape == "greeting":
        return stub.lead if aside.one_in(2) else None, blocks
    first, second = draft.site.leads(stub.number)
    paired = draft.site.table.slot(stub.number).role in _PAIRED
    if second and stub.shape in _PROSE and not paired:
        return first, [Paragraph((("", second),)), *blocks]
    match aside.below(8):
        case 0 | 1 | 2:
            return stub.lead, blocks
        case 3 if stub.shape == "news" and draft.site.tone(stub.number) != "culture":
            return None, blocks
        case _:
            return draft.tone.lead(aside), blocks


def _share_image(site: Site, avatar: str, blocks: list[Block]) -> tuple[str | None, str | None]:
    figure = next((block for block in blocks if isinstance(block, Figure)), None)
    if figure is not None:
        return figure.src, figure.url
    if avatar:
        base = site.facts.base
        return f"{base}/file/{avatar}", f"{base}/file{avatar}"
    return None, None


def _old_share_image(written: str | None, url: str | None) -> tuple[str | None, str | None]:
    """The Phú Yên site writes "/file" before whole addresses: no address comes of it."""
    return (f"/file{written}?width=600&height=-&type=resize", None) if written else (None, url)
