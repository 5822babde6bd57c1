"""WARC header fields of a record, read."""

from __future__ import annotations

import re

MAX_FIELDS_BYTES = 1 << 20

_END = b"\r\n\r\n"
_VERSION = re.compile(r"WARC/(0\.1[78]|1\.[01])")
_FOLD = re.compile(r"\r\n[ \t]+")


class WarcHead:
    """The fields of one record, in order, and where its block begins."""

    __slots__ = ("block_length", "block_start", "fields")

    def __init__(self, fields: tuple[tuple[str, str], ...], block_start: int) -> None:
        """:raises ValueError: there is no usable Content-Length."""
        self.fields = fields
        self.block_start = block_start
        length = self.get("Content-Length") or ""
        if not (length.isascii() and length.isdigit()):
            raise ValueError(f"Content-Length is {length!r}")
        self.block_length = int(length)

    @property
    def record_length(self) -> int:
        """Bytes of the whole record with the two line ends after the block."""
        return self.block_start + self.block_length + len(_END)

    @property
    def target_uri(self) -> str | None:
        """Without the angle brackets that wget puts around it."""
        uri = self.get("WARC-Target-URI")
        return uri[1:-1] if uri and uri[0] == "<" and uri[-1] == ">" else uri

    def get(self, name: str) -> str | None:
        """The first value of a field, whatever the letter case of its name."""
        name = name.lower()
        return next((value for key, value in self.fields if key.lower() == name), None)

    def get_all(self, name: str) -> list[str]:
        name = name.lower()
        return [value for key, value in self.fields if key.lower() == name]

    def require(self, name: str) -> str:
        """:raises ValueError: the field is missing."""
        value = self.get(name)
        if value is None:
            raise ValueError(f"{name} is missing")
        return value


def parse_warc_head(data: bytes) -> WarcHead:
    """As other programs may write it as well: a line that begins with a blank goes on with the one
    before it, blanks may stand before a colon (WARC 1.0).

    :param data: the record's first bytes, all fields among them.

    :raises ValueError: this is not the head of a WARC record.
    """
    end = data.find(_END, 0, MAX_FIELDS_BYTES)
    if end < 0:
        raise ValueError("no WARC record begins here")
    try:
        version, _, rest = data[:end].decode().partition("\r\n")
    except UnicodeDecodeError as exc:
        raise ValueError("the fields are not UTF-8") from exc
    if not _VERSION.fullmatch(version):
        raise ValueError("no WARC record begins here")
    fields = []
    for line in _FOLD.sub(" ", rest).split("\r\n"):
        name, colon, value = line.partition(":")
        name = name.rstrip(" \t")
        if not colon or not name or name != name.strip():
            raise ValueError(f"{line[:60]!r} is no field")
        fields.append((name, value.strip(" \t")))
    return WarcHead(tuple(fields), end + len(_END))
