"""Faults of framing and pace: the page is whole, the way it comes is unusual."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator

from practice.faults.model import ANYWHERE, Fault, Heals, Scene, header_lines, page_head, whole_page
from practice.http1 import head
from practice.reply import Ending, Reply

_CHUNK_SIZES = (1, 7, 4096, 1000, 3, 16_384, 255)
_DRIPS = 20


def _chunks(body: bytes) -> Iterator[bytes]:
    """Odd sizes, hexadecimal in both letter cases, leading zeros, extensions, a trailer."""
    rest = memoryview(body)
    for number, size in enumerate(itertools.cycle(_CHUNK_SIZES)):
        piece = bytes(rest[:size])
        if not piece:
            break
        length = f"{len(piece):X}" if number % 2 else f"{len(piece):04x}"
        extension = ';khobao="mot hai"' if number % 3 == 1 else ""
        yield f"{length}{extension}\r\n".encode() + piece + b"\r\n"
        rest = rest[size:]
    yield b"0\r\nX-Het-Trang: het\r\n\r\n"


def _chunked_reply(scene: Scene, body: bytes, extra: list[tuple[str, str]]) -> Reply:
    lines = [*header_lines(scene.page), *extra]
    lines += [("Transfer-Encoding", "chunked"), ("Trailer", "X-Het-Trang")]
    block = head(scene.page.status, lines)
    return Reply((block + b"".join(_chunks(body)),), scene.page.status)


def _chunked(scene: Scene) -> Reply | None:
    return _chunked_reply(scene, scene.page.body, []) if scene.has_body else None


def _chunked_gzip(scene: Scene) -> Reply | None:
    if not scene.has_body or not scene.request.accepts("gzip"):
        return None
    packed = gzip.compress(scene.page.body, 6, mtime=0)
    return _chunked_reply(
        scene, packed, [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    )


def _gzip(scene: Scene) -> Reply | None:
    if not scene.has_body or not scene.request.accepts("gzip"):
        return None
    packed = gzip.compress(scene.page.body, 6, mtime=0)
    lines = [*header_lines(scene.page, len(packed)), ("Content-Encoding", "gzip")]
    return Reply((head(scene.page.status, lines) + packed,), scene.page.status)


def _odd_headers(scene: Scene) -> Reply | None:
    page = scene.page
    reason = ("", "Duoc roi nhe (khong phai OK)")[scene.variant % 2]
    lines = [
        ("SERVER", "nginx"),
        ("content-TYPE", page.content_type),
        ("CONTENT-length", str(len(page.body))),
        ("Set-Cookie", "a=1; Path=/"),
        ("x-Giua", "giua hai banh"),
        ("Set-Cookie", "b=2; Path=/"),
        ("X-Latin", "caf\xe9"),
        ("X-Gap", "phan dau\r\n\tphan sau"),
        ("X-Rong", ""),
        *page.headers,
    ]
    block = head(page.status, lines, reason=reason)
    block = block.replace(b"x-Giua:", b"dong nay khong co dau hai cham\r\nx-Giua:", 1)
    return Reply((block + page.body,), page.status)


def _long_headers(scene: Scene) -> Reply:
    page = scene.page
    lines = [
        *header_lines(page, len(page.body)),
        ("Set-Cookie", "dai=" + "x" * 8000),
        *((f"X-Them-{number}", "y" * 40) for number in range(80)),
    ]
    return Reply((head(page.status, lines) + page.body,), page.status)


def _early_hints(scene: Scene) -> Reply:
    hints = head(
        103, [("Link", "</common/v1/css/main.css>; rel=preload; as=style")], reason="Early Hints"
    )
    before = head(100, [], reason="Continue") + hints if scene.variant % 2 else hints
    return Reply((before + page_head(scene.page) + scene.page.body,), scene.page.status)


def _http10_close(scene: Scene) -> Reply:
    lines = [*header_lines(scene.page), ("Connection", "close")]
    block = head(scene.page.status, lines, version="HTTP/1.0")
    return Reply((block + scene.page.body,), scene.page.status, Ending.CLOSE)


def _duplicate_length(scene: Scene) -> Reply:
    page = scene.page
    second = len(page.body) + scene.variant % 2
    lines = [*header_lines(page, len(page.body)), ("Content-Length", str(second))]
    return Reply((head(page.status, lines) + page.body,), page.status, Ending.CLOSE)


def _in_pieces(data: bytes, pieces: int, seconds: float) -> Iterator[bytes | float]:
    size = max(1, -(-len(data) // pieces))
    for start in range(0, len(data), size):
        yield data[start : start + size]
        yield seconds / pieces


def _drip(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    body = _in_pieces(scene.page.body, _DRIPS, scene.seconds)
    return Reply(itertools.chain([page_head(scene.page)], body), scene.page.status)


def _slow_headers(scene: Scene) -> Reply:
    block = _in_pieces(page_head(scene.page), _DRIPS, scene.seconds)
    return Reply(itertools.chain(block, [scene.page.body]), scene.page.status)


def _stall(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    data = whole_page(scene.page).parts
    (block,) = data
    assert isinstance(block, bytes)
    half = len(block) // 2
    return Reply([block[:half], 2 * scene.seconds, block[half:]], scene.page.status)


FAULTS = (
    Fault("drip", ANYWHERE, Heals.WHOLE, _drip),
    Fault("slow-headers", ANYWHERE, Heals.WHOLE, _slow_headers),
    Fault("stall", ANYWHERE, Heals.WHOLE, _stall),
    Fault("gzip", ANYWHERE, Heals.WHOLE, _gzip),
    Fault("chunked", ANYWHERE, Heals.WHOLE, _chunked),
    Fault("chunked-gzip", ANYWHERE, Heals.WHOLE, _chunked_gzip),
    Fault("odd-headers", ANYWHERE, Heals.WHOLE, _odd_headers),
    Fault("long-headers", ANYWHERE, Heals.WHOLE, _long_headers),
    Fault("early-hints", ANYWHERE, Heals.WHOLE, _early_hints),
    Fault("http10-close", ANYWHERE, Heals.WHOLE, _http10_close),
    Fault("duplicate-content-length", ANYWHERE, Heals.RETRY, _duplicate_length),
)
