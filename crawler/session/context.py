"""What the parts of one run share: its home, its archive, and which record a response became."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import platform
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag
from weakref import WeakKeyDictionary

import scrapy
import twisted

from archive import Archive, ArchiveError, GroupWriter
from archive.fixity.copier import Copier
from archive.home.layout import Layout
from crawler import signals
from crawler.errors import ExitCode, KhobaoError
from crawler.history import CrawlHistory, MemoryHistory, Recorder
from crawler.monitoring.page_monitor import PageMonitor
from crawler.resolve import ResolveRule
from crawler.session.captures import capture_document
from crawler.session.result import report_json
from crawler.session.warcinfo import describe_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from archive import CaptureEvent, FreeSpace, Original, RecordRef

__all__ = ["ArchiveFailedError", "RunContext", "new_run_id", "versions"]

logger = logging.getLogger(__name__)

_WARNINGS_KEPT = 100

_contexts: WeakKeyDictionary[Crawler, RunContext] = WeakKeyDictionary()


class ArchiveFailedError(KhobaoError):
    """Records may not be on disk. Not an ``OSError``: Scrapy would retry those against the
    newspaper (``RETRY_EXCEPTIONS``).
    """

    exit_code = ExitCode.ARCHIVE_FAILED


def new_run_id(spider: str, now: dt.datetime | None = None) -> str:
    """``20261123T160102Z-sections-3f9a``: sorts by time, names the spider, does not collide."""
    moment = now or dt.datetime.now(dt.UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{spider}-{secrets.token_hex(2)}"


def versions() -> dict[str, str]:
    """What a later reader needs to know of the software, by name."""
    from importlib.metadata import version  # noqa: PLC0415  slow, and only needed once a run

    return {
        "khobao": version("khobao"),
        "scrapy": scrapy.__version__,
        "twisted": twisted.__version__,
        "python": platform.python_version(),
    }


class RunContext:
    """One per crawler; made on first use from the settings, so that ``scrapy crawl`` and
    ``khobao crawl`` run the same code.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._settings = settings
        self.spider = crawler.spidercls.name
        self.home = Path(settings.get("KHOBAO_HOME") or "data").absolute()
        self.run_id: str = settings.get("KHOBAO_RUN_ID") or new_run_id(self.spider)
        rules = settings.getlist("KHOBAO_RESOLVE")
        self.resolve_rules = [ResolveRule.parse(text) for text in rules]
        ca_file = settings.get("KHOBAO_CA_FILE")
        self.ca_file = Path(ca_file) if ca_file else None
        self.progress: Any = None
        """Whoever wants to be told how far it is: an object with ``update(mapping)``. No setting,
        because Scrapy copies those."""
        self.robots_records: dict[str, str] = {}
        """Record id of the robots.txt that governs a host, by ``host:port``."""
        self.self_test: asyncio.Task[None] | None = None
        self.failure: tuple[str, KhobaoError | ArchiveError] | None = None
        """Why the run had to stop: a close reason and the error behind it."""
        self.warnings: list[str] = []
        self.alarms: list[str] = []
        """What somebody has to look into: records that were promised and are gone, pages that no
        longer look as they did."""
        self.page_monitor = PageMonitor()
        self.exit_reason: tuple[ExitCode, str] | None = None
        """What a run that ended by itself came to, where counts of addresses do not tell."""
        self.run_attachments: dict[str, tuple[bytes, str]] = {}
        """What the archive keeps beside the run's log and report: data and media type, by name."""
        memory = MemoryHistory(crawler)
        self.history: CrawlHistory = memory
        self.recorder: Recorder = memory
        self.before_close: list[Callable[[Mapping[str, Any] | None], None]] = []
        """Called once before the archive's files are closed, with the run's document; with None
        when the run did not come to its end."""
        self.conditions: WeakKeyDictionary[Request, Original] = WeakKeyDictionary()
        """What the If-None-Match or If-Modified-Since of a request speaks of."""
        self._captures: WeakKeyDictionary[Request, RecordRef] = WeakKeyDictionary()
        self._archive: Archive | None = None
        self._is_closed = False
        self._closing: asyncio.Future[None] | None = None
        self._writer: GroupWriter | None = None
        self._copier: Copier | None = None

    @classmethod
    def of(cls, crawler: Crawler) -> RunContext:
        if crawler not in _contexts:
            _contexts[crawler] = cls(crawler)
        return _contexts[crawler]

    # -- the archive ------------------------------------------------------------------------------

    @property
    def spool_dir(self) -> Path:
        return self.home / "state"

    @property
    def space(self) -> FreeSpace:
        """The free-space floor of the disk that the archive and the spools lie on."""
        return self.open_archive().space

    def open_archive(self) -> Archive:
        """Take the home's lock and mend what a killed run left there.

        :raises archive.ArchiveError: another process holds it, or it cannot be written.
        """
        if self._archive is None:
            self._archive = _open_archive(self.home, self._settings, self.run_id, self._file_closed)
            for report in self._archive.salvaged:
                self.warn(str(report))
                if report.is_alarm:
                    self.alarms.append(str(report))
            if registered := self._archive.registered:
                self.warn(
                    f"no manifest listed {len(registered)} closed files ({registered[0]}, …):"
                    " they are listed from now on as they are"
                )
        return self._archive

    @property
    def is_recording(self) -> bool:
        """Whether an archive was opened: a crawl with another download handler opens none."""
        return self._archive is not None

    def submit(self, event: CaptureEvent) -> Future[RecordRef]:
        """Queue an exchange for the archive; done when its records are durable."""
        if self._writer is None:
            self._writer = GroupWriter(self.open_archive())
        return self._writer.submit(event)

    def newest_version(self, url: str) -> Original | None:
        """The last archived version of a page that the server can be asked about."""
        return self._archive.newest_version(urldefrag(url).url) if self._archive else None

    @property
    def log_path(self) -> Path:
        return self.home / "logs" / f"{self.run_id}.log"

    def close_archive(
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
        self._finish_copy(0 if hurry else self._settings.getfloat("KHOBAO_COPY_WAIT_SECONDS"))
        stats = self._archive.stats()
        return {"records": stats.records, "bytes": stats.compressed_bytes, "files": files}

    def _prepare_close(self, document: Mapping[str, Any] | None) -> None:
        for prepare in self.before_close:
            try:
                prepare(document)
            except ArchiveError as exc:
                self.failure = self.failure or ("archive_write_failed", exc)

    def _file_closed(self) -> None:
        if url := self._settings["KHOBAO_COPY"]:
            if self._copier is None:
                self._copier = Copier(Layout(self.home), url)
            self._copier.wake()

    def _finish_copy(self, seconds: float) -> None:
        copier, self._copier = self._copier, None
        if copier is not None:
            trouble = copier.finish(seconds)
            if trouble:
                self.warn(trouble)

    def _keep_run_records(self, archive: Archive, document: Mapping[str, Any] | None) -> None:
        """An archive that has failed takes nothing more; closing it says so to whoever asks."""
        if document is None and not archive.stats().files:
            return
        with suppress(OSError):
            log = self.log_path.read_bytes()
            self._keep(archive, "log", log, "text/plain; charset=utf-8")
        for name, (data, content_type) in self.run_attachments.items():
            self._keep(archive, name, data, content_type)
        if document is not None:
            self._keep(archive, "report", report_json(document), "application/json")

    def _keep(self, archive: Archive, name: str, data: bytes, content_type: str) -> None:
        try:
            archive.append_log(f"run:{self.run_id}:{name}", data, content_type)
        except ArchiveError as exc:
            if self.failure is None:
                self.failure = ("archive_write_failed", exc)
            logger.info("The %s of this run is not in the archive: %s", name, exc)

    def stop(self, reason: str, error: KhobaoError | ArchiveError) -> None:
        """Close the crawl, once, because nothing more may be fetched."""
        if self.failure is not None:
            return
        self.failure = (reason, error)
        # INFO: the command prints the error itself, as its one line.
        logger.info("%s", error)
        # Not awaited: closing waits for the very request or callback that found the error.
        self._closing = asyncio.ensure_future(
            self._crawler.engine.close_spider_async(reason=reason)
        )

    def warn(self, text: str) -> None:
        """Something the report must name though the crawl goes on."""
        logger.warning("%s", text)
        if len(self.warnings) < _WARNINGS_KEPT:
            self.warnings.append(text)

    # -- captures ---------------------------------------------------------------------------------

    async def captured(
        self,
        request: Request,
        ref: RecordRef,
        *,
        url: str,
        fetch_result: str,
        response_class: str,
        truncated: str | None,
        status: int | None,
        size: int,
    ) -> None:
        """Remember which record *request* became, and tell whoever keeps a list of captures."""
        self._captures[request] = ref
        document = capture_document(
            ref.warc_record_id,
            url=url,
            captured_at=ref.warc_date,
            status=status,
            fetch_result=fetch_result,
            response_class=response_class,
            truncated=truncated,
            length=size,
            payload_digest=ref.payload_digest,
            record_type=ref.record_type,
            warc_filename=ref.warc_filename,
            warc_offset=ref.offset,
            request_record_id=ref.request_record_id,
            metadata_record_id=ref.metadata_record_id,
            refers_to=ref.refers_to,
            run_id=self.run_id,
        )
        await self._crawler.signals.send_catch_log_async(signals.captured, document=document)

    def ref_of(self, response: Response) -> RecordRef:
        """The record a response is kept in.

        :raises KeyError: it never came through the tee, so there is no evidence of it.
        """
        if response.request is None:
            raise KeyError(response.url)
        return self.record_of(response.request)

    def record_of(self, request: Request) -> RecordRef:
        """The record that the answer to *request* is kept in.

        :raises KeyError: it did not go out.
        """
        return self._captures[request]

    def written_on(self, response: Response) -> dt.datetime:
        """When the bytes of a response came: what was not modified since is as old as its original,
        and is read by the page class of that day.
        """
        ref = self.ref_of(response)
        original = self.conditions.get(response.request) if response.request else None
        if original is None or ref.refers_to != original.record_id:
            return ref.warc_date
        return dt.datetime.fromisoformat(original.date)


def _open_archive(
    home: Path, settings: BaseSettings, run_id: str, on_closed: Callable[[], None]
) -> Archive:
    return Archive(
        home,
        info=describe_run(settings, run_id, versions()),
        max_bytes=settings.getint("ARCHIVE_FILE_MAX_BYTES"),
        max_age=dt.timedelta(seconds=settings.getfloat("ARCHIVE_FILE_MAX_AGE_SECONDS")),
        min_free_bytes=settings.getint("ARCHIVE_MIN_FREE_BYTES"),
        on_closed=on_closed,
    )
