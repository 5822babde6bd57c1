"""Just enough HTTP/1.1 of the server's side: split requests off a stream, make response heads.

Written by hand for two reasons: the exact bytes of each request must be kept, and faults need
answers that no HTTP library would agree to send.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_MAX_HEAD_BYTES = 65_536
_MAX_BODY_BYTES = 1_048_576

REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


class BadRequestError(Exception):
    """These bytes are no request this server understands; the connection cannot go on."""


@dataclass(slots=True)
class Request:
    """One request and the bytes it came as."""

    raw: bytes
    method: str
    target: str
    version: str
    headers: dict[str, str]
    """Lower-case names; of repeated ones the last."""

    host: str
    """Without port, lower case."""

    port: str
    """As the Host header gave it, else empty."""

    path: str
    """As sent, percent-encoding and all; each character stands for one byte."""

    query: str

    @property
    def keep_alive(self) -> bool:
        connection = self.headers.get("connection", "").lower()
        if self.version == "HTTP/1.0":
            return "keep-alive" in connection
        return "close" not in connection

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    def accepts(self, coding: str) -> bool:
        listed = self.headers.get("accept-encoding", "").replace(" ", "").split(",")
        return coding in listed


class RequestReader:
    """Collects what comes in, gives out whole requests. Keeps nothing of a request given out."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def __len__(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def leftover(self) -> bytes:
        """The beginning of a request that never became whole."""
        return bytes(self._buffer)

    def next(self) -> Request | None:
        """The next whole request, or None until more bytes come.

        :raises BadRequestError: there is no way to tell where this request ends.
        """
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _MAX_HEAD_BYTES:
                raise BadRequestError("the head of the request is too long")
            return None
        start_line, headers = _parse_head(bytes(self._buffer[:end]))
        total = end + 4 + _body_length(headers)
        if len(self._buffer) < total:
            return None
        request = _request(bytes(self._buffer[:total]), start_line, headers)
        del self._buffer[:total]
        return request


def _parse_head(block: bytes) -> tuple[str, dict[str, str]]:
    start_line, *lines = block.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return start_line, headers


def _body_length(headers: dict[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise BadRequestError("chunked requests are not understood here")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _MAX_BODY_BYTES:
        raise BadRequestError("the request's Content-Length cannot be")
    return int(length)


def _request(raw: bytes, start_line: str, headers: dict[str, str]) -> Request:
    words = start_line.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):  # noqa: PLR2004  (method target version)
        raise BadRequestError("no request line")
    method, target, version = words
    authority, rest = headers.get("host", ""), target
    if not target.startswith("/"):
        _, scheme_mark, after = target.partition("://")
        if not scheme_mark:
            raise BadRequestError("the request's target is no path")
        authority, slash, path = after.partition("/")
        rest = slash + path or "/"
    if not authority and version != "HTTP/1.0":
        raise BadRequestError("no Host")
    host, _, port = authority.partition(":")
    path, _, query = rest.partition("#")[0].partition("?")
    return Request(raw, method, target, version, headers, host.lower(), port, path, query)


def head(
    status: int,
    headers: Iterable[tuple[str, str]],
    *,
    reason: str | None = None,
    version: str = "HTTP/1.1",
) -> bytes:
    """The status line, the header lines as given and in that order, and the empty line.

    Values are latin-1, as on the wire; a value may hold a fold (CR LF and a tab) on purpose.
    """
    phrase = REASONS.get(status, "") if reason is None else reason
    lines = [
        f"{version} {status} {phrase}",
        *(f"{name}: {value}" for name, value in headers),
        "",
        "",
    ]
    return "\r\n".join(lines).encode("latin-1")
