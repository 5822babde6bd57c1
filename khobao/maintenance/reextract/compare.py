"""What today's reading of some records would change in MongoDB: looked up and decided, not done.

A change is a plain document, so that a run's changes can wait on disk until they have been shown.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crawler.identity import find_article, find_videos, is_better_source, is_known_by_address
from crawler.sites import canonical_url
from pipelines.mongodb.articles import KEPT, fields_of
from pipelines.mongodb.schema import Document, document_id, to_document
from pipelines.text.dates import parse_date

if TYPE_CHECKING:
    from khobao.maintenance.reextract.reading import PageRead
    from khobao.maintenance.reextract.summary import Summary
    from pipelines.mongodb.store import Store

    Ask = Callable[[Sequence[PageRead]], Awaitable[Sequence[PageRead]]]

VIDEO_KEPT = frozenset(
    {"_id", "urls", "firstSeen", "lastSeen", "firstRunId", "foundOn", "isPartOf"}
)
"""Of a video's document: what is gathered from several records."""

DERIVED = frozenset({"contentHash", "cluster", "headlineFolded"})
"""Fields that follow from others, and are no news of their own."""


@dataclasses.dataclass(slots=True)
class _Known:
    """What MongoDB holds about a chunk of readings."""

    articles: dict[str, Document]
    owners: dict[str, str]
    """Address → id of its article."""

    versions: dict[str, list[Document]]
    videos: dict[str, Document]
    video_pages: dict[str, set[str]]
    """Address of a video's page → ids of its documents."""

    quarantine: dict[str, Document]


class Comparison:
    """Remembers, of a whole run, what it has decided to change: 100 bytes for each article."""

    def __init__(self, store: Store, summary: Summary) -> None:
        self.store = store
        self.summary = summary
        self._hashes: dict[int, int] = {}
        """Article → content hash, of those that an earlier record of this run changes."""

    async def changes(self, reads: Sequence[PageRead], ask: Ask | None = None) -> list[Document]:
        """In the order in which they must be made.

        :param reads: without cross-checks.
        :param ask: reads pages once more, with cross-checks: of the few that have changed or
            have none, for asking costs as much as reading.
        """
        known = await self._look_up(reads)
        if ask is not None:
            reads = await self._with_cross_checks(reads, known, ask)
        found: list[Document] = []
        for read in reads:
            if read.error is not None:
                self.summary.add_error(read.url or read.place.filename, read.error)
            elif read.document is not None:
                found += self._of_article(read, read.document, known)
            elif read.quarantined is not None:
                found += self._of_unreadable(read, known)
        return found

    async def _look_up(self, reads: Sequence[PageRead]) -> _Known:
        documents = [read.document for read in reads if read.document is not None]
        unreadable = [read for read in reads if read.quarantined is not None]
        records = {"$in": [read.record_id for read in reads]}
        urls = [document["canonicalUrl"] for document in documents]
        urls += [canonical_url(read.url) for read in unreadable]
        ids = [document["_id"] for document in documents]
        alike = {"$or": [{"_id": {"$in": ids}}, {"urls": {"$in": urls}}]}
        articles = {each["_id"]: each for each in await self.store.find("articles", alike)}
        versions: dict[str, list[Document]] = {}
        for version in await self.store.find("versions", {"articleId": {"$in": list(articles)}}):
            versions.setdefault(version["articleId"], []).append(version)
        videos = [video for read in reads for video in read.videos]
        same: list[Document] = [
            {"_id": {"$in": [video["_id"] for video in videos]}},
            {"urls": {"$in": [video["url"] for video in videos]}},
        ]
        stored = await self.store.find("videos", {"$or": same}) if videos else []
        video_pages: dict[str, set[str]] = {}
        for each in stored:
            for url in each.get("urls", ()):
                video_pages.setdefault(url, set()).add(each["_id"])
        return _Known(
            articles,
            {url: each["_id"] for each in articles.values() for url in each["urls"]},
            versions,
            {each["_id"]: each for each in stored},
            video_pages,
            {each["_id"]: each for each in await self.store.find("quarantine", {"_id": records})},
        )

    # -- cross-checks ------------------------------------------------------------------------------

    async def _with_cross_checks(
        self, reads: Sequence[PageRead], known: _Known, ask: Ask
    ) -> Sequence[PageRead]:
        wanting = [read for read in reads if self._wants_opinion(read, known)]
        answered = {_where(read): read for read in await ask(wanting)} if wanting else {}
        return [answered.get(_where(read), read) for read in reads]

    def _wants_opinion(self, read: PageRead, known: _Known) -> bool:
        document = read.document
        if document is None:
            return False
        assert read.fingerprint is not None
        stored = find_article(document, read.fingerprint.contentHash, known.articles, known.owners)
        if stored is None or read.record_id in known.quarantine:
            return True
        url = stored["canonicalUrl"]
        sides = [side for _, side in _sides_of(read, known.versions.get(stored["_id"], ()))]
        if stored["provenance"]["warcRecordId"] == read.record_id:
            if stored.get("agreement") is None:
                return True
            sides.append(_without_kept(stored))
        elif read.fingerprint.contentHash != stored["contentHash"]:
            return True
        return any(_read_again(read, document, side, url) != side for side in sides)

    # -- articles ---------------------------------------------------------------------------------

    def _of_article(self, read: PageRead, document: Document, known: _Known) -> Iterable[Document]:
        assert read.fingerprint is not None
        was_quarantined = read.record_id in known.quarantine
        stored = find_article(document, read.fingerprint.contentHash, known.articles, known.owners)
        if stored is None:
            self.summary.ingested(document["_id"], was_quarantined=was_quarantined)
            yield _upsert(read, document, sets_state=True)
        else:
            yield from self._of_known(read, document, stored, known, was_quarantined)
        yield from self._of_videos(read, known)
        if was_quarantined:
            self.summary.released += 1
            yield {"op": "release", "record": read.record_id}

    def _of_known(
        self,
        read: PageRead,
        document: Document,
        stored: Document,
        known: _Known,
        was_quarantined: bool,
    ) -> Iterable[Document]:
        assert read.fingerprint is not None
        self.summary.compared += 1
        for (version, name), side in _sides_of(read, known.versions.get(stored["_id"], ())):
            fields = _read_again(read, document, side, stored["canonicalUrl"])
            if fields != side:
                self.summary.versions.add(hash(version["_id"]))
                yield {"op": "version", "id": version["_id"], "side": name, "fields": fields}
        if stored["provenance"]["warcRecordId"] == read.record_id:
            yield from self._repair(read, document, stored)
            return
        assert read.captured_at is not None
        if read.captured_at < parse_date(stored["provenance"]["capturedAt"]):
            return  # what it said is in the versions, if it said something else
        current = self._hashes.get(hash(stored["_id"]), hash(stored["contentHash"]))
        says_the_same = hash(read.fingerprint.contentHash) == current
        if not says_the_same:
            self._hashes[hash(stored["_id"])] = hash(read.fingerprint.contentHash)
            self.summary.newer(stored["_id"])
        if was_quarantined or not says_the_same:
            yield _upsert(read, document, sets_state=was_quarantined)

    def _repair(self, read: PageRead, document: Document, stored: Document) -> Iterable[Document]:
        assert read.fingerprint is not None
        older = _without_kept(stored)
        newer = _read_again(read, document, older, stored["canonicalUrl"])
        change = _change(older, newer)
        if change is None:
            return
        self._hashes[hash(stored["_id"])] = hash(read.fingerprint.contentHash)
        self.summary.article_differs(stored, older, newer, DERIVED)
        yield {"op": "repair", "id": stored["_id"], "record": read.record_id, **change}

    def _of_videos(self, read: PageRead, known: _Known) -> Iterable[Document]:
        for video in read.videos:
            found = find_videos(video, known.videos, known.video_pages)
            if not found:
                self.summary.new_videos.add(hash(video["_id"]))
                yield {"op": "upsert-video", "document": video}
                continue
            stored = found[0]
            if _gets_its_page(video, found):
                self.summary.video_differs(stored, *_sides_of_video(stored, video))
                yield {"op": "upsert-video", "document": video}
                continue
            for link in video.get("isPartOf", ()):
                if link not in stored.get("isPartOf", ()):
                    self.summary.video_link(stored, link)
                    yield {"op": "link-video", "id": stored["_id"], "link": link}
            same = stored["provenance"]["warcRecordId"], stored["source"]
            if same != (read.record_id, video["source"]) or video["source"] == "teaser":
                continue  # what is known by teasers only is put together from several of them
            older, newer = _sides_of_video(stored, video)
            newer["provenance"] = older["provenance"] | {
                "pageClass": video["provenance"]["pageClass"]
            }
            change = _change(older, newer)
            if change is not None:
                self.summary.video_differs(stored, older, newer)
                yield {"op": "repair-video", "id": stored["_id"], **change}

    # -- pages that are no articles ----------------------------------------------------------------

    def _of_unreadable(self, read: PageRead, known: _Known) -> Iterable[Document]:
        page = read.quarantined
        assert page is not None
        owner = known.articles.get(known.owners.get(canonical_url(read.url), ""))
        if owner is not None and owner["provenance"]["warcRecordId"] == read.record_id:
            self.summary.add_error(read.url, f"an article so far, and now: {page.reason}")
            return
        stored = known.quarantine.get(document_id(page))
        if stored is None:
            self.summary.quarantined += 1
            yield {"op": "quarantine", "document": to_document(page), "state": read.state}
            return
        self.summary.still_quarantined += 1
        newer = to_document(page)
        names = ("url", "reason", "error")
        fields: Document = {name: newer[name] for name in names if newer[name] != stored[name]}
        if fields:
            provenance = stored["provenance"] | {"pageClass": page.error}
            fields["provenance"] = provenance
            yield {"op": "repair-quarantine", "id": stored["_id"], "set": fields}


def _gets_its_page(video: Document, found: Sequence[Document]) -> bool:
    """Only teasers told of the video so far, and its page can be read now: the store puts what
    they said together under the video's own id.
    """
    is_rekeyed = is_known_by_address(found[0]) and not is_known_by_address(video)
    return is_rekeyed or is_better_source(video, found[0])


def _sides_of_video(stored: Document, video: Document) -> tuple[Document, Document]:
    older = {name: value for name, value in stored.items() if name not in VIDEO_KEPT}
    newer = {name: value for name, value in video.items() if name not in VIDEO_KEPT}
    return older, newer


def _where(read: PageRead) -> tuple[str, int]:
    return read.place.filename, read.place.offset


def _without_kept(stored: Document) -> Document:
    return {name: value for name, value in stored.items() if name not in KEPT}


def _sides_of(
    read: PageRead, versions: Iterable[Document]
) -> Iterator[tuple[tuple[Document, str], Document]]:
    """Sides of versions that were read from this record."""
    for version in versions:
        for name in ("older", "newer"):
            if version[f"{name}Provenance"]["warcRecordId"] == read.record_id:
                yield (version, name), version[name]


def _read_again(read: PageRead, document: Document, older: Document, url: str) -> Document:
    """What *older* would be if today's parsers had read it."""
    assert read.fingerprint is not None
    newer = fields_of(document, read.fingerprint, older, url)
    newer["provenance"] = older["provenance"] | {"pageClass": document["provenance"]["pageClass"]}
    keep_opinion(older, newer)
    return newer


def keep_opinion(older: Document, newer: Document) -> None:
    """The stored agreement stays where nothing else differs, but for what the listing said:
    that is not known as it was. It also stays where nobody asks for opinions now.
    """
    before, after = older.get("agreement"), newer.get("agreement")
    if before is None or before == after:
        return
    others = (older.keys() | newer.keys()) - {"agreement"}
    is_same = all(older.get(name) == newer.get(name) for name in others)
    if after is None or (is_same and _of_the_page(before) == _of_the_page(after)):
        newer["agreement"] = before


def _of_the_page(opinion: Document) -> list[Document]:
    return [each for each in opinion["crossChecks"] if each["name"] != "listing"]


def _upsert(read: PageRead, document: Document, *, sets_state: bool) -> Document:
    assert read.fingerprint is not None
    return {
        "op": "upsert",
        "document": document,
        "fingerprint": list(read.fingerprint),
        "setsState": sets_state,
    }


def _change(older: Document, newer: Document) -> Document | None:
    """What turns *older* into *newer*; None if they are the same."""
    if older == newer:
        return None
    changed: dict[str, Any] = {
        name: value for name, value in newer.items() if older.get(name) != value
    }
    return {"set": changed, "unset": sorted(older.keys() - newer.keys())}
