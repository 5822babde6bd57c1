"""Comments call of the JSON API."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any

from crawler.items import Comment, CommentThread
from crawler.pages.dates import VIETNAM, parse_comment_date
from crawler.pages.errors import CommentsFormatError
from crawler.pages.html import LINE_BREAK, lines
from crawler.pages.listings.jsonp import read_rows

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_BREAK = re.compile(r"<br\s*/?>|</p\s*>|</div\s*>|\r\n|\r|\n", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def read_comments(
    url: str,
    body: bytes,
    article_id: str,
    article_url: str,
    zone: ZoneInfo = VIETNAM,
    *,
    captured_at: dt.datetime | None = None,
) -> CommentThread:
    """All comments on one article. Raises CommentsFormatError when the answer cannot be read.

    ``captured_at`` is what "5 phút trước" is counted from; without it such dates stay unread.
    """
    rows, _ = read_rows(url, body, CommentsFormatError)
    comments = [_comment(url, row, zone, captured_at) for row in rows]
    return CommentThread(articleId=article_id, url=article_url, comments=comments)


def _comment(
    url: str, row: dict[str, Any], zone: ZoneInfo, captured_at: dt.datetime | None
) -> Comment:
    identity = row.get("id")
    if identity in {None, ""}:
        raise CommentsFormatError(url, f"a comment without 'id', only {sorted(row)[:8]}")
    parent = row.get("parentId")
    raw_date = row.get("createDate")
    raw_date = raw_date.strip() if isinstance(raw_date, str) else None
    return Comment(
        commentId=str(identity),
        parentId=None if parent in {None, "", 0, "0"} else str(parent),
        author=_plain(row.get("username")).replace("\n", " ") or None,
        text=_plain(row.get("content")),
        dateCreated=parse_comment_date(raw_date, zone, captured_at) if raw_date else None,
        dateCreatedRaw=raw_date or None,
    )


def _plain(value: object) -> str:
    """Text of what a reader typed: line ends stay, tags and entities do not."""
    if not isinstance(value, str):
        return ""
    return lines(html.unescape(_TAG.sub("", _BREAK.sub(LINE_BREAK, value))))
