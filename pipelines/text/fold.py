"""Text for searching: no marks, no capitals, ``đ`` as ``d``.

MongoDB folds diacritics by itself, but not ``đ``, which does not decompose.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold"]

# Letters with a stroke do not decompose; ƀ is one of the Ê Đê alphabet.
# The block of marks that Latin letters take.
MARKS = re.compile("[\u0300-\u036f]+")
STROKES = str.maketrans({"đ": "d", "ƀ": "b", "ð": "d"})


def fold(text: str) -> str:
    """The same for ``Đắk Lắk``, ``ĐẮK LẮK``, ``Dak Lak`` and any Unicode form of them."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(STROKES))
    return MARKS.sub("", decomposed)
