"""What imported files say of other files: notes, for nothing of ours depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive.verify.finding import Finding

if TYPE_CHECKING:
    from archive.verify.catalog import Catalog

_OVERLAPS = """
SELECT f.path, count(*) FROM files f JOIN records a ON a.file = f.file
WHERE f.imported AND EXISTS (
    SELECT 1 FROM records b WHERE b.id = a.id AND (b.file, b.offset) <> (a.file, a.offset)
)
GROUP BY f.file
"""
_ORIGINALS = "CREATE INDEX by_address ON records (uri, date) WHERE type = 'response'"
_DANGLING = """
SELECT f.path, count(*) FROM files f JOIN records r ON r.file = f.file
WHERE f.imported AND r.type = 'revisit'
AND NOT EXISTS (SELECT 1 FROM records o WHERE o.id = r.refers_to)
AND NOT EXISTS (
    SELECT 1 FROM records o
    WHERE o.uri = r.refers_uri AND o.date = r.refers_date AND o.type = 'response'
)
GROUP BY f.file
"""


def check_imported(catalog: Catalog) -> Iterator[Finding]:
    """:param catalog: of a whole home, indexed."""
    db = catalog.db
    if not db.execute("SELECT 1 FROM files WHERE imported").fetchone():
        return
    for path, count in db.execute(_OVERLAPS):
        expected = "records that no other file has"
        found = f"{count} with ids that stand elsewhere as well"
        advice = "nothing, if files were put together of others"
        yield Finding("import-overlaps", path, None, expected, found, advice)
    db.execute(_ORIGINALS)
    for path, count in db.execute(_DANGLING):
        expected = "the originals of its revisits"
        found = f"{count} revisits whose originals are in no file of this home"
        advice = "import the files that hold them too: until then these captures have no body"
        yield Finding("not-checked", path, None, expected, found, advice)
