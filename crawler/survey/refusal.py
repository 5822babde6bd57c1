"""Refusal: whether the newspaper wants us at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.pages import UnreadablePage
from crawler.pages.walls import MAX_WALL_CHARS, wall_mark
from crawler.statuses import REFUSED

if TYPE_CHECKING:
    from crawler.survey.evidence import Article, Evidence


def refusal(evidence: Evidence) -> str | None:
    """How the newspaper says no, for a person; None while it does not.

    A home page that is refused or a wall is enough: nobody has to knock sixty times.
    """
    home = evidence.get("home")
    if home is None:
        return None
    if home.status in REFUSED:
        return f"the newspaper refuses its home page: status {home.status}"
    text = home.body[:MAX_WALL_CHARS].decode("utf-8", "replace")
    if home.is_good and not evidence.menu and (mark := wall_mark(text)):
        return f"a wall stands in the place of the home page ({mark!r})"
    walls = [article for article in evidence.articles if _is_wall(article)]
    if walls and not evidence.read:
        return f"{len(walls)} of {len(evidence.articles)} articles were refused, and none came"
    return None


def _is_wall(article: Article) -> bool:
    reading = article.reading
    walled = isinstance(reading, UnreadablePage) and reading.state == "blocked"
    return walled or article.reply.status in REFUSED
