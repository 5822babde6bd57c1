"""Records of one exchange, ready to be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.warc.digests import ResponseDigests, digest_response
from archive.warc.http import request_method
from archive.warc.record import NewRecord, new_record_id
from archive.warc.record_types import (
    metadata_record,
    not_modified_record,
    request_record,
    response_record,
    revisit_record,
)
from archive.warc.spool import body_prefix
from archive.warc.validators import confirms, is_conditional, validators_of

if TYPE_CHECKING:
    from archive.warc.model import CaptureEvent, Original

_METHOD_BYTES = 32
_REQUEST_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class ExchangeRecords:
    """The records of one exchange, in the order of the file."""

    records: list[NewRecord]
    main: NewRecord
    """The one among them that stands for the exchange."""

    request_id: str | None
    metadata_id: str | None
    saved_bytes: int = 0
    """Body bytes that a revisit does not have to store again."""


def build_records(
    event: CaptureEvent,
    new_id: Callable[[], str] = new_record_id,
    look_up: Callable[[str, str], Original | None] = lambda _payload, _body: None,
    is_durable: Callable[[Original], bool] = lambda _original: False,
) -> ExchangeRecords:
    """Response (or revisit), request, metadata: what there is of them.

    :param look_up: (payload digest, body digest) → the durable response that has both.
    :param is_durable: whether this original is a response on disk. Without the two there are no
        revisits.
    """
    main_id = new_id()
    request_id = new_id() if event.request else None
    if not event.response:
        return _failed_exchange(event, main_id, request_id)
    metadata_id = new_id() if event.metadata else None
    twins = [record_id for record_id in (request_id, metadata_id) if record_id]
    digests = digest_response(event.response, _method(event))
    original = _original(event, digests, look_up)
    if confirmed := _confirmed(event, digests, is_durable):
        main = not_modified_record(event, digests, confirmed, main_id, twins)
    elif original is None:
        main = response_record(event, digests, main_id, twins)
        if _can_be_original(event, digests):
            main.body_digest = digests.body
            main.etag, main.last_modified = validators_of(digests.head)
    else:
        main = revisit_record(event, digests, original, main_id, twins)
    records = [main]
    if request_id:
        records.append(request_record(event, request_id, [main_id]))
    if metadata_id:
        records.append(metadata_record(event, metadata_id, [main_id]))
    saved_bytes = digests.body_bytes if original else 0
    return ExchangeRecords(records, main, request_id, metadata_id, saved_bytes)


def _failed_exchange(event: CaptureEvent, main_id: str, request_id: str | None) -> ExchangeRecords:
    """No byte of a response came: what was sent, and a metadata record that says what happened."""
    if request_id is None:
        main = metadata_record(event, main_id, [])
        return ExchangeRecords([main], main, None, main_id)
    main = metadata_record(event, main_id, [request_id])
    return ExchangeRecords(
        [request_record(event, request_id, [main_id]), main], main, request_id, main_id
    )


def _original(
    event: CaptureEvent,
    digests: ResponseDigests,
    look_up: Callable[[str, str], Original | None],
) -> Original | None:
    if not event.may_revisit or not _can_be_original(event, digests):
        return None
    assert digests.payload is not None
    assert digests.body is not None
    return look_up(digests.payload, digests.body)


def _confirmed(
    event: CaptureEvent, digests: ResponseDigests, is_durable: Callable[[Original], bool]
) -> Original | None:
    """The original that a 304 confirms. Everything else stays the response it is: a 304 that
    nobody asked for, one with bytes after its head, one that speaks of another version.
    """
    original = event.not_modified_of
    if (
        original is None
        or event.truncated is not None
        or digests.head is None
        or digests.body_bytes
        or not confirms(digests.head, original)
        or not is_conditional(body_prefix(event.request, _REQUEST_BYTES))
        or not is_durable(original)
    ):
        return None
    return original


def _can_be_original(event: CaptureEvent, digests: ResponseDigests) -> bool:
    """A whole response with a body: only such a one is worth and safe to refer to."""
    return (
        event.truncated is None
        and digests.head is not None
        and digests.head.is_complete
        and digests.body_bytes > 0
    )


def _method(event: CaptureEvent) -> bytes:
    return request_method(body_prefix(event.request, _METHOD_BYTES))
