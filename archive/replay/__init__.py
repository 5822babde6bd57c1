"""Replay: pywb, in an environment of its own, shows the archive as it was captured.

pywb pins libraries that nothing else should have to live with, so it is installed apart
(:mod:`archive.replay.environment`) and runs as a child process (:mod:`archive.replay.process`). It
reads ``warc/`` and ``index/``, writes nothing there and reaches nothing but the loopback.
"""

from __future__ import annotations

from archive.replay.environment import PywbEnvironment
from archive.replay.errors import ReplayError
from archive.replay.pages import Page, newest_pages
from archive.replay.process import Replay, open_listener
from archive.replay.site import COLLECTION, StartPage

__all__ = [
    "COLLECTION",
    "Page",
    "PywbEnvironment",
    "Replay",
    "ReplayError",
    "StartPage",
    "newest_pages",
    "open_listener",
]
