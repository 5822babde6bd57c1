"""Faults of conditional requests: a 304 where there should be none."""

from __future__ import annotations

from practice.faults.model import PAGES, Fault, Heals, Kind, Scene
from practice.http1 import head
from practice.reply import Reply

_WHERE = PAGES | {Kind.FILE}
_OTHER_VERSION = '"mot-ban-khac"'


def _asks(scene: Scene) -> bool:
    return not scene.request.headers.keys().isdisjoint({"if-none-match", "if-modified-since"})


def _unasked(scene: Scene) -> Reply | None:
    """The client has nothing that could be unmodified."""
    if not scene.has_body or _asks(scene):
        return None
    return Reply((head(304, [("Server", "nginx")]),), 304)


def _other_version(scene: Scene) -> Reply | None:
    """Not modified, it says, and names a version that the client does not have."""
    if not scene.has_body or not _asks(scene):
        return None
    return Reply((head(304, [("Server", "nginx"), ("ETag", _OTHER_VERSION)]),), 304)


FAULTS = (
    Fault("304-unasked", _WHERE, Heals.RETRY, _unasked, own_share=0.02),
    Fault("304-other-version", _WHERE, Heals.WHOLE, _other_version, own_share=0.02),
)
