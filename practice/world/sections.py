"""The sections of the two hosts: menus, districts, and some that no menu shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from .data import table
from .model import Section

_TABLES = table("sections")
_MAIN = _TABLES["baodaklak"]
_NEWS_CHANNEL = 3481

SLOT_ROWS: dict[str, str] = {host: rows["slots"] for host, rows in _TABLES.items()}
"""What the sections of a host hold, a row a section (:mod:`practice.world.timetable`)."""


def _invented_id(path: str) -> str:
    digest = hashlib.blake2b(path.encode(), digest_size=8).hexdigest()
    return f"fb9e3a03798789de{digest}"


def _invented_phuyen_id(path: str) -> str:
    head = hashlib.blake2b(b"phuyen" + path.encode(), digest_size=8).hexdigest().upper()
    return f"{head}E065A4413D5C3B62"


def _channel(path: str, parent: Section | None) -> int:
    return _MAIN["channels"].get(path) or (parent.legacy if parent else _NEWS_CHANNEL)


def _menu() -> Iterator[Section]:
    trail: list[Section] = []
    for depth, name, path, category_id, theme in _MAIN["menu"]:
        del trail[depth:]
        parent = trail[-1] if trail else None
        section = Section(name, path, category_id, theme, parent, legacy=_channel(path, parent))
        trail.append(section)
        yield section


MENU = tuple(_menu())
_BY_PATH = {section.path: section for section in MENU}
_LOCAL = _BY_PATH["/trang-tin-dia-phuong/"]
_UNLISTED: dict[str, Any] = {"in_menu": False, "legacy": _NEWS_CHANNEL}

DISTRICTS = tuple(
    Section(name, f"{_LOCAL.path}{slug}/", _invented_id(slug), "society", _LOCAL, **_UNLISTED)
    for name, slug in _MAIN["districts"]
)
OUTSIDE = tuple(
    Section(name, path, _invented_id(path), theme, _BY_PATH.get(parent), **_UNLISTED)
    for name, path, parent, theme in _MAIN["outside"]
)
PHUYEN_MENU = tuple(
    Section(name, path, _invented_phuyen_id(path), theme, legacy=number)
    for name, path, number, theme in _TABLES["phuyen"]["menu"]
)
