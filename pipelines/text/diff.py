"""What changed between two texts, word by word."""

from __future__ import annotations

import difflib
import re

WORD = re.compile(r"\S+\s*")
# Comparing is quadratic at worst; a text this long is no article but a book.
MAX_WORDS = 10_000


def diff_words(older: str, newer: str) -> list[dict[str, str]]:
    """Pieces in order, each ``{"op": "=" | "-" | "+", "text": …}``.

    The pieces with ``=`` and ``-`` joined give *older*, those with ``=`` and ``+`` give *newer*,
    but for the white space at the beginning.
    """
    old_words, new_words = WORD.findall(older), WORD.findall(newer)
    if len(old_words) + len(new_words) > MAX_WORDS:
        return [{"op": "-", "text": older}, {"op": "+", "text": newer}]
    pieces = []
    matcher = difflib.SequenceMatcher(None, old_words, new_words, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append({"op": "=", "text": "".join(old_words[i1:i2])})
            continue
        if i1 < i2:
            pieces.append({"op": "-", "text": "".join(old_words[i1:i2])})
        if j1 < j2:
            pieces.append({"op": "+", "text": "".join(new_words[j1:j2])})
    return pieces
