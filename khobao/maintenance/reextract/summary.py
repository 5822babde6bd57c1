"""What a re-extraction found, in numbers and examples: the table, before anything is written."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from pipelines.text.diff import diff_words

if TYPE_CHECKING:
    from pipelines.mongodb.schema import Document

EXAMPLES = 3
SHOWN_CHARACTERS = 120
CONTEXT_WORDS = 4
MAX_ERRORS = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """One article's field, before and after; of a long text the words that differ."""

    document: str
    older: str | None
    newer: str | None


@dataclasses.dataclass(slots=True)
class FieldDifference:
    documents: int = 0
    examples: list[Example] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class Summary:
    """Counts of articles, not of records, unless said otherwise."""

    read: int = 0
    """Records."""

    compared: int = 0
    """Records of articles that MongoDB knows."""

    articles: int = 0
    """Stored articles of which the same record now says something else."""

    fields: dict[str, FieldDifference] = dataclasses.field(default_factory=dict)
    """By name; those of videos begin with ``videos.``."""

    new: set[int] = dataclasses.field(default_factory=set)
    """Hashed ids of articles that MongoDB does not know."""

    changed: set[int] = dataclasses.field(default_factory=set)
    """Hashed ids of articles of which a later record says something else than the stored one."""

    versions: set[int] = dataclasses.field(default_factory=set)
    videos: int = 0
    new_videos: set[int] = dataclasses.field(default_factory=set)
    released: int = 0
    """Pages that leave the quarantine."""

    quarantined: int = 0
    """Pages that MongoDB does not know and that are no articles."""

    still_quarantined: int = 0
    unreadable: int = 0
    errors: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    """(address or file, reason) of the first records that could not be read."""

    def add_error(self, where: str, reason: str) -> None:
        self.unreadable += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append((where, " ".join(reason.split())))

    def ingested(self, article_id: str, *, was_quarantined: bool) -> None:
        if not was_quarantined:
            self.new.add(hash(article_id))

    def newer(self, article_id: str) -> None:
        self.changed.add(hash(article_id))

    def article_differs(
        self, stored: Document, older: Document, newer: Document, derived: Collection[str]
    ) -> None:
        self.articles += 1
        self._differs(f"articles/{stored['_id']}", "", older, newer, derived)

    def video_differs(self, stored: Document, older: Document, newer: Document) -> None:
        self.videos += 1
        self._differs(f"videos/{stored['_id']}", "videos.", older, newer, ())

    def video_link(self, stored: Document, link: str) -> None:
        """An article that leads to a stored video, and is not in its list."""
        difference = self.fields.setdefault("videos.isPartOf", FieldDifference())
        difference.documents += 1
        if len(difference.examples) < EXAMPLES:
            difference.examples.append(Example(f"videos/{stored['_id']}", None, link))

    def _differs(
        self, where: str, prefix: str, older: Document, newer: Document, derived: Collection[str]
    ) -> None:
        for name in sorted((older.keys() | newer.keys()) - set(derived)):
            before, after = older.get(name), newer.get(name)
            if before == after:
                continue
            shown = name
            if name == "provenance":
                shown = "provenance.pageClass"
                before, after = _page_classes(older, newer)
            difference = self.fields.setdefault(prefix + shown, FieldDifference())
            difference.documents += 1
            if len(difference.examples) < EXAMPLES:
                difference.examples.append(Example(where, *_shown(before, after)))

    def as_document(self) -> dict[str, Any]:
        """For ``--json``."""
        counts = {
            "records": self.read,
            "compared": self.compared,
            "articles": self.articles,
            "new": len(self.new),
            "changed": len(self.changed),
            "versions": len(self.versions),
            "videos": self.videos,
            "newVideos": len(self.new_videos),
            "released": self.released,
            "quarantined": self.quarantined,
            "stillQuarantined": self.still_quarantined,
            "unreadable": self.unreadable,
        }
        fields = {name: dataclasses.asdict(self.fields[name]) for name in sorted(self.fields)}
        errors = [{"where": where, "reason": reason} for where, reason in self.errors]
        return {"counts": counts, "fields": fields, "errors": errors}

    @property
    def changes_anything(self) -> bool:
        return any(
            (
                self.fields,
                self.new,
                self.changed,
                self.versions,
                self.new_videos,
                self.released,
                self.quarantined,
            )
        )


def _page_classes(older: Document, newer: Document) -> tuple[Any, Any]:
    return older["provenance"].get("pageClass"), newer["provenance"].get("pageClass")


def _shown(older: Any, newer: Any) -> tuple[str | None, str | None]:
    """Both sides in a line each, cut to where they differ."""
    before, after = _text(older), _text(newer)
    if before is None or after is None:
        return _cut(before), _cut(after)
    if max(len(before), len(after)) <= SHOWN_CHARACTERS:
        return before, after
    pieces = diff_words(before, after)
    return _around(pieces, "-"), _around(pieces, "+")


def _around(pieces: list[dict[str, str]], op: str) -> str:
    """The words of one side that the other lacks, with some on both sides of them."""
    shown = []
    for number, piece in enumerate(pieces):
        if piece["op"] == op:
            shown.append(f"[{piece['text'].strip()}] ")
        elif piece["op"] == "=":
            words = piece["text"].split()
            if len(words) <= 2 * CONTEXT_WORDS:
                shown.append(" ".join(words) + " ")
                continue
            head = words[:CONTEXT_WORDS] if number else []
            tail = words[-CONTEXT_WORDS:] if number < len(pieces) - 1 else []
            shown.append(" ".join([*head, "…", *tail]) + " ")
    return _cut("".join(shown).strip()) or ""


def _cut(text: str | None) -> str | None:
    if text is None or len(text) <= 2 * SHOWN_CHARACTERS:
        return text
    return text[: 2 * SHOWN_CHARACTERS] + "…"


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(_text(each) or "null" for each in value) + "]"
    if isinstance(value, dict):
        inner = (f"{name}: {_text(each)}" for name, each in value.items() if each is not None)
        return "{" + ", ".join(inner) + "}"
    return str(value)
