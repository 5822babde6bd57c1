"""Another design of the newspaper's pages, as if its makers had been at work over night."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from cssselect import HTMLTranslator, SelectorError
from lxml import etree, html

_NAMES = re.compile(rb"""(?P<before>\b(?:class|id)\s*=\s*)(?P<quote>["'])(?P<names>[^"']*)""")
_TAG = re.compile(rb"(?P<open></?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?=[\s>/])")
_CALL = re.compile(rb"^(?P<before>[^(]*\()(?P<data>.*)(?P<after>\);?\s*)$", re.DOTALL)
_KEYS = {"rename", "tags", "keys", "remove", "empty", "unwrap", "add"}


@dataclass(frozen=True, slots=True)
class Redesign:
    """What differs from the pages as they were.

    :raises ValueError: a selector is none.
    """

    rename: Mapping[str, str] = field(default_factory=dict)
    """Classes and ids by their new names; an empty one takes the name away."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Elements by their new names: ``{"time": "span"}``."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of the JSON API by their new names."""

    remove: tuple[str, ...] = ()
    """CSS selectors of elements that are gone."""

    empty: tuple[str, ...] = ()
    """CSS selectors of elements that are there, with nothing in them."""

    unwrap: tuple[str, ...] = ()
    """CSS selectors of elements whose content stands where they stood."""

    add: Mapping[str, str] = field(default_factory=dict)
    """HTML that comes last in the elements of a CSS selector."""

    def __post_init__(self) -> None:
        for selector in (*self.remove, *self.empty, *self.unwrap, *self.add):
            try:
                _path(selector)
            except SelectorError as error:
                raise ValueError(f"{selector!r} is no selector: {error}") from None

    @classmethod
    def of(cls, wish: Mapping[str, Any]) -> Redesign:
        """:raises ValueError: a key that is not known."""
        if unknown := wish.keys() - _KEYS:
            raise ValueError(f"{sorted(unknown)} is nothing to change; there are {sorted(_KEYS)}")
        return cls(
            rename=dict(wish.get("rename", {})),
            tags=dict(wish.get("tags", {})),
            keys=dict(wish.get("keys", {})),
            remove=tuple(wish.get("remove", ())),
            empty=tuple(wish.get("empty", ())),
            unwrap=tuple(wish.get("unwrap", ())),
            add=dict(wish.get("add", {})),
        )

    def __bool__(self) -> bool:
        return bool(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in sorted(_KEYS) if getattr(self, name)}

    def applied(self, content_type: str, body: bytes) -> bytes:
        """The body in its new design; pictures, scripts and styles stay as they are."""
        if content_type.startswith("text/html"):
            return self._html(body)
        return self._answer(body) if self.keys else body

    def _html(self, body: bytes) -> bytes:
        if self.remove or self.empty or self.unwrap or self.add:
            body = self._taken_apart(body)
        if self.rename:
            names = {old.encode(): new.encode() for old, new in self.rename.items()}
            body = _NAMES.sub(lambda match: _renamed(match, names), body)
        if self.tags:
            tags = {old.encode(): new.encode() for old, new in self.tags.items()}
            body = _TAG.sub(
                lambda match: match["open"] + tags.get(match["name"].lower(), match["name"]), body
            )
        return body

    def _taken_apart(self, body: bytes) -> bytes:
        root = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
        for element in _found(root, self.remove):
            if element.getparent() is not None:
                element.drop_tree()
        for element in _found(root, self.unwrap):
            element.drop_tag()
        for element in _found(root, self.empty):
            element.text = None
            for child in list(element):
                element.remove(child)
        for selector, source in self.add.items():
            for element in _found(root, (selector,)):
                element.append(html.fragment_fromstring(source))
        serialized: bytes = etree.tostring(root, method="html", encoding="utf-8")
        return serialized

    def _answer(self, body: bytes) -> bytes:
        call = _CALL.match(body)
        if call is None:
            return body
        renamed = json.loads(
            call["data"],
            object_pairs_hook=lambda pairs: {self.keys.get(name, name): of for name, of in pairs},
        )
        return call["before"] + json.dumps(renamed, ensure_ascii=False).encode() + call["after"]


def _found(root: html.HtmlElement, selectors: tuple[str, ...]) -> list[html.HtmlElement]:
    return [
        element
        for selector in selectors
        for element in cast("list[html.HtmlElement]", root.xpath(_path(selector)))
    ]


def _path(selector: str) -> str:
    return HTMLTranslator().css_to_xpath(selector)


def _renamed(match: re.Match[bytes], names: Mapping[bytes, bytes]) -> bytes:
    words = match["names"].split()
    if names.keys().isdisjoint(words):
        return match[0]
    new = b" ".join(filter(None, (names.get(word, word) for word in words)))
    return match["before"] + match["quote"] + new
