"""Unclosed files of a killed crawl: one line for people, for who only reads cannot close them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from khobao.cli.output import notice, shell_command

if TYPE_CHECKING:
    from khobao.cli.context import Context


def abandoned_names(home: Path) -> list[str]:
    """WARC files that a dead writer left ``.open``, or a dead import ``.importing``. Takes no lock,
    so it is in nobody's way.
    """
    if not any(any((home / "warc").glob(f"*.warc*{suffix}")) for suffix in (".open", ".importing")):
        return []
    from archive import abandoned_files  # noqa: PLC0415 - rarely needed

    return [path.name for path in abandoned_files(home)]


def report_unclosed_files(context: Context) -> None:
    """On stderr, so that a result on stdout stays one result."""
    count = len(abandoned_names(context.home))
    if not count:
        return
    files = "1 WARC file was" if count == 1 else f"{count} WARC files were"
    command = shell_command("khobao", "--home", str(context.home), "archive", "salvage")
    notice(
        f"{files} left open by a crawl or an import that was killed; nothing acknowledged is"
        f" lost: type `{command}`, or crawl again, which does it too"
    )
