"""Asking "has it changed?" of what the archive holds, and reading the answer "no" as the page.

A 304 has no body. The record of it is a revisit of the archived response; the rest of the crawl
gets that response, so that listings, page objects and style sheets never know the difference.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers
from scrapy.utils._download_handlers import make_response

from archive import ArchivedRecord, ArchiveError, Original, read_record
from crawler.capture.flags import (
    BODY_CAPPED_FLAG,
    NOT_MODIFIED_FLAG,
    OWN_CONDITION_FLAG,
    UNCONDITIONAL_FLAG,
)
from crawler.session.crawl_session import CrawlSession

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

_CONDITIONS = (b"If-None-Match", b"If-Modified-Since")
_UNPARSED = ("image/", "video/", "audio/", "font/", "application/pdf", "application/octet-stream")
_OF_THE_TRANSFER = frozenset(
    {
        b"connection",
        b"content-encoding",
        b"content-length",
        b"keep-alive",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What is needed to answer for the server; *body* is None where nobody would read it."""

    headers: list[tuple[bytes, bytes]]
    body: bytes | None


class ConditionalMiddleware:
    """Stands below Redirect, so that it sees the original as it came.

    No conditions go out when the original cannot be read from end to end (its file is gone, its
    bytes rotted), or is older than ``CONDITIONAL_MAX_AGE_DAYS``: a server whose validators lie is
    found out then at the latest.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not settings.getbool("CONDITIONAL_ENABLED"):
            raise NotConfigured
        self._crawler = crawler
        self._stats = crawler.stats
        self._session = CrawlSession.of(crawler)
        self._memory_bytes = settings.getint("ARCHIVE_BODY_MEMORY_BYTES")
        self._decoded_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        # Of each, the first two megabytes at most are held in memory.
        self._records: WeakKeyDictionary[Request, ArchivedRecord] = WeakKeyDictionary()
        self._max_age = dt.timedelta(days=settings.getfloat("CONDITIONAL_MAX_AGE_DAYS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if OWN_CONDITION_FLAG in request.flags:
            return
        for name in _CONDITIONS:  # a redirect or retry copies those of the request before
            request.headers.pop(name, None)
        if request.method != "GET" or UNCONDITIONAL_FLAG in request.flags:
            return
        original = self._session.archive.newest_version(request.url)
        if original is None or self._is_too_old(original):
            return
        try:
            record = await asyncio.to_thread(_read_to_the_end, self._session.paths.home, original)
        except (ArchiveError, OSError) as exc:
            self._stats.inc_value("conditional/unreadable")
            logger.warning("%s is fetched in full: %s", request.url, exc)
            return
        if original.etag is not None:
            request.headers[b"If-None-Match"] = original.etag
        if original.last_modified is not None:
            request.headers[b"If-Modified-Since"] = original.last_modified
        self._session.captures.conditions[request] = original
        self._records[request] = record
        self._stats.inc_value("conditional/asked")

    def _is_too_old(self, original: Original) -> bool:
        return dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(original.date) > self._max_age

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        if response.status != HTTPStatus.NOT_MODIFIED or OWN_CONDITION_FLAG in request.flags:
            return response
        record = self._records.get(request)
        if record is None or self._session.captures.record_of(request).record_type != "revisit":
            return self._ask_in_full(request, "304 that confirms nothing") or response
        try:
            loaded = await asyncio.to_thread(self._load, record)
        except (ArchiveError, OSError) as exc:  # it could be read a moment ago
            logger.warning("%s is fetched in full: %s", request.url, exc)
            return self._ask_in_full(request, "original lost") or response
        self._stats.inc_value("conditional/not_modified")
        return _as_original(response, loaded)

    def _ask_in_full(self, request: Request, reason: str) -> Request | None:
        self._stats.inc_value("conditional/asked_in_full")
        assert self._crawler.spider is not None
        retry = get_retry_request(request, spider=self._crawler.spider, reason=reason)
        if retry is not None and UNCONDITIONAL_FLAG not in retry.flags:
            retry.flags.append(UNCONDITIONAL_FLAG)
        return retry

    def _load(self, record: ArchivedRecord) -> _Loaded:
        assert record.http is not None
        mime = (record.http.mime or "").lower()
        if record.block_length > self._memory_bytes or mime.startswith(_UNPARSED):
            return _Loaded(record.http_headers, None)
        return _Loaded(record.http_headers, record.body_bytes(max_bytes=self._decoded_bytes))


def _read_to_the_end(home: Path, original: Original) -> ArchivedRecord:
    """In bounded memory; gzip's checksum covers every byte.

    :raises ArchiveError: it is not there, not whole, or another one.
    """
    record = read_record(home, original.warc_filename, original.offset)
    if record.record_id != original.record_id or record.http is None:
        raise ArchiveError(
            f"{record.path} at byte {record.offset}: this is not {original.record_id}."
            " Run `khobao archive verify`."
        )
    for _ in record.iter_block():
        pass
    return record


def _as_original(response: Response, loaded: _Loaded) -> Response:
    headers = Headers()
    for name, value in loaded.headers:
        if name.lower() not in _OF_THE_TRANSFER:
            headers.appendlist(name, value)
    flags = [*response.flags, NOT_MODIFIED_FLAG]
    if loaded.body is None:
        flags.append(BODY_CAPPED_FLAG)
    body = loaded.body or b""
    return make_response(
        response.url,
        HTTPStatus.OK,
        headers,
        body,
        flags=flags,
        certificate=response.certificate,
        ip_address=response.ip_address,
        protocol=response.protocol,
    )
