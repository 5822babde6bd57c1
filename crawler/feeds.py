"""Feeds such as ``-O out.jsonl``: every item says what it is, because articles and videos mix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.exporters import BaseItemExporter, JsonItemExporter, JsonLinesItemExporter


class _TypedItemExporter(BaseItemExporter):
    def get_serialized_fields(self, item: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        yield "type", type(item).__name__
        yield from super().get_serialized_fields(item, *args, **kwargs)


class TypedJsonItemExporter(_TypedItemExporter, JsonItemExporter):
    """``json``, with the name of the item's class in front: ``NewsArticle``, ``VideoTeaser``."""


class TypedJsonLinesItemExporter(_TypedItemExporter, JsonLinesItemExporter):
    """``jsonl``, likewise."""
