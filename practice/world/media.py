"""Names of pictures and players."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Stub
    from .rng import Rng

_STEMS = (
    "img_{n}", "dsc_{n:04d}", "anh_{n}", "z58{n:05d}_3e8afa99", "{n}_anh_minh_hoa",
    "sequence_02.00_00_{s:02d}_24.still001", "dji_export_16{n:05d}", "nong_dan_{n}",
)  # fmt: skip


def picture_name(rng: Rng, published: dt.datetime) -> str:
    """Names hold dots; the time in them is that of the upload, before publication."""
    uploaded = published - dt.timedelta(seconds=60 + rng.below(100_000))
    stem = rng.pick(_STEMS).format(n=rng.below(99_000), s=rng.below(60))
    suffix = rng.pick(("jpg", "jpg", "jpg", "jpeg", "png"))
    return f"{stem}_{uploaded:%Y%m%d%H%M%S}.{suffix}"


def avatar(site_id: str, published: dt.datetime, rng: Rng) -> str:
    return f"/{site_id}/{published:%m%Y}/{picture_name(rng, published)}"


def media_id(stub: Stub, rng: Rng) -> str:
    """The 32 digits of a player: made by the same generator as article ids."""
    return (
        stub.article_id[:8].lower()
        + f"{rng.below(1 << 31):08x}"
        + (f"{int(stub.published.timestamp()) * 1000:012x}{rng.below(1 << 16):04x}")
    )
