"""HTTP messages inside a record, read: tolerant, and never changing a byte of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

MAX_HEAD_BYTES = 1 << 20
"""A head that has not ended here is taken for no head at all."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL)
_CUT_CHUNK_SIZE = re.compile(rb"[ \t]*[0-9A-Fa-f]{0,15}[ \t]*(?:;.*)?\r?", re.DOTALL)
_MAX_CHUNK_LINE = 8 << 10
_MAX_TRAILER = 64 << 10
_MIME_END = re.compile(r"[;\s]")
_STATUS = re.compile(r"0*([1-9][0-9]{2})(?![0-9])")
_LENGTH = re.compile(rb"[0-9]{1,18}")
_LINE_ENDS = b"\r\n"
_INTERIM = range(HTTPStatus.CONTINUE, HTTPStatus.OK)
_NO_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


@dataclass(frozen=True, slots=True)
class HttpHead:
    """Status line and headers of the final response, and where they stand in the block."""

    start: int
    """Bytes of interim (1xx) responses before it."""

    end: int
    """Where the body begins."""

    status_line: bytes
    status_text: str
    """The second word of the status line, whatever it is (``200``)."""

    headers: list[tuple[bytes, bytes]]
    """In order, repeated as sent; lines without a colon are not headers and left out."""

    is_complete: bool
    """False: the connection ended before the empty line."""

    @property
    def status(self) -> int | None:
        """100 to 999, in whatever the word begins with (``200OK``); None for anything else."""
        found = _STATUS.match(self.status_text)
        return int(found[1]) if found else None

    @property
    def mime(self) -> str | None:
        """Media type as cdxj-indexer spells it: the first Content-Type, up to ``;`` or space."""
        value = self.get(b"content-type")
        return None if value is None else _MIME_END.split(_text(value).strip(), maxsplit=1)[0]

    def get(self, name: bytes) -> bytes | None:
        """Value of the first header of this lower-case name."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def get_all(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def is_chunked(self) -> bool:
        """Whether the last of the transfer codings is; "identity" is none, and says nothing."""
        listed = b",".join(self.get_all(b"transfer-encoding")).lower().split(b",")
        codings = [coding.partition(b";")[0].strip() for coding in listed]
        return (
            next((c for c in reversed(codings) if c not in {b"", b"identity"}), b"") == b"chunked"
        )

    @property
    def content_length(self) -> int | None:
        """None if there is none, if it is no number, or if it is said twice and differently."""
        listed = b",".join(self.get_all(b"content-length")).split(b",")
        values = {value.strip().lstrip(b"0") or value.strip()[:1] for value in listed}
        value = values.pop()
        return int(value) if not values and _LENGTH.fullmatch(value) else None

    @property
    def possible_lengths(self) -> frozenset[int]:
        """Every number that a Content-Length names which is no length: ``12 bytes``, ``12, 13``."""
        if self.content_length is not None:
            return frozenset()
        numbers = (_LENGTH.findall(value) for value in self.get_all(b"content-length"))
        return frozenset(int(number) for found in numbers for number in found)

    @property
    def persists(self) -> bool:
        """Whether the connection may serve another request (RFC 9112, section 9.3)."""
        options = b",".join(self.get_all(b"connection")).lower().replace(b" ", b"").split(b",")
        if b"close" in options or self.status == HTTPStatus.SWITCHING_PROTOCOLS:
            return False
        return b"keep-alive" in options or self.status_line[:8].upper() == b"HTTP/1.1"

    def has_body(self, method: bytes) -> bool:
        return method != b"HEAD" and self.status not in _NO_BODY


def parse_response_head(data: bytes) -> HttpHead | None:
    """Find the final response's head at the start of a block.

    :param data: at least the first :data:`MAX_HEAD_BYTES` of the block, or all of it.
    :returns: None if this does not begin as an HTTP response: garbage, or nothing.
    """
    start = len(data) - len(data.lstrip(_LINE_ENDS))
    while True:
        if data[start : start + 4].upper() != b"HTTP":
            return None
        match = _HEAD_END.search(data, start, MAX_HEAD_BYTES)
        if match is None and len(data) >= MAX_HEAD_BYTES:
            return None
        stop, end = (match.start(), match.end()) if match else (len(data), len(data))
        status_line, *lines = _LINE_END.split(data[start:stop])
        head = HttpHead(
            start,
            end,
            status_line,
            _text(status_line).rstrip().partition(" ")[2].strip().partition(" ")[0],
            _headers(lines),
            is_complete=match is not None,
        )
        if not is_interim(head.status) or data[end : end + 4].upper() != b"HTTP":
            return head
        start = end


def is_interim(status: int | None) -> bool:
    """Whether another head follows: 1xx, except that the protocol changes."""
    return status in _INTERIM and status != HTTPStatus.SWITCHING_PROTOCOLS


def _headers(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    headers: list[tuple[bytes, bytes]] = []
    folds = False
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            if folds:
                name, value = headers[-1]
                headers[-1] = (name, value + b" " + line.strip())
            continue
        name, colon, value = line.partition(b":")
        folds = bool(colon)
        if folds:
            headers.append((name.rstrip(b" \t"), value.strip()))
    return headers


def request_method(request: bytes) -> bytes:
    """The first word of a request (``GET``)."""
    return request[:32].split(b" ", 1)[0]


def iter_payload(head: HttpHead, method: bytes, body: Iterable[bytes]) -> Iterator[bytes]:
    """Undo the transfer coding: yield the payload in pieces, still content-encoded.

    What came counts: a body shorter than announced gives a shorter payload, bytes beyond the
    announced length are no payload.

    :param body: the bytes after the head, in pieces.
    """
    if not head.is_complete or not head.has_body(method):
        return
    if head.is_chunked:
        decoder = ChunkedDecoder()
        for chunk in body:
            yield from decoder.feed(chunk)
        yield from decoder.finish()
        return
    left = head.content_length
    for chunk in body:
        if left is None:
            yield chunk
            continue
        if not left:
            return
        piece = chunk[:left]
        left -= len(piece)
        yield piece


class ChunkedDecoder:
    """Undoes ``Transfer-Encoding: chunked``, bounded in memory, tolerant as far as it is honest.

    Extensions and trailers are dropped, bare line feeds accepted. A body that breaks off, or whose
    framing breaks in the middle, gives the chunks that came. A body whose very first line is no
    chunk size was never chunked, whatever its head says: it is passed through as it is.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0
        self._left = 0
        self._step: Callable[[], bytes | None] = self._read_size
        self._has_begun = False
        self.is_over = False
        """The last chunk and its trailers have come, or the framing has broken."""

        self.has_last_chunk = False
        """The body is whole; only an empty line may be missing."""

        self.is_broken = False
        """The framing broke in the middle."""

        self.passes_through = False
        """It never was chunked."""

    @property
    def excess(self) -> int:
        """Bytes of the last piece behind the end."""
        return len(self._buffer) - self._at

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self.passes_through:
            yield data
            return
        self._buffer, self._at = self._buffer[self._at :] + data, 0
        while not self.is_over and self._at < len(self._buffer):
            piece = self._step()
            if piece is None:
                return
            if piece:
                yield piece

    def finish(self) -> Iterator[bytes]:
        """What is left when the body has ended: nothing, unless it never was chunked."""
        if not self._has_begun and not _CUT_CHUNK_SIZE.fullmatch(self._buffer):
            self.passes_through = True
            yield self._buffer

    def _read_size(self) -> bytes | None:
        """None: more bytes are needed."""
        stop = self._at + _MAX_CHUNK_LINE
        newline = self._buffer.find(b"\n", self._at, stop)
        if newline < 0:
            return None if len(self._buffer) < stop else self._give_up()
        match = _CHUNK_SIZE.fullmatch(self._buffer[self._at : newline].removesuffix(b"\r"))
        if match is None:
            return self._give_up()
        self._has_begun = True
        self._at = newline + 1
        self._left = int(match[1], 16)
        self.has_last_chunk = not self._left
        self._step = self._read_data if self._left else self._read_trailer
        return b""

    def _read_trailer(self) -> bytes | None:
        """Lines up to an empty one; they are no payload."""
        newline = self._buffer.find(b"\n", self._at)
        if newline < 0:
            return None if len(self._buffer) - self._at < _MAX_TRAILER else self._give_up()
        line = self._buffer[self._at : newline].removesuffix(b"\r")
        self._at = newline + 1
        self.is_over = not line
        return b""

    def _give_up(self) -> bytes:
        if self._has_begun:
            self.is_over = self.is_broken = True
            return b""
        self._has_begun = self.passes_through = True
        piece, self._at = self._buffer[self._at :], len(self._buffer)
        return piece

    def _read_data(self) -> bytes:
        piece = self._buffer[self._at : self._at + self._left]
        self._at += len(piece)
        self._left -= len(piece)
        if not self._left:
            self._step = self._read_data_end
        return piece

    def _read_data_end(self) -> bytes | None:
        end = self._buffer[self._at : self._at + 2]
        if end == b"\r":
            return None
        if end == b"\r\n" or end[:1] == b"\n":
            self._at += 2 if end == b"\r\n" else 1
            self._step = self._read_size
            return b""
        return self._give_up()


def _text(value: bytes) -> str:
    """As warcio decodes a header, so that our index lines equal cdxj-indexer's."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
