"""WARC header fields of a record, read."""

from __future__ import annotations

import re

MAX_FIELDS_BYTES = 1 << 20

_END = b"\r\n\r\n"
_VERSION = re.compile(r"WARC/1\.[01]")


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
    """:param data: the record's first bytes, all fields among them.

    :raises ValueError: this is not the head of a WARC 1.x record.
    """
    end = data.find(_END, 0, MAX_FIELDS_BYTES)
    if end < 0:
        raise ValueError("no WARC record begins here")
    try:
        version, *lines = data[:end].decode().split("\r\n")
    except UnicodeDecodeError as exc:
        raise ValueError("the fields are not UTF-8") from exc
    if not _VERSION.fullmatch(version):
        raise ValueError("no WARC record begins here")
    fields = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise ValueError(f"{line[:60]!r} is no field")
        fields.append((name, value.strip(" \t")))
    return WarcHead(tuple(fields), end + len(_END))
