"""Stage 200: text in one form, as the fields of :mod:`crawler.items` say. What the page had stays
in the ``…Raw`` and ``…Html`` fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs
from zyte_common_items import Item

from crawler.item_fields import CLEANING
from pipelines.text.normalize import normalize, normalize_lines

T = TypeVar("T")

_RULES: dict[type[Item], dict[str, Any]] = {}


class CleanPipeline:
    def process_item(self, item: Any) -> Any:
        return clean_item(item)


def clean_item(item: T) -> T:
    """Clean *item* in place and return it; doing it twice changes nothing more."""
    if isinstance(item, Item):
        # The spaces before a verse belong to the poem.
        _clean(item, cleaning_of(type(item)), keep_indent=getattr(item, "kind", None) == "poem")
    return item


def cleaning_of(item_class: type[Item]) -> dict[str, Any]:
    """Name of a field → how it is cleaned: a word, or a mapping for the items in it."""
    if item_class not in _RULES:
        fields = attrs.fields(item_class)
        _RULES[item_class] = {
            each.name: how for each in fields if (how := each.metadata.get(CLEANING))
        }
    return _RULES[item_class]


def _clean(item: Item, rules: Mapping[str, Any], *, keep_indent: bool = False) -> None:
    # Without ItemAdapter: the rules are of attrs classes only, and an article has dozens of items
    # in it, for each of which an adapter is found anew (3 % of the time of `reextract`).
    for name, how in rules.items():
        value = getattr(item, name)
        if value is None:
            continue
        if isinstance(how, str):
            setattr(item, name, _cleaned(value, how, keep_indent=keep_indent))
        else:
            for member in value if isinstance(value, list) else [value]:
                _clean(member, how)


def _cleaned(value: Any, how: str, *, keep_indent: bool) -> Any:
    match how:
        case "line":
            return normalize(value) or None  # a field of nothing but spaces says nothing
        case "list":
            return [line for each in value if (line := normalize(each))]
        case "lines":
            return normalize_lines(value, keep_indent=keep_indent)
        case _:
            return normalize_lines(value) or None
