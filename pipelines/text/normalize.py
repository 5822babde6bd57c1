"""The form in which text is stored: NFC, single spaces, nothing that prints nothing.

The newspaper's text is neither NFC nor NFD (a composed base vowel plus a combining tone, no-break
spaces, soft hyphens from word processors). What stood on the page byte for byte is in the archive
and in the ``…Raw`` and ``…Html`` fields. Quotes, dashes and letters stay as they are printed.
"""

from __future__ import annotations

import re
import unicodedata

NO_WIDTH = re.compile(
    "["
    "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
    "\ufffc\uf000-\uf0ff"
    "]"
)
"""What prints nothing: soft hyphens, zero widths and marks of direction; control characters; and
what word processors leave where an object or a sign of their symbol fonts stood. Page objects take
the same out of the text that they read.
"""

LINE_BREAK = re.compile(r"\r\n?|[\u2028\u2029\x85]")
EMPTY_LINES = re.compile(r"\n{3,}")


def normalize(text: str) -> str:
    """One line of text: a line break counts as a space."""
    return " ".join(_nfc(text).split())


def normalize_lines(text: str, *, keep_indent: bool = False) -> str:
    """Text of paragraphs (two line feeds between them) and lines (one).

    :param keep_indent: leave the spaces that begin a line, as verses have them.
    """
    if not keep_indent and _is_normal(text):
        return text
    lines = LINE_BREAK.sub("\n", _nfc(text)).split("\n")
    normal = [" ".join(line.split()) for line in lines]
    if keep_indent:
        indents = (" " * (len(line) - len(line.lstrip())) for line in lines)
        normal = [
            indent + line if line else "" for indent, line in zip(indents, normal, strict=True)
        ]
    return EMPTY_LINES.sub("\n\n", "\n".join(normal).strip("\n"))


def _is_normal(text: str) -> bool:
    """Whether there is nothing to do: a few scans in C, for most texts need no more.

    "Printable" shuts out every white space but the space, and what has no width.
    """
    return (
        text.replace("\n", "").isprintable()
        and unicodedata.is_normalized("NFC", text)
        and not any(odd in text for odd in ("  ", " \n", "\n ", "\n\n\n", "\ufffc"))
        and text == text.strip()
    )


def _nfc(text: str) -> str:
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    # First out with what has no width: it may stand between a letter and its mark.
    return unicodedata.normalize("NFC", NO_WIDTH.sub("", text))
