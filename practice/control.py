"""The control API: the newspaper's own truth, its clock, its faults, its log. Loopback only."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from practice.config import parse_instant
from practice.errors import UnknownFaultError
from practice.http1 import Request, head
from practice.redesign import Redesign
from practice.reply import Reply, simple

if TYPE_CHECKING:
    from practice.connection import Hub
    from practice.site import Site

_JSON = "application/json"
_LINES = "application/x-ndjson"
_SITES = ("baodaklak", "phuyen")
_TRUTH_BATCH = 20


class Control:
    """Routes of the control port; see docs/practice.md."""

    def __init__(self, site: Site, hub: Hub, stop: Callable[[], None]) -> None:
        self._site = site
        self._hub = hub
        self._stop = stop
        self._routes: dict[tuple[str, str], Callable[[Any], object]] = {
            ("GET", "/clock"): self._clock,
            ("POST", "/clock"): self._set_clock,
            ("GET", "/faults"): self._faults,
            ("POST", "/faults"): self._set_faults,
            ("GET", "/redesign"): self._redesign,
            ("POST", "/redesign"): self._set_redesign,
            ("GET", "/log"): self._log,
            ("POST", "/log/clear"): self._clear_log,
            ("GET", "/stats"): self._stats,
            ("POST", "/shutdown"): self._shutdown,
        }

    def answer(self, request: Request, *, tls: bool) -> Reply:  # noqa: ARG002  (Answerer)
        prefix, _, name = request.path.rpartition("/")
        if prefix == "/truth" and request.method == "GET":
            return self._truth(name, parse_qs(request.query).get("site", ["baodaklak"])[0])
        route = self._routes.get((request.method, request.path))
        if route is None:
            known = sorted(f"{method} {path}" for method, path in self._routes)
            return _json({"error": "no such route", "routes": [*known, "GET /truth/…"]}, 404)
        try:
            return _json(route(json.loads(request.body) if request.body else {}))
        except (ValueError, TypeError, KeyError, AttributeError, UnknownFaultError) as error:
            return _json({"error": str(error) or repr(error)}, 400)

    def _truth(self, name: str, site: str) -> Reply:
        world = self._site.world
        sources = {
            "articles": world.truth_articles,
            "videos": world.truth_videos,
            "comments": world.truth_comments,
            "sections": world.truth_sections,
        }
        if name not in sources or site not in _SITES:
            known = f"{', '.join(sources)} of {', '.join(_SITES)}"
            return _json({"error": f"no truth of {name} of {site}; there are {known}"}, 404)
        return Reply(_line_chunks(sources[name](site)), 200)

    def _clock(self, _: object) -> object:
        return {"now": self._site.world.now.isoformat()}

    def _set_clock(self, wish: Mapping[str, Any]) -> object:
        if ("now" in wish) == ("advance" in wish):
            raise ValueError('send {"now": ISO 8601} or {"advance": seconds}')
        world = self._site.world
        if "now" in wish:
            world.now = parse_instant(wish["now"])
        else:
            world.now += dt.timedelta(seconds=float(wish["advance"]))
        return self._clock(None)

    def _faults(self, _: object) -> object:
        return self._site.registry.as_dict()

    def _set_faults(self, wish: Mapping[str, Any]) -> object:
        names = wish["names"]
        self._site.registry.switch(
            names.split(",") if isinstance(names, str) else names, wish.get("share")
        )
        return self._faults(None)

    def _redesign(self, _: object) -> object:
        return self._site.redesign.as_dict()

    def _set_redesign(self, wish: Mapping[str, Any]) -> object:
        self._site.redesign = Redesign.of(wish)
        return self._redesign(None)

    def _log(self, _: object) -> object:
        log = self._hub.log
        if log is None:
            return {"enabled": False, "count": 0, "under_way": self._hub.under_way}
        log.flush()
        return {
            "enabled": True,
            "path": str(log.index_path),
            "bytes_path": str(log.bytes_path),
            "count": log.count,
            "under_way": self._hub.under_way,
        }

    def _clear_log(self, _: object) -> object:
        if self._hub.log:
            self._hub.log.clear()
        return self._log(None)

    def _stats(self, _: object) -> object:
        return self._hub.stats.as_dict()

    def _shutdown(self, _: object) -> object:
        asyncio.get_running_loop().call_later(0.05, self._stop)  # after this answer has gone out
        return {"stopping": True}


def _json(value: object, status: int = 200) -> Reply:
    return simple(status, _JSON, json.dumps(value, ensure_ascii=False).encode() + b"\n")


def _line_chunks(items: Iterator[Mapping[str, Any]]) -> Iterator[bytes | float]:
    """Chunked JSON lines; the server serves others between two batches."""
    yield head(200, [("Content-Type", _LINES), ("Transfer-Encoding", "chunked")])
    lines: list[bytes] = []
    for item in items:
        lines.append(json.dumps(item, ensure_ascii=False).encode() + b"\n")
        if len(lines) == _TRUTH_BATCH:
            yield _chunk(lines)
            yield 0.0
            lines.clear()
    if lines:
        yield _chunk(lines)
    yield b"0\r\n\r\n"


def _chunk(lines: list[bytes]) -> bytes:
    data = b"".join(lines)
    return b"%x\r\n%b\r\n" % (len(data), data)
