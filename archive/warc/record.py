"""WARC record that is to be written: fields and block → bytes, by hand (docs/adr/0002)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from archive.warc.spool import Body

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# Whatever any reader may take for the end of a line: str.splitlines knows more than CR and LF.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

Fields = list[tuple[str, str]]


@dataclass(slots=True)
class NewRecord:
    """A record that is ready to be written: the journal line is made from the same values."""

    type: str
    record_id: str
    date: str
    content_type: str
    block: Body
    block_digest: str
    target_uri: str | None = None
    payload_digest: str | None = None
    fields: Fields = field(default_factory=list)
    """The others, in order; a name may come more than once (issue 95)."""

    status: str | None = None
    mime: str | None = None
    body_digest: str | None = None
    """Only of a response that later revisits may refer to."""

    etag: str | None = None
    last_modified: str | None = None

    refers_to: str | None = None

    def head_bytes(self, warcinfo_id: str | None) -> bytes:
        """The version line and the fields, up to the empty line.

        :param warcinfo_id: of the warcinfo record before it, if there is one.
        """
        fields: Fields = [("WARC-Type", self.type), ("WARC-Record-ID", self.record_id)]
        fields.append(("WARC-Date", self.date))
        if self.target_uri is not None:
            fields.append(("WARC-Target-URI", self.target_uri))
        if self.type != "warcinfo" and warcinfo_id:
            fields.append(("WARC-Warcinfo-ID", warcinfo_id))
        fields += self.fields
        if self.payload_digest is not None:
            fields.append(("WARC-Payload-Digest", self.payload_digest))
        fields.append(("WARC-Block-Digest", self.block_digest))
        fields.append(("Content-Type", self.content_type))
        fields.append(("Content-Length", str(len(self.block))))
        return b"WARC/1.1\r\n" + fields_block(fields) + b"\r\n"


def new_record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def fields_block(fields: Iterable[tuple[str, str]]) -> bytes:
    """``Name: value`` lines, each value on one line.

    Values can come from a server (a Location, a Content-Type). With a line end in one, a hostile
    server could write fields of its own into the record, so control characters go.
    """
    fields = list(fields)
    lines = [f"{name}: {value.strip()}\r\n" for name, value in fields]
    text = "".join(lines)
    # Far faster than the expression, and mostly enough.
    if text.count("\n") != len(lines) or not text.replace("\r\n", "").isprintable():
        text = "".join([f"{name}: {_clean(value)}\r\n" for name, value in fields])
    return text.encode("utf-8", "replace")


def _clean(value: str) -> str:
    return _CONTROL.sub(" ", value).strip()


def safe_uri(uri: str) -> str:
    """A URI as RFC 3986 has it: no white space, no control characters, nothing beyond ASCII.

    pywb cannot show a record whose address has letters beyond Latin-1. No angle brackets, either.
    """
    if not uri.isascii():
        uri = _NOT_ASCII.sub(_percent_encoded, uri)
    return _CONTROL.sub("", uri).strip().replace(" ", "%20")


def _percent_encoded(letters: re.Match[str]) -> str:
    return quote(letters[0], errors="replace")
