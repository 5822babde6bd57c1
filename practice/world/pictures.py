"""Pictures of a landscape in squares of eight pixels, as JPEG and as PNG; made by hand."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

from .rng import Rng

SCENES = 48
_COLUMNS, _ROWS = 40, 23
_SQUARE = 8

Pixel = tuple[int, int, int]
_SKIES: tuple[tuple[Pixel, Pixel], ...] = (
    ((66, 135, 205), (201, 226, 243)),
    ((38, 52, 98), (226, 140, 92)),
    ((148, 168, 182), (222, 225, 224)),
    ((246, 190, 120), (252, 232, 190)),
)
_GROUNDS: tuple[Pixel, ...] = ((58, 122, 58), (124, 96, 52), (176, 148, 70), (40, 98, 110))


@lru_cache(maxsize=SCENES)
def _scene(number: int) -> list[list[Pixel]]:
    """Sky, sun, two ridges and ground; rows of squares from the top."""
    rng = Rng(number, 77)
    top, bottom = _SKIES[rng.below(len(_SKIES))]
    ground = _GROUNDS[rng.below(len(_GROUNDS))]
    left, high, radius = 4 + rng.below(_COLUMNS - 8), 3 + rng.below(5), 2 + rng.below(2)
    rows = [[_mixed(top, bottom, y * 100 // _ROWS)] * _COLUMNS for y in range(_ROWS)]
    for y, row in enumerate(rows):
        for x in range(_COLUMNS):
            if (x - left) ** 2 + (y - high) ** 2 <= radius**2:
                row[x] = (255, 236, 170)
    for base, steep, far in ((11, 3, 55), (15, 2, 0)):
        for x, height in enumerate(_ridge(rng, base, steep)):
            for y in range(height, _ROWS):
                rows[y][x] = _mixed(_mixed(ground, bottom, far), (20, 30, 20), (y - height) * 4)
    return rows


def _ridge(rng: Rng, base: int, steep: int) -> list[int]:
    """Heights from left to right."""
    heights = [base + rng.below(3)]
    while len(heights) < _COLUMNS:
        step = rng.below(3) - 1
        heights.append(min(base + steep, max(base - steep, heights[-1] + step)))
    return heights


def _mixed(one: Pixel, other: Pixel, percent: int) -> Pixel:
    red, green, blue = (a + (b - a) * percent // 100 for a, b in zip(one, other, strict=True))
    return red, green, blue


# --- PNG -------------------------------------------------------------------------------------


@lru_cache(maxsize=SCENES)
def png_rows(number: int) -> tuple[int, int, bytes]:
    """Width, height, and the compressed rows of a scene in 24-bit colours."""
    lines = []
    for row in _scene(number):
        line = b"\x00" + b"".join(bytes(pixel) * _SQUARE for pixel in row)
        lines += [line] * _SQUARE
    return _COLUMNS * _SQUARE, _ROWS * _SQUARE, zlib.compress(b"".join(lines))


# --- JPEG: of each square its mean alone, which is what it is --------------------------------

_JPEG_QUANTS = bytes([0xFF, 0xDB, 0, 67, 0]) + bytes([8]) * 64
_DC_LENGTHS = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
_JPEG_DC = bytes([0xFF, 0xC4, 0, 31, 0x00]) + _DC_LENGTHS + bytes(range(12))
# One code of one bit: "nothing but the mean".
_JPEG_AC = bytes([0xFF, 0xC4, 0, 20, 0x10, 1]) + bytes(15) + bytes([0])
_END_OF_BLOCK = "0"


@lru_cache(maxsize=SCENES)
def jpeg_parts(number: int) -> tuple[bytes, bytes]:
    """Tables and frame of a scene, and its scan: what stands before and behind a comment."""
    components = b"".join(bytes([name, 0x11, 0]) for name in (1, 2, 3))
    height, width = _ROWS * _SQUARE, _COLUMNS * _SQUARE
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC0, 17, 8, height, width, 3) + components
    chosen = b"".join(bytes([name, 0x00]) for name in (1, 2, 3))
    scan = struct.pack(">BBHB", 0xFF, 0xDA, 12, 3) + chosen + bytes([0, 63, 0])
    return _JPEG_QUANTS + frame + _JPEG_DC + _JPEG_AC, scan + _scan(number)


def _scan(number: int) -> bytes:
    bits: list[str] = []
    before = [0, 0, 0]
    for row in _scene(number):
        for pixel in row:
            for place, value in enumerate(_luminance_and_colours(*pixel)):
                bits.append(_difference(value - before[place]) + _END_OF_BLOCK)
                before[place] = value
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    data = int(text, 2).to_bytes(len(text) // 8, "big")
    return data.replace(b"\xff", b"\xff\x00")


def _luminance_and_colours(red: int, green: int, blue: int) -> tuple[int, int, int]:
    luminance = (299 * red + 587 * green + 114 * blue) // 1000
    return luminance - 128, (blue - luminance) * 564 // 1000, (red - luminance) * 713 // 1000


def _difference(value: int) -> str:
    size = abs(value).bit_length()
    code = _codes()[size]
    if not size:
        return code
    return code + format(value if value > 0 else value + (1 << size) - 1, f"0{size}b")


@lru_cache(maxsize=1)
def _codes() -> list[str]:
    """Huffman codes of the sizes of differences, in the order of their lengths."""
    codes, code = [], 0
    for length, count in enumerate(_DC_LENGTHS, 1):
        for _ in range(count):
            codes.append(format(code, f"0{length}b"))
            code += 1
        code <<= 1
    return codes
