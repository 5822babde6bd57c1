"""The dedupe index against the records: it may be behind them, and never say what they do not.

It is a cache, so a wrong row costs nothing until the next crawl: then a revisit refers to a record
that is another one. Nothing is looked at while a crawl writes to it, or was killed when it did.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive.home.lock import writer_of
from archive.verify.finding import Finding

if TYPE_CHECKING:
    from archive.home.layout import Layout
    from archive.verify.catalog import Catalog

_ADVICE = "run `khobao archive index`: it makes the index again from the journals"
#: Of records of which the catalog has another or none; there is no path that ends in two names.
_UNTRUE = """
SELECT count(*) FROM dedupe.{table} AS row WHERE NOT EXISTS (
    SELECT 1 FROM records AS r JOIN files AS f ON f.file = r.file
    WHERE r.id = row.record_id AND r.type = 'response' AND r.offset = row.offset
        AND r.uri = row.target_uri AND r.date = row.date AND r.digest = row.payload_digest
        AND f.name = row.warc_filename AND NOT f.imported)
"""


def check_dedupe(layout: Layout, catalog: Catalog) -> Iterator[Finding]:
    """:param catalog: of the whole home, indexed."""
    before = _state(layout)
    if before is None:
        return  # the next crawl makes it, or brings it up to date
    findings = list(_compare(layout, catalog))
    # A writer may have begun since we looked.
    if writer_of(layout.lock) is None and _state(layout) == before:
        yield from findings


def _state(layout: Layout) -> tuple[int, int] | None:
    """None: there is no index, or not all that belongs to it is in its file."""
    path = layout.dedupe
    log = path.with_name(path.name + "-wal")
    if not path.is_file() or (log.is_file() and log.stat().st_size):
        return None
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _compare(layout: Layout, catalog: Catalog) -> Iterator[Finding]:
    path = layout.dedupe
    # Not even the files that SQLite puts beside a database are made.
    uri = f"{path.absolute().as_uri()}?immutable=1"
    expected = "what the journals say"
    try:
        catalog.db.execute("ATTACH ? AS dedupe", (uri,))
        try:
            for table in ("originals", "validators"):
                (count,) = catalog.db.execute(_UNTRUE.format(table=table)).fetchone()
                if count:
                    found = f"{count} rows of {table} about records that are not there"
                    yield Finding("dedupe-index", str(path), None, expected, found, _ADVICE)
        finally:
            with contextlib.suppress(sqlite3.Error):
                catalog.db.execute("DETACH dedupe")
    except sqlite3.DatabaseError as exc:
        yield Finding("dedupe-index", str(path), None, expected, f"{exc}", _ADVICE)
