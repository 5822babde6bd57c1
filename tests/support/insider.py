"""Somebody who may write to a home, with no code of ours: whole chains made anew."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from pathlib import Path

from support.verify_home import compress


def remake_chain(home: Path, warc: Path) -> None:
    """The line of *warc* as it is now with its journal, every line, and the head."""
    journal = Path(f"{warc}.journal")
    now = {
        "size": warc.stat().st_size,
        "sha256": hashlib.sha256(warc.read_bytes()).hexdigest(),
        "journalSize": journal.stat().st_size,
        "journalSha256": hashlib.sha256(journal.read_bytes()).hexdigest(),
    }
    previous, number = "0" * 64, 0
    for manifest in sorted((home / "fixity").glob("????-??-??.jsonl")):
        lines = []
        for line in manifest.read_text().splitlines():
            values = json.loads(line)
            values |= now if values["file"] == warc.name else {}
            values["previous"], number = previous, values["number"]
            lines.append(json.dumps(values, separators=(",", ":")))
            previous = hashlib.sha256(lines[-1].encode()).hexdigest()
        manifest.write_text("\n".join(lines) + "\n")
    head = {"number": number, "sha256": previous}
    (home / "fixity" / "head.json").write_text(json.dumps(head))


def forget_log(home: Path) -> None:
    (home / "fixity" / "log.jsonl").unlink(missing_ok=True)


def rewrite_a_page(warc: Path) -> None:
    """Other bytes in a page, as many, with all digests right."""
    out, is_done = [], False
    for record in _records(warc):
        is_plain = b"WARC-Type: response" in record and b"chunked" not in record
        if not is_done and is_plain and b"<title>" in record:
            out.append(compress(_altered(record)))
            is_done = True
        else:
            out.append(compress(record))
    assert is_done
    warc.write_bytes(b"".join(out))


def _altered(record: bytes) -> bytes:
    head, block = record[:-4].split(b"\r\n\r\n", 1)
    block = block.replace(b"<title>", b"<TITLE>", 1)
    body = block.split(b"\r\n\r\n", 1)[1]
    sha1 = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest())
    sha256 = hashlib.sha256(block).hexdigest().encode()
    head = re.sub(rb"(WARC-Block-Digest: sha256:)\S+", rb"\g<1>" + sha256, head)
    head = re.sub(rb"(WARC-Payload-Digest: sha1:)\S+", rb"\g<1>" + sha1, head)
    return head + b"\r\n\r\n" + block + b"\r\n\r\n"


def _records(warc: Path) -> list[bytes]:
    data, found = warc.read_bytes(), []
    while data:
        member = zlib.decompressobj(31)
        found.append(member.decompress(data))
        data = member.unused_data
    return found
