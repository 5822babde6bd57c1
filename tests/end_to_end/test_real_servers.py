"""The newspaper behind nginx, Apache, Caddy and lighttpd, crawled twice: every byte that crossed
the wire is in the archive, and the second crawl finds nothing changed.

Judged by a relay between crawl and server, which reads the bytes out of TLS with the keys of the
crawl's key log; by warcio; and by what MongoDB holds.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.behind import crawl_tapped, newspaper_behind
from support.documents import differences, documents
from support.home import Home
from support.warc import Exchange, read_exchanges
from support.web_servers import SERVERS, WebServer

from pipelines.mongodb.schema import COLLECTIONS

pytestmark = [pytest.mark.slow, pytest.mark.mongo, pytest.mark.timeout(600)]

ARTICLES = 12

IS_ARTICLE = re.compile(rb"GET /\S+/\d{6}/\S+/ HTTP")

OWN_ETAGS = {
    # What each makes of the name of a version when it compresses it.
    "nginx": re.compile(rb'\r\nETag: (W/"[0-9a-f]+-[0-9a-f]+"\r\n)'),
    "Apache": re.compile(rb'\r\nETag: ("[0-9a-f]+-[0-9a-f]+-gzip"\r\n)'),
    "Caddy": re.compile(rb'\r\nEtag: ("[0-9a-z]+"\r\n)'),
    "lighttpd": re.compile(rb'\r\nETag: ("[0-9]+-gzip"\r\n)'),
}

PROFILES = dict.fromkeys(OWN_ETAGS, "server-not-modified") | {
    # It does not know its own ETag again once it has ended it in -gzip (its bug 45023).
    "Apache": "identical-payload-digest"
}


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(
            server,
            id=server.name,
            marks=pytest.mark.skipif(server.missing is not None, reason=str(server.missing)),
        )
        for server in SERVERS
    ],
)
def test_a_real_server_crawled_twice(server: WebServer, home: Home, tmp_path: Path) -> None:
    with newspaper_behind(server, tmp_path, ARTICLES) as site:
        first = crawl_tapped(home, site)
        assert first["counts"]["new"] == ARTICLES
        with home.database() as db:
            stored = {name: stored_in(db, name) for name in ("articles", "videos", "versions")}
            second = crawl_tapped(home, site)
            assert stored == {name: stored_in(db, name) for name in stored}
        served = site.exchanges()
    assert second["counts"]["unchanged"] == ARTICLES
    for same in ("announced", "resources", "responses"):
        assert second["counts"][same] == first["counts"][same] > 0, same
    kept = read_exchanges(home.warcs)
    assert first["counts"]["resources_failed"] == second["counts"]["resources_failed"] == 0
    assert len(served) > 10 * ARTICLES
    assert Counter(served) == Counter((e.request, e.response) for e in kept)
    assert_compressed_pages_were_confirmed(server, kept)
    assert_it_can_be_made_again(home)
    done = home.khobao("archive", "verify", "--documents")
    assert done.returncode == 0, done.stdout + done.stderr


def stored_in(db: Any, name: str) -> dict[Any, Any]:
    return {
        key: {field: value for field, value in document.items() if field != "lastSeen"}
        for key, document in documents(db, name).items()
    }


def assert_compressed_pages_were_confirmed(server: WebServer, kept: list[Exchange]) -> None:
    compressed = {e.record_id: e for e in kept if e.profile is None and is_compressed(e)}
    again = [e for e in kept if e.refers_to in compressed and IS_ARTICLE.match(e.request)]
    assert len(again) == ARTICLES
    assert {PROFILES[server.name]} == {e.profile for e in again}
    for exchange in again:
        original = compressed[exchange.refers_to or ""]
        etag = OWN_ETAGS[server.name].search(original.response)
        assert etag, original.response[:400]
        assert b"\r\nIf-None-Match: " + etag[1] in exchange.request


def is_compressed(exchange: Exchange) -> bool:
    return (
        b"\r\nContent-Encoding: gzip\r\n" in exchange.response.partition(b"\r\n\r\n")[0] + b"\r\n"
    )


def assert_it_can_be_made_again(home: Home) -> None:
    done = home.khobao("--json", "rebuild", "--into", "again")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["runsWithoutLedger"] == []
    with home.database() as live:
        again = live.client["again"]
        for name in COLLECTIONS:
            wrong = differences(documents(live, name), documents(again, name))
            assert not wrong, (name, wrong[:3])
