"""The tables of ``docs/schema.md``: fields from the code, rules and indexes from MongoDB itself."""

from __future__ import annotations

import datetime as dt
import types
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

import attrs
from zyte_common_items import Item

from khobao.cli.reference.markdown import as_markdown, code, field_docs, table
from pipelines.mongodb.documents import DOCUMENTS, ITEMS
from pipelines.mongodb.schema import DATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pymongo.database import Database

__all__ = ["fields_of", "parts"]

_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", dt.datetime: "date"}
_PLURALS = {name: f"{name}s" for name in ("string", "integer", "number", "list", "object")}
_SAID_IN = {"url": "frontier", "section": "frontier"}
"""Fields of an item that its document holds under another name."""


def parts(database: Database[dict[str, Any]]) -> dict[str, str]:
    """By name of a generated part its text.

    :param database: one to which all migrations were applied.
    """
    rules = {info["name"]: _validator(info) for info in database.list_collections()}
    found = {
        name: _collection(name, rules.get(name, {}), _indexes(database, name)) for name in DOCUMENTS
    }
    return found | {"objects": "\n".join(_object(kind) for kind in _objects())}


def fields_of(collection: str) -> dict[str, tuple[str, str]]:
    """Of each field of a collection's documents, its type and its meaning."""
    own = DOCUMENTS[collection]
    own_types, own_docs = get_type_hints(own), field_docs(own)
    fields = {"_id": (_type(own_types["_id"]), own_docs["_id"])}
    if item := ITEMS.get(collection):
        docs = field_docs(item)
        left_out = {name for name, place in _SAID_IN.items() if place == collection}
        for name, hint in get_type_hints(item).items():
            if name in _attributes(item) - left_out:
                fields[name] = _stored(name, hint), own_docs.get(name) or docs.get(name, "")
    for name, hint in own_types.items():
        fields.setdefault(name, (_type(hint), own_docs.get(name, "")))
    return fields


def _collection(name: str, schema: dict[str, Any], indexes: str) -> str:
    rules = schema.get("properties", {})
    required = set(schema.get("required", ()))
    rows = [
        (code(field), kind, _rule(rules.get(field, {}), is_required=field in required), meaning)
        for field, (kind, meaning) in fields_of(name).items()
    ]
    unknown = set(rules) - set(fields_of(name))
    rows += [(code(field), "", "", "") for field in sorted(unknown)]  # a test finds the holes
    text = table(["field", "type", "rule", "meaning"], rows)
    return f"{text}\nIndexes: {indexes}.\n" if indexes else text


def _rule(rule: dict[str, Any], *, is_required: bool) -> str:
    """What MongoDB itself holds of a field, beside its type."""
    words = ["required"] if is_required else []
    if values := rule.get("enum"):
        words.append(", ".join(code(value) for value in values))
    if pattern := rule.get("pattern"):
        words.append(code(pattern))
    for name, sign in (("minimum", "≥"), ("maximum", "≤")):
        if rule.get(name):  # not below 0 goes without saying
            words.append(f"{sign} {rule[name]}")
    return "; ".join(words)


def _validator(info: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = info["options"].get("validator", {}).get("$jsonSchema", {})
    return schema


def _indexes(database: Database[dict[str, Any]], name: str) -> str:
    found = database[name].index_information()
    shown = []
    for index in found.values():
        keys = [f"{key} {'↓' if order < 0 else '↑'}" for key, order in index["key"]]
        if keys != ["_id ↑"]:
            shown.append(code(", ".join(keys)) + (" (unique)" if index.get("unique") else ""))
    return " · ".join(sorted(shown))


def _objects() -> list[type]:
    """The classes of what stands inside documents, in the order in which they are met."""
    found: dict[type, None] = {}
    for collection, own in DOCUMENTS.items():
        for kind in filter(None, (ITEMS.get(collection), own)):
            for inner in _inner(kind):
                found.setdefault(inner)
    return list(found)


def _inner(kind: type) -> Iterator[type]:
    for hint in get_type_hints(kind).values():
        for each in _flat(hint):
            if _is_object(each):
                yield each
                yield from _inner(each)


def _flat(hint: Any) -> list[Any]:
    members = get_args(hint)
    return [inner for member in members for inner in _flat(member)] if members else [hint]


def _is_object(hint: Any) -> bool:
    is_item = isinstance(hint, type) and issubclass(hint, Item)
    # What the extraction service would say of itself; our pages say it in their provenance.
    return (is_item and hint.__name__ != "ArticleMetadata") or is_typeddict(hint)


def _object(kind: type) -> str:
    docs: dict[str, str] = {}
    for each in reversed([kind, *kind.__mro__]):
        if each.__module__ not in {"builtins", "typing"}:
            docs |= field_docs(each)
    names = _attributes(kind)
    rows = [
        (code(name), _stored(name, hint), docs.get(name, ""))
        for name, hint in get_type_hints(kind).items()
        if name in names
    ]
    text = f"### {kind.__name__}\n\n"
    if kind.__doc__ and kind.__module__.startswith(("crawler.", "pipelines.")):
        text += f"{as_markdown(kind.__doc__)}\n\n"
    return text + table(["field", "type", "meaning"], rows)


def _attributes(kind: type) -> set[str]:
    if attrs.has(kind):
        return {field.name for field in attrs.fields(kind)}
    return set(get_type_hints(kind))


def _stored(name: str, hint: Any) -> str:
    kind = _type(hint)
    return "date" if kind == "string" and name in DATES else kind


def _type(hint: Any) -> str:
    """In the words of a reader of JSON."""
    origin, members = get_origin(hint), [each for each in get_args(hint) if each is not type(None)]
    if origin in {types.UnionType, Literal} or (len(members) == 1 and origin not in {list, dict}):
        return _type(members[0])
    if origin is list:
        inner = _type(members[0])
        return f"list of {_PLURALS.get(inner.partition(' ')[0], inner)}" if inner else "list"
    if _is_object(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if origin is dict:
        inner = _type(members[1])
        return f"object of {inner}" if "[" in inner else "object"
    return _NAMES.get(hint, "")
