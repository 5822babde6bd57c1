"""Fields of the documents in MongoDB, collection by collection, as ``docs/schema.md`` shows them.

Fields that an item brings along are explained where the item is, in :mod:`crawler.items`, unless
they are inherited from zyte-common-items and say something else or more here. A real database is
compared with these classes by ``tests/end_to_end/test_truth.py``.
"""

import datetime as dt
from typing import Any, TypedDict

from crawler.frontier import FrontierUrl, QuarantinedPage
from crawler.items import Comment, NewsArticle, Provenance, VideoTeaser
from pipelines.mongodb.run_document import RunDocument

__all__ = ["DOCUMENTS", "ITEMS"]


class ArticleDocument(TypedDict, total=False):
    """One document per article, whatever addresses it has."""

    _id: str
    """The CMS's article id, or ``url:`` and a hash of the canonical URL if the page names none."""

    url: str
    """The address it was first stored from."""

    canonicalUrl: str
    """The canonical form of that address."""

    datePublishedRaw: str
    """The same as printed."""

    dateModifiedRaw: str
    """Not filled: the newspaper prints no such date."""

    inLanguage: str
    """Always ``vi``."""

    metadata: Any
    """Not filled: ``provenance`` says more."""

    headlineFolded: str
    """The headline in small letters without marks, ``đ`` as ``d``: for searching."""

    urls: list[str]
    """Every canonical address it was met under."""

    state: str
    """``gone`` once its address answered 404 or 410."""

    version: int
    """1, and one more with every real change."""

    contentHash: str
    """Of everything the article says, in a form for comparing."""

    cluster: str
    """Hash of the body alone: reprints share it; missing when there are less than 80 letters."""

    firstSeen: dt.datetime
    """When it was first captured."""

    lastSeen: dt.datetime
    """When it was last captured."""

    firstRunId: str
    """The run that stored it first."""

    comments: list[Comment]
    """From the comment API, in its order; missing until it was asked."""

    commentsHash: str
    """Of all the comments."""

    commentsProvenance: Provenance
    """The record that the comments were read from."""


class DiffPiece(TypedDict):
    """A piece of a text that has changed, word by word."""

    op: str
    """``=`` in both, ``-`` in the older text only, ``+`` in the newer only."""

    text: str
    """The words, with the space between them."""


class VersionDocument(TypedDict):
    """One document per real change of an article. Written before the article is."""

    _id: str
    """The article's ``_id``, ``/``, the newer version."""

    articleId: str
    """The article's ``_id``."""

    version: int
    """The newer version's number, from 2."""

    changed: list[str]
    """Names of the fields that differ."""

    diff: dict[str, list[DiffPiece]]
    """By name of each text that differs, its pieces."""

    older: dict[str, Any]
    """All fields before the change."""

    newer: dict[str, Any]
    """All fields after it."""

    olderProvenance: Provenance
    """The record that the older text was read from."""

    newerProvenance: Provenance
    """The record that the newer text was read from."""

    recordedAt: dt.datetime
    """When the newer one was captured."""

    runId: str
    """The run that captured it."""


class VideoDocument(TypedDict, total=False):
    """One document per video, whatever its page, teasers and players say about it."""

    _id: str
    """``videoId``; else ``url:`` and a hash of its page's address (a teaser whose page was not read
    yet), or ``media:`` and a hash of the media file's address (a player without an id)."""

    urls: list[str]
    """All addresses of its page."""

    firstSeen: dt.datetime
    """When it was first captured."""

    lastSeen: dt.datetime
    """When it was last captured."""

    firstRunId: str
    """The run that stored it first."""


class CaptureDocument(TypedDict, total=False):
    """One document per exchange with the newspaper."""

    _id: str
    """WARC-Record-ID of the response, revisit or (without a response) metadata record."""

    url: str
    """What was asked for."""

    capturedAt: dt.datetime
    """When the request was sent (WARC-Date)."""

    status: int
    """The HTTP status; missing without a response."""

    fetchResult: str
    """How the exchange ended: ``complete``, or the name of what went wrong, as in the metadata
    record ([archive-format.md](archive-format.md))."""

    responseClass: str
    """What it came to, in one word; [archive-format.md](archive-format.md) lists them."""

    truncated: str
    """Why the response is not whole, as ``WARC-Truncated`` says it."""

    length: int
    """Bytes that were received."""

    payloadDigest: str
    """``WARC-Payload-Digest`` of the response."""

    recordType: str
    """WARC-Type of the record."""

    warcFilename: str
    """Name of the WARC file, without directory."""

    warcOffset: int
    """Bytes from the start of that file to the record's gzip member."""

    requestRecordId: str
    """The request record of the exchange."""

    metadataRecordId: str
    """The metadata record of the exchange."""

    refersTo: str
    """Of a revisit: the record that holds the payload."""

    runId: str
    """The run that captured it."""


class FrontierDocument(TypedDict, total=False):
    """One document per address that a listing, a teaser or the command line named."""

    _id: str
    """The canonical URL."""

    sections: list[str]
    """Slugs of the sections that list it; empty if it was announced outside of any."""

    listedBy: str
    """The listing that named it last."""

    state: str
    """What became of it; [RunCounts](#runcounts) says what each means."""

    reason: str
    """Why, where the state alone does not tell."""

    stateAt: dt.datetime
    """When it came into this state."""

    stateRunId: str
    """The run that brought it into this state."""

    firstSeen: dt.datetime
    """When it was first announced."""

    lastSeen: dt.datetime
    """When it was last announced."""

    firstRunId: str
    """The run that met it first."""

    runId: str
    """The run that met it last."""


class QuarantineDocument(TypedDict, total=False):
    """One document per page that should have been an article and could not be read as one."""

    _id: str
    """WARC-Record-ID of the page."""

    quarantinedAt: dt.datetime
    """When it was set apart."""

    runId: str
    """The run that met it."""


class MigrationDocument(TypedDict):
    """One document per migration that was applied: the database's own ledger."""

    _id: str
    """Number and name of the migration."""

    appliedAt: dt.datetime
    """When it was applied."""

    khobaoVersion: str
    """By which khobao."""


class LockDocument(TypedDict):
    """One document while a process migrates, or none."""

    _id: str
    """``migrations``."""

    host: str
    """The machine that holds the lock."""

    pid: int
    """The process that holds it."""

    thread: int
    """The thread that holds it."""

    until: dt.datetime
    """When the lock ends, whether it was given back or not."""


DOCUMENTS: dict[str, type] = {
    "articles": ArticleDocument,
    "versions": VersionDocument,
    "videos": VideoDocument,
    "captures": CaptureDocument,
    "frontier": FrontierDocument,
    "runs": RunDocument,
    "quarantine": QuarantineDocument,
    "migrations": MigrationDocument,
    "locks": LockDocument,
}
"""By collection, the fields of its documents that no item brings along, or not as they are here."""

ITEMS: dict[str, type] = {
    "articles": NewsArticle,
    "videos": VideoTeaser,
    "frontier": FrontierUrl,
    "quarantine": QuarantinedPage,
}
"""By collection, the item that its documents are made of."""
