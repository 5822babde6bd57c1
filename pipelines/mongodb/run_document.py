"""Fields of the documents of runs, as ``docs/schema.md`` shows them."""

import datetime as dt
from typing import Any, TypedDict

__all__ = ["RunDocument"]


class CoverageGroup(TypedDict):
    """Pages of one page class, kind and section in a run's field coverage."""

    page: str
    """Name of the page class."""

    kind: str
    """Kind of article, or ``section``, ``listing``, ``menu``."""

    section: str
    """Slug of the section."""

    pages: int
    """How many pages."""

    always: list[int]
    """Places in ``names`` of what every page had."""

    never: list[int]
    """Places in ``names`` of what no page had."""

    partly: list[list[int]]
    """Place, pages (or rows) that had it, pages (or rows) that were looked at."""

    lengths: list[list[Any]]
    """Place, and pairs of a number of bits and how many texts had a length of so many bits."""

    fingerprints: list[list[Any]]
    """Fingerprint of a layout, and how many pages had it."""


class CoverageError(TypedDict):
    """Pages that could not be read, for one reason, in a run's field coverage."""

    error: str
    """Name of the exception class."""

    field: str
    """The field that could not be read, if one is named."""

    selector: str
    """What was looked for."""

    pages: int
    """How many pages."""


class FieldCoverageDocument(TypedDict):
    """Counts of what the pages of a run looked like."""

    articles: int
    """Article pages that were read or refused."""

    names: list[str]
    """Selectors and fields, once; the groups name them by their place in this list."""

    groups: list[CoverageGroup]
    """By page class, kind and section."""

    extractionErrors: list[CoverageError]
    """Why pages could not be read."""


class Breakage(TypedDict, total=False):
    """An alarm about the newspaper's pages."""

    key: str
    """What it is about, the same in every run: an accepted change is known by it."""

    what: str
    """``selector``, ``field``, ``length``, ``layout``, ``wall`` or ``refused``."""

    page: str
    """Name of the page class, or of the template's classes that were tried."""

    field: str
    """The field concerned."""

    selector: str
    """The selector concerned."""

    expected: str
    """What the newspaper, or earlier runs, made one expect."""

    seen: str
    """What was seen instead."""

    pages: int
    """How many pages show it."""

    examples: list[dict[str, str]]
    """Three of them: ``url`` and ``record``."""

    fixtureCommand: str
    """What makes a fixture of the first example."""


class WrittenArchive(TypedDict, total=False):
    """What a run wrote into the archive."""

    records: dict[str, int]
    """Records by WARC-Type."""

    bytes: int
    """Compressed bytes."""

    files: list[str]
    """Names of the WARC files."""


class RunCounts(TypedDict, total=False):
    """A run in numbers. The states of the addresses it met sum to ``announced``."""

    announced: int
    """Addresses that the run met: in listings, in teasers, on the command line."""

    new: int
    """Addresses whose article was not stored before."""

    updated: int
    """Addresses whose article says something else than what is stored."""

    unchanged: int
    """Addresses whose article says what is stored."""

    duplicate: int
    """Addresses whose article is stored already, from another address."""

    quarantined: int
    """Addresses whose page should have been an article and could not be read as one."""

    known: int
    """Addresses that were not fetched, because an earlier run has settled them."""

    gone: int
    """Addresses that answered 404 or 410."""

    failed: int
    """Addresses that gave no page, for another reason."""

    blocked: int
    """Addresses that answered 403, 429 or 503."""

    robots: int
    """Addresses that robots.txt forbids."""

    excluded: int
    """Addresses that were not asked for: outside of ``--since`` and ``--until``, or of what may be
    asked at all."""

    pending: int
    """Addresses that the run did not come to."""

    fetched: int
    """Addresses whose page was fetched: the first five states."""

    responses: int
    """Responses of all kinds."""

    listings_failed: int
    """Sections whose listing could not be had at all."""

    resources: int
    """Page resources that were asked for."""

    resources_failed: int
    """Page resources that did not come."""

    errors: int
    """Errors of khobao itself."""

    articles_stored: int
    """Articles that were new or have changed."""

    videos_stored: int
    """Videos whose document was read from a record of this run."""

    comments_stored: int
    """Articles whose comments were new or have changed."""

    quarantine_stored: int
    """Pages that were put into quarantine."""


class RunDocument(TypedDict, total=False):
    """One document per run, written when it starts and again when it ends."""

    _id: str
    """The run's id: time, spider, four hexadecimal digits."""

    spider: str
    """Name of the spider."""

    site: str
    """Key of the newspaper's profile."""

    arguments: dict[str, Any]
    """What the spider was asked to do, without defaults."""

    startedAt: dt.datetime
    """When the run was started."""

    finishedAt: dt.datetime
    """When it ended; missing while it runs, and of a run that was killed."""

    versions: dict[str, str]
    """Of khobao, Scrapy, Twisted and Python."""

    exitCode: int
    """The exit code of the command ([commands.md](commands.md#exit-codes))."""

    reason: str
    """How it ended, in words."""

    closeReason: str
    """How it ended, in Scrapy's word."""

    counts: RunCounts
    """What it met, fetched and stored."""

    stats: dict[str, Any]
    """Scrapy's statistics, with ``_`` for dots and dollar signs in their names."""

    archive: WrittenArchive
    """What was written into the archive."""

    warnings: list[str]
    """What the report must name though the crawl went on."""

    alarms: list[str]
    """What somebody has to look into, in words."""

    breakages: list[Breakage]
    """Alarms about the newspaper's pages."""

    fieldCoverage: FieldCoverageDocument
    """What the run's pages looked like."""

    acceptedAt: dt.datetime
    """When a person accepted the alarms: history begins anew with this run."""
