"""What an exchange came to, in one word, told at the moment of capture from its bytes alone.

Whether the page could be read is another question, asked later; this one can be asked of an archive
without any knowledge of the newspaper.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from crawler.pages.walls import MAX_WALL_CHARS, NOT_FOUND, wall_mark
from crawler.statuses import GONE, REFUSED

if TYPE_CHECKING:
    from scrapy.http import Response

RESPONSE_CLASSES = frozenset(
    {
        "content",
        "redirect",
        "not-modified",
        "gone",
        "refused",
        "rate-limited",
        "server-error",
        "wall",
        "soft-404",
        "truncated",
        "failed",
    }
)

_BY_STATUS: dict[int, str] = {
    HTTPStatus.NOT_MODIFIED: "not-modified",
    HTTPStatus.TOO_MANY_REQUESTS: "rate-limited",
    **dict.fromkeys(GONE, "gone"),
}
_BY_CLASS = {2: "content", 3: "redirect", 4: "refused", 5: "server-error"}
_MAY_BE_WALLS = REFUSED | {HTTPStatus.OK, HTTPStatus.UNAUTHORIZED}
_OF_THE_NEWSPAPER = (b'id="page_info"', b'id="content"')
_TITLE = re.compile(r"<(title|h1)\b[^>]{0,200}>(.{0,300}?)</\1", re.IGNORECASE | re.DOTALL)
_ARTICLE_ID = re.compile(r"""id=["']article_id["'][^>]{0,200}>\s*[0-9a-f]{32}""", re.IGNORECASE)


def classify(
    status: int | None, truncated: str | None, body: bytes, mime: str, *, was_asked: bool = True
) -> str:
    """One of :data:`RESPONSE_CLASSES`.

    :param status: None if no response could be made of what came.
    :param body: its beginning, without codings.
    :param was_asked: the request had a condition, without which a 304 says nothing.
    """
    # An error is one, however much of its page came.
    if truncated is not None and (status is None or status < HTTPStatus.BAD_REQUEST):
        return "truncated"
    if status is None or (status == HTTPStatus.NOT_MODIFIED and not was_asked):
        return "failed"
    if status == HTTPStatus.OK and _says_that_nothing_is_there(body, mime):
        return "soft-404"
    if status in _MAY_BE_WALLS and _is_wall(body, mime):
        return "wall"
    return _BY_STATUS.get(status) or _BY_CLASS.get(status // 100, "failed")


def _is_wall(body: bytes, mime: str) -> bool:
    if "html" not in mime.lower() or len(body) > MAX_WALL_CHARS:
        return False
    if any(mark in body for mark in _OF_THE_NEWSPAPER):
        return False
    return wall_mark(body.decode("utf-8", "replace")) is not None


def _says_that_nothing_is_there(body: bytes, mime: str) -> bool:
    if "html" not in mime.lower() or len(body) > MAX_WALL_CHARS:
        return False
    text = body.decode("utf-8", "replace")
    if _ARTICLE_ID.search(text):  # a title may well say that something does not exist
        return False
    return any(NOT_FOUND.search(found[2]) for found in _TITLE.finditer(text))


def response_class_of(
    response: Response | None, truncated: str | None, *, was_asked: bool = True
) -> str:
    """:func:`classify` for a response as the download handler makes it."""
    if response is None:
        return classify(None, truncated, b"", "")
    mime = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
    # One byte more than a wall may have is enough to know that it is none.
    body = response.body[: MAX_WALL_CHARS + 1]
    return classify(response.status, truncated, body, mime, was_asked=was_asked)
