"""Upserts of whole articles through the pipeline's store, against bare PyMongo.

The store makes the document and its hashes, looks up what is there, decides, writes the article and
the state of its announcement, and answers once it is in the server's journal. Bare PyMongo gets the
finished documents and does nothing but ``bulk_write`` them, with the same write concern, into a
collection with the same indexes and validator. Both run in one go on one server, in turns.

Not measured: reading pages, and a database larger than memory.

    python benchmarks/bench_store.py [--articles N] [--rounds N] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import bson
import pymongo
import uvloop
from pymongo import InsertOne
from zyte_common_items import Breadcrumb, Link

from crawler.frontier import FrontierUrl
from crawler.items import ArticleAuthor, ArticleImage, NewsArticle, Provenance
from pipelines.mongodb.connection import prepare_database
from pipelines.mongodb.server import EmbeddedServer
from pipelines.mongodb.store import Store, prepare

CONCURRENCY = 1_000  # items under way at once, as in a crawl at full speed
BATCH = 500
TEXT = """
    sáng nay bà con buôn làng ra rẫy hái cà phê gió từ hồ thổi về mát rượi lũ trẻ chạy theo tiếng
    chiêng người già ngồi bên bếp lửa kể chuyện đường mới mở qua suối huyện tỉnh phường xã được
    hỗ trợ giống cây trồng nước sạch trường học hoàn thành thuỷ lợi quý giá ngoài những
    góp phần nâng cao đời sống nhân dân các dân tộc trên địa bàn năm học mới công trình
"""
SYLLABLES = TEXT.split()


def make_article(number: int, run_id: str) -> NewsArticle:
    """About 6 KB as BSON: 15 paragraphs, two pictures, and all that stands around them."""
    rng = random.Random(number)
    paragraphs = [
        " ".join(rng.choices(SYLLABLES, k=26)).capitalize() + f", tin số {number}."
        for _ in range(15)
    ]
    url = f"https://baodaklak.vn/thoi-su/202603/tin-so-{number}-{number & 0xFFFFFFF:07x}/"
    images = [
        ArticleImage(url=f"https://baodaklak.vn/file/{number}-{n}.jpg", caption="Nắng trên rẫy.")
        for n in range(2)
    ]
    return NewsArticle(
        articleId=f"8a10c0e291e840650191ea91{number:08x}",
        url=url,
        canonicalUrl=url,
        headline=f"Nắng mới trên buôn làng, tin số {number}",
        headlineRaw=f"Nắng mới trên buôn làng, tin số {number}",
        description="Lời dẫn in trên trang, dài chừng một câu rưỡi, như thường thấy ở báo tỉnh.",
        abstract="Lời dẫn của hệ thống, dài chừng một câu rưỡi, như thường thấy ở báo tỉnh.",
        articleBody="\n\n".join(paragraphs),
        articleBodyHtml="".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
        datePublished="2026-03-02T14:05:00+07:00",
        datePublishedRaw="14:05, 02/03/2026",
        inLanguage="vi",
        articleSection="Thời sự",
        categoryId="8a10c0e2",
        breadcrumbs=[Breadcrumb(name="Thời sự", url="https://baodaklak.vn/thoi-su/")],
        keywords=["cà phê", "hồ Lắk"],
        authors=[ArticleAuthor(name="H'Bia Niê", nameRaw="H'Bia Niê")],
        images=images,
        mainImage=images[0],
        videos=[],
        audios=[],
        attachments=[],
        relatedLinks=[Link(url="https://baodaklak.vn/thoi-su/", text="Xem thêm")],
        template="a",
        provenance=Provenance(
            warcRecordId=f"<urn:uuid:00000000-0000-4000-8000-{number:012x}>",
            warcFilename="khobao-20260302080000000-00001-may.warc.gz",
            warcOffset=number * 9000,
            capturedAt="2026-03-02T08:00:00.123456Z",
            pageClass="crawler.pages.article.page.ArticlePageA",
            runId=run_id,
        ),
    )


def announcement(article: NewsArticle) -> FrontierUrl:
    return FrontierUrl(
        url=article.url, section="thoi-su", listedBy="https://baodaklak.vn/", headline="Tin"
    )


async def through_the_store(uri: str, database: str, articles: list[NewsArticle]) -> float:
    store = Store(uri, database, run_id="run")
    await store.open()
    # As in a crawl, where a listing has announced an article before it is fetched.
    await asyncio.gather(*(store.announce(announcement(article)) for article in articles))
    waiting = iter(articles)
    verdicts: set[str] = set()

    async def worker() -> None:
        for article in waiting:
            verdicts.add(await store.upsert_article(article))

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
    await store.flush()
    seconds = time.perf_counter() - started
    await store.close()
    assert len(verdicts) == 1, verdicts
    return len(articles) / seconds


def bare(uri: str, database: str, documents: list[dict[str, Any]]) -> float:
    with pymongo.MongoClient[dict[str, Any]](uri, journal=True, retryWrites=False) as client:
        collection = client[database].articles
        started = time.perf_counter()
        for start in range(0, len(documents), BATCH):
            operations = [InsertOne(document) for document in documents[start : start + BATCH]]
            collection.bulk_write(operations, ordered=False)
        return len(documents) / (time.perf_counter() - started)


def whole_documents(articles: list[NewsArticle]) -> list[dict[str, Any]]:
    documents = []
    for article in articles:
        document, fingerprint = prepare(article)
        seen = document["datePublished"]
        documents.append(
            {
                **document,
                **fingerprint._asdict(),
                "urls": [article.canonicalUrl],
                "state": "published",
                "version": 1,
                "firstSeen": seen,
                "lastSeen": seen,
                "firstRunId": "run",
            }
        )
    return documents


def measure(articles: int, rounds: int) -> dict[str, Any]:
    figures: dict[str, list[float]] = {"bare": [], "new": [], "unchanged": []}
    size = len(bson.encode(whole_documents([make_article(0, "run")])[0]))
    with tempfile.TemporaryDirectory(prefix="kb-") as home:
        server = EmbeddedServer(Path(home))
        uri = server.start()
        try:
            for number in range(rounds):
                range_ = range(number * articles, (number + 1) * articles)
                documents = whole_documents([make_article(n, "run") for n in range_])
                prepare_database(uri, f"bare{number}")
                figures["bare"].append(bare(uri, f"bare{number}", documents))
                for name in ("new", "unchanged"):
                    items = [make_article(n, name) for n in range_]
                    rate = uvloop.run(through_the_store(uri, f"store{number}", items))
                    figures[name].append(rate)
        finally:
            server.stop()
    best = {name: statistics.median(rates) for name, rates in figures.items()}
    return {
        "articles": articles,
        "rounds": rounds,
        "document_bytes": size,
        "bare_inserts_per_second": round(best["bare"]),
        "store_new_per_second": round(best["new"]),
        "store_unchanged_per_second": round(best["unchanged"]),
        "ratio": round(best["new"] / best["bare"], 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = measure(arguments.articles, arguments.rounds)
    if arguments.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name.replace('_', ' '):30} {value:>10,}")


if __name__ == "__main__":
    main()
