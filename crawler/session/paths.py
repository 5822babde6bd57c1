"""Where a run keeps what: its id, and the places in its data home."""

from __future__ import annotations

import atexit
import datetime as dt
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


def new_run_id(spider: str, now: dt.datetime | None = None) -> str:
    """``20261123T160102Z-sections-3f9a``: sorts by time, names the spider, does not collide."""
    moment = now or dt.datetime.now(dt.UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{spider}-{secrets.token_hex(2)}"


@dataclass(frozen=True, slots=True)
class SessionPaths:
    home: Path
    run_id: str

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        run_id = settings.get("KHOBAO_RUN_ID") or new_run_id(crawler.spidercls.name)
        if settings.getbool("KHOBAO_SCRATCH_HOME"):
            return cls(_scratch_home(), run_id)
        return cls(Path(settings.get("KHOBAO_HOME") or "data").absolute(), run_id)

    @property
    def spools(self) -> Path:
        """Directory of what is too large for memory, on the disk of the archive."""
        return self.home / "state"

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.run_id}.log"

    def report(self, ending: str) -> Path:
        """:param ending: of the file's name: ``json``, ``survey.html``."""
        return self.home / "reports" / f"{self.run_id}.{ending}"


def _scratch_home() -> Path:
    """For a look at a page: gone when the process ends."""
    home = Path(tempfile.mkdtemp(prefix="khobao-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home
