"""Metadata of item fields: how stage 200 cleans a field, and what a change of it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs

if TYPE_CHECKING:
    from zyte_common_items import Item

CLEANING, ROLE = "cleaning", "role"
"""Keys of a field's metadata."""

Cleaning = Literal["line", "lines", "lines or none", "list"]
"""One line, which is None when nothing is left; paragraphs and lines; a list of single lines."""

Role = Literal["content", "placement"]
"""What an article says, or where the newspaper puts it: see :mod:`pipelines.fingerprint`."""


def item_field(
    *,
    cleaning: Cleaning | Mapping[str, Cleaning] | None = None,
    role: Role | None = None,
    default: Any = None,
) -> Any:
    """:param cleaning: how stage 200 puts it into one form; of an item, or a list of items, by the
        names of their fields.
    :param role: what a change of it means.
    """
    return attrs.field(default=default, metadata={CLEANING: cleaning, ROLE: role})


def fields_with_role(item_class: type[Item], role: Role) -> tuple[str, ...]:
    """In the order of the class."""
    fields = attrs.fields(item_class)
    return tuple(each.name for each in fields if each.metadata.get(ROLE) == role)
