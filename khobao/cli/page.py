"""An article, a video or a WARC record as a page for a person to read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from crawler.options import ZONE
from khobao.cli.output import console, print_pairs, shell_command

if TYPE_CHECKING:
    from rich.console import Console

    from khobao.cli.context import Context

TEXT_WIDTH = 90
"""Longer lines of prose are hard to read, however wide the terminal is."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Document = dict[str, Any]


def local_time(instant: dt.datetime | None) -> str:
    """The newspaper's own time, as it prints it, with seconds and zone."""
    return f"{instant.astimezone(ZONE):%H:%M:%S, %d/%m/%Y %Z}" if instant else "–"


def print_document(document: Document, context: Context) -> None:
    """The printed page: what a reader of the newspaper sees, then what the archive knows."""
    screen = console()
    _print_head(screen, document)
    for block in (document.get("articleBody") or "").split("\n\n"):
        if block:
            _prose(screen, block)
    _print_media(screen, document)
    _print_comments(screen, document.get("comments") or [])
    screen.print("─" * min(screen.width, TEXT_WIDTH), style="dim")
    print_pairs(screen, _facts(document))
    again = shell_command(
        "khobao", "show", str(document["_id"]), "--record", "--home", str(context.home)
    )
    screen.print(f"\nThe record it was read from: {again}", style="dim")


def print_record(
    where: Mapping[str, object], headers: Iterable[tuple[str, str]], http_head: str
) -> None:
    """Where a WARC record lies, its fields, and the head of the HTTP response in it."""
    screen = console()
    print_pairs(screen, list(where.items()))
    screen.print()
    for name, value in headers:
        screen.print(Text.assemble((f"{name}: ", "bold"), _printable(value)), soft_wrap=True)
    screen.print()
    for line in http_head.splitlines():
        screen.print(_printable(line), soft_wrap=True)


def _print_head(screen: Console, document: Document) -> None:
    printed = document.get("datePublishedRaw") or local_time(document.get("datePublished"))
    place = document.get("articleSection") or document.get("source")
    line = " · ".join(
        str(each) for each in (document.get("kind") or "video", place, printed) if each
    )
    screen.print(_printable(line), style="dim")
    if above := document.get("alternativeHeadline"):
        _prose(screen, above, style="italic")
    _prose(screen, document.get("headline") or "(no headline)", style="bold underline")
    if authors := document.get("authors"):
        _prose(screen, ", ".join(_author(each) for each in authors), style="dim")
    if description := document.get("description"):
        _prose(screen, description, style="bold")


def _author(author: Mapping[str, str]) -> str:
    name = author.get("name") or author.get("nameRaw") or ""
    return f"{name} ({author['role']})" if author.get("role") else name


def _print_media(screen: Console, document: Document) -> None:
    rows: list[tuple[str, object]] = [
        ("image", _line(image.get("caption"), image.get("url")))
        for image in document.get("images") or []
    ]
    players = document.get("videos") or ([document] if document.get("contentUrl") else [])
    rows += [("video", _line(each.get("contentUrl") or each.get("embedUrl"))) for each in players]
    for name in ("audios", "attachments"):
        rows += [(name.rstrip("s"), _line(each.get("url"))) for each in document.get(name) or []]
    related = document.get("relatedLinks") or []
    rows += [("related", _line(link.get("text"), link.get("url"))) for link in related]
    if keywords := document.get("keywords"):
        rows.append(("tags", _line(", ".join(keywords))))
    if rows:
        print_pairs(screen, rows)


def _print_comments(screen: Console, comments: Sequence[Document]) -> None:
    for comment in comments:
        _prose(screen, f"{comment.get('author') or '–'}: {comment.get('text')}")


def _facts(document: Document) -> list[tuple[str, object]]:
    provenance = document.get("provenance") or {}
    facts = [
        ("id", document["_id"]),
        ("address", document.get("canonicalUrl") or document.get("url")),
        ("version", document.get("version")),
        ("contradicted", _contradiction(document.get("agreement") or {})),
        ("first seen", local_time(document.get("firstSeen"))),
        ("last seen", local_time(document.get("lastSeen"))),
        ("captured", provenance.get("capturedAt")),
        ("record", provenance.get("warcRecordId")),
        ("file", f"{provenance.get('warcFilename')} at byte {provenance.get('warcOffset')}"),
        ("read by", provenance.get("pageClass")),
        ("run", provenance.get("runId")),
    ]
    return [(name, value) for name, value in facts if value is not None]


def _contradiction(opinion: Document) -> str | None:
    """How much other sources contradict what was read, and which of them on what; None if none
    does. Their votes: 1 the same, 0 something else.
    """
    if not opinion.get("disagreement"):
        return None
    against = []
    for cross_check in opinion.get("crossChecks") or []:
        votes = [
            f"{field} {vote:.2f}"
            for field, vote in cross_check.items()
            if field != "name" and vote is not None and vote < 1
        ]
        if votes:
            against.append(f"{cross_check['name']} ({', '.join(votes)})")
    return f"{opinion['disagreement']:.2f} by {', '.join(against)}"


def _prose(screen: Console, text: str, *, style: str = "") -> None:
    screen.print(Text(_printable(text), style=style), width=min(screen.width, TEXT_WIDTH))
    screen.print()


def _line(*parts: str | None) -> str:
    return _printable(" · ".join(part for part in parts if part) or "–")


def _printable(text: str) -> str:
    """What came from the network must not steer the terminal."""
    return _CONTROL.sub("�", text)
