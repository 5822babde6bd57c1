"""What a crawl asks about the runs before it, and where its own run is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["CrawlHistory", "NullHistory"]


class CrawlHistory(Protocol):
    """Whoever keeps runs puts one on the session (:attr:`RunContext.history`) when it is ready.

    Every call may raise a :exc:`crawler.errors.KhobaoError`: it cannot be asked now.
    """

    async def known_urls(self, urls: Collection[str], *, run_id: str | None = None) -> set[str]:
        """Those of *urls* that need not be fetched again, because some run settled them; with
        *run_id*, because that run did, or this one: what it found settled there it has noted as
        known, and may meet in the list of another section.
        """

    async def has_walked(self, spider: str, section: str) -> bool:
        """Whether an earlier run of *spider* went through *section* to its very end. Only then does
        a page of which everything is stored mean that everything behind it is stored as well.
        """

    async def pending_urls(self, run_id: str) -> list[str]:
        """What that run announced and did not get."""

    async def field_coverages(self, site: str, limit: int) -> Sequence[Mapping[str, Any]]:
        """Documents of the last *limit* runs of a site that counted pages and raised no alarm, and
        of all that a person has accepted; the last one first.
        """

    async def run_counts(self) -> dict[str, int]:
        """How many of the addresses that this run met are in which state, and how many videos it
        stored (``videos_stored``), as far as that is known.
        """

    async def save_run(self, document: Mapping[str, Any]) -> None:
        """Keep the document of this run in place of what was kept of it before."""


class NullHistory:
    """Of a crawl without a database: nothing was before it, nothing is kept."""

    async def known_urls(
        self,
        urls: Collection[str],  # noqa: ARG002  the protocol's arguments, here and below
        *,
        run_id: str | None = None,  # noqa: ARG002
    ) -> set[str]:
        return set()

    async def has_walked(self, spider: str, section: str) -> bool:  # noqa: ARG002
        return False

    async def pending_urls(self, run_id: str) -> list[str]:  # noqa: ARG002
        return []

    async def field_coverages(
        self,
        site: str,  # noqa: ARG002
        limit: int,  # noqa: ARG002
    ) -> Sequence[Mapping[str, Any]]:
        return []

    async def run_counts(self) -> dict[str, int]:
        return {}

    async def save_run(self, document: Mapping[str, Any]) -> None:
        pass
