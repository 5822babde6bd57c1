"""Which of the videos read today an entry of a ledger means."""

from __future__ import annotations

from typing import Any

import pytest

from khobao.maintenance.rebuild.replay import _video

PAGE = {"_id": "8a1", "url": "https://baodaklak.vn/video/1/", "source": "page"}
PLAYER = {"_id": "media:1", "url": "https://baodaklak.vn/video/1/", "source": "body"}
OTHER = {"_id": "media:2", "url": "https://baodaklak.vn/video/1/", "source": "body"}
TEASER = {"_id": "url:2", "url": "https://baodaklak.vn/video/2/", "source": "teaser"}
FOUND = [PAGE, PLAYER, OTHER, TEASER]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (PAGE, PAGE),
        (PLAYER, PLAYER),
        (OTHER, OTHER),
        (TEASER, TEASER),
        (PAGE | {"_id": "url:1"}, PAGE),
        (TEASER | {"_id": "8a2"}, TEASER),
        (PLAYER | {"_id": "media:3"}, None),
        (PAGE | {"source": "teaser", "_id": "url:1"}, None),
    ],
)
def test_by_id_or_by_the_address_of_its_page(
    entry: dict[str, Any], found: dict[str, Any] | None
) -> None:
    of_ledger = {"id": entry["_id"], "url": entry["url"], "source": entry["source"]}

    assert _video(FOUND, of_ledger) == found
