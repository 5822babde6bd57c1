"""What makes two captures of an article the same, and two articles copies of one text.

Both are hashes of text in one form: NFC, one place for the tone mark. Two pages that differ in the
Unicode form of a letter, or in ``hoà`` against ``hòa``, say the same.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from crawler.item_fields import fields_with_role
from crawler.items import NewsArticle
from pipelines.text.tone import unify_tones

CONTENT_FIELDS = fields_with_role(NewsArticle, "content")
"""What an article says. Its address, its section and what is known about its capture are not it."""

PLACEMENT_FIELDS = fields_with_role(NewsArticle, "placement")
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


def fingerprint(document: Mapping[str, Any]) -> Fingerprint:
    """:param document: an article as :func:`pipelines.mongodb.schema.to_document` makes it."""
    content = {name: document[name] for name in CONTENT_FIELDS if name in document}
    body = _comparable(content.pop("articleBody", ""))
    content["articleBodyHtml"] = "".join(TAG.findall(content.get("articleBodyHtml", "")))
    rest = _comparable(json.dumps(content, ensure_ascii=False, default=str))
    # A reprint may join or split paragraphs; for the article itself that is a change.
    lines = body.split("\n")
    body_hash = _digest(" ".join(filter(None, lines)))
    content_hash = _digest(f"{rest}\n{body_hash}\n{[len(line) for line in lines]}")
    return Fingerprint(content_hash, body_hash if len(body) >= MIN_CLUSTER_LETTERS else None)


def _comparable(text: str) -> str:
    return unify_tones(unicodedata.normalize("NFC", text))


def _digest(text: str) -> str:
    # surrogatepass: a lone surrogate gets a reason from MongoDB, not a traceback from here.
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
