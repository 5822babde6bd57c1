"""Text for searching: no marks, no capitals, ``đ`` as ``d``, one kind of quotes and dashes.

MongoDB folds diacritics by itself, but not ``đ``, which does not decompose.
"""

from __future__ import annotations

import re
import unicodedata

# The block of marks that Latin letters take.
MARKS = re.compile("[\u0300-\u036f]+")
# Letters with a stroke do not decompose; ƀ is one of the Ê Đê alphabet.
# ð and ɖ stand for đ, ɓ for ƀ, where a font had no better letter.
STROKES = str.maketrans({"đ": "d", "ƀ": "b", "ð": "d", "ɖ": "d", "ɓ": "b"})
# Printed both ways, often in one text: M'Drak, M’Drak.
SIGNS = str.maketrans(
    dict.fromkeys("‘’‛ʼ′", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―", "-")
)
LOOKALIKES = STROKES | SIGNS


def fold(text: str) -> str:
    """The same for ``Đắk Lắk``, ``ĐẮK LẮK``, ``Dak Lak`` and any Unicode form of them."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(LOOKALIKES))
    return MARKS.sub("", decomposed)
