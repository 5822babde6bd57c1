"""Relations between files: ids that stand twice, and revisits against their originals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from archive.verify.finding import Finding, shorten

if TYPE_CHECKING:
    from archive.verify.catalog import Catalog

_COPY = "restore that file from a copy (`khobao archive fixity run` does, if there is one)"


class Original(NamedTuple):
    """What a revisit refers to, wherever it was found."""

    file: int | None
    """Number of its file; None: in a file that is not being verified."""

    offset: int
    type: str
    uri: str | None
    date: str | None
    digest: str | None
    is_original: bool
    where: str


class _Revisit(NamedTuple):
    file: int
    path: str
    offset: int
    record_id: str
    digest: str | None
    refers_to: str | None
    refers_uri: str | None
    refers_date: str | None


def check_relations(
    catalog: Catalog,
    elsewhere: Callable[[dict[str, tuple[str, str]]], dict[str, Original]],
    is_alone: Callable[[str], bool],
) -> Iterator[Finding]:
    """:param elsewhere: looks up records in files that are not being verified, by their ids and by
        the payload digest and address that are named with them.
    :param is_alone: whether a file belongs to no home, so that an original may be anywhere.
    """
    yield from _doubled_ids(catalog)
    wanted: list[_Revisit] = []
    for revisit, original in _revisits(catalog):
        if original is None:
            wanted.append(revisit)
        else:
            yield from _judge(revisit, original)
    found = elsewhere(
        {r.refers_to: (r.digest or "", r.refers_uri or "") for r in wanted if r.refers_to}
    )
    for revisit in wanted:
        original = found.get(revisit.refers_to or "")
        if original is not None:
            yield from _judge(revisit, original)
        elif is_alone(revisit.path) and revisit.refers_to:
            yield _finding(
                "not-checked",
                revisit,
                f"the original {shorten(revisit.refers_to)}",
                "no such record in the files named",
                "name the file that holds the original as well",
            )
        else:
            yield _finding(
                "revisit-dangles",
                revisit,
                f"the original {shorten(revisit.refers_to)}",
                "no such record",
                "restore the file that holds the original from a copy; until then this capture has"
                " a head and no body",
            )


def _doubled_ids(catalog: Catalog) -> Iterator[Finding]:
    # Against the first of them only: of n records with one id there are n² pairs.
    rows = catalog.db.execute(
        "SELECT a.id, f.path, a.offset, g.path, a.first_offset, a.file = a.first_file FROM ("
        " SELECT id, file, offset, row_number() OVER same AS number,"
        " first_value(file) OVER same AS first_file, first_value(offset) OVER same AS first_offset"
        " FROM records JOIN files USING (file) WHERE NOT imported"
        " WINDOW same AS (PARTITION BY id ORDER BY file, offset)"
        ") AS a JOIN files f ON f.file = a.file JOIN files g ON g.file = a.first_file"
        " WHERE a.number > 1 ORDER BY a.file, a.offset"
    )
    for record_id, path, offset, other, other_offset, same in rows:
        yield Finding(
            "record-doubled" if same else "record-id-doubled",
            path,
            offset,
            "an id of its own for each record",
            f"{shorten(record_id)}, the id of the record at byte {other_offset} of {other}",
            f"one of them was put there: {_COPY}",
        )


def _revisits(catalog: Catalog) -> Iterator[tuple[_Revisit, Original | None]]:
    rows = catalog.db.execute(
        "SELECT r.file, f.path, r.offset, r.id, r.digest, r.refers_to, r.refers_uri, r.refers_date,"
        " o.file, o.offset, o.type, o.uri, o.date, o.digest, o.is_original, g.path"
        " FROM records r JOIN files f ON f.file = r.file"
        " LEFT JOIN records o ON o.rowid ="
        "  (SELECT p.rowid FROM records p JOIN files q ON q.file = p.file AND NOT q.imported"
        "  WHERE p.id = r.refers_to ORDER BY p.file, p.offset LIMIT 1)"
        " LEFT JOIN files g ON g.file = o.file"
        " WHERE r.type = 'revisit' AND NOT f.imported ORDER BY r.file, r.offset"
    )
    for row in rows:
        yield _Revisit(*row[:8]), _original(row[8:])


def _original(row: tuple[Any, ...]) -> Original | None:
    file, offset, kind, uri, date, digest, is_original, path = row
    if file is None:
        return None
    where = f"{path} at byte {offset}"
    return Original(file, offset, kind, uri, date, digest, bool(is_original), where)


def _judge(revisit: _Revisit, original: Original) -> Iterator[Finding]:
    if original.type != "response":
        expected = "an original that is a response"
        found = f"a {original.type} record ({original.where})"
        yield _finding("revisit-chain", revisit, expected, found)
        return
    if original.file is not None and (original.file, original.offset) > (
        revisit.file,
        revisit.offset,
    ):
        expected = "an original that was on disk before the revisit"
        yield _finding("revisit-later", revisit, expected, f"one behind it ({original.where})")
    if not original.is_original:
        expected = "an original that is whole and has a body"
        found = f"a truncated or empty one ({original.where})"
        yield _finding("revisit-original", revisit, expected, found)
    if revisit.digest is not None and revisit.digest != original.digest:
        expected = f"WARC-Payload-Digest: {original.digest}, as the original ({original.where})"
        yield _finding("revisit-digest", revisit, expected, shorten(revisit.digest))
    for name, named, actual in (
        ("WARC-Refers-To-Target-URI", revisit.refers_uri, original.uri),
        ("WARC-Refers-To-Date", revisit.refers_date, original.date),
    ):
        if named != actual:
            expected = f"{name}: {shorten(actual)}, as the original ({original.where})"
            yield _finding("revisit-target", revisit, expected, shorten(named))


def _finding(kind: str, revisit: _Revisit, expected: str, found: str, advice: str = "") -> Finding:
    advice = advice or f"this record cannot be replayed as it says; {_COPY}"
    what = f"{expected} (revisit {revisit.record_id})"
    return Finding(kind, revisit.path, revisit.offset, what, found, advice)
