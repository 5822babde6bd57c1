"""What an item must have to be kept: the rules of stage 100, and of whoever reads records again."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from itemadapter import ItemAdapter

from crawler.frontier import FrontierUrl, QuarantinedPage, UrlState
from crawler.items import CommentThread, NewsArticle, VideoTeaser
from pipelines.text.dates import parse_date
from pipelines.text.normalize import normalize

# The newspaper's archive of 1990 is not on the web; an earlier date is a misread one.
FIRST_DATE = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
# Published ahead of time, or by a clock that is wrong; more than this is a misread date.
AHEAD = dt.timedelta(days=2)

URL_STATES = {"failed", "gone", "excluded", "robots", "blocked", "known", "pending"}
# Said by a spider that knows more than the store: a redirect, a page it could not read.
URL_STATES |= {"duplicate", "quarantined"}


class ValidationError(ValueError):
    """What an item lacks: *check* names it in the statistics."""

    def __init__(self, check: str, reason: str) -> None:
        self.check, self.reason = check, reason
        super().__init__(reason)


def check(item: Any, now: dt.datetime) -> None:
    """:raises ValidationError: the first check that fails, and on what."""
    match item:
        case NewsArticle():
            _check_article(item, now)
        case VideoTeaser():
            _require("video", item.url, item.provenance)
        case CommentThread():
            _require("comments", item.articleId, item.provenance)
        case FrontierUrl():
            _require("url", item.url.startswith(("http://", "https://")))
        case UrlState():
            _require("state", item.state in URL_STATES)


def drop_bad_dates(item: Any) -> int:
    """Where a date is an extra, what cannot be read is left to ``…Raw``; how many there were."""
    match item:
        case VideoTeaser() | FrontierUrl():
            return _drop_bad_date(item, "datePublished")
        case CommentThread():
            return sum(_drop_bad_date(comment, "dateCreated") for comment in item.comments)
    return 0


class HasReason(Protocol):
    """An error that says in one line why an article cannot be stored."""

    reason: str


def as_quarantined(article: NewsArticle, error: HasReason) -> QuarantinedPage:
    """What is kept of an article that cannot be stored: its record, and why."""
    return QuarantinedPage(
        url=article.canonicalUrl or article.url,
        reason=error.reason,
        error=type(error).__name__,
        provenance=article.provenance,
    )


def _require(kind: str, *conditions: object) -> None:
    if not all(conditions):
        raise ValidationError(
            f"bad_{kind}", f"{kind} without what identifies it, or where it came from"
        )


def _drop_bad_date(item: Any, name: str) -> int:
    adapter = ItemAdapter(item)
    value = adapter[name]
    if value is None or _is_date(value):
        return 0
    adapter[name] = None
    return 1


def _check_article(item: NewsArticle, now: dt.datetime) -> None:
    if not (item.articleId or item.canonicalUrl):
        raise ValidationError("no_id", "neither an article id nor a canonical URL")
    if item.provenance is None:
        raise ValidationError("no_provenance", "no record to prove it")
    if not normalize(item.headline or ""):
        raise ValidationError("no_headline", "no headline")
    if not item.datePublished:
        printed = f" (printed: {item.datePublishedRaw!r})" if item.datePublishedRaw else ""
        raise ValidationError("no_date", f"no date of publication{printed}")
    if not _is_date(item.datePublished):
        raise ValidationError("bad_date", f"{item.datePublished!r} is no date with an offset")
    published = parse_date(item.datePublished)
    if not FIRST_DATE <= published <= now + AHEAD:
        raise ValidationError("date_out_of_range", f"published {item.datePublished}: hardly")
    if item.dateModified is not None and not _is_date(item.dateModified):
        raise ValidationError("bad_date", f"{item.dateModified!r} is no date with an offset")
    body = normalize(item.articleBody or "")
    if not (body or item.images or item.videos or item.audios or item.attachments):
        raise ValidationError("no_content", "neither text nor picture, video, audio or file")


def _is_date(value: str) -> bool:
    try:
        parse_date(value)
    except ValueError:
        return False
    return True
