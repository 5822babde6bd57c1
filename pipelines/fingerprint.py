"""What makes two captures of an article the same, and two articles copies of one text.

Both are hashes of text in one form: NFC, one place for the tone mark. Two pages that differ in the
Unicode form of a letter, or in ``hoà`` against ``hòa``, say the same.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from pipelines.text.tone import unify_tones

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CONTENT_FIELDS", "PLACEMENT_FIELDS", "Fingerprint", "fingerprint"]

CONTENT_FIELDS = (
    "headline",
    "alternativeHeadline",
    "description",
    "abstract",
    "articleBody",
    "articleBodyHtml",
    "datePublished",
    "dateModified",
    "kind",
    "authors",
    "keywords",
    "mainImage",
    "images",
    "videos",
    "audios",
    "attachments",
    "relatedLinks",
)
"""What an article says. Its address, its section and what is known about its capture are not it."""

PLACEMENT_FIELDS = ("articleSection", "categoryId", "breadcrumbs")
"""Where the newspaper puts it. Another address of the same article may well put it elsewhere."""

# The letters of the HTML are those of articleBody, in whatever Unicode form the page had them;
# what it adds is in its tags: link targets, emphasis, structure.
TAG = re.compile("<[^>]*>")
# Bodies shorter than this ("Ảnh: …", a greeting) are alike by chance.
MIN_CLUSTER_LETTERS = 80


class Fingerprint(NamedTuple):
    contentHash: str  # noqa: N815  # the field's name in MongoDB
    """Changes when, and only when, the article says something else."""

    cluster: str | None
    """Shared by reprints: hash of the body alone. None when there is too little text."""


def fingerprint(document: Mapping[str, object]) -> Fingerprint:
    """:param document: an article as :func:`pipelines.mongodb.schema.to_document` makes it."""
    strings: list[str] = []
    for name in CONTENT_FIELDS:
        value = document.get(name)
        if value is None or name == "articleBody":
            continue
        strings.append("\x1e" + name)
        if name == "articleBodyHtml":
            strings += TAG.findall(str(value))
        else:
            _collect(value, strings)
    body = _comparable(str(document.get("articleBody") or ""))
    rest = _comparable("\x1f".join(strings))
    return Fingerprint(_digest(f"{rest}\x1e{body}"), _cluster(body))


def _collect(value: object, strings: list[str]) -> None:
    """Every string of a value, with the names it stands under; names keep neighbours apart."""
    if isinstance(value, str):
        strings.append(value)
    elif isinstance(value, dict):
        strings.append("\x1d")
        for name, member in value.items():
            strings.append(name)
            _collect(member, strings)
    elif isinstance(value, list):
        for member in value:
            _collect(member, strings)
    else:
        strings.append(str(value))


def _comparable(text: str) -> str:
    return unify_tones(unicodedata.normalize("NFC", text))


def _cluster(body: str) -> str | None:
    if len(body) < MIN_CLUSTER_LETTERS:
        return None
    # A reprint may join or split paragraphs.
    return _digest(body.replace("\n\n", " ").replace("\n", " "))


def _digest(text: str) -> str:
    # surrogatepass: a lone surrogate gets a reason from MongoDB, not a traceback from here.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
