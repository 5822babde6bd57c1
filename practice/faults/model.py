"""What a fault is, where it may strike, and what it has at hand when it does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from practice.http1 import Request, head
from practice.reply import Ending, Reply

if TYPE_CHECKING:
    from practice.world import Page

LOI = "/loi/"
"""``/loi/NAME/ADDRESS`` is ADDRESS with fault NAME, always (*lỗi*: fault)."""

STEP = re.compile(r"(?:^|&)utm_source=(?:buoc|vong)-(\d+)")
"""How the redirecting faults count; a parameter that canonical addresses drop anyway."""

_ARTICLE = re.compile(r"/(?:19|20)\d{4}/[^/]+-[0-9A-Fa-f]{5,8}/?$|^/\d+/\d+/[^/]+/?$")
_FILE = re.compile(r"^/(?:file|common|Upload|font-awesome|ajax|sw\.js|favicon\.ico)(?:/|$)")
_OTHER_NAME_PARAMETERS = re.compile(r"^(?:jsonCallback|callback|_|utm_\w+)$")


class Kind(StrEnum):
    """What an address is, as far as faults care."""

    ROBOTS = "robots.txt"
    HOME = "home page"
    SECTION = "section pages"
    ARTICLE = "articles"
    API = "API"
    FILE = "files"


ANYWHERE = frozenset(Kind)
PAGES = frozenset({Kind.ARTICLE, Kind.SECTION})


class Heals(StrEnum):
    """What a client can do about it."""

    WHOLE = "whole"
    """Nothing is wrong: unusual, but the whole page is there for a client that knows HTTP."""

    RETRY = "retry"
    """Only the first attempt on an address fails."""

    NEVER = "never"
    """This address does not give its page while the fault is on."""


@dataclass(slots=True)
class Scene:
    """One request that a fault spoils."""

    request: Request
    page: Page
    """What the newspaper answers when nothing is wrong."""

    variant: int
    """A number that belongs to the address, for faults with several faces."""

    seconds: float
    now: dt.datetime
    not_found: Callable[[], Page]
    is_tls: bool = True

    @property
    def step(self) -> int:
        found = STEP.search(self.request.query)
        return int(found[1]) if found else 0

    @property
    def is_html(self) -> bool:
        return self.has_body and self.page.content_type.startswith("text/html")

    @property
    def has_body(self) -> bool:
        return self.page.status == 200 and bool(self.page.body)  # noqa: PLR2004

    def with_body(self, body: bytes, content_type: str | None = None) -> Page:
        return replace(
            self.page, body=body, content_type=content_type or self.page.content_type, headers=()
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """A named way of going wrong. The table in docs/practice.md lists them all."""

    name: str
    where: frozenset[Kind]
    heals: Heals
    play: Callable[[Scene], Reply | None]
    """Make the spoilt answer; None where it does not fit (no body, no HTML, no gzip wanted)."""

    own_share: float | None = None
    """Share of its addresses, for a fault that would be invisible with an equal part of all."""

    in_groups: bool = True
    """False for what would leave nothing of the newspaper where it was: only its name calls it."""

    owns: re.Pattern[str] | None = None
    """Addresses that exist only through this fault."""


def kind_of(path: str) -> Kind:
    if path == "/robots.txt":
        return Kind.ROBOTS
    if path == "/":
        return Kind.HOME
    if path.startswith(("/sc_service/", "/service/")):
        return Kind.API
    if _FILE.match(path):
        return Kind.FILE
    return Kind.ARTICLE if _ARTICLE.search(path) else Kind.SECTION


def address_key(path: str, query: str) -> str:
    """One name for all spellings of an address that a fault must treat alike."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = sorted(pair for pair in pairs if not _OTHER_NAME_PARAMETERS.match(pair[0]))
    return f"{unquote(path).rstrip('/')}?{kept}"


def header_lines(page: Page, length: int | None = None) -> list[tuple[str, str]]:
    lines = [("Server", "nginx"), ("Content-Type", page.content_type)]
    if length is not None:
        lines.append(("Content-Length", str(length)))
    return [*lines, *page.headers]


def page_head(page: Page) -> bytes:
    """The ordinary head of *page*."""
    return head(page.status, header_lines(page, len(page.body)))


def whole_page(page: Page, ending: Ending = Ending.KEEP) -> Reply:
    return Reply((page_head(page) + page.body,), page.status, ending)
