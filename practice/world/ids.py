"""Identifiers and address parts, made so that they lead back to the article's number.

A present-day id is what Hibernate's UUIDHexGenerator makes: ``ip(8) jvm(8) time(12) counter(4)``.
The last seven digits, which stand in the address, hold twelve bits of milliseconds and the counter;
here those 28 bits are the article's number, scrambled. Content of before the move has upper-case
Oracle GUIDs and decimal numbers that grow with time.
"""

from __future__ import annotations

import re
import unicodedata

from .rng import mix

_IP = "8a10c0e2"
_GUID_TAIL = "E0630100007F0BF0"


class Scramble:
    """A keyed one-to-one map of the numbers below 2**bits (a Feistel network)."""

    ROUNDS = 4

    def __init__(self, key: int, bits: int) -> None:
        self._half = bits // 2
        self._mask = (1 << self._half) - 1
        self._keys = [mix(key, bits, turn) for turn in range(self.ROUNDS)]

    def _blend(self, value: int, key: int) -> int:
        value = (value ^ key) * 0x9E3779B1 & 0xFFFFFFFF
        return (value ^ value >> 15) * 0x85EBCA77 >> 11 & self._mask

    def forward(self, number: int) -> int:
        left, right = number >> self._half, number & self._mask
        for key in self._keys:
            left, right = right, left ^ self._blend(right, key)
        return left << self._half | right

    def back(self, number: int) -> int:
        left, right = number >> self._half, number & self._mask
        for key in reversed(self._keys):
            left, right = right ^ self._blend(left, key), left
        return left << self._half | right


def hibernate_id(code: int, created_ms: int, machine: int) -> str:
    """The id whose last seven digits are ``code`` and whose middle tells the time of creation."""
    created_ms = created_ms & ~0xFFF | code >> 16
    return f"{_IP}{machine & 0xFFFFFFFF:08x}{created_ms:012x}{code & 0xFFFF:04x}"


def id_time_ms(article_id: str) -> int:
    return int(article_id[16:28], 16)


def guid(code: int, filler: int) -> str:
    return f"{code:08X}{filler & 0xFFFFFFFF:08X}{_GUID_TAIL}"


def guid_number(article_id: str) -> int | None:
    """The scrambled number inside an id made by :func:`guid`."""
    if len(article_id) == 2 * len(_GUID_TAIL) and article_id.endswith(_GUID_TAIL):
        return int(article_id[:8], 16)
    return None


_FOLDED = {
    ord(letter): unicodedata.normalize("NFD", letter)[0]
    for letter in "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵčĕŏŭñ"
} | {ord("đ"): "d", ord("ƀ"): "b", 0xA0: None}
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def slugify(headline: str) -> str:
    """As the CMS does it: hard spaces vanish instead of becoming hyphens."""
    return _NOT_IN_SLUG.sub("-", headline.lower().translate(_FOLDED)).strip("-")
