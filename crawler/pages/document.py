"""Document: the bytes of a page with what is made of them, for all who read the page."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from web_poet import HttpResponse

from crawler.pages.html import decode, parse_source

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_JSON_LD = "application/ld+json"
_WRAPPING = re.compile(r"^(?:\s|<!--|/{2}|<!\[CDATA\[)+|(?:\s|;|-->|/{2}|\]\]>)+$")


class Document:
    """One page. Each part is made once, when it is first asked for.

    Its tree is shared by all readers, and none of them alters it: who wants to, copies the part in
    question.
    """

    def __init__(self, url: str, body: bytes) -> None:
        self.url = url
        """The address that was asked for."""

        self.body = body
        """As they came, but for their content encoding."""

    @classmethod
    def of(cls, url: str, body: bytes | Document) -> Document:
        """The document itself, or one made of the bytes."""
        return cls(url, body) if isinstance(body, bytes) else body

    def __repr__(self) -> str:
        return f"Document({self.url!r}, {len(self.body)} bytes)"

    @cached_property
    def source(self) -> bytes:
        """The text, as valid UTF-8."""
        return decode(self.body)

    @cached_property
    def root(self) -> Element | None:
        """None when there is no element in the bytes."""
        return parse_source(self.source)

    @cached_property
    def response(self) -> HttpResponse:
        """What page classes are made of."""
        return HttpResponse(self.url, self.body, encoding="utf-8")

    @cached_property
    def meta_elements(self) -> list[Element]:
        """Those of the head; of a page without a head, all."""
        if self.root is None:
            return []
        head = self.root.find("head")
        return list((self.root if head is None else head).iter("meta"))

    @cached_property
    def meta(self) -> dict[str, str]:
        """Contents of the ``meta`` elements by their name or property, the first of each."""
        found: dict[str, str] = {}
        for element in self.meta_elements:
            name = element.get("name") or element.get("property") or element.get("http-equiv")
            if name:
                found.setdefault(name.lower(), element.get("content") or "")
            elif element.get("charset"):
                found.setdefault("charset", element.get("charset") or "")
        return found

    @cached_property
    def scripts(self) -> list[Element]:
        """All ``script`` elements."""
        return [] if self.root is None else list(self.root.iter("script"))

    @cached_property
    def json_ld_texts(self) -> list[str]:
        """What stands in the scripts of JSON-LD, as written."""
        return [
            script.text or ""
            for script in self.scripts
            if (script.get("type") or "").split(";")[0].strip().lower() == _JSON_LD
        ]

    @cached_property
    def json_ld(self) -> list[Any]:
        """The values of the scripts of JSON-LD; None for what is no JSON."""
        return [_loads(text) for text in self.json_ld_texts]


def _loads(text: str) -> Any:
    """Real pages hold line feeds inside strings, comments of the CMS around the whole, and a
    semicolon behind it.
    """
    try:
        return json.loads(_WRAPPING.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return None
