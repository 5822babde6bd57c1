"""Captured exchange as it goes into a WARC file, and what a revisit refers to: plain values."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.warc.spool import Body


#: WARC 1.1, "WARC-Truncated".
TRUNCATED_REASONS = frozenset({"length", "time", "disconnect", "unspecified"})

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Original:
    """A durable ``response`` record that a revisit may refer to."""

    record_id: str
    target_uri: str
    date: str
    """Its WARC-Date, as written."""

    payload_digest: str
    warc_filename: str
    offset: int
    etag: str | None = None
    """As the server sent it; only of whole 200 responses."""

    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class CaptureEvent:
    """One exchange as it crossed the wire (inside TLS)."""

    target_uri: str
    started_at: dt.datetime
    """When the request was sent; it becomes the WARC-Date of all records of the exchange."""

    request: Body
    """The exact bytes sent; empty if none were."""

    response: Body
    """The exact bytes received; empty if none came."""

    ip_address: str | None = None
    protocols: tuple[str, ...] = ()
    """``("http/1.1", "tls/1.3")``."""

    cipher_suite: str | None = None
    truncated: str | None = None
    """One of :data:`TRUNCATED_REASONS`, or None: the response is whole."""

    metadata: tuple[tuple[str, str], ...] = ()
    """Fields of the metadata record: via, hopsFromSeed, fetchTimeMs, outcome, …"""

    may_revisit: bool = True
    """False: write the response even if an equal one is archived already."""

    not_modified_of: Original | None = None
    """What the request's If-None-Match or If-Modified-Since spoke of. If the answer is a 304 that
    confirms it, the record is a revisit of it (profile server-not-modified)."""

    def __post_init__(self) -> None:
        """Refuse what would make a wrong record, in the thread that made the event."""
        if self.started_at.tzinfo is None:
            raise ValueError(f"{self.target_uri}: started_at {self.started_at} has no time zone")
        if self.truncated is not None and self.truncated not in TRUNCATED_REASONS:
            raise ValueError(
                f"{self.target_uri}: {self.truncated!r} is none of the reasons that WARC-Truncated"
                f" knows: {', '.join(sorted(TRUNCATED_REASONS))}"
            )
        for name, _ in self.metadata:
            if not _TOKEN.fullmatch(name):
                raise ValueError(f"{self.target_uri}: {name!r} cannot be the name of a field")
