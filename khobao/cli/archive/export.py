"""``khobao archive export``: hand chosen records over as a WACZ file, a bag or a WARC file."""

import datetime as dt
import os
import re
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from archive.export import ExportTargetError, Selection, select
from archive.export import export as write_package
from archive.export.formats import ExportFormat
from crawler.addon import operator_of
from crawler.errors import ExitCode, KhobaoError, UsageError
from crawler.options import parse_day
from crawler.sites import BAODAKLAK
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import console, emit_json, format_bytes, notice, print_pairs
from pipelines.mongodb.queries import find_by_id, find_by_url, urls_of_section

app = typer.Typer(rich_markup_mode=None)

_ENDINGS = {ExportFormat.WACZ: ".wacz", ExportFormat.BAG: ".bag", ExportFormat.WARC: ".warc.gz"}
_OURS = ("warc", "index", "state", "fixity", "mongodb", "reports")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


class NothingToExportError(KhobaoError):
    """No record fits."""


@app.command(epilog=GLOBAL_HELP)
def export(
    ctx: typer.Context,
    *,
    format: Annotated[  # noqa: A002 - the option's name
        ExportFormat,
        typer.Option(
            "--format", help="wacz for replay tools, bag for repositories, warc for anybody."
        ),
    ],
    day: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Captured on this day (YYYY-MM-DD) in the newspaper's zone, Asia/Ho_Chi_Minh.",
        ),
    ] = None,
    section: Annotated[
        str | None,
        typer.Option(metavar="SLUG", help="Articles that this section's listings announced."),
    ] = None,
    article: Annotated[
        str | None,
        typer.Option(metavar="ID|URL", help="One article, with its pictures, styles, comments."),
    ] = None,
    run: Annotated[
        str | None, typer.Option(metavar="RUN", help="Captured by this run; see `khobao report`.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Captured on this day, same zone, or later."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Where to write it (default: in exports/ of the home)."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> int:
    """Write a package of the archive, or of a part of it.

    Selections combine: every one that is given must hold. Records are copied byte for byte and
    checked; an exchange is never split; what a revisit refers to comes along. A file that is
    being written is left out, and named. Exit 1 if nothing fits, 7 if a record is damaged, 8 if
    there is no room.
    """
    from khobao.maintenance.selection import describe_page  # noqa: PLC0415

    context = context_of(ctx)
    home = context.existing_home()
    of_day = parse_day(day, "--day") if day else None
    since_day = parse_day(since, "--since") if since else None
    words = {"day": of_day, "section": section, "article": article, "run": run, "since": since_day}
    given = {name: str(value) for name, value in words.items() if value}
    path = _path(home, output, given, format)
    selection = _select(context, of_day, since_day, given)
    for name in selection.left_out:
        notice(f"{name} is still open and left out; it goes into an export once it is closed")
    if not selection:
        what = " and ".join(f"--{name} {value}" for name, value in given.items()) or "this home"
        raise NothingToExportError(
            f"no archived record belongs to {what} in {home}; nothing was written"
        )
    try:
        report = write_package(
            selection,
            path,
            format=format,
            describe=describe_page,
            title=_title(given),
            software=f"khobao {version('khobao')}",
            operator=operator_of(os.environ),
            created=dt.datetime.now(dt.UTC),
            force=force,
        )
    except ExportTargetError as exc:
        raise UsageError(str(exc)) from exc
    if context.json:
        emit_json(asdict(report))
    else:
        print_pairs(
            console(),
            [
                ("written", report.path),
                ("format", report.format),
                ("records", f"{report.records} of {report.files} WARC files"),
                ("size", format_bytes(report.bytes)),
            ],
        )
    return int(ExitCode.COMPLETE)


def _path(
    home: Path,
    output: Path | None,
    given: dict[str, str],
    format: ExportFormat,  # noqa: A002
) -> Path:
    words = [part for name, value in given.items() for part in (name, value)] or ["all"]
    name = _NOT_IN_NAMES.sub("-", "-".join(["khobao", *words])).strip("-.")[:180]
    name += _ENDINGS[format]
    path = (output or home / "exports" / name).absolute()
    if output is not None and format is not ExportFormat.BAG and path.is_dir():
        path /= name
    real, real_home = path.resolve(), home.resolve()
    if any(real.is_relative_to(real_home / each) for each in _OURS) or real == real_home:
        raise UsageError(f"--output {path} lies among the archive's own files; name another place")
    return path


def _title(given: dict[str, str]) -> str:
    what = ", ".join(f"{name} {value}" for name, value in given.items())
    return f"khobao archive: {what or 'all'}"


def _select(
    context: Context, day: dt.date | None, since: dt.date | None, given: dict[str, str]
) -> "Selection":
    from khobao.maintenance.selection import PageSearch, TimeAndRun  # noqa: PLC0415

    home = context.home
    matches = TimeAndRun.of(home, day=day, since=since, run=given.get("run"))
    if "article" not in given and "section" not in given:
        return select(home, matches=matches)
    urls = _urls(context, given)
    return select(home, matches=lambda *_: False, places=PageSearch(home, matches).places(urls))


def _urls(context: Context, given: dict[str, str]) -> list[str]:
    article, section = given.get("article"), given.get("section")
    if article and "://" in article and not section:
        return [article]
    from khobao.cli.open_database import open_database  # noqa: PLC0415 - PyMongo is slow to import

    urls: list[str] = []
    with open_database(context) as database:
        if article:
            found = (find_by_url if "://" in article else find_by_id)(database, article)
            if len(found) != 1:
                raise NothingToExportError(
                    f"{len(found) or 'no'} stored articles match {article!r};"
                    " `khobao show` says which there are"
                )
            document = found[0][1]
            known = [document.get("canonicalUrl"), document.get("url"), *document.get("urls", [])]
            urls = [str(url) for url in dict.fromkeys(known) if url]
        if section:
            slug = section.strip("/")
            listed = urls_of_section(database, slug)
            if not listed:
                raise NothingToExportError(
                    f"no listing of a section {slug!r} has announced anything;"
                    " `khobao status` lists what is stored"
                )
            listed.insert(0, BAODAKLAK.section_url(slug))
            urls = [url for url in urls if url in set(listed)] if article else listed
    return urls
