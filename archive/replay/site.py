"""The temporary directory that pywb works in: links to the archive, the start page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from archive.home.cdxj import sort_lines
from archive.home.layout import WARC_NAME, Layout

if TYPE_CHECKING:
    from archive.replay.pages import Page

COLLECTION = "khobao"
_SAFE = "/:?&=%#[]@!$'()*+,;~"
_TEMPLATES = ("index.html", "search.html")

_FEW_FILES = 32
"""pywb looks into every index file for every address: about 20 µs each (docs/benchmarks.md)."""

_MERGED_BYTES = 512 << 20


@dataclass(frozen=True, slots=True)
class StartPage:
    """What the first page of replay says and offers."""

    pages: Sequence[Page] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    """Of the kinds of pages, in order."""

    notes: Sequence[str] = ()
    """What a reader has to know of the archive: what is not in the index yet."""

    zone: dt.tzinfo = dt.UTC
    """The newspaper's: captures are shown in its time."""


def replay_path(url: str) -> str:
    """*url* as the end of a replay address."""
    return quote(url, safe=_SAFE)


def make_site(directory: Path, home: Path, start_page: StartPage) -> None:
    """Links stand for the paths, because pywb gives ``*``, ``{`` and ``://`` in them a meaning."""
    layout = Layout(home)
    (directory / "warc").symlink_to(layout.warc, target_is_directory=True)
    _link_index(layout.index, directory / "index")
    templates = directory / "templates"
    templates.mkdir()
    template = files("archive.replay").joinpath("start.html").read_text("utf-8")
    for name in _TEMPLATES:
        (templates / name).write_text(template, encoding="utf-8")
    start = {
        "collection": COLLECTION,
        "groups": _groups(start_page),
        "notes": list(start_page.notes),
        "zone": str(start_page.zone),
        "warcName": WARC_NAME.pattern,
    }
    (directory / "start.json").write_text(json.dumps(start), encoding="utf-8")


def _link_index(index: Path, target: Path) -> None:
    """The index files themselves or, of many, the smallest ones merged into one.

    The merged one has at most 512 MiB (a million and a half captures, some seconds), so that
    neither the start nor the temporary directory grows without bound.
    """
    paths = sorted(index.glob("*.cdxj"), key=lambda path: path.stat().st_size)
    if len(paths) <= _FEW_FILES:
        target.symlink_to(index, target_is_directory=True)
        return
    target.mkdir()
    sizes = accumulate(path.stat().st_size for path in paths)
    merged = paths[: sum(size <= _MERGED_BYTES for size in sizes)]
    with (target / "merged.cdxj").open("wb") as file:
        file.writelines(sort_lines(_all_lines(merged), target))
    for path in paths[len(merged) :]:
        (target / path.name).symlink_to(path)


def _all_lines(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as file:
            for line in file:
                yield line if line.endswith(b"\n") else line + b"\n"


def _groups(start_page: StartPage) -> list[dict[str, object]]:
    groups: list[dict[str, object]] = []
    for kind, heading in start_page.headings.items():
        pages = [
            {
                "url": page.url,
                "path": replay_path(page.url),
                "title": page.title,
                "timestamp": page.timestamp,
                "time": f"{page.captured_at.astimezone(start_page.zone):%Y-%m-%d %H:%M}",
            }
            for page in start_page.pages
            if page.kind == kind
        ]
        if pages:
            groups.append({"heading": heading, "pages": pages})
    return groups
