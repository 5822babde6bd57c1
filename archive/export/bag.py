"""BagIt export (1.0, RFC 8493): a directory that says of itself whether it is whole."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from archive.export.copying import copy_file
from archive.export.index import index_lines

if TYPE_CHECKING:
    from archive.export.selection import Selection

_ALGORITHMS = ("sha256", "sha512")


class _Manifests:
    """Writes files and remembers their digests."""

    def __init__(self, bag: Path) -> None:
        self._bag = bag
        self.lines: dict[str, list[str]] = {algorithm: [] for algorithm in _ALGORITHMS}
        self.octets = self.streams = 0

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        path = self._bag / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digests = {algorithm: hashlib.new(algorithm) for algorithm in _ALGORITHMS}
        with path.open("wb") as file:
            for piece in pieces:
                for digest in digests.values():
                    digest.update(piece)
                self.octets += file.write(piece)
        self.streams += 1
        for algorithm, digest in digests.items():
            self.lines[algorithm].append(f"{digest.hexdigest()}  {name}\n")

    def encoded(self, algorithm: str) -> bytes:
        return "".join(self.lines[algorithm]).encode()


def write_bag(
    path: Path,
    selection: Selection,
    *,
    operator: str,
    software: str,
    title: str,
    created: dt.datetime,
) -> None:
    """Fill the directory *path*: WARC files and one index as payload, digests made while copying.

    :raises InvalidRecordError: see :func:`archive.export.copying.copy_file`.
    """
    payload = _Manifests(path)
    for name in selection.offsets:
        payload.write(f"data/warc/{name}", copy_file(selection, name))
    payload.write("data/index/index.cdxj", index_lines(selection, path.parent))
    tags = _Manifests(path)
    tags.write("bagit.txt", [b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"])
    bag_info = {
        "Bag-Software-Agent": software,
        "Bagging-Date": created.date().isoformat(),
        "External-Description": title,
        "Source-Organization": operator,
        "Payload-Oxum": f"{payload.octets}.{payload.streams}",
    }
    lines = [f"{name}: {' '.join(value.split())}\n" for name, value in bag_info.items() if value]
    tags.write("bag-info.txt", ["".join(lines).encode()])
    for algorithm in _ALGORITHMS:
        tags.write(f"manifest-{algorithm}.txt", [payload.encoded(algorithm)])
    for algorithm in _ALGORITHMS:
        (path / f"tagmanifest-{algorithm}.txt").write_bytes(tags.encoded(algorithm))
