"""Whatever a crawl made of an answer, whoever reads the archive makes the same of it."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient
from support.documents import differences, documents
from support.home import Home
from support.random_answers import random_answer
from support.streaming_server import StreamingServer
from support.warc import read_exchanges

from pipelines.mongodb.schema import COLLECTIONS
from practice.client import PracticeProcess

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(900)]

PAGES = 120


@pytest.fixture(scope="module")
def pages(practice: Callable[..., PracticeProcess]) -> dict[str, bytes]:
    """Path → article as the practice newspaper has it, in no coding."""
    site = practice("--articles", str(PAGES + 30), "--no-compression")
    found: dict[str, bytes] = {}
    connection = HTTPSConnection("baodaklak.vn")
    with socket.create_connection(("127.0.0.1", site.https_port)) as plain:
        context = ssl.create_default_context(cafile=site.ca_file)
        connection.sock = context.wrap_socket(plain, server_hostname="baodaklak.vn")
        with contextlib.closing(connection):
            for article in site.truth("articles")[:PAGES]:
                path = urlsplit(article["url"]).path
                connection.request("GET", path)
                response = connection.getresponse()
                assert response.status == HTTPStatus.OK
                found[path] = response.read()
    return found


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(n, marks=pytest.mark.soak) for n in range(2, 12))]
)
def test_a_rebuild_stores_what_the_crawl_stored(
    home: Home, server: StreamingServer, pages: dict[str, bytes], seed: int
) -> None:
    dice = random.Random(seed)
    served: Counter[bytes] = Counter()

    def answer(wire: bytes) -> Any:
        def serve() -> Any:
            served[wire] += 1
            yield wire

        return serve

    server.answers = {path: answer(random_answer(dice, page)) for path, page in pages.items()}
    urls = [f"http://baodaklak.vn{path}" for path in pages]
    # Nobody answers at 443, where comments would be asked for.
    rules = [f"baodaklak.vn:{at}:127.0.0.1:{to}" for at, to in ((80, server.port), (443, 1))]
    options = ["--delay", "0", "--media", "none", *(f"--resolve={rule}" for rule in rules)]
    done = home.khobao("--json", "crawl", "page", *urls, *options, timeout=600)
    result = json.loads(done.stdout)

    assert done.returncode in {0, 1}, done.stderr
    counts = result["counts"]
    assert counts["new"] > PAGES / 3
    assert counts["failed"] > 0
    assert counts["errors"] == 0, "an exception of ours"
    kept = Counter(each.response for each in read_exchanges(home.warcs) if each.response)
    assert not served - kept, "every byte is archived"
    home.khobao("db", "start")
    verified = home.khobao("--json", "archive", "verify", "--documents")
    assert verified.returncode == 0, verified.stdout
    again = home.khobao("--json", "rebuild", "--into", "again")
    assert again.returncode == 0, again.stderr
    with MongoClient[dict[str, Any]](home.uri, tz_aware=True) as client:
        assert client["khobao"].articles.count_documents({}) == counts["new"]
        for name in COLLECTIONS:
            wrong = differences(documents(client["khobao"], name), documents(client["again"], name))
            assert not wrong, (name, wrong[:3])
