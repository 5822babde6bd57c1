"""The CDXJ index of a package, flat or in compressed blocks (ZipNum)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from archive.home.cdxj import cdxj_line, sort_lines

if TYPE_CHECKING:
    from archive.export.selection import Selection

INDEX_NAME = "index.cdx.gz"
_BLOCK_LINES = 1024
"""As many as py-wacz and ArchiveWeb.page put into a block."""

_GZIP = 16 + zlib.MAX_WBITS


def index_lines(selection: Selection, scratch: Path) -> Iterable[bytes]:
    """The package's index, sorted by bytes, in bounded memory.

    :param scratch: a directory for what does not fit into memory; nothing stays there.
    """
    lines = (
        cdxj_line(replace(entry, offset=offset), name).encode()
        for name in selection.offsets
        for entry, offset in selection.moved(name)
        if entry.urlkey
    )
    return sort_lines(lines, scratch)


def zipnum(lines: Iterable[bytes], write: Callable[[bytes], object]) -> Iterator[bytes]:
    """Writes the blocks, each a gzip member, with *write*; yields the lines of ``index.idx``.

    Source: the ZipNum format of pywb and of WACZ 1.1, section "indexes".
    """
    meta = json.dumps({"format": "cdxj-gzip-1.0", "filename": INDEX_NAME})
    yield f"!meta 0 {meta}\n".encode()
    remaining = iter(lines)
    position = 0
    while block := list(islice(remaining, _BLOCK_LINES)):
        packer = zlib.compressobj(wbits=_GZIP)
        packed = packer.compress(b"".join(block)) + packer.flush()
        write(packed)
        key = block[0].split(b" {", 1)[0]
        where = json.dumps({"offset": position, "length": len(packed)})
        yield key + b" " + where.encode() + b"\n"
        position += len(packed)
