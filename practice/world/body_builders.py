"""The bodies of articles, one function a shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .holidays import greeting
from .model import (
    Block,
    Broadcast,
    Cell,
    Facts,
    Items,
    Paragraph,
    Stanza,
    Star,
    Table,
    Verses,
    Viewer,
)
from .text import filler, fillers, verse

if TYPE_CHECKING:
    from .draft import Draft

_ASKS = fillers("questions")
_ANSWER = filler("Trả lời: Theo quy định hiện hành, {body} sẽ xem xét trong {few} ngày làm việc.")
_ASKER = filler("{person}")
_ASKER_PLACE = filler("({village}, {commune})")
_ROW = (filler("{commune}"), filler("{hectares}"), filler("{percent}"), filler("{money}"))
_TABLE_HEAD = ("Địa phương", "Diện tích", "Tăng/giảm", "Giá trị")
_POEMS = ("lines", "lines", "lines", "breaks", "stanzas", "columns", "lined columns")
_ITEM = filler("{commune}: {many} hộ, {money};")


def _news(draft: Draft) -> list[Block]:
    rng = draft.rng
    look = "word" if rng.one_in(9) else ""
    blocks: list[Block] = [draft.prose(look) for _ in range(5 + rng.below(6))]
    if look or rng.one_in(6):
        first = blocks[0]
        assert isinstance(first, Paragraph)
        blocks[0] = Paragraph(first.runs, look=f"{look} dropcap".strip())
    if rng.one_in(3):
        blocks.insert(2 + rng.below(3), draft.subhead())
    for _ in range(rng.below(4)):
        blocks.insert(1 + rng.below(len(blocks)), draft.figure())
    if rng.one_in(8):
        blocks.insert(2, _address(draft))
    if rng.one_in(8):
        blocks.insert(3, Paragraph((("", draft.tone.headline(rng)),), tag="h3"))
    return blocks


def _address(draft: Draft) -> Paragraph:
    """Lines broken inside one paragraph, and a run of emphasis."""
    rng = draft.rng
    return Paragraph(
        (
            ("", "Mọi đóng góp xin gửi về:\n"),
            ("strong", f"Ông {_ASKER(rng)}"),
            ("", f"\n{_ASKER_PLACE(rng).strip('()')}"),
        )
    )


def _table(draft: Draft) -> list[Block]:
    blocks = _news(draft)
    rng = draft.rng
    rows = tuple(tuple(cell(rng) for cell in _ROW) for _ in range(3 + rng.below(6)))
    table = Table((_TABLE_HEAD, *rows)) if rng.one_in(2) else _facts(draft)
    blocks.insert(len(blocks) // 2, table)
    return blocks


def _facts(draft: Draft) -> Facts:
    """Two years of several communes: a head of two rows, a commune beside two rows of its own."""
    rng = draft.rng
    year = draft.stub.published.year
    rows: list[tuple[Cell, ...]] = [
        (
            Cell("Địa phương", rows=2, is_head=True),
            Cell("Vụ", rows=2, is_head=True),
            Cell("Diện tích", columns=2, is_head=True),
        ),
        (Cell(str(year - 1), is_head=True), Cell(str(year), is_head=True)),
    ]
    place, hectares, _, money = _ROW
    for _ in range(2 + rng.below(3)):
        rows.append(
            (
                Cell(place(rng), rows=2),
                Cell("Hè thu"),
                Cell(hectares(rng)),
                Cell(hectares(rng)),
            )
        )
        if rng.one_in(4):
            rows.append((Cell("Thu đông"), Cell("Chưa có số liệu", columns=2)))
        else:
            rows.append((Cell("Thu đông"), Cell(hectares(rng)), Cell(hectares(rng))))
    rows.append((Cell(f"Tổng giá trị: {money(rng)}", columns=4),))
    caption = f"Diện tích gieo trồng hai năm {year - 1} và {year}" if rng.below(3) else None
    return Facts(caption, tuple(rows))


def _items(draft: Draft) -> list[Block]:
    blocks = _news(draft)
    rng = draft.rng
    items = tuple(_ITEM(rng) for _ in range(3 + rng.below(4)))
    blocks.insert(len(blocks) // 2, Items(items, ordered=rng.one_in(2)))
    return blocks


def _with_player(draft: Draft) -> list[Block]:
    blocks = _news(draft)
    blocks.insert(2, draft.player())
    if draft.rng.one_in(6):
        blocks.insert(4, draft.player())
    if draft.rng.one_in(3):
        blocks.insert(3, Broadcast())
    return blocks


def _with_sound(draft: Draft) -> list[Block]:
    return [draft.sound(), *_news(draft)]


def _photo(draft: Draft) -> list[Block]:
    count = 4 + draft.rng.below(6)
    return [draft.prose(), *(draft.figure(captioned=True) for _ in range(count))]


def _infographic(draft: Draft) -> list[Block]:
    return [draft.figure(), draft.prose()]


def _emag(draft: Draft) -> list[Block]:
    blocks: list[Block] = [draft.background()] if draft.rng.one_in(2) else []
    for _ in range(3 + draft.rng.below(3)):
        blocks += [draft.subhead(), draft.prose(), draft.figure(), draft.prose()]
    return blocks


def _video(draft: Draft) -> list[Block]:
    return [draft.player(), draft.prose()]


def _epaper(draft: Draft) -> list[Block]:
    blocks: list[Block] = [draft.figure(), draft.prose(), Viewer(draft.paper())]
    if draft.rng.one_in(2):
        blocks.append(draft.leaflets())
    return blocks


def _poem(draft: Draft) -> list[Block]:
    rng = draft.rng
    look = rng.pick(_POEMS)
    stanzas: list[tuple[str, ...]] = []
    for turn in range(2 + rng.below(4)):
        verses = [verse(rng) for _ in range(3 + rng.below(4))]
        if turn and rng.one_in(3):
            verses[1] = " " * (2 + rng.below(6)) + verses[1]
        stanzas.append(tuple(verses))
    blocks: list[Block] = []
    if look == "lines":
        for turn, stanza in enumerate(stanzas):
            if turn and rng.one_in(4):
                blocks.append(Star())
            blocks.append(Stanza(stanza))
    else:
        blocks.append(Verses(tuple(stanzas), look))
    if rng.one_in(3):
        blocks.append(Paragraph((("em", f"Tháng {1 + rng.below(12)}-{draft.stub.published:%Y}"),)))
    return blocks


def _qa(draft: Draft) -> list[Block]:
    blocks = _letter(draft)
    return blocks + _letter(draft) if draft.rng.one_in(4) else blocks


def _letter(draft: Draft) -> list[Block]:
    """A question, who asks, and the answer."""
    rng = draft.rng
    ask, answer = rng.pick(_ASKS)(rng), _ANSWER(rng)
    blocks: list[Block] = [Paragraph((("strong", ask[:5]), ("em", ask[5:])), part="question")]
    blocks += _signature(draft)
    if rng.one_in(2):
        blocks.append(draft.figure())
    blocks.append(Paragraph((("strong", answer[:9]), ("", answer[9:])), part="answer"))
    blocks += [draft.prose() for _ in range(2 + rng.below(3))]
    return blocks


def _signature(draft: Draft) -> list[Block]:
    """Name and place under each other, as a rule; in one line; or the name alone."""
    rng = draft.rng
    name, printed = _ASKER(rng), _ASKER_PLACE(rng)
    place = printed.strip("()")

    def right(tag: str, text: str, *means: str | None) -> Paragraph:
        name, place = means
        return Paragraph(((tag, text),), align="right", part="signature", means=(name, place))

    match rng.below(6):
        case 0:
            return [right("", f"{name} {printed}", name, place)]
        case 1:
            return [right("", name, name, None)]
    return [right("", name, name, None), right("em", printed, None, place)]


def _greeting(draft: Draft) -> list[Block]:
    blocks: list[Block] = [Paragraph((("", text),)) for text in greeting(draft.rng)]
    return [draft.figure(), *blocks] if draft.rng.one_in(2) else blocks


SHAPES: dict[str, Callable[[Draft], list[Block]]] = {
    "news": _news,
    "table": _table,
    "items": _items,
    "player": _with_player,
    "sound": _with_sound,
    "photo": _photo,
    "infographic": _infographic,
    "emag": _emag,
    "video": _video,
    "epaper": _epaper,
    "poem": _poem,
    "qa": _qa,
    "greeting": _greeting,
}
