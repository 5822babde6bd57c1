"""A record → what today's parsers read from it, as a crawl would store it. Runs in any process."""

from __future__ import annotations

import dataclasses
import datetime as dt
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import bson
from bson.codec_options import CodecOptions
from zyte_common_items import Item

from archive import ArchivedRecord, ArchiveError, ContentDecodingError, read_record
from crawler.frontier import QuarantinedPage
from crawler.pages import (
    ListingHint,
    PageError,
    UnreadablePage,
    read_comments,
    read_page,
    read_teasers,
)
from crawler.pages.charset import charset_of
from crawler.provenance import provenance_of
from crawler.sites import PROFILES, SiteProfile, profile_for
from crawler.statuses import SUCCESS
from pipelines.checks import ValidationError, as_quarantined, check, drop_bad_dates
from pipelines.clean import clean_item
from pipelines.mongodb.schema import Document, to_document
from pipelines.mongodb.store import prepare

if TYPE_CHECKING:
    from crawler.items import CommentThread, Provenance, VideoTeaser
    from pipelines.fingerprint import Fingerprint

T = TypeVar("T", bound=Item)

MAX_PAGE_BYTES = 16 << 20
"""A crawl does not read a longer page either: ``ARCHIVE_BODY_MEMORY_BYTES``."""

_CODEC: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies, the run that wrote it, and what its parser is told besides."""

    filename: str
    offset: int
    run_id: str
    url: str = ""
    listed: ListingHint | None = None
    """What the listing said that announced the page."""

    cross_check_share: float | None = None
    with_generic: bool = True
    """See :func:`crawler.pages.read_page`."""


@dataclasses.dataclass(slots=True)
class PageRead:
    """What a record of a page came to: one of :attr:`document`, :attr:`quarantined`,
    :attr:`error`; none of them for a record that no crawl would have read as a page.
    """

    place: Place
    record_id: str = ""
    url: str = ""
    captured_at: dt.datetime | None = None
    document: Document | None = None
    """The article, as MongoDB would give it back."""

    fingerprint: Fingerprint | None = None
    quarantined: QuarantinedPage | None = None
    state: str = ""
    """``quarantined``, ``gone`` or ``blocked``, if it is quarantined."""

    videos: list[Document] = dataclasses.field(default_factory=list)
    error: str | None = None
    """Why the record itself cannot be read."""


def read_page_at(home: Path, place: Place) -> PageRead:
    """Read a record as an article's page."""
    read = PageRead(place)
    try:
        record = read_record(home, place.filename, place.offset)
        read.record_id, read.captured_at = record.record_id, record.warc_date
        read.url = record.target_uri or ""
        profile = profile_for(read.url)
        if profile is not None and _was_read(record):
            _read_page(read, record, profile)
    except ContentDecodingError:
        pass  # no crawl would have read it
    except (ArchiveError, OSError) as exc:
        read.error = str(exc)
    return read


def read_teasers_at(home: Path, place: Place) -> list[VideoTeaser]:
    """The video teasers of any page.

    :raises ArchiveError: the record cannot be read.
    """
    record = read_record(home, place.filename, place.offset)
    url = record.target_uri or ""
    provenance = provenance_of(record, "crawler.pages.read_teasers", place.run_id)
    teasers = read_teasers(url, record.body, profile_for(url) or PROFILES[0])
    return list(filter(None, (_staged(teaser, provenance) for teaser in teasers)))


def read_thread_at(
    home: Path, place: Place, article_id: str, article_url: str
) -> CommentThread | None:
    """The comments that an answer of the comment API holds; None if they cannot be read.

    :raises ArchiveError: the record cannot be read.
    """
    record = read_record(home, place.filename, place.offset)
    try:
        written = record.original() if record.is_not_modified else record
        thread = read_comments(
            record.target_uri or "",
            record.body,
            article_id,
            article_url,
            captured_at=written.warc_date,
        )
    except PageError:
        return None
    return _staged(thread, provenance_of(record, "crawler.pages.read_comments", place.run_id))


def _was_read(record: ArchivedRecord) -> bool:
    """Whether a crawl gave the answer to the parsers: whole, and no refusal or redirect."""
    if record.head.get("WARC-Truncated") not in {None, "length"} or record.http_status is None:
        return False
    if record.http_status == HTTPStatus.PARTIAL_CONTENT:
        return False  # nobody asked for a part
    if record.type == "revisit":
        return record.is_not_modified or record.http_status in SUCCESS
    return record.http_status in SUCCESS and record.head.get("WARC-Truncated") is None


def _read_page(read: PageRead, record: ArchivedRecord, profile: SiteProfile) -> None:
    source = record.original() if record.is_not_modified else record
    if record.block_length > MAX_PAGE_BYTES:
        reason = f"{read.url}: too long for a page; the archive has all of it"
        reading: Any = UnreadablePage("quarantined", "PageError", reason)
    else:
        reading = read_page(
            read.url,
            record.body,
            declared_encoding=charset_of(_content_types(source)),
            captured_at=source.warc_date,  # a 304's page is as old as its original
            profile=profile,
            with_resources=False,
            with_features=False,
            with_teasers=False,
            listed=read.place.listed,
            cross_check_share=read.place.cross_check_share,
            with_generic=read.place.with_generic,
        )
    if isinstance(reading, UnreadablePage):
        provenance = provenance_of(record, reading.error, read.place.run_id)
        read.state = reading.state
        read.quarantined = QuarantinedPage(
            url=read.url, reason=reading.reason, error=reading.error, provenance=provenance
        )
        return
    provenance = provenance_of(record, reading.page_class, read.place.run_id)
    videos = [_staged(video, provenance) for video in reading.videos]
    read.videos = [_stored(to_document(video)) for video in videos if video]
    try:
        document, read.fingerprint = prepare(_through_stages(reading.article, provenance))
    except ValidationError as exc:
        read.state, read.quarantined = "quarantined", as_quarantined(reading.article, exc)
    else:
        read.document = _stored(document)


def _stored(document: Document) -> Document:
    """The same, as it comes back from MongoDB."""
    return bson.decode(bson.encode(document), _CODEC)


def _staged(item: T, provenance: Provenance) -> T | None:
    """Through the same stages as in a crawl; None if one of them drops it."""
    try:
        return _through_stages(item, provenance)
    except ValidationError:
        return None


def _through_stages(item: T, provenance: Provenance) -> T:
    """:raises ValidationError: a crawl would not store it."""
    item.provenance = provenance  # type: ignore[attr-defined]
    check(item, dt.datetime.fromisoformat(provenance.capturedAt))
    drop_bad_dates(item)
    return clean_item(item)


def _content_types(record: ArchivedRecord) -> list[bytes]:
    return [value for name, value in record.http_headers if name.lower() == b"content-type"]
