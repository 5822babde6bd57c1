"""Topic calls of the JSON API: topics, and the articles of one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from crawler.pages.errors import ListingFormatError
from crawler.pages.listings.jsonp import read_rows, text_of_value
from crawler.pages.listings.listing import Listing, read_listing
from crawler.pages.media.images import file_url

if TYPE_CHECKING:
    from crawler.sites import SiteProfile

_AVATARS = "/file/topicAvatar/"
"""Where the newspaper's own script looks for ``urlImage``."""


@dataclasses.dataclass(frozen=True, slots=True)
class Topic:
    """A topic (*sự kiện*): articles of any section that the newspaper has put together."""

    topicId: str
    """``saTopicId`` of the call that lists its articles, as the answer writes it."""

    name: str
    url: str
    """The page of the topic, which a script fills."""

    lead: str | None = None
    description: str | None = None
    thumbnailUrl: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class TopicListing:
    """What one call of ``topic/list`` tells."""

    topics: list[Topic]
    total: int | None
    """How many topics there are in all, if the answer says so."""

    rows: int
    """Rows of the answer, those without a title included."""


def read_topics(url: str, body: bytes, profile: SiteProfile) -> TopicListing:
    """Read an answer of ``topic/list``, the topics in its order.

    A row without a title is counted, not returned. Raises ListingFormatError when it is no such
    answer, or when a topic has no id: nothing could be asked about it.
    """
    rows, total = read_rows(url, body, ListingFormatError)
    found = (_topic(url, row, profile) for row in rows)
    return TopicListing([topic for topic in found if topic is not None], total, len(rows))


def read_topic_articles(url: str, body: bytes, profile: SiteProfile, topic: Topic) -> Listing:
    """Read an answer of ``topic/article/list``; raises ListingFormatError when it is none.

    An article of a topic belongs to a section that the answer does not name: the announcements
    have ``su-kien/ID`` in its place.
    """
    return read_listing(url, body, profile, f"su-kien/{topic.topicId}")


def _topic(url: str, row: dict[str, Any], profile: SiteProfile) -> Topic | None:
    name = text_of_value(row.get("title"))
    if name is None:
        return None
    topic_id = _identity(row.get("id"))
    if topic_id is None:
        raise ListingFormatError(url, f"a topic without 'id', only {sorted(row)[:8]}")
    return Topic(
        topicId=topic_id,
        name=name,
        url=profile.topic_url(topic_id, name),
        lead=text_of_value(row.get("lead")),
        description=text_of_value(row.get("description")),
        thumbnailUrl=file_url(text_of_value(row.get("urlImage")), _AVATARS, profile),
    )


def _identity(value: object) -> str | None:
    """Ids are 32 digits on one newspaper and may be numbers on another."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text_of_value(value)
