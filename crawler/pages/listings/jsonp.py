"""JSONP: answers of the JSON API, usually wrapped in a call."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from crawler.pages.html import clean

if TYPE_CHECKING:
    from crawler.pages.errors import AnswerFormatError

_CALLBACK = re.compile(r"(?:/\*\*/\s*)?[\w$.]+\s*")
_SHOWN = 60


def read_rows(
    url: str, body: bytes, error: type[AnswerFormatError]
) -> tuple[list[dict[str, Any]], int | None]:
    """``cb({"response": [...], "total": n})`` → (rows, n).

    A bare list, and JSON without the call around it, are read as well: the shape is known from the
    scripts that read the answers, and the sister papers differ in it.
    """
    answer = _load(url, body, error)
    total: object = None
    if isinstance(answer, dict):
        if "response" not in answer:
            raise error(url, f"no 'response' in the answer, only {sorted(answer)[:8]}")
        total, answer = answer.get("total"), answer["response"]
    if answer is None:
        answer = []
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise error(url, f"'response' is no list of objects but {_shown(str(answer))}")
    return answer, _count(total)


def text_of_value(value: object) -> str | None:
    """Clean text of a row's value, or None for what is empty or no text."""
    return clean(value) or None if isinstance(value, str) else None


def _load(url: str, body: bytes, error: type[AnswerFormatError]) -> Any:
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    if not text:
        raise error(url, "the answer is empty")
    try:
        return json.loads(_unwrapped(text))
    except (ValueError, RecursionError) as cause:
        what = "HTML" if text.startswith("<") else "neither JSON nor JSONP"
        raise error(url, f"the answer is {what}: {_shown(text)}") from cause


def _unwrapped(text: str) -> str:
    """The argument of the call around the answer; the text itself when there is no call."""
    callback, found, rest = text.partition("(")
    rest = rest.removesuffix(";").rstrip()
    is_call = found and rest.endswith(")") and _CALLBACK.fullmatch(callback)
    return rest[:-1] if is_call else text


def _count(total: object) -> int | None:
    if isinstance(total, bool):
        return None
    if isinstance(total, int):
        return total
    if isinstance(total, str) and total.isascii() and total.isdecimal():
        return int(total[:12])
    return None


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
