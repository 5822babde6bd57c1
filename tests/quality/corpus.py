"""The pages of the corpus, each with what must be read from it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

__all__ = ["Page", "load_corpus"]

FIXTURES = Path(__file__).parents[1] / "fixtures"
OWN_PAGES = Path(__file__).parent / "pages"


@dataclasses.dataclass(frozen=True)
class Page:
    """A page, and the fields of its article."""

    name: str
    url: str
    html: str
    captured_at: dt.datetime
    expected: dict[str, Any]
    declared_encoding: str | None = None
    """What the header claims."""

    @property
    def group(self) -> str:
        """Template and kind, as ``a/news``."""
        return f"{self.expected['template']}/{self.expected['kind']}"


def load_corpus(fixtures: Path = FIXTURES, own_pages: Path = OWN_PAGES) -> list[Page]:
    """Every article among the fixtures of the page classes, and the pages of the gate's own."""
    cases = sorted(fixtures.glob("crawler.pages.templates.template_*/*/output.json"))
    pages = [_fixture(path.parent) for path in cases]
    return pages + [_own(path.parent) for path in sorted(own_pages.glob("*/expected.json"))]


def _fixture(case: Path) -> Page:
    info = _read(case / "inputs" / "HttpResponse-info.json")
    meta = _read(case / "meta.json")
    types = [value for name, value in info["headers"] if name.lower() == "content-type"]
    _, _, charset = (types[0] if types else "").partition("charset=")
    return Page(
        name=f"{case.parent.name.rsplit('.', 1)[-1]}/{case.name}",
        url=info["url"],
        html=_html(case / "inputs" / "HttpResponse-body.html"),
        captured_at=dt.datetime.fromisoformat(meta["frozen_time"]),
        expected=_read(case / "output.json"),
        declared_encoding=charset.strip() or None,
    )


def _own(case: Path) -> Page:
    about = _read(case / "expected.json")
    return Page(
        name=f"quality/{case.name}",
        url=about["article"]["url"],
        html=_html(case / "page.html"),
        captured_at=dt.datetime.fromisoformat(about["captured"]),
        expected=about["article"],
    )


def _html(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
