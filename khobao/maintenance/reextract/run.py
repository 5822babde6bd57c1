"""One re-extraction from its options to its result: read, show, write."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from archive.home.layout import Layout
from archive.home.lock import ArchiveLock
from crawler.errors import ExitCode
from crawler.frontier import FrontierUrl
from crawler.pages import ListingHint
from crawler.reading_pool import ReadingPool
from crawler.sites import canonical_url
from khobao.maintenance.reextract.compare import Comparison
from khobao.maintenance.reextract.reading import PageRead, Place, read_page_at
from khobao.maintenance.reextract.spool import Spool, write_changes
from khobao.maintenance.reextract.summary import Summary
from khobao.maintenance.reextract.walk import chunked, pages, pages_of_url
from pipelines.mongodb.schema import Document, from_document

if TYPE_CHECKING:
    from pipelines.mongodb.store import Store


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    since: dt.datetime | None = None
    """Records captured before are left alone."""

    url: str | None = None
    """Only the captures of this address."""

    dry_run: bool = False
    cross_check_share: float | None = None
    """See :func:`crawler.pages.read_page`."""

    processes: int | None = None
    """None: one for each core."""


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    summary: Summary
    written: int
    """Changes made; one article may need several."""

    refused: int
    planned: int = 0
    """Changes that a dry run would have made."""

    @property
    def exit_code(self) -> ExitCode:
        failed = self.summary.unreadable or self.refused
        return ExitCode.SOME_FAILED if failed else ExitCode.COMPLETE


class Progress(Protocol):
    """Whoever wants to be told how far it is."""

    def read(self, records: int) -> None: ...

    def written(self, changes: int, total: int) -> None: ...


def home_locked(home: Path) -> ArchiveLock:
    """Nobody else writes to this home's archive or, from it, to its database.

    :raises archive.ArchiveLockedError: somebody does.
    """
    layout = Layout(home)
    layout.state.mkdir(parents=True, exist_ok=True)
    return ArchiveLock(layout.lock)


async def reextract(
    home: Path,
    store: Store,
    options: Options,
    *,
    progress: Progress,
    show: Callable[[Summary], None],
) -> Result:
    """Read all pages again and make MongoDB say what they say today. WARC files are only read.

    :param store: not open yet.
    :param show: called with what was found before anything is written.
    :raises archive.ArchiveLockedError: a crawl, or another re-extraction, is under way.
    :raises pipelines.mongodb.errors.DatabaseError: MongoDB stays away; run it again.
    """
    with ExitStack() as stack:
        stack.callback(home_locked(home).release)
        changes = stack.enter_context(Spool(Layout(home).state))
        pool = stack.enter_context(ReadingPool(options.processes))
        summary = Summary()
        await store.open()
        try:
            comparison = Comparison(store, summary)
            async for change in _compare(home, options, comparison, pool, progress):
                changes.add(change)
            show(summary)
            if options.dry_run:
                return Result(summary, 0, 0, changes.count)
            done = 0

            def advance(count: int) -> None:
                nonlocal done
                done += count
                progress.written(done, changes.count)

            now = dt.datetime.now(dt.UTC)
            refused = await write_changes(store, changes, now=now, advance=advance)
            return Result(summary, changes.count, refused)
        finally:
            await store.close()


async def _compare(
    home: Path, options: Options, comparison: Comparison, pool: ReadingPool, progress: Progress
) -> AsyncIterator[Document]:
    """The changes, in the order in which they must be made."""
    summary = comparison.summary
    if options.url is not None:
        places = pages_of_url(home, options.url)
    else:
        places = pages(home, options.since)
    asks = options.cross_check_share is not None
    places = (dataclasses.replace(place, with_generic=asks) for place in places)
    read_chunk = partial(read_pages, home, options.since)

    async def ask(reads: Sequence[PageRead]) -> Sequence[PageRead]:
        wanted = [read.place for read in reads]
        return await pool.read(
            read_chunk, await _with_listings(comparison.store, wanted, options.cross_check_share)
        )

    async for _, reads in pool.map(read_chunk, chunked(places)):
        summary.read += len(reads)
        changes = await comparison.changes(reads, ask if asks else None)
        for change in changes:
            yield change
        progress.read(summary.read)


async def _with_listings(
    store: Store, places: Iterable[Place], cross_check_share: float | None
) -> list[Place]:
    """The places, each with what the listings say of its address, for the cross-checks."""
    fields = ["headline", "description", "datePublished"]
    addresses = {place: canonical_url(place.url) for place in places}
    found = await store.find("frontier", {"_id": {"$in": [*addresses.values()]}}, fields)
    listed = {each["_id"]: _listed(each) for each in found}
    return [
        dataclasses.replace(place, cross_check_share=cross_check_share, listed=listed.get(address))
        for place, address in addresses.items()
    ]


def _listed(announced: Document) -> ListingHint | None:
    """None for an address that no listing said anything of."""
    item = from_document({**announced, "url": "", "section": "", "listedBy": ""}, FrontierUrl)
    listed = ListingHint.of(item)
    return None if listed == ListingHint() else listed


def read_pages(home: Path, since: dt.datetime | None, places: list[Place]) -> list[PageRead]:
    """Those captured at or after *since*, and those that cannot be read."""
    reads = [read_page_at(home, place) for place in places]
    return [
        read
        for read in reads
        if since is None or read.captured_at is None or read.captured_at >= since
    ]
