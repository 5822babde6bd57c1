"""What goes back over the wire, byte for byte and pause by pause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from practice.http1 import head


class Ending(StrEnum):
    """How an exchange ends on the server's side."""

    KEEP = "keep"
    """The answer is whole and says itself where it ends; the connection may go on."""

    CLOSE = "close"
    """The answer is whole and ends with the connection."""

    CUT = "cut"
    """The connection is closed though the answer promised more (or had not begun)."""

    RESET = "reset"
    """The connection is torn (RST) in the middle of the answer."""


_WORDS = {Ending.KEEP: "complete", Ending.CLOSE: "complete", Ending.RESET: "reset"}


def ended_word(ending: Ending, sent: int) -> str:
    """The exchange log's word for it."""
    return _WORDS.get(ending) or ("truncated" if sent else "closed")


@dataclass(slots=True)
class Reply:
    """One answer."""

    parts: Iterable[bytes | float]
    """Bytes to send, one piece after the other; a number is a pause in seconds."""

    status: int | None
    ending: Ending = Ending.KEEP
    fault: str | None = None


def simple(
    status: int,
    content_type: str,
    body: bytes,
    headers: Iterable[tuple[str, str]] = (),
    *,
    with_body: bool = True,
) -> Reply:
    """An ordinary answer; *with_body* is False for HEAD."""
    lines = [
        ("Server", "nginx"),
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("Connection", "keep-alive"),
        *headers,
    ]
    block = head(status, lines)
    return Reply((block + body if with_body else block,), status)
