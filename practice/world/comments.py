"""Readers' comments on an article: model, JSON and truth."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .rng import Rng
from .text import fillers
from .words import BANKS

if TYPE_CHECKING:
    from .site import Site

_TEXTS = fillers("comments")
_ONE_IN = 6
_MOST = 9
_ISO_SINCE = 2020


@dataclass(frozen=True, slots=True)
class Remark:
    number: str
    parent: str | None
    author: str
    text: str
    written: dt.datetime
    iso: bool

    @property
    def stamp(self) -> str:
        if self.iso:
            return self.written.isoformat(timespec="seconds")
        return f"{self.written:%Y-%m-%d %H:%M:%S}.{self.written.microsecond // 1000:03d}"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.number,
            "parentId": self.parent or "0",
            "username": self.author,
            "avatar": "",
            "content": self.text,
            "createDate": self.stamp,
        }


def has_comments(site: Site, number: int) -> bool:
    return Rng(site.seed, number, 20).one_in(_ONE_IN)


def comments(site: Site, number: int) -> list[Remark]:
    """Oldest first; only what readers have written by now."""
    if not has_comments(site, number):
        return []
    rng = Rng(site.seed, number, 21)
    stub = site.stub(number)
    written = stub.published
    found: list[Remark] = []
    for turn in range(1 + rng.below(_MOST)):
        written += dt.timedelta(minutes=1 + rng.below(600), milliseconds=rng.below(1000))
        parent = rng.pick(found).number if found and rng.one_in(3) else None
        text = rng.pick(_TEXTS)(rng)
        author = rng.pick(BANKS["person"])
        if written > site.now:
            break
        iso = stub.published.year >= _ISO_SINCE
        number_text = f"{stub.article_id[:20].lower()}{turn:012x}"
        if iso:
            written = written.replace(microsecond=0)
        found.append(Remark(number_text, parent, author, text, written, iso))
    return found


def comments_truth(site: Site, number: int) -> dict[str, Any] | None:
    found = comments(site, number)
    if not found:
        return None
    return {
        "articleId": site.addresses.article_id(number),
        "url": site.url(number),
        "comments": [
            {
                "commentId": remark.number,
                "parentId": remark.parent,
                "author": remark.author,
                "text": " ".join(remark.text.split()),
                "dateCreated": remark.written.isoformat(timespec="milliseconds")
                if remark.written.microsecond
                else remark.written.isoformat(timespec="seconds"),
                "dateCreatedRaw": remark.stamp,
            }
            for remark in found
        ],
    }
