"""Reindexing of the dedupe index, against the journals it is a cache of."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from archive.home.layout import Layout
from archive.home.revisits import DedupeIndex

_TABLES = ("originals", "validators")

# The index may be behind a journal, never beside it.
_UNTRUE = "SELECT * FROM main.{0} EXCEPT SELECT * FROM made.{0}"
_MISSING = """
SELECT * FROM made.{0} AS row
WHERE (SELECT position FROM main.journals WHERE warc_filename = row.warc_filename)
    >= (SELECT position FROM made.journals WHERE warc_filename = row.warc_filename)
EXCEPT SELECT * FROM main.{0}
"""


def compare_dedupe(layout: Layout) -> str | None:
    """What is wrong with ``state/dedupe.sqlite``; None: it says what the journals say.

    Makes a second index in a temporary directory: about 300 bytes of disk an original.
    """
    if not layout.dedupe.exists():
        return "it was missing"
    with tempfile.TemporaryDirectory(prefix="khobao-dedupe-") as directory:
        made = Layout(Path(directory))
        made.state.mkdir()
        made.warc.symlink_to(layout.warc.absolute(), target_is_directory=True)
        with contextlib.closing(DedupeIndex(made)) as index:
            index.catch_up()
        try:
            return _compare(layout.dedupe, made.dedupe)
        except sqlite3.DatabaseError as exc:
            return f"it is damaged ({exc})"


def _compare(found: Path, made: Path) -> str | None:
    with contextlib.closing(sqlite3.connect(found.absolute())) as db:
        (check,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if check != "ok":
            raise sqlite3.DatabaseError(check)
        db.execute("ATTACH ? AS made", (str(made),))
        if _version(db, "main") != _version(db, "made"):
            return "it was made by another version of khobao"
        untrue = sum(_count(db, _UNTRUE.format(table)) for table in _TABLES)
        missing = sum(_count(db, _MISSING.format(table)) for table in _TABLES)
    if untrue:
        return f"{untrue} of its rows do not stand in the journals"
    return f"{missing} responses that the journals have are not in it" if missing else None


def _version(db: sqlite3.Connection, name: str) -> int:
    (version,) = db.execute(f"PRAGMA {name}.user_version").fetchone()
    return int(version)


def _count(db: sqlite3.Connection, query: str) -> int:
    (number,) = db.execute(f"SELECT count(*) FROM ({query})").fetchone()  # noqa: S608 - ours
    return int(number)


def remake_dedupe(layout: Layout, *, anew: bool, changed: Sequence[str]) -> None:
    """Bring the index up to date with the journals.

    :param anew: trust nothing in it.
    :param changed: WARC files whose journals have been replaced.
    """
    if anew:
        for suffix in ("", "-wal", "-shm"):
            layout.dedupe.with_name(layout.dedupe.name + suffix).unlink(missing_ok=True)
    with contextlib.closing(DedupeIndex(layout)) as dedupe:
        for name in changed:
            dedupe.forget(name)
        dedupe.catch_up()
