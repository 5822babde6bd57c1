"""What the faults of servers that keep to no standard look like on the wire."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import zstandard

Check = Callable[[Any], None]


def _whole(seen: Any) -> None:
    assert (seen.heard.status, seen.heard.body, seen.ended) == (200, seen.page, "complete")


def _line(pattern: bytes) -> Check:
    def check(seen: Any) -> None:
        assert re.search(rb"\r\n" + pattern + rb"(?:\r\n|$)", seen.heard.head), seen.heard.head[
            :300
        ]
        _whole(seen)

    return check


def _huge(seen: Any) -> None:
    assert len(max(seen.heard.head.split(b"\r\n"), key=len)) in {20_019, 200_017}
    _whole(seen)


def _bare(seen: Any) -> None:
    head, _, body = seen.heard.data.partition(b"\n\n")
    assert b"\r" not in head
    assert body == seen.page


def _padded(seen: Any) -> None:
    assert seen.heard.body.startswith((b"fa0  \r\n", b"%x  \r\n" % len(seen.page)))
    assert seen.heard.body.endswith(b"\r\n0  \r\n\r\n")


def _coded(seen: Any) -> None:
    (label,) = seen.heard.values(b"Content-Encoding")
    assert seen.page in {seen.heard.body, decoded(seen.heard.body, label)}


def decoded(body: bytes, label: bytes) -> bytes:
    """*body* as it is if it is not coded."""
    for coding in reversed(label.split(b", ")):
        if not body.lstrip().startswith((b"<", b"cb(")):
            body = _UNDO.get(coding, bytes)(body)
    return body


def body_of(heard: Any, dechunked: Callable[[bytes], tuple[bytes, list[bytes], bytes]]) -> bytes:
    """The page in an answer of whatever fault."""
    body: bytes = heard.body or heard.data.partition(b"\n\n")[2]
    if heard.values(b"Transfer-Encoding") == [b"chunked"]:
        body = dechunked(body)[0]
    return decoded(body, b", ".join(heard.values(b"Content-Encoding")))


_UNDO: dict[bytes, Callable[[bytes], bytes]] = {
    b"br": brotli.decompress,
    b"zstd": zstandard.decompress,
    b"gzip": gzip.decompress,
    b"x-gzip": gzip.decompress,
    b"deflate": lambda body: zlib.decompress(body, 15 if body[:1] == b"x" else -15),
}


def _refreshed(seen: Any) -> None:
    assert seen.heard.body.count(b"<meta http-equiv='refresh' content='") == 1
    assert seen.ended == "complete"


def _torn(*ends: str) -> Check:
    def check(seen: Any) -> None:
        assert not seen.heard.values(b"Content-Length")
        assert seen.heard.body == seen.page[: len(seen.page) * 9 // 10]
        assert seen.heard.end in ends

    return check


def _no_notify(seen: Any) -> None:
    if seen.heard.end == "cut":
        _torn("cut")(seen)
    else:
        _whole(seen)  # in the clear there is no such thing


def _cut(seen: Any) -> None:
    assert seen.heard.values(b"Content-Length") == [str(len(seen.heard.body)).encode()]
    decoder = zlib.decompressobj(wbits=31)
    assert seen.page.startswith(decoder.decompress(seen.heard.body))
    assert not decoder.eof


def _range(seen: Any) -> None:
    assert (seen.heard.status, seen.heard.body) == (206, seen.page[: len(seen.page) // 2])


def _status(seen: Any) -> None:
    assert re.match(rb"HTTP/1\.1 (?:-1|1000|OK|20)(?: |\r)", seen.heard.data)


def _broken(seen: Any) -> None:
    assert b"\r\nkhong phai so\r\n" in seen.heard.body


CHECKS: dict[str, Check] = {
    "odd-header-names": _line(
        rb"(?:Server Name: IIS|X-Cache\(edge\): HIT|: khong ten|X-\xe9: ten la)"
    ),
    "huge-header": _huge,
    "space-before-colon": _line(rb"Content-Length : \d+"),
    "bare-line-feeds": _bare,
    "padded-chunk-size": _padded,
    "identity-transfer": _line(rb"Transfer-Encoding: identity"),
    "junk-length": _line(rb"Content-Length: (?:\d+ bytes|-1|nhieu|)"),
    "odd-coding": _coded,
    "self-refresh": _refreshed,
    "reset-without-length": _torn("reset"),
    "no-close-notify": _no_notify,
    "cut-coding": _cut,
    "unasked-range": _range,
    "odd-status": _status,
    "broken-chunks": _broken,
}
