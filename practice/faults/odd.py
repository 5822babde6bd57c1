"""Faults of servers that keep to no standard: what browsers read all the same, and what only looks
like a whole answer.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import zstandard

from practice.faults.model import ANYWHERE, PAGES, Fault, Heals, Scene, header_lines
from practice.http1 import head
from practice.reply import Ending, Reply

_CHUNK_BYTES = 4000
_HEADER_BYTES = (20_000, 200_000)
_NAMES = ("Server Name: IIS", "X-Cache(edge): HIT", ": khong ten", "X-\xe9: ten la")
_LENGTHS = ("{} bytes", "-1", "nhieu", "")
_STATUSES = ("-1 Am", "1000 Nhieu qua", "OK", "20 Cut")
_REFRESH = ("60;url=PATH", "0; url=PATH", '90; url="/"', "5")


def _deflated(body: bytes) -> bytes:
    bare = zlib.compressobj(wbits=-15)
    return bare.compress(body) + bare.flush()


_CODINGS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("br", lambda body: brotli.compress(body, quality=3)),
    ("zstd", zstandard.compress),
    ("deflate", zlib.compress),
    ("deflate", _deflated),
    ("x-gzip", gzip.compress),
    ("zstd, gzip", lambda body: gzip.compress(zstandard.compress(body))),
    ("UTF-8", bytes),
    ("none", bytes),
    ("aws-chunked", bytes),
    ("gzip", bytes),
)


def _chunks(body: bytes, padding: bytes = b"") -> bytes:
    pieces = (body[at : at + _CHUNK_BYTES] for at in range(0, len(body), _CHUNK_BYTES))
    return b"".join(b"%x%b\r\n%b\r\n" % (len(piece), padding, piece) for piece in pieces)


def _with_line(scene: Scene, line: str) -> Reply:
    page = scene.page
    block = head(page.status, header_lines(page, len(page.body)))
    block = block[:-2] + line.encode("latin-1") + b"\r\n\r\n"
    return Reply((block + page.body,), page.status)


def _odd_header_names(scene: Scene) -> Reply:
    return _with_line(scene, _NAMES[scene.variant % len(_NAMES)])


def _huge_header(scene: Scene) -> Reply:
    size = _HEADER_BYTES[scene.variant % len(_HEADER_BYTES)]
    return _with_line(scene, "Content-Security-Policy: " + "https://a.vn " * (size // 13))


def _space_before_colon(scene: Scene) -> Reply:
    page = scene.page
    block = head(page.status, [*header_lines(page), ("Content-Length ", str(len(page.body)))])
    return Reply((block + page.body,), page.status)


def _bare_line_feeds(scene: Scene) -> Reply:
    block = head(scene.page.status, header_lines(scene.page, len(scene.page.body)))
    return Reply((block.replace(b"\r\n", b"\n") + scene.page.body,), scene.page.status)


def _padded_chunk_size(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    block = head(scene.page.status, [*header_lines(scene.page), ("Transfer-Encoding", "chunked")])
    return Reply((block + _chunks(scene.page.body, b"  ") + b"0  \r\n\r\n",), scene.page.status)


def _identity_transfer(scene: Scene) -> Reply:
    page = scene.page
    lines = [*header_lines(page, len(page.body)), ("Transfer-Encoding", "identity")]
    return Reply((head(page.status, lines) + page.body,), page.status)


def _junk_length(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    page = scene.page
    length = _LENGTHS[scene.variant % len(_LENGTHS)].format(len(page.body))
    lines = [*header_lines(page), ("Content-Length", length), ("Connection", "close")]
    return Reply((head(page.status, lines) + page.body,), page.status, Ending.CLOSE)


def _odd_coding(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    page = scene.page
    label, encode = _CODINGS[scene.variant % len(_CODINGS)]
    body = encode(page.body)
    lines = [*header_lines(page, len(body)), ("Content-Encoding", label)]
    return Reply((head(page.status, lines) + body,), page.status)


def _self_refresh(scene: Scene) -> Reply | None:
    if not scene.is_html:
        return None
    content = _REFRESH[scene.variant % len(_REFRESH)].replace("PATH", scene.request.path)
    tag = f"<head><meta http-equiv='refresh' content='{content}'>".encode("latin-1")
    page = scene.with_body(scene.page.body.replace(b"<head>", tag, 1))
    block = head(page.status, header_lines(page, len(page.body)))
    return Reply((block + page.body,), page.status)


def _without_length(scene: Scene, ending: Ending) -> Reply | None:
    """Nothing says how long the body is, and most of it comes."""
    if not scene.has_body:
        return None
    page = scene.page
    block = head(page.status, [*header_lines(page), ("Connection", "close")])
    return Reply([block + page.body[: len(page.body) * 9 // 10]], page.status, ending)


def _reset_without_length(scene: Scene) -> Reply | None:
    return _without_length(scene, Ending.RESET)


def _no_close_notify(scene: Scene) -> Reply | None:
    if scene.is_tls or not scene.has_body:
        return _without_length(scene, Ending.CUT)
    block = head(scene.page.status, [*header_lines(scene.page), ("Connection", "close")])
    return Reply((block + scene.page.body,), scene.page.status, Ending.CLOSE)


def _cut_coding(scene: Scene) -> Reply | None:
    if not scene.has_body or not scene.request.accepts("gzip"):
        return None
    page = scene.page
    body = gzip.compress(page.body, 6, mtime=0)
    body = body[: (len(body) - 18) * 9 // 10 + 10]  # within the stream between head and checksum
    lines = [*header_lines(page, len(body)), ("Content-Encoding", "gzip")]
    return Reply((head(page.status, lines) + body,), page.status)


def _unasked_range(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    page = scene.page
    body = page.body[: len(page.body) // 2]
    span = f"bytes 0-{len(body) - 1}/{len(page.body)}"
    lines = [*header_lines(page, len(body)), ("Content-Range", span)]
    return Reply((head(206, lines, reason="Partial Content") + body,), 206)


def _odd_status(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    page = scene.page
    status = _STATUSES[scene.variant % len(_STATUSES)].encode()
    block = head(page.status, header_lines(page, len(page.body)))
    return Reply((block.replace(b" 200 OK", b" " + status, 1) + page.body,), None)


def _broken_chunks(scene: Scene) -> Reply | None:
    if not scene.has_body:
        return None
    page = scene.page
    block = head(page.status, [*header_lines(page), ("Transfer-Encoding", "chunked")])
    whole, rest = page.body[: len(page.body) // 2], page.body[len(page.body) // 2 :]
    return Reply((block + _chunks(whole) + b"khong phai so\r\n" + rest,), page.status, Ending.CLOSE)


FAULTS = (
    Fault("odd-header-names", ANYWHERE, Heals.WHOLE, _odd_header_names),
    Fault("huge-header", ANYWHERE, Heals.WHOLE, _huge_header),
    Fault("space-before-colon", ANYWHERE, Heals.WHOLE, _space_before_colon),
    Fault("bare-line-feeds", ANYWHERE, Heals.WHOLE, _bare_line_feeds),
    Fault("padded-chunk-size", ANYWHERE, Heals.WHOLE, _padded_chunk_size),
    Fault("identity-transfer", ANYWHERE, Heals.WHOLE, _identity_transfer),
    Fault("junk-length", ANYWHERE, Heals.WHOLE, _junk_length),
    Fault("odd-coding", ANYWHERE, Heals.WHOLE, _odd_coding),
    Fault("self-refresh", PAGES, Heals.WHOLE, _self_refresh),
    Fault("reset-without-length", ANYWHERE, Heals.RETRY, _reset_without_length),
    Fault("no-close-notify", ANYWHERE, Heals.RETRY, _no_close_notify),
    Fault("cut-coding", ANYWHERE, Heals.RETRY, _cut_coding),
    Fault("unasked-range", ANYWHERE, Heals.RETRY, _unasked_range),
    Fault("odd-status", ANYWHERE, Heals.RETRY, _odd_status),
    Fault("broken-chunks", ANYWHERE, Heals.RETRY, _broken_chunks),
)
