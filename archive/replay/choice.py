"""Runs inside pywb's environment, beside server.py: which capture answers for an address.

Of the captures of an address, pywb takes the nearest in time, whatever it is; of a picture in a
size that was never captured, the oldest there is. Here what came whole goes before what failed,
unless the very second of a failed capture is asked for; and a picture in any size is shown by the
capture nearest in time, in whatever size that is.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

RESIZING = re.compile(
    r"(?:w|h|width|height|s|size|scale|dpr|q|quality|fit|crop|mode)=[^&]*|resize(?:=[^&]*)?"
    r"|type=resize"
)
WHOLE = re.compile(r"2(?!06)\d\d|3\d\d|-?")
HEAD_BYTES = 8192

FindWarc = Callable[[str, object], str | None]


def install(matcher: type[Any], find_warc: FindWarc, seconds_of: Callable[[str], float]) -> None:
    """Let pywb choose so.

    :param matcher: pywb's ``FuzzyMatcher``, which every look-up passes.
    :param seconds_of: of a timestamp.
    """
    usual = matcher.__call__

    def call(self: Any, index_source: Any, params: dict[str, Any]) -> Any:
        if not params.get("closest"):
            return usual(self, index_source, params)
        found, errors = index_source(params)
        return answers(self, found, index_source, params), errors

    def answers(
        self: Any, found: Iterable[Any], index_source: Any, params: dict[str, Any]
    ) -> Iterator[Any]:
        captures, key = list(found), text(params["key"])
        moment = params["closest"]
        if plain(key) == key and captures:
            yield from in_order(captures, moment, find_warc)
            return
        rule = self.get_fuzzy_match(key, params["url"], params)
        if not captures and (rule is None or rule[0].url_prefix != [""]):
            yield from self.get_fuzzy_iter(iter(()), index_source, params)
            return
        near = like(self, index_source, params)
        near.sort(key=lambda cdx: abs(seconds_of(cdx["timestamp"]) - seconds_of(moment)))
        same, others = [], []
        for cdx in near:
            if plain(cdx["urlkey"]) == plain(key):
                same.append(cdx)
            elif self.match_general_fuzzy_query(params["url"], key, cdx, {}):
                others.append(cdx)
        yield from in_order(same, moment, find_warc)
        yield from in_order(others, moment, find_warc)

    matcher.__call__ = call


def like(matcher: Any, index_source: Any, params: dict[str, Any]) -> list[Any]:
    """Captures of the same path, whatever their query."""
    key, path = text(params["key"]), params["url"].partition("?")[0]
    kept = {name: params[name] for name in params if name not in matcher.FUZZY_SKIP_PARAMS}
    found = {}
    for asked in ({"url": path, "matchType": "exact"}, {"url": f"{path}?", "matchType": "prefix"}):
        captures, _ = index_source({**kept, **asked, "closest": params["closest"]})
        for cdx in captures:
            if cdx["urlkey"].partition("?")[0] == key.partition("?")[0]:
                if cdx["urlkey"] != key:
                    cdx["is_fuzzy"] = "1"
                found[cdx.get("filename"), cdx.get("offset")] = cdx
    return list(found.values())


def in_order(captures: list[Any], moment: str, find_warc: FindWarc) -> Iterator[Any]:
    """What came whole before what failed; those of the very second before all others."""
    for is_asked_for in (True, False):
        failed = []
        for cdx in captures:
            if (cdx["timestamp"] == moment) is not is_asked_for:
                continue
            if is_whole(cdx, find_warc):
                yield cdx
            else:
                failed.append(cdx)
        yield from failed


def is_whole(cdx: Any, find_warc: FindWarc) -> bool:
    """Whether the page came: no error, no part of it, and not cut off."""
    if not WHOLE.fullmatch(cdx.get("status") or ""):
        return False
    return cdx.get("mime") == "warc/revisit" or not is_truncated(cdx, find_warc)


def is_truncated(cdx: Any, find_warc: FindWarc) -> bool:
    """By the record itself: no index tells."""
    path = find_warc(cdx.get("filename") or "", None)
    if path is None:
        return False
    with Path(path).open("rb") as file:
        file.seek(int(cdx["offset"]))
        data = file.read(HEAD_BYTES)
    if not data.startswith(b"WARC/"):
        try:
            data = zlib.decompressobj(31).decompress(data, HEAD_BYTES)
        except zlib.error:
            return False
    return b"\r\nwarc-truncated:" in data.partition(b"\r\n\r\n")[0].lower()


def plain(urlkey: str) -> str:
    """The key without what only says in which size a file is wanted."""
    path, _, query = urlkey.partition("?")
    if "." not in path.rpartition("/")[2]:
        return urlkey
    kept = [part for part in query.split("&") if part and not RESIZING.fullmatch(part)]
    return f"{path}?{'&'.join(kept)}" if kept else path


def text(value: str | bytes) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else value
