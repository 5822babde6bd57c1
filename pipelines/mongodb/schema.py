"""Items as documents and back: the only place that knows both.

A document holds the fields of its item under the same names. What an item does not say (None) is
left out; an empty list stays, because it says that the page was read and had none. The dates in
:data:`DATES` become BSON dates, in UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, TypeVar, get_args, get_type_hints, overload

import attrs
from zyte_common_items import Item

from crawler.frontier import FrontierUrl, QuarantinedPage
from crawler.identity import article_key, hashed, video_key
from crawler.items import CommentThread, NewsArticle, VideoTeaser
from pipelines.text.dates import parse_date
from pipelines.text.fold import fold

Document = dict[str, Any]
AnyItem = TypeVar("AnyItem", bound=Item)

COLLECTIONS = (
    "articles",
    "versions",
    "videos",
    "captures",
    "frontier",
    "runs",
    "quarantine",
)
DATES = frozenset({"datePublished", "dateModified", "dateCreated"})
# The newspaper's zone has had this offset since 1975, longer than it has been on the web.
VIETNAM = dt.timezone(dt.timedelta(hours=7))

_FIELDS: dict[type[Item], tuple[tuple[str, ...], Callable[[Item], tuple[Any, ...]]]] = {}
_MEMBER_CLASSES: dict[type[Item], dict[str, type[Item]]] = {}


def to_document(item: Item) -> Document:
    """The fields of *item* and its ``_id``; the store adds what it knows about it."""
    document = _plain(item)
    if isinstance(item, NewsArticle):
        document["headlineFolded"] = fold(item.headline or "")
    elif isinstance(item, FrontierUrl):
        # One announced address is listed by many listings and stands in several sections.
        del document["url"], document["section"]
    document["_id"] = document_id(item)
    return document


@overload
def from_document(document: Mapping[str, Any]) -> NewsArticle | VideoTeaser: ...
@overload
def from_document(document: Mapping[str, Any], item_class: type[AnyItem]) -> AnyItem: ...
def from_document(document: Mapping[str, Any], item_class: type[Item] | None = None) -> Item:
    """The item that :func:`to_document` made *document* of; what the store added is left out.

    :param item_class: may be left out for documents of ``articles`` and ``videos``.
    """
    if item_class is None:
        item_class = VideoTeaser if "source" in document else NewsArticle
    return _build(item_class, document)


def document_id(item: Item) -> str:
    """The key of an item's document. See ``docs/schema.md`` for why."""
    match item:
        case NewsArticle():
            key = article_key(item)
        case VideoTeaser():
            key = video_key(item)
        case QuarantinedPage():
            provenance = item.provenance
            key = provenance.warcRecordId if provenance else hashed("url", item.url)
        case FrontierUrl():
            key = item.url
        case _:
            raise TypeError(f"{type(item).__name__} has no document of its own")
    return key


def comment_documents(thread: CommentThread) -> list[Document]:
    return [_plain(comment) for comment in thread.comments]


def without_none(document: Mapping[str, Any]) -> Document:
    return {name: value for name, value in document.items() if value is not None}


def _fields(item_class: type[Item]) -> tuple[tuple[str, ...], Callable[[Item], tuple[Any, ...]]]:
    """The names of a class's fields, and what gets all their values at once."""
    fields = _FIELDS.get(item_class)
    if fields is None:
        names = tuple(field.name for field in attrs.fields(item_class))
        get = attrgetter(*names)
        # Of a single name attrgetter gives the bare value, not a tuple of one.
        fields = _FIELDS[item_class] = names, get if len(names) > 1 else lambda item: (get(item),)
    return fields


def _plain(item: Item) -> Document:
    names, values_of = _fields(type(item))
    document: Document = {}
    for name, value in zip(names, values_of(item), strict=True):
        if value is None:
            continue
        if isinstance(value, str):
            document[name] = parse_date(value) if name in DATES else value
        elif isinstance(value, list):
            document[name] = [_plain(v) if isinstance(v, Item) else v for v in value]
        else:
            document[name] = _plain(value) if isinstance(value, Item) else value
    return document


def _member_classes(item_class: type[Item]) -> dict[str, type[Item]]:
    """Which fields hold items, alone or in a list, and of which class."""
    classes = _MEMBER_CLASSES.get(item_class)
    if classes is None:
        classes = _MEMBER_CLASSES[item_class] = {
            name: candidate
            for name, hint in get_type_hints(item_class).items()
            for candidate in _flatten(hint)
            if isinstance(candidate, type) and issubclass(candidate, Item)
        }
    return classes


def _flatten(hint: Any) -> list[Any]:
    members = get_args(hint)
    return [inner for member in members for inner in _flatten(member)] if members else [hint]


def _build(item_class: type[AnyItem], document: Mapping[str, Any]) -> AnyItem:
    members = _member_classes(item_class)
    fields: Document = {}
    for name in _fields(item_class)[0]:
        value = document.get(name)
        if value is None:
            continue
        member = members.get(name)
        if isinstance(value, dt.datetime):
            precision = "milliseconds" if value.microsecond else "seconds"  # all that BSON keeps
            value = value.astimezone(VIETNAM).isoformat(timespec=precision)
        elif member is not None:
            value = (
                [_build(member, v) for v in value]
                if isinstance(value, list)
                else _build(member, value)
            )
        fields[name] = value
    return item_class(**fields)
