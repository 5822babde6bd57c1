"""What other people's readers say of our files."""

from __future__ import annotations

from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator

from support.home import Home


def check_with_other_tools(home: Home) -> None:
    for path in home.warcs:
        records = path.with_name(path.name + ".journal").read_bytes().count(b"\n")
        assert check_with_warcio(path) == records
        assert check_with_fastwarc(path) == records


def check_with_warcio(path: Path) -> int:
    """What ``warcio check`` does, and that it has seen everything."""
    count = 0
    with path.open("rb") as stream:
        records = ArchiveIterator(stream, check_digests=True)
        for record in records:
            record.content_stream().read()
            count += 1
            if record.digest_checker.passed is False:
                problems = record.digest_checker.problems
                chunked = record.http_headers and record.http_headers.get_header(
                    "Transfer-Encoding"
                )
                # A revisit's payload is the original's; chunked: warcio#74.
                assert record.rec_type == "revisit" or chunked, problems
                assert not any("block digest" in problem for problem in problems)
        assert records.err_count == 0
    return count


def check_with_fastwarc(path: Path) -> int:
    """Block digests before the HTTP is parsed, payload digests after: it needs two passes."""
    count = 0
    with path.open("rb") as stream:
        for record in FastIterator(stream, parse_http=False):
            count += 1
            assert record.verify_block_digest()
    with path.open("rb") as stream:
        for record in FastIterator(stream, parse_http=True):
            if record.record_type == WarcRecordType.response:
                is_chunked = record.http_headers.get("Transfer-Encoding") == "chunked"
                # It hashes the framing of chunked bodies, as warcio does (warcio#74).
                assert record.verify_payload_digest() is not is_chunked
    return count
