"""What the records themselves say of a run that left no ledger, or one that was cut, as the
entries that a ledger would have had.

In the order of the records: captures, pages of articles, comments, what the listings announced, and
addresses that did not come. Not to be known: what was left out and why, and how a section that no
menu names is called.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import attrs

from archive import ArchivedRecord, ArchiveError, read_record
from archive.errors import ContentDecodingError
from archive.export.selection import exchanges
from archive.home.layout import Layout
from crawler.pages import PageError, read_listing, read_menu
from crawler.session.captures import capture_document
from crawler.sites import AddressKind, SiteProfile, profile_for
from crawler.statuses import REDIRECTS, SUCCESS, state_of_status
from khobao.maintenance.rebuild.entries import Batch
from pipelines.mongodb.ledger_entries import Entry, entry

if TYPE_CHECKING:
    from archive.home.journal import JournalEntry
    from khobao.maintenance.rebuild.runs import Run

_COMPLETE = "complete"
"""The outcome of which a response was made, so that its status counts."""

LATE = dt.timedelta(minutes=2)
"""What was captured so long before the ledger's end was stored before it ended."""


@dataclasses.dataclass(slots=True)
class Known:
    """What a ledger that was cut says."""

    captures: set[str] = dataclasses.field(default_factory=set)
    read: set[str] = dataclasses.field(default_factory=set)
    """Records of pages and comments that were stored."""

    until: dt.datetime | None = None
    """Time of its last batch."""

    def learn(self, batch: Batch) -> None:
        self.until = batch.at
        for each in batch.entries:
            if each["kind"] == "capture":
                self.captures.add(each["document"]["_id"])
            elif "record" in each:
                self.read.add(each["record"])


class RecordEntries:
    """Iterates over batches, one for each exchange of which *known* lacks something."""

    def __init__(self, home: Path, run: Run, known: Known) -> None:
        self._home = home
        self._run = run
        self._known = known
        self._sections: dict[str, str] = {}
        """Category id → slug, as the menu has it."""

        self.errors: list[tuple[str, str]] = []

    def __iter__(self) -> Iterator[Batch]:
        layout = Layout(self._home)
        for name in self._run.files:
            for exchange in exchanges(layout.journal(name)):
                batch = self._batch(name, exchange)
                if batch is not None:
                    yield batch

    def _batch(self, name: str, exchange: list[JournalEntry]) -> Batch | None:
        by_type = {each.type: each for each in exchange}
        main = by_type.get("response") or by_type.get("revisit") or by_type.get("metadata")
        if main is None or main.target_uri is None:
            return None
        try:
            record = read_record(self._home, name, main.offset)
            self._learn_menu(record)
            is_known = main.record_id in self._known.captures
            if is_known and self._known.until and record.warc_date < self._known.until - LATE:
                return None
            fields = _metadata(self._home, name, by_type.get("metadata"))
            batch = Batch(self._run.id, record.warc_date)
            if not is_known:
                batch.entries.append(self._capture(record, fields, by_type))
            if main.record_id not in self._known.read:
                batch.entries += self._of_answer(record, fields)
        except (ArchiveError, OSError) as exc:
            self.errors.append((main.record_id, str(exc)))
            return None
        return batch if batch.entries else None

    def _capture(
        self, record: ArchivedRecord, fields: dict[str, str], by_type: dict[str, JournalEntry]
    ) -> Entry:
        outcome = fields.get("outcome", "complete" if record.http else "error")
        request, metadata = by_type.get("request"), by_type.get("metadata")
        is_answered = record.type in {"response", "revisit"}
        document = capture_document(
            record.record_id,
            url=record.target_uri or "",
            captured_at=record.warc_date,
            status=record.http_status if outcome == _COMPLETE else None,
            fetch_result=outcome,
            response_class=fields.get("verdict", "failed"),
            truncated=record.head.get("WARC-Truncated") if record.type == "response" else None,
            length=_received(record) if is_answered else 0,
            payload_digest=record.payload_digest if is_answered else None,
            record_type=record.type,
            warc_filename=record.warc_filename,
            warc_offset=record.offset,
            request_record_id=request.record_id if request else None,
            metadata_record_id=metadata.record_id if metadata else None,
            refers_to=record.refers_to,
            run_id=self._run.id,
        )
        return entry("capture", document=document)

    # -- what the answer means ---------------------------------------------------------------------

    def _of_answer(self, record: ArchivedRecord, fields: dict[str, str]) -> Iterator[Entry]:
        url = record.target_uri or ""
        profile = profile_for(url)
        if profile is None:
            return
        kind = profile.classify(url)
        is_page = kind is AddressKind.ARTICLE
        truncated = record.head.get("WARC-Truncated") if record.type == "response" else None
        is_whole = truncated is None and fields.get("outcome", _COMPLETE) == _COMPLETE
        status = record.http_status if is_whole else None
        if status in SUCCESS or record.is_not_modified:
            if is_page:
                yield _of_record("page", record, url=profile.canonicalize(url))
            elif kind is AddressKind.CALL:
                yield from self._of_call(record, url, profile, fields)
        elif is_page and status not in REDIRECTS:
            yield from _failed(record, profile.canonicalize(url), status, fields)

    def _of_call(
        self, record: ArchivedRecord, url: str, profile: SiteProfile, fields: dict[str, str]
    ) -> Iterator[Entry]:
        query = parse_qs(urlsplit(url).query)
        if article_id := query.get("articleId", [""])[0]:
            page = profile.canonicalize(fields.get("via", ""))
            yield _of_record("comments", record, articleId=article_id, url=page)
        elif category := query.get("saArticleCateId", [""])[0]:
            at = record.warc_date.isoformat()
            try:
                section = self._sections.get(category, "")
                found = read_listing(url, record.body, profile, section).entries
            except PageError:
                return
            for each in found:
                reported = {k: v for k, v in attrs.asdict(each).items() if v is not None}
                yield entry("announcement", item=reported, at=at)

    def _learn_menu(self, record: ArchivedRecord) -> None:
        url = record.target_uri or ""
        profile = profile_for(url)
        is_home = profile is not None and profile.classify(url) is AddressKind.HOME
        if profile is None or not is_home or record.type not in {"response", "revisit"}:
            return
        with suppress(ContentDecodingError):  # the crawl made nothing of it either
            for section in read_menu(url, record.body, profile):
                if section.categoryId:
                    self._sections[section.categoryId] = section.slug


def _failed(
    record: ArchivedRecord, url: str, status: int | None, fields: dict[str, str]
) -> Iterator[Entry]:
    at = record.warc_date.isoformat()
    state = state_of_status(status)
    reason = f"status {status}" if status else fields.get("outcomeDetail", "no answer")[:300]
    yield entry("outcome", url=url, state=state, reason=reason, at=at)
    if state == "gone":
        yield entry("gone", url=url)


def _of_record(kind: str, record: ArchivedRecord, **values: Any) -> Entry:
    return entry(
        kind,
        record=record.record_id,
        file=record.warc_filename,
        offset=record.offset,
        capturedAt=record.warc_date.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        **values,
    )


def _received(record: ArchivedRecord) -> int:
    """Bytes that came over the wire; those of a revisit's body stand in its original."""
    if record.type != "revisit" or record.is_not_modified:
        return record.block_length
    original = record.original()
    return record.block_length + original.block_length - (original.http.end if original.http else 0)


def _metadata(home: Path, name: str, found: JournalEntry | None) -> dict[str, str]:
    if found is None:
        return {}
    block = read_record(home, name, found.offset).raw_block().decode("utf-8", "replace")
    lines = (line.partition(": ") for line in block.splitlines())
    return {field: value for field, separator, value in lines if separator}
