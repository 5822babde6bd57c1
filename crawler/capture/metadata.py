"""The metadata record of a fetch: what neither the request nor the response says of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.utils.request import fingerprint

from crawler.capture.flags import RESOURCE_META

if TYPE_CHECKING:
    from scrapy import Request

    from crawler.capture.exchange import Exchange
    from crawler.capture.fetch_result import FetchResult
    from crawler.session.crawl_session import CrawlSession


def describe_fetch(
    session: CrawlSession,
    request: Request,
    exchange: Exchange,
    fetch_result: FetchResult,
    response_class: str,
) -> tuple[tuple[str, str], ...]:
    """Fields of the metadata record (``application/warc-fields``)."""
    finished = dt.datetime.now(dt.UTC)
    fields: list[tuple[str, str]] = []
    if via := _via(request):
        fields.append(("via", via))
    fields += [
        ("hopsFromSeed", _hops(request)),
        ("fetchTimeMs", str(_milliseconds(finished - (exchange.started_at or finished)))),
        ("outcome", fetch_result.name),
        ("verdict", response_class),
    ]
    if exchange.first_byte_at is not None and exchange.started_at is not None:
        waited = exchange.first_byte_at - exchange.started_at
        fields.append(("timeToFirstByteMs", str(_milliseconds(waited))))
    if fetch_result.detail:
        fields.append(("outcomeDetail", fetch_result.detail))
    if exchange.late_bytes:
        fields.append(("lateBytes", str(exchange.late_bytes)))
    fields += exchange.peer.certificate
    fields += [("spider", session.spider), ("runId", session.run_id)]
    fields.append(("requestFingerprint", fingerprint(request).hex()))
    if robots := session.captures.robots_records.get(urlsplit(request.url).netloc):
        fields.append(("robotsRecord", robots))
    return tuple(fields)


def _via(request: Request) -> str | None:
    if redirects := request.meta.get("redirect_urls"):
        return str(redirects[-1])
    referer = request.headers.get(b"Referer")
    return referer.decode("latin-1") if referer else None


def _hops(request: Request) -> str:
    """Heritrix's letters: L link, R redirect, E embedded, P preresource (robots.txt)."""
    if request.url.endswith("/robots.txt"):
        return "P"
    hops = "L" * int(request.meta.get("depth", 0))
    if request.meta.get(RESOURCE_META):
        hops = hops[:-1] + "E"
    return hops + "R" * int(request.meta.get("redirect_times", 0)) or "-"


def _milliseconds(duration: dt.timedelta) -> int:
    return int(duration / dt.timedelta(milliseconds=1))
