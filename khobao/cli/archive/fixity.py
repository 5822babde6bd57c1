"""``khobao archive fixity``: is every file still what it was when it was closed?"""

import contextlib
import datetime as dt
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from archive import ArchiveLockedError
from archive.errors import CopyError, TimestampError
from archive.fixity.audit import Audit
from archive.fixity.chain import check_chain
from archive.fixity.copy import SecondCopy
from archive.fixity.copy_manifests import contradictions
from archive.fixity.overview import overview
from archive.fixity.timestamps import check_timestamps, stamp_finished_days
from archive.fixity.trust import Settled
from archive.fixity.trust import trust as trust_side
from archive.home.layout import Layout
from archive.home.manifest import read_unchained
from archive.home.manifest_writer import ManifestWriter
from crawler.errors import ExitCode, UsageError
from khobao.cli.archive.fixity_report import (
    fixity_pairs,
    not_as_it_should_be,
    report_refusal,
    report_run,
    stamp_pairs,
)
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.options import parse_duration
from khobao.cli.output import console, emit_json, notice, print_pairs

app = typer.Typer(
    rich_markup_mode=None,
    help="Hash the closed files again, keep a second copy, repair.",
    name="fixity",
)

CopyOption = Annotated[
    str | None,
    typer.Option(
        "--copy",
        metavar="URL",
        envvar="KHOBAO_COPY",
        help="The second copy: a directory, sftp://…, s3://… (anything fsspec knows).",
    ),
]
ServiceOption = Annotated[
    str | None,
    typer.Option(
        "--timestamp-url",
        metavar="URL",
        envvar="KHOBAO_TIMESTAMP_URL",
        help="An RFC 3161 service that stamps the manifest of each day that is over.",
    ),
]
RootsOption = Annotated[
    Path | None,
    typer.Option(
        "--timestamp-ca",
        metavar="PEM",
        envvar="KHOBAO_TIMESTAMP_CA",
        help="Root certificates of the timestamp service.",
    ),
]


class Trusted(StrEnum):
    """Sides of a contradiction."""

    MASTER = "master"
    COPY = "copy"


@app.command(epilog=GLOBAL_HELP)
def run(
    ctx: typer.Context,
    *,
    budget: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Stop after 90s, 10m, 1h, 2d; without, do all."),
    ] = None,
    copy: CopyOption = None,
    trust: Annotated[
        Trusted | None,
        typer.Option(
            metavar="SIDE",
            help="Which side holds where home and copy contradict: master or copy. The other one"
            " is kept aside. `master` also lists what no manifest lists.",
        ),
    ] = None,
    timestamp_url: ServiceOption = None,
    timestamp_ca: RootsOption = None,
) -> int:
    """Hash files again, longest-unverified first, and repair what can be repaired.

    What the second copy lacks is copied; a rotten file is restored from the other side, byte for
    byte. Nothing is written over that contradicts: a broken chain, or a copy that says otherwise
    than the home, ends with exit 7 until you have said which side to --trust. Exit 7 as well if
    something is damaged and not repaired, or listed nowhere; 1 if the second copy or the timestamp
    service does not work. Ctrl-C keeps what was done.
    """
    context = context_of(ctx)
    if trust is Trusted.COPY and not copy:
        raise UsageError("--trust copy needs --copy URL: which copy is to be trusted?")
    seconds = parse_duration(budget, "--budget") if budget is not None else None
    layout = Layout(context.existing_home())
    problems: list[str] = []
    target = _open_copy(copy, problems)
    with contextlib.ExitStack() as closing:
        if target is not None:
            closing.callback(target.close)
        done = _trust(layout, trust, target)
        wrong = _contradictions(layout, target, problems)
        if wrong:
            return report_refusal(context, wrong, problems)
        done.words += _chain_the_rest(layout, problems)
        audit = Audit(layout, copy=target, report=_progress(context))
        result = audit.run(dt.timedelta(seconds=seconds) if seconds is not None else None)
    if result.copy_error:
        problems.append(result.copy_error)
    stamped = _stamp(layout, timestamp_url, timestamp_ca, problems)
    false = _false_stamps(layout, timestamp_ca, problems) + result.contradictions
    false += not_as_it_should_be(layout)
    report_run(context, result, done, stamped, problems + false)
    if result.lost or false:
        return int(ExitCode.VERIFICATION_FAILED)
    return int(ExitCode.SOME_FAILED if problems else ExitCode.COMPLETE)


@app.command(epilog=GLOBAL_HELP)
def status(ctx: typer.Context, *, timestamp_ca: RootsOption = None) -> int:
    """Show how well the archive is looked after; no file of it is read.

    The chain of manifests, when files were verified, what lacks a copy, timestamps. Exit 7 if the
    chain is broken, a file is damaged, missing or not listed, or a timestamp does not hold.
    """
    context = context_of(ctx)
    layout = Layout(context.existing_home())
    facts = overview(layout)
    stamps = list(check_timestamps(layout, timestamp_ca))
    if context.json:
        emit_json(
            {
                **asdict(facts),
                "chain": [str(problem) for problem in facts.chain],
                "verifiedWithin": facts.verified_within(),
                "timestamps": [asdict(stamp) for stamp in stamps],
            }
        )
    else:
        print_pairs(console(), fixity_pairs(facts) + stamp_pairs(stamps))
    wrong = facts.is_wrong or any(stamp.problem for stamp in stamps)
    return int(ExitCode.VERIFICATION_FAILED if wrong else ExitCode.COMPLETE)


def _trust(layout: Layout, side: "Trusted | None", target: SecondCopy | None) -> Settled:
    if side is None:
        return Settled()
    if side is Trusted.COPY and target is None:
        raise UsageError("--trust copy: that copy does not answer; nothing was changed")
    return trust_side(layout, side.value, target)


def _contradictions(
    layout: Layout, target: SecondCopy | None, problems: list[str]
) -> dict[str, list[str]]:
    """Broken places of the chain, and what the copy says otherwise; empty if there are none."""
    found = {"chain": [str(problem) for problem in check_chain(layout)], "copy": []}
    if target is not None:
        try:
            found["copy"] = contradictions(layout, target)
        except CopyError as exc:
            problems.append(str(exc))
    return found if any(found.values()) else {}


def _chain_the_rest(layout: Layout, problems: list[str]) -> list[str]:
    """What crawls closed while the chain was broken is listed in it, now that it is whole."""
    if next(read_unchained(layout), None) is None:
        return []
    try:
        with layout.hold():
            chained = ManifestWriter(layout).chain_the_unchained()
    except ArchiveLockedError as exc:
        problems.append(f"some files are not in the chain yet: {exc}")
        return []
    return [f"{len(chained)} files that were closed beside the chain are in it now"]


def _open_copy(url: str | None, problems: list[str]) -> Any:
    if not url:
        return None
    try:
        return SecondCopy(url)
    except CopyError as exc:
        problems.append(str(exc))
        return None


def _stamp(layout: Any, url: str | None, roots: Path | None, problems: list[str]) -> list[str]:
    if not url:
        return []

    try:
        return stamp_finished_days(layout, url, roots=roots)
    except TimestampError as exc:
        problems.append(str(exc))
        return []


def _false_stamps(layout: Any, roots: Path | None, problems: list[str]) -> list[str]:
    """What is wrong with the timestamps there are; looking needs no network."""
    if not any(layout.fixity.glob("*.tsr")):
        return []

    try:
        stamps = list(check_timestamps(layout, roots))
    except TimestampError as exc:
        if str(exc) not in problems:
            problems.append(str(exc))
        return []
    return [
        f"{layout.fixity / stamp.day}.tsr does not vouch for its day: {stamp.problem}"
        for stamp in stamps
        if stamp.problem
    ]


def _progress(context: Context) -> Any:
    return notice if context.verbose else lambda _name: None
