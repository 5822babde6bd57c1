"""The document of a capture: one fetch, and where the archive keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["capture_document"]


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
