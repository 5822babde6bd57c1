"""Capture for any Scrapy project: ``ADDONS = {"crawler.addon.CaptureAddon": 1}``.

Every answer of http and https is archived below ``KHOBAO_HOME`` (by default ``data``) before the
spider sees it, with robots.txt, redirects and retries; ``khobao archive verify`` checks the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings, Settings

# Strings, not classes: importing Twisted's HTTP client here would install the reactor too early.
_HANDLER = "crawler.capture.tee.TeeDownloadHandler"
_EXTENSION = "crawler.extensions.close_archive.CloseArchiveExtension"

DEFAULTS: dict[str, Any] = {
    "KHOBAO_HOME": "data",
    "KHOBAO_CONTACT": "",
    "KHOBAO_RUN_ID": "",  # one is made if empty
    "KHOBAO_ARGUMENTS": "",  # of the spider, as JSON; for the warcinfo record
    "DOWNLOAD_TOTAL_TIMEOUT": 240.0,  # seconds for a whole exchange, and besides …
    "DOWNLOAD_SLOWEST_RATE": 1000.0,  # … one more for so many bytes that came
    "KHOBAO_RESOLVE": [],  # HOST:PORT:ADDRESS[:PORT]; private addresses are refused otherwise
    "KHOBAO_CA_FILE": "",
    "ARCHIVE_FILE_MAX_BYTES": 1024**3,
    "ARCHIVE_FILE_MAX_AGE_SECONDS": 24 * 3600.0,
    "ARCHIVE_MIN_FREE_BYTES": 512 * 1024**2,
    "ARCHIVE_BODY_MAX_BYTES": 2 * 1024**3,  # a longer body is broken off: WARC-Truncated: length
    "ARCHIVE_BODY_MEMORY_BYTES": 16 * 1024**2,  # the rest of a longer body lies in the archive only
    "ARCHIVE_SELFTEST_ENABLED": True,
    "KHOBAO_COPY": "",  # second copy of closed files: a directory, sftp://…, s3://…
    "KHOBAO_COPY_WAIT_SECONDS": 120.0,  # at the end; what is missing then is copied later
    "HTTPPROXY_ENABLED": False,  # a CONNECT tunnel is bytes the tee would not see
    "HTTPCACHE_ENABLED": False,  # a cached answer is no capture
}
"""What the addon sets where the project says nothing."""

VARIABLES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "KHOBAO_HOME": ("KHOBAO_HOME", str),
    "KHOBAO_CONTACT": ("KHOBAO_CONTACT", str),
    "KHOBAO_OPERATOR": ("KHOBAO_OPERATOR", str),
    "KHOBAO_RESOLVE": ("KHOBAO_RESOLVE", str.split),
    "KHOBAO_CA_FILE": ("KHOBAO_CA_FILE", str),
    "KHOBAO_FILE_MAX_BYTES": ("ARCHIVE_FILE_MAX_BYTES", int),
    "KHOBAO_MIN_FREE_BYTES": ("ARCHIVE_MIN_FREE_BYTES", int),
    "KHOBAO_COPY": ("KHOBAO_COPY", str),
    "KHOBAO_COPY_WAIT_SECONDS": ("KHOBAO_COPY_WAIT_SECONDS", float),
}
"""Environment variables, the settings they are, and how they are read."""

NEWSPAPER_VARIABLES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "KHOBAO_DELAY": ("DOWNLOAD_DELAY", float),
    "KHOBAO_CROSS_CHECK": ("KHOBAO_CROSS_CHECK", lambda text: text != "0"),
    "KHOBAO_MONGODB_URI": ("MONGODB_URI", str),
    "KHOBAO_MONGODB_WAIT_SECONDS": ("MONGODB_WAIT_SECONDS", float),
    "KHOBAO_LOG_LEVEL": ("LOG_LEVEL", str),
}


class CaptureAddon:
    """Settings come, the first that says something: command line, spider, environment, project,
    :data:`DEFAULTS`.
    """

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Also for who opens the archive before there is a crawl."""
        _apply_environment(settings, VARIABLES)
        for name, value in DEFAULTS.items():
            settings.set(name, value, priority="addon")
        operator = settings["KHOBAO_CONTACT"] or "unknown"
        settings.set("KHOBAO_OPERATOR", operator, priority="addon")
        for scheme in ("http", "https"):
            settings["DOWNLOAD_HANDLERS"].set(scheme, _HANDLER, priority="addon")
        settings["EXTENSIONS"].set(_EXTENSION, 0, priority="addon")

    def update_settings(self, settings: BaseSettings) -> None:
        self.update_pre_crawler_settings(settings)


class NewspaperAddon:
    """What this project adds: its own variables, and a User-Agent that names the contact."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        _apply_environment(settings, NEWSPAPER_VARIABLES)
        contact = settings["KHOBAO_CONTACT"] or "no contact given"
        agent = f"khobao/{version('khobao')} (web archive; {contact})"
        settings.set("USER_AGENT", agent, priority="addon")

    def update_settings(self, settings: BaseSettings) -> None:
        self.update_pre_crawler_settings(settings)


def project_settings(given: Mapping[str, Any] | None = None) -> Settings:
    """What a crawl that starts now would go by, for whoever opens the archive before it, and for
    commands that start none.

    :param given: on the command line.
    """
    from scrapy.addons import AddonManager  # noqa: PLC0415  it loads the addons of this module
    from scrapy.settings import Settings  # noqa: PLC0415

    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(dict(given or {}), priority="cmdline")
    AddonManager.load_pre_crawler_settings(settings)
    return settings


def operator_of(environ: Mapping[str, str]) -> str:
    """The same of the environment alone, for commands that have no settings."""
    return environ.get("KHOBAO_OPERATOR") or environ.get("KHOBAO_CONTACT") or "unknown"


def _apply_environment(
    settings: BaseSettings, variables: Mapping[str, tuple[str, Callable[[str], Any]]]
) -> None:
    for variable, (name, read) in variables.items():
        if (text := os.environ.get(variable)) is not None:
            settings.set(name, read(text), priority="project")
