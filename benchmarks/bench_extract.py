"""Reading articles: template-A and template-B pages of the practice newspaper, one core.

Each page is read whole (all fields, teasers, what replay needs), as a crawl does. What is not
measured: network, archive, database. The goal is 400 articles a second.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from urllib.parse import urlsplit

from crawler.pages import page_requisites, read_article, read_teasers
from crawler.sites import BAODAKLAK
from practice.world import World

ARTICLES = 400
ROUNDS = 3


def pages(world: World) -> list[tuple[str, bytes]]:
    found = []
    for number, article in enumerate(world.truth_articles()):
        parts = urlsplit(article["url"])
        page = world.respond("baodaklak.vn", parts.path, parts.query, fetch_number=number)
        found.append((article["url"], page.body))
    return found


def main() -> int:
    now = dt.datetime.now(dt.UTC)
    for template in ("a", "b"):
        material = pages(World(seed=7, articles=ARTICLES, template=template))
        best = 0.0
        for _ in range(ROUNDS):
            started = time.perf_counter()
            for url, body in material:
                item, _ = read_article(
                    url, body, declared_encoding=None, captured_at=now, profile=BAODAKLAK
                )
                assert item.headline
                read_teasers(url, body, BAODAKLAK)
                page_requisites(url, body, BAODAKLAK)
            best = max(best, len(material) / (time.perf_counter() - started))
        size = sum(len(body) for _, body in material) / len(material) / 1000
        print(f"template {template.upper()}: {best:.0f} articles/s ({size:.0f} KB a page)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
