"""Small worlds, and a reader that knows nothing of how pages are made."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from practice.world import Page, World


class Reader:
    """Fetches from a world as a browser would, by URL."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fetched = 0

    def get(self, url: str, **query: str | int) -> Page:
        parts = urlsplit(url)
        self.fetched += 1
        asked = urlencode(query) if query else parts.query
        return self.world.respond(parts.netloc, parts.path, asked, fetch_number=self.fetched)

    def json(self, url: str, **query: str | int) -> Any:
        page = self.get(url, **query)
        assert page.status == 200
        return json.loads(page.body)

    def listing(self, category: str, *, size: int = 50, site: str = "baodaklak") -> list[Any]:
        """All entries of a section, by as many calls as it takes."""
        facts = self.world.site(site).facts
        url = f"{facts.base}{facts.api_root}/api/article/list"
        found: list[Any] = []
        while True:
            answer = self.json(
                url,
                scUnitMapId=facts.site_id,
                saArticleCateId=category,
                first=len(found),
                pageSize=size,
            )
            found += answer["response"]
            if not answer["response"]:
                assert len(found) == answer["total"]
                return found


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, articles=600)


@pytest.fixture(scope="module")
def reader(world: World) -> Reader:
    return Reader(world)


@pytest.fixture(scope="module")
def truth(world: World) -> list[dict[str, Any]]:
    return list(world.truth_articles())
