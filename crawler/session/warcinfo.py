"""The warcinfo record of a run: who crawls, with what, under which policy."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import scrapy
import twisted

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

# Where the home lies and how the database is reached says nothing of how the newspaper is crawled,
# and an address may hold a password.
_PRIVATE = frozenset({"MONGODB_URI", "KHOBAO_HOME", "KHOBAO_RUN_ID", "KHOBAO_CA_FILE"}) | {
    "KHOBAO_ARGUMENTS"
}


def versions() -> dict[str, str]:
    """What a later reader needs to know of the software, by name."""
    return {
        "khobao": version("khobao"),
        "scrapy": scrapy.__version__,
        "twisted": twisted.__version__,
        "python": platform.python_version(),
    }


def describe_run(settings: BaseSettings, run_id: str) -> dict[str, str]:
    """Fields of the warcinfo record."""
    info = {
        "software": " ".join(f"{name}/{number}" for name, number in versions().items()),
        "operator": settings["KHOBAO_OPERATOR"],
        "http-header-user-agent": settings["USER_AGENT"],
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "policy": _policy(settings),
        "settings-digest": settings_digest(settings),
        "isPartOf": run_id,
        "description": "One run of khobao. Blocks are the exact bytes of the wire, TLS removed.",
    }
    if settings.get("KHOBAO_ARGUMENTS"):
        info["arguments"] = settings["KHOBAO_ARGUMENTS"]
    with suppress(OSError):
        info["hostname"] = os.uname().nodename
    return info


def _policy(settings: BaseSettings) -> str:
    words = {
        "delay-seconds": settings.getfloat("DOWNLOAD_DELAY"),
        "requests-at-once": settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
        "timeout-seconds": settings.getfloat("DOWNLOAD_TIMEOUT"),
        "retries": settings.getint("RETRY_TIMES"),
        "body-max-bytes": settings.getint("ARCHIVE_BODY_MAX_BYTES"),
        "conditional-requests": "yes" if settings.getbool("CONDITIONAL_ENABLED") else "no",
        "verify-certificates": "yes" if settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES") else "no",
    }
    return "; ".join(f"{name}={value}" for name, value in words.items())


def settings_digest(settings: BaseSettings) -> str:
    """SHA-256 over all settings as sorted JSON: two runs with the same value crawled alike."""
    plain = {k: v for k, v in settings.copy_to_dict().items() if k not in _PRIVATE}
    text = json.dumps(_by_name(plain), sort_keys=True, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _by_name(value: Any) -> Any:
    """Classes and functions by name: their addresses in memory differ from run to run."""
    if isinstance(value, dict):
        return {_name(key): _by_name(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_by_name(each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _name(value)


def _name(value: object) -> str:
    name = getattr(value, "__qualname__", None)
    return f"{getattr(value, '__module__', '')}.{name}" if name else str(value)
