"""Fixity status: how well the archive is looked after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.fixity.chain import check_chain
from archive.fixity.history import Event, History
from archive.home.manifest import listed_entries, read_unchained
from archive.home.register import unlisted
from archive.warc.dates import utc_now

if TYPE_CHECKING:
    from archive.home.chain import ChainProblem
    from archive.home.layout import Layout


@dataclass(frozen=True, slots=True)
class Overview:
    """Facts from manifests and log; no file of the archive is read."""

    listed: int
    registered: int
    """Listed later than closed."""

    unlisted: tuple[str, ...]
    """Closed, and listed nowhere."""

    unchained: tuple[str, ...]
    """Closed while the chain was broken: listed beside it."""

    irregular: tuple[str, ...]
    """Links, directories, pipes under the name of a closed WARC file."""

    chain: tuple[ChainProblem, ...]
    never_verified: int
    """Listed, and not read again and found right since, or damaged after that."""

    oldest_file: str | None
    """The one whose last good reading (or closing, if there was none) lies furthest back."""

    oldest_days: float | None
    copied: int
    unresolved: tuple[Event, ...]
    """Damaged or missing, and not repaired since."""

    missing: tuple[str, ...]
    """Listed, and not there."""

    @property
    def is_wrong(self) -> bool:
        """Something that a person has to look at."""
        return any(
            (
                self.chain,
                self.unresolved,
                self.missing,
                self.unlisted,
                self.unchained,
                self.irregular,
            )
        )

    def verified_within(self) -> str:
        """``every file verified within N days``, or how far that is from true."""
        if not self.listed:
            return "no file is closed yet"
        if self.oldest_days is None:
            few = f"{self.never_verified} of {self.listed} files"
            return f"{few} without a good reading since closing"
        days = max(1, -(-int(self.oldest_days * 86400) // 86400))
        return f"every file verified within {days} {'day' if days == 1 else 'days'}"


def overview(layout: Layout, clock: Callable[[], dt.datetime] = utc_now) -> Overview:
    """:raises OSError: the home cannot be read."""
    chain = tuple(check_chain(layout))
    history = History(layout, clock)
    entries = listed_entries(layout)
    irregular = {path.name for path in layout.irregular_files()}
    last = {name: history.last_good(name, "master") for name in entries}
    read = {name: at for name, at in last.items() if at is not None}
    oldest = min(read, key=lambda name: read[name]) if len(read) == len(last) and read else None
    return Overview(
        listed=len(entries),
        registered=sum(entry.registered for entry in entries.values()),
        unlisted=tuple(name for name in unlisted(layout) if name not in irregular),
        unchained=tuple(file.warc_filename for file in read_unchained(layout)),
        irregular=tuple(sorted(irregular)),
        chain=chain,
        never_verified=len(last) - len(read),
        oldest_file=oldest,
        oldest_days=(clock() - read[oldest]) / dt.timedelta(days=1) if oldest else None,
        copied=sum(history.last_good(name, "copy") is not None for name in entries),
        unresolved=tuple(history.unresolved()),
        missing=tuple(name for name in entries if not _exists(layout, name)),
    )


def _exists(layout: Layout, name: str) -> bool:
    return any((layout.warc / candidate).exists() for candidate in (name, f"{name}.open", name))
