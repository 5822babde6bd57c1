"""Random answers of servers that keep to no standard: codings, labels, framings, tears."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import zstandard

Coder = Callable[[bytes], bytes]


def _raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    return compressor.compress(body) + compressor.flush()


CODERS: list[tuple[list[str], Coder]] = [
    (["gzip", "x-gzip", "GZip"], gzip.compress),
    (["deflate"], zlib.compress),
    (["deflate"], _raw_deflate),
    (["br"], brotli.compress),
    (["zstd"], zstandard.ZstdCompressor().compress),
]
LABELS_WITHOUT_MEANING = ["identity", "none", "utf-8", "UTF-8", "aws-chunked", "", "binary"]
CHARSETS = ["utf-8", "UTF8", "windows-1258", "iso-8859-1", '"utf-8"', "none-such", ""]


def random_answer(dice: random.Random, page: bytes) -> bytes:
    """One response, every byte of it; the connection ends behind it."""
    body, labels = _coded(dice, page)
    body = _torn(dice, body)
    head = [f"HTTP/1.{dice.choice('011')} {_status(dice)}".encode()]
    head += _content_type(dice)
    framing, wire = _framed(dice, body)
    head += framing
    dice.shuffle(tail := head[1:])
    tail += _labels(dice, labels)  # the order of its lines means something
    end = dice.choice([b"\r\n", b"\r\n", b"\r\n", b"\n"])
    return end.join([head[0], *tail, b"", b""]) + wire


def _coded(dice: random.Random, body: bytes) -> tuple[bytes, list[str]]:
    labels = []
    for _ in range(dice.choice([0, 1, 1, 1, 2])):
        names, code = dice.choice(CODERS)
        body = code(body)
        labels.append(dice.choice(names))
    if dice.random() < 0.2:
        labels.insert(dice.randrange(len(labels) + 1), dice.choice(LABELS_WITHOUT_MEANING))
    if dice.random() < 0.1:  # what it says it is not
        labels = [dice.choice(["gzip", "br", "zstd", "deflate", "x-khong-co"])]
    return body, labels


def _torn(dice: random.Random, body: bytes) -> bytes:
    match dice.randrange(10):
        case 0:
            return body[: dice.randrange(len(body))]
        case 1:
            damaged = bytearray(body)
            damaged[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
            return bytes(damaged)
        case 2:
            return body + dice.randbytes(dice.randrange(1, 40))
        case _:
            return body


def _status(dice: random.Random) -> str:
    return dice.choice(["200 OK"] * 12 + ["203 OK", "200", "206 Part", "404 No", "500 Oh", "999 X"])


def _content_type(dice: random.Random) -> list[bytes]:
    charset = dice.choice(CHARSETS)
    media_type = dice.choice(["text/html"] * 4 + ["TEXT/HTML", "application/xhtml+xml"])
    value = f"{media_type}; charset={charset}" if charset else media_type
    name = dice.choice(["Content-Type", "content-type", "Content-type "])
    return [f"{name}:{dice.choice(['', ' ', '   '])}{value}".encode()]


def _labels(dice: random.Random, labels: list[str]) -> list[bytes]:
    if not labels:
        return []
    if dice.random() < 0.3:
        return [b"Content-Encoding: " + label.encode() for label in labels]
    separator = dice.choice([", ", ",", " , "])
    return [b"Content-Encoding: " + separator.join(labels).encode()]


def _framed(dice: random.Random, body: bytes) -> tuple[list[bytes], bytes]:
    match dice.randrange(4):
        case 0:
            return [b"Connection: close"], body
        case 1:
            return [b"Transfer-Encoding: chunked"], _chunked(dice, body)
        case 2:
            return [b"Content-Length: %d" % len(body)] * 2, body
        case _:
            return [b"Content-Length: %d" % len(body)], body


def _chunked(dice: random.Random, body: bytes) -> bytes:
    parts, at = [], 0
    while at < len(body):
        size = dice.randrange(1, 9000)
        piece = body[at : at + size]
        extension = dice.choice([b"", b"", b";a=b", b"  "])
        parts.append(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece))
        at += size
    return b"".join(parts) + b"0\r\n\r\n"
