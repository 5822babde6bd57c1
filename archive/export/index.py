"""The CDXJ index of a package, flat or in compressed blocks (ZipNum)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from archive.home.cdxj import cdxj_line, sort_lines

if TYPE_CHECKING:
    from archive.export.selection import Selection
    from archive.home.journal import JournalEntry

INDEX_NAME = "index.cdx.gz"
_BLOCK_LINES = 1024
"""As many as py-wacz and ArchiveWeb.page put into a block."""

_GZIP = 16 + zlib.MAX_WBITS


def index_lines(selection: Selection, scratch: Path) -> Iterable[bytes]:
    """The package's index, sorted by bytes, in bounded memory: what can be shown by itself.

    :param scratch: a directory for what does not fit into memory; nothing stays there.
    """
    lines = (
        cdxj_line(replace(entry, offset=offset), name).encode()
        for name in selection.offsets
        for entry, offset in selection.moved(name)
        if entry.urlkey and not _is_not_modified(entry)
    )
    return sort_lines(lines, scratch)


def _is_not_modified(entry: JournalEntry) -> bool:
    """It has no page of its own: other tools' replay would show an empty one (ADR 0023)."""
    return entry.type == "revisit" and entry.status == str(int(HTTPStatus.NOT_MODIFIED))


def zipnum(lines: Iterable[bytes], write: Callable[[bytes], object]) -> Iterator[bytes]:
    """Writes the blocks, each a gzip member, with *write*; yields the lines of ``index.idx``.

    Source: the ZipNum format of pywb and of WACZ 1.1, section "indexes".
    """
    meta = json.dumps({"format": "cdxj-gzip-1.0", "filename": INDEX_NAME})
    yield f"!meta 0 {meta}\n".encode()
    position = 0
    for block in _blocks(lines):
        packer = zlib.compressobj(wbits=_GZIP)
        packed = packer.compress(b"".join(block)) + packer.flush()
        write(packed)
        key = block[0].split(b" {", 1)[0]
        where = json.dumps({"offset": position, "length": len(packed)})
        yield key + b" " + where.encode() + b"\n"
        position += len(packed)


def _blocks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Addresses with a host in blocks of their own: by the key of the last block, wabac.js up to
    2.20 decides whether it looks for hosts turned round or for addresses as they are.
    """
    for _, alike in groupby(lines, key=_has_host):
        while block := list(islice(alike, _BLOCK_LINES)):
            yield block


def _has_host(line: bytes) -> bool:
    return b")/" in line.split(b" ", 1)[0]
