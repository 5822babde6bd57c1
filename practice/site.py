"""The newspaper's web server, one answer at a time: the world's page, spoilt if a fault is on."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from practice.compression import compressed
from practice.config import NEW_HOST
from practice.faults import FAULTS, LOI, Fault, FaultRegistry, Heals, Scene, address_key, kind_of
from practice.redesign import Redesign
from practice.reply import Reply, simple
from practice.validators import is_unchanged, not_modified, with_validators

if TYPE_CHECKING:
    from practice.http1 import Request
    from practice.world import Page

logger = logging.getLogger(__name__)

_HTML = "text/html; charset=UTF-8"
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "[::1]"})
_MAIN_HOST = "baodaklak.vn"
_NOWHERE = "/loi-khong-co-trang-nay/"


class Newspaper(Protocol):
    """What a server serves (:class:`practice.world.World`)."""

    now: dt.datetime

    def respond(self, host: str, path: str, query: str, *, fetch_number: int) -> Page: ...

    def truth_articles(self, site: str = ...) -> Iterator[Mapping[str, Any]]: ...

    def truth_videos(self, site: str = ...) -> Iterator[Mapping[str, Any]]: ...

    def truth_comments(self, site: str = ...) -> Iterator[Mapping[str, Any]]: ...

    def truth_sections(self, site: str = ...) -> Iterator[Mapping[str, Any]]: ...


class Site:
    """Answers for every host of the newspaper, over HTTP and HTTPS."""

    def __init__(
        self,
        world: Newspaper,
        registry: FaultRegistry,
        *,
        redirect_to_https: bool = True,
        fault_seconds: float = 1.0,
        validators: str = "all",
        compression: bool = True,
        redesign: Redesign | None = None,
    ) -> None:
        self.world = world
        self.registry = registry
        self.tls_port = 443
        self._redirect_to_https = redirect_to_https
        self._fault_seconds = fault_seconds
        self._validators = validators
        self._compression = compression
        self._fetches = 0
        self.redesign = redesign or Redesign()

    def answer(self, request: Request, *, tls: bool) -> Reply:
        try:
            return self._answer(request, tls=tls)
        except Exception:
            logger.exception("%s %s", request.method, request.target)
            return simple(500, "text/plain", b"the practice newspaper has a bug; see its log\n")

    def _answer(self, request: Request, *, tls: bool) -> Reply:
        if request.method not in ("GET", "HEAD"):
            return simple(405, "text/plain", b"GET or HEAD\n", [("Allow", "GET, HEAD")])
        here = request.host in _THIS_MACHINE
        if self._redirect_to_https and not tls and not here:
            return self._to_https(request)
        moved = request.host == NEW_HOST and "moved-host" in self.registry.names
        host = _MAIN_HOST if here or moved else request.host
        fault, base, key = self._fault_for(request)
        if fault is None and base == LOI:
            return simple(200, _HTML, _index_of_faults())
        self._fetches += 1
        plain = self.world.respond(host, base, request.query, fetch_number=self._fetches)
        if self.redesign:
            body = self.redesign.applied(plain.content_type, plain.body)
            plain = replace(plain, body=body, lasting=None)
        page = with_validators(plain, kind_of(base), self._validators)
        if fault and request.method == "GET":
            scene = Scene(
                request=request,
                # The name of a version must not stand over a body that is none.
                page=page if fault.heals is Heals.WHOLE else plain,
                variant=self.registry.number(key) % 2**32,
                seconds=self._fault_seconds,
                now=self.world.now,
                not_found=lambda: self.world.respond(host, _NOWHERE, "", fetch_number=0),
                is_tls=tls,
            )
            if reply := self.registry.play(fault, scene, key):
                return reply
        if is_unchanged(request, page):
            return not_modified(page.headers)
        if self._compression:
            page = compressed(page, request)
        with_body = request.method == "GET"
        return simple(page.status, page.content_type, page.body, page.headers, with_body=with_body)

    def _fault_for(self, request: Request) -> tuple[Fault | None, str, str]:
        """The fault to play, the address of the page behind it, and the address's key."""
        path = request.path
        if path.startswith(LOI):
            name, _, rest = path[len(LOI) :].partition("/")
            if name in FAULTS:
                return FAULTS[name], f"/{rest}", address_key(path, request.query)
        elif self.registry.names:
            key = address_key(path, request.query)
            return self.registry.choose(kind_of(path), path, key), path, key
        return None, path, ""

    def _to_https(self, request: Request) -> Reply:
        port = f":{self.tls_port}" if request.port not in ("", "80") else ""
        query = f"?{request.query}" if request.query else ""
        location = f"https://{request.host}{port}{request.path}{query}"
        return simple(301, "text/html", b"", [("Location", location)])


def _index_of_faults() -> bytes:
    rows = "\n".join(f'<li><a href="{LOI}{name}/">{name}</a></li>' for name in FAULTS)
    return f"""<html><head><meta charset="UTF-8"><title>Lỗi</title></head>
<body><h1>Lỗi</h1><ul>
{rows}
</ul></body></html>
""".encode()
