"""Stage 100: nothing half-filled goes on. An article that fails becomes a page for quarantine."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy.exceptions import DropItem

from crawler.items import (
    CommentThread,
    FrontierUrl,
    NewsArticle,
    QuarantinedPage,
    UrlState,
    VideoTeaser,
)
from pipelines.mongodb.schema import parse_date
from pipelines.text.normalize import normalize

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

    from crawler.items import Comment

__all__ = ["ValidatePipeline", "what_is_wrong"]

# The newspaper's archive of 1990 is not on the web; an earlier date is a misread one.
FIRST_DATE = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
# Published ahead of time, or by a clock that is wrong; more than this is a misread date.
AHEAD = dt.timedelta(days=2)

URL_STATES = {"failed", "gone", "excluded", "robots", "blocked", "known", "pending"}
# Said by a spider that knows more than the store: a redirect, a page it could not read.
URL_STATES |= {"duplicate", "quarantined"}
Dated = TypeVar("Dated", VideoTeaser, FrontierUrl)


class ValidationError(ValueError):
    """What an article lacks: *check* names it in the statistics."""

    def __init__(self, check: str, reason: str) -> None:
        self.check = check
        super().__init__(reason)


class ValidatePipeline:
    def __init__(
        self,
        stats: StatsCollector,
        *,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._stats = stats
        self._clock = clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        return cls(crawler.stats)

    def process_item(self, item: Any) -> Any:
        match item:
            case NewsArticle():
                return self._article(item)
            case VideoTeaser():
                self._require("video", item.url, item.provenance)
                return self._with_readable_date(item)
            case CommentThread():
                self._require("comments", item.articleId, item.provenance)
                for comment in item.comments:
                    self._mend_comment(comment)
            case FrontierUrl():
                self._require("announcement", item.url.startswith(("http://", "https://")))
                return self._with_readable_date(item)
            case UrlState():
                self._require("outcome", item.state in URL_STATES)
        return item

    def _article(self, item: NewsArticle) -> NewsArticle | QuarantinedPage:
        try:
            what_is_wrong(item, self._clock())
        except ValidationError as exc:
            self._stats.inc_value(f"validate/dropped/{exc.check}")
            return QuarantinedPage(
                url=item.canonicalUrl or item.url,
                reason=str(exc),
                error=type(exc).__name__,
                provenance=item.provenance,
            )
        return item

    def _require(self, kind: str, *conditions: object) -> None:
        if not all(conditions):
            self._stats.inc_value(f"validate/dropped/bad_{kind}")
            raise DropItem(f"{kind} without what identifies it, or where it came from")

    def _with_readable_date(self, item: Dated) -> Dated:
        """The date is an extra here: what cannot be read is left to ``datePublishedRaw``."""
        if item.datePublished is not None and not _is_date(item.datePublished):
            self._stats.inc_value("validate/unreadable_dates")
            item.datePublished = None
        return item

    def _mend_comment(self, comment: Comment) -> None:
        if comment.dateCreated is not None and not _is_date(comment.dateCreated):
            self._stats.inc_value("validate/unreadable_dates")
            comment.dateCreated = None


def what_is_wrong(item: NewsArticle, now: dt.datetime) -> None:
    """:raises ValidationError: the first check that fails, and on what."""
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
