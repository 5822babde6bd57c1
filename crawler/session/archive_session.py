"""The archive of a run: opened when it is first wanted, closed by whoever runs the crawl."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

from archive import Archive, ArchiveError, CaptureEvent, FreeSpace, GroupWriter, Original, RecordRef
from archive.fixity.copier import Copier
from archive.home.layout import Layout
from crawler.session.result import RunOutcome, report_json
from crawler.session.warcinfo import describe_run

if TYPE_CHECKING:
    from concurrent.futures import Future

    from scrapy.settings import BaseSettings

    from crawler.session.paths import SessionPaths

logger = logging.getLogger(__name__)


class ArchiveSession:
    """Whoever runs the crawl calls :meth:`close` at its end; nothing else closes the files."""

    def __init__(self, settings: BaseSettings, paths: SessionPaths, outcome: RunOutcome) -> None:
        self._settings = settings
        self._paths = paths
        self._outcome = outcome
        self.attachments: dict[str, tuple[bytes, str]] = {}
        """What is kept beside the run's log and report: data and media type, by name."""
        self.before_close: list[Callable[[Mapping[str, Any] | None], None]] = []
        """Called once before the files are closed, with the run's document; with None when the run
        did not come to its end."""
        self._archive: Archive | None = None
        self._is_closed = False
        self._writer: GroupWriter | None = None
        self._copier: Copier | None = None

    def open(self) -> Archive:
        """Take the home's lock and mend what a killed run left there; the second time, nothing.

        :raises archive.ArchiveError: another process holds it, or it cannot be written.
        """
        if self._archive is None:
            self._archive = self._open()
            for report in self._archive.salvaged:
                if report.is_alarm:
                    self._outcome.doubt_archive(str(report))
                else:
                    self._outcome.warn(str(report))
            self._look_at_manifests(self._archive)
        return self._archive

    def _look_at_manifests(self, archive: Archive) -> None:
        for problem in archive.manifest_problems():
            self._outcome.doubt_archive(problem)

    @property
    def is_open(self) -> bool:
        """False in a crawl with another download handler: it archives nothing."""
        return self._archive is not None

    @property
    def space(self) -> FreeSpace:
        """The free-space floor of the disk that the archive and the spools lie on."""
        return self.open().space

    def submit(self, event: CaptureEvent) -> Future[RecordRef]:
        """Queue an exchange for the archive; done when its records are durable."""
        if self._writer is None:
            self._writer = GroupWriter(self.open())
        return self._writer.submit(event)

    def append_log(self, name: str, data: bytes, content_type: str) -> None:
        """A record of our own, not of the wire: durable when this returns.

        :raises archive.ArchiveError: it is not.
        """
        self.open().append_log(name, data, content_type)

    def newest_version(self, url: str) -> Original | None:
        """The last archived version of a page that the server can be asked about."""
        return self._archive.newest_version(urldefrag(url).url) if self._archive else None

    def close(
        self, document: Mapping[str, Any] | None = None, *, hurry: bool = False
    ) -> dict[str, Any]:
        """Keep the run's log and report as records, and close the files properly.

        :param document: of the run; without one a run that wrote something keeps its log only.
        :param hurry: somebody has pressed Ctrl-C twice: do not wait for the second copy.
        :returns: what was written: ``records`` by type, ``bytes``, ``files``.

        Safe to call twice. :raises archive.ArchiveError: the last file stays ``.open``.
        """
        if self._archive is None:
            return {}
        if self._writer is not None:
            self._writer.close()
        if not self._is_closed:
            self._is_closed = True
            self._prepare_close(document)
            self._keep_run_records(self._archive, document)
        files = [path.name for path in self._archive.close()]
        self._look_at_manifests(self._archive)
        self._finish_copy(0 if hurry else self._settings.getfloat("KHOBAO_COPY_WAIT_SECONDS"))
        stats = self._archive.stats()
        return {"records": stats.records, "bytes": stats.compressed_bytes, "files": files}

    def _open(self) -> Archive:
        settings = self._settings
        return Archive(
            self._paths.home,
            info=describe_run(settings, self._paths.run_id),
            max_bytes=settings.getint("ARCHIVE_FILE_MAX_BYTES"),
            max_age=dt.timedelta(seconds=settings.getfloat("ARCHIVE_FILE_MAX_AGE_SECONDS")),
            min_free_bytes=settings.getint("ARCHIVE_MIN_FREE_BYTES"),
            on_closed=self._file_closed,
        )

    def _prepare_close(self, document: Mapping[str, Any] | None) -> None:
        for prepare in self.before_close:
            try:
                prepare(document)
            except ArchiveError as exc:
                self._outcome.fail("archive_write_failed", exc)

    def _file_closed(self) -> None:
        if url := self._settings["KHOBAO_COPY"]:
            if self._copier is None:
                self._copier = Copier(Layout(self._paths.home), url)
            self._copier.wake()

    def _finish_copy(self, seconds: float) -> None:
        copier, self._copier = self._copier, None
        if copier is not None:
            error = copier.finish(seconds)
            if copier.contradiction:
                self._outcome.doubt_archive(copier.contradiction)
            if error:
                self._outcome.warn(error)

    def _keep_run_records(self, archive: Archive, document: Mapping[str, Any] | None) -> None:
        """An archive that has failed takes nothing more; closing it says so to whoever asks."""
        if document is None and not archive.stats().files:
            return
        with suppress(OSError):
            self._keep("log", self._paths.log.read_bytes(), "text/plain; charset=utf-8")
        for name, (data, content_type) in self.attachments.items():
            self._keep(name, data, content_type)
        if document is not None:
            self._keep("report", report_json(document), "application/json")

    def _keep(self, name: str, data: bytes, content_type: str) -> None:
        try:
            self.append_log(f"run:{self._paths.run_id}:{name}", data, content_type)
        except ArchiveError as exc:
            self._outcome.fail("archive_write_failed", exc)
            logger.info("The %s of this run is not in the archive: %s", name, exc)
