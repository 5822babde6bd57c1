"""Faults that break the connection off; the next attempt gets the page."""

from __future__ import annotations

from practice.faults.model import ANYWHERE, Fault, Heals, Scene, page_head
from practice.reply import Ending, Reply


def _half(scene: Scene, ending: Ending) -> Reply | None:
    if not scene.has_body:
        return None
    body = scene.page.body[: len(scene.page.body) // 2]
    return Reply([page_head(scene.page) + body], scene.page.status, ending)


def _reset(scene: Scene) -> Reply | None:
    return _half(scene, Ending.RESET)


def _truncated(scene: Scene) -> Reply | None:
    return _half(scene, Ending.CUT)


def _no_response(_: Scene) -> Reply:
    return Reply((), None, Ending.CUT)


FAULTS = (
    Fault("reset", ANYWHERE, Heals.RETRY, _reset),
    Fault("truncated", ANYWHERE, Heals.RETRY, _truncated),
    Fault("no-response", ANYWHERE, Heals.RETRY, _no_response),
)
