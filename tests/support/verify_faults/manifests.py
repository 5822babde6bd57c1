"""Faults that only the manifests know."""

from __future__ import annotations

import shutil
from pathlib import Path

from archive.home.cdxj import write_cdxj
from archive.verify import Target, verify_file
from support.verify_faults.base import Expected, listed
from support.verify_home import Home


def _manifest(home: Home) -> Path:
    return next(home.layout.fixity.glob("*.jsonl"))


@listed
def harmless_bit_in_the_padding_of_a_member(home: Home) -> Expected:
    """A bit that no reader looks at: only the manifest knows."""
    data = home.warc(home.first).read_bytes()
    target = Target(home.warc(home.first), "closed", home.layout.journal(home.first))
    for byte in range(len(data)):
        altered = bytearray(data)
        altered[byte] ^= 0x80
        home.warc(home.first).write_bytes(altered)
        if not verify_file(target).findings:
            return {("file-altered", home.first, None)}
    raise AssertionError("every bit is looked at: take this case out")


@listed
def journal_written_anew(home: Home) -> Expected:
    path = home.layout.journal(home.first)
    path.write_bytes(path.read_bytes().replace(b",", b", ", 1))
    return {("journal-altered", path.name, None)}


@listed
def file_not_listed(home: Home) -> Expected:
    stranger = home.second.replace("host", "khach")
    home.edit(home.second, 0, home.second.encode(), stranger.encode())
    home.warc(home.second).rename(home.warc(stranger))
    home.layout.journal(home.names[0]).exists()
    second = stranger.replace("khach", "host")
    home.layout.journal(second).rename(home.layout.journal(stranger))
    home.layout.cdxj(second).unlink()
    write_cdxj(home.layout.journal(stranger), stranger, home.layout.cdxj(stranger))
    return {
        ("not-in-manifest", stranger, None),
        ("warc-missing", second, None),
        ("dedupe-index", "dedupe.sqlite", None),
    }


@listed
def no_manifest_at_all(home: Home) -> Expected:
    shutil.rmtree(home.layout.fixity)
    return {("not-in-manifest", "fixity", None)}


@listed
def manifest_line_altered(home: Home) -> Expected:
    path = _manifest(home)
    path.write_bytes(path.read_bytes().replace(b'"size":1', b'"size":2', 1))
    return {("manifest-chain", path.name, None), ("file-altered", home.first, None)}


@listed
def manifest_line_removed(home: Home) -> Expected:
    path = _manifest(home)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    return {("manifest-chain", path.name, None), ("not-in-manifest", home.first, None)}
