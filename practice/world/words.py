"""Names, places and figures that sentences are filled with. All persons are invented."""

from __future__ import annotations

from .data import table
from .rng import Rng

_TABLES = table("words")
_NAMES = _TABLES["names"]
_WORDS: dict[str, tuple[str, ...]] = {name: tuple(each) for name, each in _TABLES["banks"].items()}

VERSES: dict[str, list[str]] = _TABLES["verses"]
"""``openings``, ``images``, ``turns``: one of each makes a line."""


def _people() -> tuple[str, ...]:
    rng = Rng(7, 1)
    parts = [_NAMES[part] for part in ("family", "middle", "given")]
    names = [" ".join(rng.picks(parts)) for _ in range(400)]
    return (*names, *_NAMES["ede"] * 5)


def _figures(step: int, count: int, start: int) -> tuple[str, ...]:
    return tuple(f"{start + n * step:,}".replace(",", ".") for n in range(count))


REPORTERS = (
    *(f"{middle} {given}" for middle in _NAMES["reporters_middle"] for given in _NAMES["given"]),
    *_NAMES["reporters_ede"],
)

BANKS: dict[str, tuple[str, ...]] = {
    **_WORDS,
    "person": _people(),
    "place": (
        *_WORDS["district"],
        *(f"{c} ({d})" for c, d in zip(_WORDS["commune"], _WORDS["district"], strict=False)),
    ),
    "few": tuple(str(n) for n in range(2, 40)),
    "many": _figures(37, 180, 60),
    "huge": _figures(1_350, 120, 12_400),
    "percent": tuple(f"{n // 10},{n % 10}%" for n in range(31, 990, 7) if n % 10),
    "money": tuple(
        f"{n} {unit} đồng" for unit in ("triệu", "tỷ") for n in (*range(2, 60, 3), 120, 250, 480)
    ),
    "hectares": tuple(f"{n} ha" for n in (*range(3, 90, 4), 150, 320, "1.200", "4.650")),
    "day": tuple(
        form.format(d=d, m=m)
        for form, d, m in (
            (form, 1 + (n * 7) % 28, 1 + n % 12)
            for n in range(84)
            for form in ("ngày {d}-{m}", "{d}/{m}", "sáng {d} - {m}", "chiều {d}-{m}")
        )
    ),
    "year": tuple(str(n) for n in range(2008, 2027)),
}
