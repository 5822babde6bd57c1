"""Charset that a server claims in Content-Type: the one rule for crawl, survey and archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NAME = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_QUOTED = r'"((?:[^"\\]|\\.)*)(?:"|\\?$)'
_ESSENCE = re.compile(rf"[ \t\r\n]*({_NAME}/{_NAME})[ \t\r\n]*(?=;|$)")
_PARAMETER = re.compile(rf";[ \t\r\n]*([^;=]*)(?:=(?:{_QUOTED}[^;]*|([^;]*)))?", re.DOTALL)
_LISTED = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*(?:"|\\?$))+', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def charset_of(values: Iterable[bytes]) -> str | None:
    """In lower case, as claimed; None if nothing valid is.

    Read as browsers do (Fetch, "extract a MIME type"; WHATWG MIME Sniffing; RFC 9110, section
    5.6.6): only a parameter named ``charset`` counts, the first of that name, quoted or not; of
    several fields the last that is a media type, which inherits the charset of an earlier one of
    the same type.

    :param values: of all Content-Type fields, in their order.
    """
    essence, charset = "", None
    for value in _listed(values):
        found = _ESSENCE.match(value)
        if found is None or found[1] == "*/*":
            continue
        if found[1].lower() != essence:
            essence, charset = found[1].lower(), None
        charset = _parameter(value[found.end() :], "charset") or charset
    return charset.lower() if charset else None


def _listed(values: Iterable[bytes]) -> Iterator[str]:
    for value in values:
        yield from _LISTED.findall(value.decode("latin-1"))


def _parameter(text: str, wanted: str) -> str | None:
    for found in _PARAMETER.finditer(text):
        name, quoted, plain = found.groups()
        if name.lower() != wanted:
            continue
        if quoted is not None:
            return _ESCAPED.sub(r"\1", quoted)
        if value := (plain or "").strip(" \t\r\n"):
            return value
    return None
