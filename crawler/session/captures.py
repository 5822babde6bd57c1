"""Which record a request became, and the document of a capture: one fetch, kept in the archive."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from crawler import signals

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from archive import Original, RecordRef


class Captures:
    """Of one run; forgets a request when nobody holds it any more."""

    def __init__(self, run_id: str, crawler: Crawler) -> None:
        self._run_id = run_id
        self._crawler = crawler
        self._records: WeakKeyDictionary[Request, RecordRef] = WeakKeyDictionary()
        self.conditions: WeakKeyDictionary[Request, Original] = WeakKeyDictionary()
        """What the If-None-Match or If-Modified-Since of a request speaks of."""
        self.robots_records: dict[str, str] = {}
        """Record id of the robots.txt that governs a host, by ``host:port``."""

    async def add(
        self,
        request: Request,
        ref: RecordRef,
        *,
        url: str,
        status: int | None,
        fetch_result: str,
        response_class: str,
        truncated: str | None,
        length: int,
    ) -> None:
        """Remember which record *request* became, and send :data:`crawler.signals.captured`."""
        self._records[request] = ref
        document = capture_document(
            ref.warc_record_id,
            url=url,
            captured_at=ref.warc_date,
            status=status,
            fetch_result=fetch_result,
            response_class=response_class,
            truncated=truncated,
            length=length,
            payload_digest=ref.payload_digest,
            record_type=ref.record_type,
            warc_filename=ref.warc_filename,
            warc_offset=ref.offset,
            request_record_id=ref.request_record_id,
            metadata_record_id=ref.metadata_record_id,
            refers_to=ref.refers_to,
            run_id=self._run_id,
        )
        await signals.send(self._crawler, signals.captured, document=document)

    def ref_of(self, response: Response) -> RecordRef:
        """The record a response is kept in.

        :raises KeyError: it never came through the tee, so there is no evidence of it.
        """
        if response.request is None:
            raise KeyError(response.url)
        return self.record_of(response.request)

    def record_of(self, request: Request) -> RecordRef:
        """The record that the answer to *request* is kept in.

        :raises KeyError: it did not go out.
        """
        return self._records[request]

    def written_on(self, response: Response) -> dt.datetime:
        """When the bytes of a response came: what was not modified since is as old as its original,
        and is read by the page class of that day.
        """
        ref = self.ref_of(response)
        original = self.conditions.get(response.request) if response.request else None
        if original is None or ref.refers_to != original.record_id:
            return ref.warc_date
        return dt.datetime.fromisoformat(original.date)


def capture_document(
    record_id: str,
    *,
    url: str,
    captured_at: dt.datetime,
    status: int | None,
    fetch_result: str,
    response_class: str,
    truncated: str | None,
    length: int,
    payload_digest: str | None,
    record_type: str,
    warc_filename: str,
    warc_offset: int,
    request_record_id: str | None,
    metadata_record_id: str | None,
    refers_to: str | None,
    run_id: str,
) -> dict[str, Any]:
    """The same whoever makes it, a crawl or a rebuild from records.

    :param status: of the response that came of it, if one did.
    :param fetch_result: name of a :class:`crawler.capture.fetch_result.FetchResult`.
    :param response_class: one of :data:`crawler.capture.response_class.RESPONSE_CLASSES`.
    :param length: bytes received.
    """
    document = {
        "_id": record_id,
        "url": url,
        "capturedAt": captured_at,
        "status": status,
        "fetchResult": fetch_result,
        "responseClass": response_class,
        "truncated": truncated,
        "length": length,
        "payloadDigest": payload_digest,
        "recordType": record_type,
        "warcFilename": warc_filename,
        "warcOffset": warc_offset,
        "requestRecordId": request_record_id,
        "metadataRecordId": metadata_record_id,
        "refersTo": refers_to,
        "runId": run_id,
    }
    return {name: value for name, value in document.items() if value is not None}
