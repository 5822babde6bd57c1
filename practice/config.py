"""Everything the practice newspaper can be told, in one place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from practice.redesign import Redesign
from practice.world import CDN_HOSTS

NEW_HOST = "moi.baodaklak.vn"
"""Where the fault ``moved-host`` says the newspaper has gone (*mới*: new)."""

HOSTS = ("baodaklak.vn", "www.baodaklak.vn", "phuyen.baodaklak.vn", NEW_HOST, *CDN_HOSTS)
"""The names the newspaper answers to, and those that its pages take files from; they never leave
this machine."""

VALIDATORS = ("all", "static", "none")

TEMPLATES = ("a", "b", "mixed")

_NEWSPAPER_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def parse_instant(text: str) -> dt.datetime:
    """Read ISO 8601; without an offset it is the newspaper's own time.

    :raises ValueError: it is no ISO 8601.
    """
    instant = dt.datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=_NEWSPAPER_ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeConfig:
    """Options of one server; the defaults are what ``python -m practice`` starts."""

    articles: int = 1000
    seed: int = 1
    template: str = "mixed"

    now: dt.datetime | None = None
    """The simulated present; None leaves it to the newspaper."""

    holidays: dt.date | None = None
    """First day of a week of holidays, in which hardly anything is written."""

    bind: str = "127.0.0.1"
    port: int = 0
    tls_port: int = 0
    control_port: int = 0

    faults: tuple[str, ...] = ()
    """Names of :mod:`practice.faults`, groups such as ``all`` or ``healing``, or ``NAME=SHARE``."""

    fault_share: float = 0.25
    """Part of all addresses that faults share among them, unless a name brings its own share."""

    fault_seconds: float = 1.0
    """Length of each pause a fault makes, and of its Retry-After (whole seconds, at least 1)."""

    log: bool = True
    log_dir: Path | None = None
    """Where the exchange log and the CA certificate go; None: a directory removed at the end."""

    redirect_to_https: bool = True

    redesign: Redesign = field(default_factory=Redesign)
    """How the pages differ from what they were."""

    validators: str = "all"
    """Which answers have ETag and Last-Modified, and get 304: ``all``, ``static`` or ``none``."""

    compression: bool = True
    """Whether text comes in br or gzip to clients that accept it."""

    def __post_init__(self) -> None:
        if self.articles < 0:
            raise ValueError(f"articles must not be negative, got {self.articles}")
        if self.template not in TEMPLATES:
            raise ValueError(f"template must be one of {', '.join(TEMPLATES)}, got {self.template}")
        if self.validators not in VALIDATORS:
            known = ", ".join(VALIDATORS)
            raise ValueError(f"validators must be one of {known}, got {self.validators}")
        if not 0 <= self.fault_share <= 1:
            raise ValueError(f"fault_share must be between 0 and 1, got {self.fault_share}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Where a running server is to be found."""

    http: int
    https: int
    control: int
    ca_file: str
    log_dir: str
    resolve: list[str] = field(default_factory=list)
    """curl's ``--resolve`` values, so that the real host names lead here."""
