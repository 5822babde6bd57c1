"""Faults that are an error status, and well-formed."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from email.utils import format_datetime

from practice.faults.model import ANYWHERE, Fault, Heals, Kind, Scene
from practice.reply import Reply, simple

_HTML = "text/html; charset=UTF-8"
_OFF = ((404, "404 Not Found"), (500, "500 Internal Server Error"), (200, "Báo Đắk Lắk điện tử"))


def _error(status: int, words: str, headers: Iterable[tuple[str, str]] = ()) -> Reply:
    page = f"<html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>\n"
    return simple(status, _HTML, page.encode(), headers)


def _retry_after(scene: Scene) -> list[tuple[str, str]]:
    seconds = max(1, math.ceil(scene.seconds))
    if scene.variant % 2:
        when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        return [("Retry-After", format_datetime(when, usegmt=True))]
    return [("Retry-After", str(seconds))]


def _unavailable(scene: Scene) -> Reply:
    return _error(503, "503 Service Temporarily Unavailable", _retry_after(scene))


def _too_many(scene: Scene) -> Reply:
    return _error(429, "429 Too Many Requests", _retry_after(scene))


def _internal(_: Scene) -> Reply:
    return _error(500, "500 Internal Server Error")


def _api_down(scene: Scene) -> Reply:
    return _error(502 if scene.variant % 2 else 503, "Dịch vụ tạm ngừng")


def _api_off(scene: Scene) -> Reply:
    """Taken down for good: 404, 500, or a page with status 200, as the address has it."""
    status, words = _OFF[scene.variant % len(_OFF)]
    return _error(status, words)


FAULTS = (
    Fault("503-retry-after", ANYWHERE, Heals.RETRY, _unavailable),
    Fault("429-retry-after", ANYWHERE, Heals.RETRY, _too_many),
    Fault("500", ANYWHERE, Heals.RETRY, _internal),
    Fault("api-down", frozenset({Kind.API}), Heals.NEVER, _api_down, own_share=0.15),
    Fault("api-off", frozenset({Kind.API}), Heals.NEVER, _api_off, own_share=0.05),
)
