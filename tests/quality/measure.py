"""Every page under every distortion, read and compared field by field."""

from __future__ import annotations

import collections
import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from itemadapter import ItemAdapter
from web_poet.fields import get_fields_dict

from crawler.items import NewsArticle
from crawler.pages import ARTICLE_PAGES, NotAnArticleError, read_article
from crawler.pages.html import clean
from crawler.sites import profile_for

from .corpus import Page
from .distortions import DISTORTIONS, Distortion

__all__ = ["AS_IT_IS", "Measured", "Miss", "Score", "measure", "read"]

AS_IT_IS = "as-it-is"
"""The name of the page without any distortion."""

OF_THE_PAGE = frozenset().union(*(get_fields_dict(page) for page in ARTICLE_PAGES))
"""Fields that page classes fill; others are of the capture, or added when all is read."""

_AROUND_TAG = re.compile(r"\s*(</?[a-z][^>]*>)\s*")

Read = Callable[[Page, bytes], NewsArticle]


@dataclasses.dataclass
class Score:
    right: int = 0
    of: int = 0

    @property
    def share(self) -> float:
        """0 … 1."""
        return self.right / self.of if self.of else 1.0

    def add(self, *, right: bool) -> None:
        self.right += right
        self.of += 1


@dataclasses.dataclass(frozen=True)
class Miss:
    """A field that was read wrongly."""

    page: str
    distortion: str
    field: str
    group: str
    expected: Any
    actual: Any


@dataclasses.dataclass
class Measured:
    fields: dict[str, Score] = dataclasses.field(default_factory=dict)
    distortions: dict[str, Score] = dataclasses.field(default_factory=dict)
    """All fields of all pages under a distortion."""

    groups: dict[str, Score] = dataclasses.field(default_factory=dict)
    """All fields of all pages of a template and kind."""

    pages: dict[str, dict[str, int]] = dataclasses.field(default_factory=dict)
    """By page: ``readings`` and ``fields``, how many there were of it."""

    misses: list[Miss] = dataclasses.field(default_factory=list)
    body_overlap: float = 1.0
    """Mean F1 of the words of ``articleBody``: how much of the text is right where not all is."""


def read(page: Page, body: bytes) -> NewsArticle:
    """Read as a crawl does, with the page class of the day of capture."""
    profile = profile_for(page.url.split("/")[2])
    assert profile is not None, page.url
    article, _ = read_article(
        page.url,
        body,
        declared_encoding=page.declared_encoding,
        captured_at=page.captured_at,
        profile=profile,
    )
    return article


def measure(
    pages: Iterable[Page],
    distortions: Mapping[str, Distortion] = DISTORTIONS,
    read: Read = read,
) -> Measured:
    """Read everything once; a page that is refused has every field wrong."""
    result = Measured()
    overlaps: list[float] = []
    for page in pages:
        readings = 0
        scored = sorted(OF_THE_PAGE & page.expected.keys())
        for name, html, expected, loosely in _variants(page, distortions):
            readings += 1
            actual = _values(read, page, html.encode())
            for field in scored:
                right = _same(expected[field], actual.get(field), loosely=field in loosely)
                _add(result, page, name, field, right=right)
                if not right:
                    result.misses.append(
                        Miss(page.name, name, field, page.group, expected[field], actual.get(field))
                    )
            overlaps.append(_overlap(expected["articleBody"], actual.get("articleBody") or ""))
        result.pages[page.name] = {"readings": readings, "fields": len(scored)}
    result.body_overlap = sum(overlaps) / len(overlaps) if overlaps else 1.0
    return result


def _variants(
    page: Page, distortions: Mapping[str, Distortion]
) -> Iterable[tuple[str, str, dict[str, Any], frozenset[str]]]:
    yield AS_IT_IS, page.html, page.expected, frozenset()
    for distortion in distortions.values():
        if page.expected["kind"] in distortion.unless:
            continue
        html = distortion.apply(page.html)
        if html != page.html:
            yield distortion.name, html, distortion.expect(page.expected), distortion.loosely


def _values(read: Read, page: Page, body: bytes) -> dict[str, Any]:
    try:
        return ItemAdapter(read(page, body)).asdict()
    except NotAnArticleError as exc:
        return dict.fromkeys(OF_THE_PAGE, f"refused: {exc}")


def _add(result: Measured, page: Page, distortion: str, field: str, *, right: bool) -> None:
    for scores, name in (
        (result.fields, field),
        (result.distortions, distortion),
        (result.groups, page.group),
    ):
        scores.setdefault(name, Score()).add(right=right)


def _same(expected: Any, actual: Any, *, loosely: bool) -> bool:
    if loosely:
        return bool(_cleaned(expected) == _cleaned(actual))
    return bool(expected == actual)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(_AROUND_TAG.sub(r"\1", clean(value)))
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {name: _cleaned(part) for name, part in value.items()}
    return value


def _overlap(expected: str, actual: str) -> float:
    """F1 of two bags of words."""
    wanted, found = collections.Counter(expected.split()), collections.Counter(actual.split())
    if not wanted and not found:
        return 1.0
    return 2 * (wanted & found).total() / (wanted.total() + found.total())
