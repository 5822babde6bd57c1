"""A response while its bytes come: where its head ends, what is payload, and whether it is over.

The framing is read as :mod:`archive.warc.http` reads it from a record, so that a crawl and whoever
reads the archive later agree about every byte. It is as lenient as browsers are (RFC 9112, section
6.3, and the practice of llhttp's lenient mode); what no length or chunk ends, the connection ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.warc.http import ChunkedDecoder, HttpHead, is_interim, parse_response_head

_HEAD_END = re.compile(rb"\n\r?\n")
_BEGIN = b"HTTP"
_LINE_ENDS = b"\r\n"
_BEGIN_BYTES = 64


class ResponseStream:
    """Fed with what the peer sends; never raises for it.

    :param method: of the request: the answer to HEAD has no body.
    """

    def __init__(self, method: bytes) -> None:
        self._method = method
        self._buffer = bytearray()
        self._searched = 0
        self._chunked: ChunkedDecoder | None = None
        self._left: int | None = None
        self._size = 0
        self._possible_lengths: frozenset[int] = frozenset()
        self.head: HttpHead | None = None
        """Once it has come whole."""

        self.is_http = True
        """False: what came cannot be the beginning of an HTTP/1 response."""

        self.is_over = False
        """The message ended by its own framing; what comes now belongs to it no more."""

        self.excess = 0
        """Bytes that came in one piece with the message's end, and are not part of it."""

    @property
    def ends_by_close(self) -> bool:
        """Neither a length nor chunks say where the body ends: only the connection does."""
        return self.head is not None and not self.is_over and self._by_close

    @property
    def is_whole(self) -> bool:
        """All of the body has come, even if the last empty line is owed."""
        return self.is_over or (self._chunked is not None and self._chunked.has_last_chunk)

    @property
    def may_be_over(self) -> bool:
        """Only the connection's end would tell, but so much has come as its head seems to say."""
        return self.ends_by_close and self._size in self._possible_lengths

    @property
    def is_badly_chunked(self) -> bool:
        """The framing broke in the middle: nobody knows where the body ends, or what it was."""
        return self._chunked is not None and self._chunked.is_broken

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Payload in *data*, without transfer coding, still content-encoded."""
        if self.is_over:
            self.excess += len(data)
            return
        if self.head is None:
            self._buffer += data
            if not self._find_head():
                return
            assert self.head is not None
            data, self._buffer = bytes(self._buffer[self.head.end :]), bytearray()
            self._begin_body(self.head)
        yield from self._body(data)

    def _find_head(self) -> bool:
        begin = self._buffer[:_BEGIN_BYTES].lstrip(_LINE_ENDS)[: len(_BEGIN)].upper()
        self.is_http = begin == _BEGIN[: len(begin)]
        if not self.is_http or not _HEAD_END.search(self._buffer, self._searched):
            self._searched = max(0, len(self._buffer) - 2)
            return False
        head = parse_response_head(bytes(self._buffer))
        if head is None:
            self.is_http = False
        elif head.is_complete and not is_interim(head.status):
            self.head = head
        elif head.is_complete:
            del self._buffer[: head.end]
            self._searched = 0
        return self.head is not None

    def _begin_body(self, head: HttpHead) -> None:
        if not head.has_body(self._method):
            self._left = 0
        elif head.is_chunked:
            self._chunked = ChunkedDecoder()
        else:
            self._left = head.content_length
        self._possible_lengths = head.possible_lengths
        self.is_over = self._left == 0

    @property
    def _by_close(self) -> bool:
        if self._chunked is not None:
            return self._chunked.passes_through or self._chunked.is_broken
        return self._left is None

    def _body(self, data: bytes) -> Iterator[bytes]:
        if self._chunked is not None:
            yield from self._chunked.feed(data)
            if self._chunked.is_over and not self._chunked.is_broken:
                self.is_over, self.excess = True, self._chunked.excess
        elif self._left is None:
            self._size += len(data)
            yield data
        else:
            piece = data[: self._left]
            self._left -= len(piece)
            if piece:
                yield piece
            self.is_over = not self._left
            self.excess = len(data) - len(piece)

    def finish(self) -> Iterator[bytes]:
        """What is left of the payload when the connection has ended."""
        if self._chunked is not None and not self.is_over:
            yield from self._chunked.finish()
