"""MongoDB documents against the records of the archive, both ways.

What is legitimate on a real home is no fault: a run that was killed or interrupted had no time to
list its last records; an address that was announced and not read yet is pending. Both are notes,
with the command that goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import ArchiveError, ContentDecodingError, RecordNotFoundError, read_record
from archive.verify import Catalog, Finding, Place
from crawler.identity import article_key
from crawler.pages import ArticleReading, read_page
from crawler.sites import AddressKind, SiteProfile, profile_for
from pipelines.mongodb import references as stored

if TYPE_CHECKING:
    from pymongo.database import Database


Document = dict[str, Any]

_BATCH = 500
_SPIDERS = ("sections", "videos", "page")
_HTML = ("text/html", "application/xhtml+xml")
_REASONS = frozenset({"quarantined", "failed", "gone", "excluded", "robots", "blocked", "known"})
"""States of an address that say why there is no document."""

_READ_AGAIN = "crawl its page again (`khobao crawl page URL`), or restore the WARC file from a copy"


def check_documents(
    database: Database[Document], catalog: Catalog, home: Path
) -> Iterator[Finding]:
    """:param catalog: of the whole home, indexed."""
    archive = _Archive(catalog, home)
    yield from _check_references(stored.references(database), archive)
    yield from _check_captures(stored.captures(database), archive)
    yield from _check_records(database, catalog, home)


class _Archive:
    """Where records are. What was written since the files were read is looked up in them."""

    def __init__(self, catalog: Catalog, home: Path) -> None:
        self._catalog, self._home = catalog, home

    def find(self, record_ids: Iterable[str | None]) -> dict[str, Place]:
        return self._catalog.find({i for i in record_ids if i})

    def look(self, record_id: str, name: str | None, offset: object) -> Place | None:
        """The record at that very place, if it is there."""
        if not name or not isinstance(offset, int):
            return None
        try:
            record = read_record(self._home, name, offset)
        except (ArchiveError, OSError):
            return None
        if record.record_id != record_id:
            return None
        return Place(
            record_id,
            str(record.path),
            offset,
            record.type,
            record.target_uri,
            record.head.get("WARC-Date"),
            record.payload_digest,
            None,
            None,
            record.refers_to if record.type == "revisit" else None,
            None,
        )


def _check_references(found: Iterator[stored.Reference], archive: _Archive) -> Iterator[Finding]:
    while batch := list(islice(found, _BATCH)):
        places = archive.find(reference.record_id for reference in batch)
        for reference in batch:
            yield from _check_place(
                f"{reference.document} ({reference.field})",
                reference.record_id,
                (reference.warc_filename, reference.offset),
                places,
                archive,
            )


def _check_captures(found: Iterator[Document], archive: _Archive) -> Iterator[Finding]:
    while batch := list(islice(found, _BATCH)):
        places = archive.find(capture["_id"] for capture in batch)
        for capture in batch:
            record_id = capture["_id"]
            place = (capture.get("warcFilename"), capture.get("warcOffset"))
            yield from _check_place(f"captures/{record_id}", record_id, place, places, archive)
            if record_id in places:
                yield from _check_values(capture, places[record_id])


def _check_place(
    document: str,
    record_id: str | None,
    reported: tuple[str | None, int | None],
    places: dict[str, Place],
    archive: _Archive,
) -> Iterator[Finding]:
    place = places.get(record_id or "") or archive.look(record_id or "", *reported)
    path = f"mongodb: {document}"
    if place is None:
        expected = f"record {record_id} at byte {reported[1]} of {reported[0]}"
        yield Finding("document-record-gone", path, None, expected, "no such record", _READ_AGAIN)
    elif reported != (_name(place), place.offset):
        expected = f"record {record_id} at byte {place.offset} of {_name(place)}"
        found = f"byte {reported[1]} of {reported[0]}"
        advice = "the archive is right: set the document's warcFilename and warcOffset to that"
        yield Finding("document-record-elsewhere", path, None, expected, found, advice)


def _check_values(capture: Document, place: Place) -> Iterator[Finding]:
    for name, actual in (
        ("recordType", place.type),
        ("payloadDigest", place.payload_digest),
        ("refersTo", place.refers_to),
    ):
        if capture.get(name) != actual:
            path = f"mongodb: captures/{capture['_id']}"
            advice = f"the archive is right: set {name} to that"
            yield Finding(
                "capture-value", path, None, f"{name} {actual}", str(capture.get(name)), advice
            )


# -- from the records to the documents -------------------------------------------------------------


def _check_records(database: Database[Document], catalog: Catalog, home: Path) -> Iterator[Finding]:
    known_runs = stored.runs(database)
    unlisted: Counter[tuple[str, str]] = Counter()
    unknown: Counter[tuple[str, str]] = Counter()
    for place in _not_listed(database, catalog):
        if place.run_id is None:
            continue  # no crawl of ours wrote this file
        if place.run_id not in known_runs:
            unknown[place.run_id, place.path] += 1
        elif not known_runs[place.run_id]:
            unlisted[place.run_id, place.path] += 1
        else:
            yield Finding(
                "capture-missing",
                place.path,
                place.offset,
                f"record {place.record_id} in the captures",
                "none, although its run came to its end",
                f"fetch it again if you need it listed: `khobao crawl page {place.uri}`",
            )
    for (run_id, path), count in unknown.items():
        yield Finding(
            "run-unknown",
            path,
            None,
            f"run {run_id} in the database",
            f"no such run, and {count} of its records are not in the captures",
            "restore the database that belongs to this home, or crawl again",
        )
    for (run_id, path), count in unlisted.items():
        yield _unfinished(run_id, path, f"{count} records that the captures do not list")
    yield from _check_articles(database, catalog, home, known_runs)


def _not_listed(database: Database[Document], catalog: Catalog) -> Iterator[Place]:
    """Records that stand for an exchange and that the captures do not list."""
    main = _main_records(catalog)
    while batch := list(islice(main, _BATCH)):
        listed = stored.listed_captures(database, [place.record_id for place in batch])
        yield from (place for place in batch if place.record_id not in listed)


def _main_records(catalog: Catalog) -> Iterator[Place]:
    """Metadata stands for its exchange when no response of that exchange came."""
    before: Place | None = None
    for place in catalog.exchanges():
        if place.type != "metadata":
            before = place
            yield place
        elif before is None or (before.path, before.date, before.uri) != (
            place.path,
            place.date,
            place.uri,
        ):
            yield place


def _check_articles(
    database: Database[Document], catalog: Catalog, home: Path, runs: dict[str, bool]
) -> Iterator[Finding]:
    pages = ((page, profile) for page in catalog.exchanges() if (profile := _article_of(page)))
    pending: Counter[tuple[str, str]] = Counter()
    while batch := list(islice(pages, _BATCH)):
        urls = {profile.canonicalize(page.uri or "") for page, profile in batch}
        fates = stored.fates(database, urls)
        for page, profile in batch:
            url = profile.canonicalize(page.uri or "")
            state, reason = fates.get(url, ("unknown", ""))
            if state == "stored" or (state in _REASONS and (reason or state == "gone")):
                continue
            if state == "pending" or not runs.get(page.run_id or "", page.run_id is None):
                pending[page.run_id or "?", page.path] += 1
            elif not _is_stored_elsewhere(database, page, profile, home):
                yield _without_document(page, state)
    for (run_id, path), count in pending.items():
        yield _unfinished(run_id, path, f"{count} article pages that were not read any more")


def _article_of(page: Place) -> SiteProfile | None:
    """The newspaper's profile, if the record is one of an article's page that came whole."""
    if page.type not in {"response", "revisit"} or page.status != "200" or page.uri is None:
        return None
    if page.type == "response" and not (page.mime or "").lower().startswith(_HTML):
        return None
    profile = profile_for(page.uri)
    if profile is None or profile.classify(page.uri) != AddressKind.ARTICLE:
        return None
    return profile


def _is_stored_elsewhere(
    database: Database[Document], page: Place, profile: SiteProfile, home: Path
) -> bool:
    """The last resort: read the page. Its article may be stored under its id and other addresses,
    or it may be no article; a broken-off one is none either.
    """
    try:
        record = read_record(home, page.path.rpartition("/")[2], page.offset)
        if record.head.get("WARC-Truncated") not in {None, "length"}:
            return True
        body = record.body
    except ContentDecodingError:
        return True
    except (ArchiveError, RecordNotFoundError, OSError):
        return False
    reading = read_page(
        page.uri or "",
        body,
        profile=profile,
        declared_encoding=None,
        captured_at=record.warc_date,
        with_resources=False,
    )
    if not isinstance(reading, ArticleReading):
        return False
    return database["articles"].find_one({"_id": article_key(reading.article)}) is not None


def _without_document(page: Place, state: str) -> Finding:
    found = "neither" if state == "unknown" else f"neither, although its state is {state!r}"
    return Finding(
        "article-without-document",
        page.path,
        page.offset,
        f"an article of {page.uri} in the database, or a reason why there is none",
        found,
        f"read it again: `khobao crawl page {page.uri}`",
    )


def _unfinished(run_id: str, path: str, what: str) -> Finding:
    spider = next((name for name in _SPIDERS if f"-{name}" in run_id), "sections")
    return Finding(
        "run-unfinished",
        path,
        None,
        f"run {run_id} to have come to its end",
        f"that it was cut short: {what}",
        f"go on with `khobao crawl {spider} --resume {run_id}`",
    )


def _name(place: Place) -> str:
    return place.path.rpartition("/")[2].removesuffix(".open")
