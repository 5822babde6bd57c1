"""One real mongod for the whole session, one database for each test."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymongo
import pytest
from zyte_common_items import Breadcrumb, Link

from crawler.items import ArticleAuthor, ArticleImage, NewsArticle, Provenance
from pipelines.mongodb.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pymongo.database import Database


@pytest.fixture(scope="session")
def mongo_home() -> Iterator[Path]:
    """A short path, because a socket's path holds 107 bytes; in memory, because every test makes a
    database of its own, and each of its indexes would wait for the disk.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    home = Path(tempfile.mkdtemp(prefix="kb-", dir=memory if roomy else None))
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def mongo_server(mongo_home: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(mongo_home)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mongo_uri(mongo_server: EmbeddedServer) -> str:
    return mongo_server.start()


@pytest.fixture
def make_article() -> Callable[..., NewsArticle]:
    """Builds a whole article of invented text; keyword arguments replace fields."""
    return _make_article


def _make_article(
    number: int = 1, *, run_id: str = "run-1", minute: int = 0, **fields: Any
) -> NewsArticle:
    url = f"https://baodaklak.vn/thoi-su/202603/tin-so-{number}-{number:07x}/"
    body = "\n\n".join(
        f"Đoạn thứ {n} của tin số {number}: sáng nay, bà con Ea Kmát phơi cà phê trước hiên nhà"
        " dài, lũ trẻ chạy theo tiếng chiêng, gió từ hồ Lắk thổi về mát rượi."
        for n in range(4)
    )
    image = ArticleImage(url="https://baodaklak.vn/file/a.jpg", caption="Ảnh: Y Blô")
    values: dict[str, Any] = {
        "articleId": f"8a10c0e291e840650191ea91{number:08x}",
        "url": url,
        "canonicalUrl": url,
        "headline": f"Tin số {number} từ Đắk Lắk",
        "headlineRaw": f" Tin số {number} từ Đắk Lắk",
        "description": "Lời dẫn in trên trang.",
        "abstract": "Lời dẫn của hệ thống.",
        "articleBody": body,
        "articleBodyHtml": "".join(f"<p>{paragraph}</p>" for paragraph in body.split("\n\n")),
        "datePublished": "2026-03-02T14:05:00+07:00",
        "datePublishedRaw": "14:05, 02/03/2026",
        "inLanguage": "vi",
        "articleSection": "Thời sự",
        "categoryId": "8a10c0e2",
        "breadcrumbs": [Breadcrumb(name="Thời sự", url="https://baodaklak.vn/thoi-su/")],
        "keywords": ["cà phê", "hồ Lắk"],
        "authors": [ArticleAuthor(name="H'Bia Niê", nameRaw="H'Bia Niê")],
        "images": [image],
        "mainImage": image,
        "videos": [],
        "audios": [],
        "attachments": [],
        "relatedLinks": [Link(url="https://baodaklak.vn/thoi-su/", text="Xem thêm")],
        "kind": "news",
        "template": "a",
        "provenance": Provenance(
            warcRecordId=f"<urn:uuid:{run_id}-{number}-{minute}>",
            warcFilename="khobao-20260302.warc.gz",
            warcOffset=1000 + number,
            capturedAt=f"2026-03-02T08:{minute:02d}:00.123456Z",
            pageClass="crawler.pages.article.page.ArticlePageA",
            runId=run_id,
        ),
    }
    return NewsArticle(**values | fields)


@pytest.fixture
def database(mongo_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """An empty database of this test's own; its name is ``database.name``."""
    with pymongo.MongoClient[dict[str, Any]](mongo_uri, tz_aware=True) as client:
        name = f"test_{uuid.uuid4().hex[:12]}"
        yield client[name]
        client.drop_database(name)
