"""One process at a time changes the shape of a database: a lock document with a lease."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import platform
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psutil
from pymongo.errors import DuplicateKeyError

if TYPE_CHECKING:
    from pymongo.database import Database

LOCKS = "locks"
_LOCK = {"_id": "migrations"}
_LEASE = dt.timedelta(hours=1)
"""Longer than any migration takes; a holder that died on this machine is noticed at once."""

_LOOK_EVERY_SECONDS = 0.1


@contextlib.contextmanager
def exclusive(database: Database[dict[str, Any]]) -> Iterator[None]:
    """Wait until no other process holds the lock, then hold it."""
    locks = database[LOCKS]
    pause = threading.Event()
    mine = {**_LOCK, "host": platform.node(), "pid": os.getpid(), "thread": threading.get_ident()}
    while True:
        try:
            locks.insert_one({**mine, "until": dt.datetime.now(dt.UTC) + _LEASE})
            break
        except DuplicateKeyError:
            holder = locks.find_one(_LOCK)
            if holder is not None and _is_over(holder):
                locks.delete_one({**_LOCK, "until": holder["until"]})
            else:
                pause.wait(_LOOK_EVERY_SECONDS)
    try:
        yield
    finally:
        locks.delete_one(mine)


def _is_over(holder: dict[str, Any]) -> bool:
    until: dt.datetime = holder["until"]
    if until.replace(tzinfo=until.tzinfo or dt.UTC) < dt.datetime.now(dt.UTC):
        return True
    return bool(holder["host"] == platform.node() and not psutil.pid_exists(holder["pid"]))
