"""Reading articles: template-A and template-B pages of the practice newspaper, one core.

Each page is read whole (all fields, teasers, what replay needs), as a crawl does. What is not
measured: network, archive, database. The goal is 400 articles a second.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from urllib.parse import urlsplit

from crawler.pages import ArticleReading, read_page
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


VARIANTS = {
    "alone": {},
    "asking the cheap sources": {"cross_check_share": 0.0},
    "asking the extractor about 5 %": {"cross_check_share": 0.05},
    "asking the extractor about all": {"cross_check_share": 1.0},
}


def main() -> int:
    now = dt.datetime.now(dt.UTC)
    for template in ("a", "b"):
        material = pages(World(seed=7, articles=ARTICLES, template=template))
        size = sum(len(body) for _, body in material) / len(material) / 1000
        print(f"template {template.upper()}, {size:.0f} KB a page:")
        best = dict.fromkeys(VARIANTS, float("inf"))
        # Round by round, so that a noisy neighbour disturbs all of them.
        for _ in range(ROUNDS):
            for name, options in VARIANTS.items():
                best[name] = min(best[name], seconds(material, now, options))
        for name, taken in best.items():
            each = taken / len(material)
            print(f"  {name}: {1 / each:.0f} articles/s ({each * 1000:.2f} ms)")
    return 0


def seconds(
    material: list[tuple[str, bytes]], now: dt.datetime, options: dict[str, float]
) -> float:
    started = time.process_time()
    for url, body in material:
        reading = read_page(
            url, body, declared_encoding=None, captured_at=now, profile=BAODAKLAK, **options
        )
        assert isinstance(reading, ArticleReading)
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
