"""The tables of ``docs/schema.md``: fields from the code, rules and indexes from MongoDB itself."""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import attrs
from zyte_common_items import Item

from crawler.items import CommentThread
from khobao.cli.reference.markdown import as_markdown, code, field_docs, table
from pipelines.mongodb.documents import DOCUMENTS, ITEMS, OBJECTS, Field, StoredObject
from pipelines.mongodb.schema import DATES

if TYPE_CHECKING:
    from pymongo.database import Database

_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", dt.datetime: "date"}
_PLURALS = {name: f"{name}s" for name in ("string", "integer", "number", "list", "object")}
_NAME = re.compile(r"\b[A-Z]\w+")
_LINK = re.compile(r"\[(\w+)\]")
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
    objects = (_as_markdown(name, each) for name, each in _objects().items())
    return found | {"objects": "\n".join(objects)}


def fields_of(collection: str) -> dict[str, Field]:
    """Of each field of a collection's documents, its type and its meaning."""
    own = DOCUMENTS[collection]
    fields = {"_id": own["_id"]}
    if item := ITEMS.get(collection):
        docs = field_docs(item)
        left_out = {name for name, place in _SAID_IN.items() if place == collection}
        for name, hint in get_type_hints(item).items():
            if name in _attributes(item) - left_out:
                meaning = own[name].meaning if name in own else docs.get(name, "")
                fields[name] = Field(_stored(name, hint), meaning)
    return _linked({**fields, **{name: own[name] for name in own if name not in fields}})


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


def _objects() -> dict[str, StoredObject]:
    """What stands inside documents, in the order in which it is met."""
    classes = {
        each.__name__: each
        for kind in (*ITEMS.values(), CommentThread)
        for each in _classes_inside(kind)
    }
    found: dict[str, StoredObject] = {}

    def meet(fields: Mapping[str, Field]) -> None:
        for name in _LINK.findall(" ".join(field.kind for field in fields.values())):
            if name not in found:
                found[name] = _of_class(classes[name]) if name in classes else OBJECTS[name]
                meet(_linked(found[name].fields))

    for collection in DOCUMENTS:
        meet(fields_of(collection))
    return found


def _classes_inside(kind: type) -> Iterator[type]:
    for hint in get_type_hints(kind).values():
        for each in _flat(hint):
            if _is_object(each):
                yield each
                yield from _classes_inside(each)


def _flat(hint: Any) -> list[Any]:
    members = get_args(hint)
    return [inner for member in members for inner in _flat(member)] if members else [hint]


def _is_object(hint: Any) -> bool:
    is_item = isinstance(hint, type) and issubclass(hint, Item)
    # What the extraction service would say of itself; our pages say it in their provenance.
    return is_item and hint.__name__ != "ArticleMetadata"


def _of_class(kind: type) -> StoredObject:
    docs: dict[str, str] = {}
    for each in reversed([kind, *kind.__mro__]):
        if each.__module__ != "builtins":
            docs |= field_docs(each)
    names = _attributes(kind)
    fields = {
        name: Field(_stored(name, hint), docs.get(name, ""))
        for name, hint in get_type_hints(kind).items()
        if name in names
    }
    about = as_markdown(kind.__doc__ or "") if kind.__module__.startswith("crawler.") else ""
    return StoredObject(about, fields)


def _as_markdown(name: str, described: StoredObject) -> str:
    rows = [(code(field), *each) for field, each in _linked(described.fields).items()]
    about = f"{described.about}\n\n" if described.about else ""
    return f"### {name}\n\n{about}{table(['field', 'type', 'meaning'], rows)}"


def _linked(fields: Mapping[str, Field]) -> dict[str, Field]:
    """With links to the objects that their types name."""
    return {name: Field(_NAME.sub(_link, each.kind), each.meaning) for name, each in fields.items()}


def _link(found: re.Match[str]) -> str:
    return f"[{found[0]}](#{found[0].lower()})"


def _attributes(item: type) -> set[str]:
    return {field.name for field in attrs.fields(item)}


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
        return str(hint.__name__)
    if origin is dict:
        return "object"
    return _NAMES.get(hint, "")
