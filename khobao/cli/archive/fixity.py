"""``khobao archive fixity``: is every file still what it was when it was closed?"""

import datetime as dt
import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from archive import ArchiveLockedError
from archive.errors import CopyError, TimestampError
from archive.fixity.audit import Audit, AuditResult
from archive.fixity.chain import check_chain
from archive.fixity.copy import SecondCopy
from archive.fixity.overview import Overview, overview
from archive.fixity.timestamps import Timestamp, check_timestamps, stamp_finished_days
from archive.home.layout import Layout
from archive.home.register import register
from crawler.errors import ExitCode, UsageError
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import console, emit_json, error_line, format_bytes, notice, print_pairs

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

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_MAX_CHAIN_PROBLEMS = 10


@app.command(epilog=GLOBAL_HELP)
def run(
    ctx: typer.Context,
    *,
    budget: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Stop after 90s, 10m, 1h, 2d; without, do all."),
    ] = None,
    copy: CopyOption = None,
    timestamp_url: ServiceOption = None,
    timestamp_ca: RootsOption = None,
) -> int:
    """Hash files again, longest-unverified first, and repair what can be repaired.

    Files that no manifest lists are listed; what the second copy lacks is copied; a rotten file is
    restored from the other side, byte for byte. Exit 7 if something is damaged and not repaired, 1
    if the second copy or the timestamp service does not work. Ctrl-C keeps what was done.
    """
    context = context_of(ctx)
    seconds = parse_budget(budget) if budget is not None else None
    layout = Layout(context.existing_home())
    if broken := [str(problem) for problem in check_chain(layout)]:
        return _refuse(context, broken)
    problems: list[str] = []
    registered = _register(register, layout, problems)
    target = _open_copy(copy, problems)
    try:
        audit = Audit(layout, copy=target, report=_progress(context))
        result = audit.run(dt.timedelta(seconds=seconds) if seconds is not None else None)
    finally:
        if target is not None:
            target.close()
    if result.copy_error:
        problems.append(result.copy_error)
    stamped = _stamp(layout, timestamp_url, timestamp_ca, problems)
    false = _false_stamps(layout, timestamp_ca, problems)
    _report_run(context, result, registered, stamped, problems + false)
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
        print_pairs(console(), fixity_pairs(facts) + _stamp_pairs(stamps))
    wrong = facts.is_wrong or any(stamp.problem for stamp in stamps)
    return int(ExitCode.VERIFICATION_FAILED if wrong else ExitCode.COMPLETE)


def parse_budget(text: str) -> float:
    """Seconds of ``90s``, ``10m``, ``1h``, ``1.5h``, ``2d``; a bare number is seconds."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd]?)\s*", text)
    if match is None:
        raise UsageError(f"--budget {text!r} is no length of time; write 90s, 10m, 1h or 2d")
    return float(match[1]) * _UNITS[match[2] or "s"]


def fixity_pairs(facts: "Overview") -> list[tuple[str, object]]:
    """The lines of `status`, here and in `khobao status`."""
    pairs: list[tuple[str, object]] = [
        ("fixity", facts.verified_within()),
        ("manifests", f"{facts.listed} files, {_chain_words(facts)}"),
        ("second copy", f"{facts.copied} of {facts.listed} files"),
    ]
    if facts.oldest_file and facts.listed > 1:
        pairs.insert(1, ("oldest reading", facts.oldest_file))
    if facts.registered:
        pairs.append(("registered", f"{facts.registered} files were listed later than closed"))
    if facts.unlisted:
        names = ", ".join(facts.unlisted[:3])
        pairs.append(
            ("not listed", f"{len(facts.unlisted)} files ({names}); `khobao archive fixity run`")
        )
    pairs += [("CHAIN", str(problem)) for problem in facts.chain[:_MAX_CHAIN_PROBLEMS]]
    pairs += [
        ("DAMAGED", f"{event.file}, {event.side}: {event.action} {event.at:%Y-%m-%d %H:%M} UTC")
        for event in facts.unresolved
    ]
    pairs += [("MISSING", name) for name in facts.missing]
    return pairs


def _chain_words(facts: "Overview") -> str:
    if not facts.chain:
        return "chain whole"
    return f"chain BROKEN in {len(facts.chain)} places"


def _stamp_pairs(stamps: "list[Timestamp]") -> list[tuple[str, object]]:
    if not stamps:
        return [("timestamps", "none")]
    last = stamps[-1]
    good = [stamp for stamp in stamps if stamp.problem is None]
    checked = "signer checked" if last.signer_is_checked else "signer not checked: --timestamp-ca"
    pairs: list[tuple[str, object]] = [
        ("timestamps", f"{len(good)} of {len(stamps)} days hold ({checked})")
    ]
    if last.at is not None:
        pairs.append(("last stamp", f"{last.day}, at {last.at:%Y-%m-%d %H:%M:%S} UTC by {last.by}"))
    pairs += [("STAMP", f"{stamp.day}: {stamp.problem}") for stamp in stamps if stamp.problem]
    return pairs


def _refuse(context: Context, problems: list[str]) -> int:
    """Nothing is verified against manifests that somebody has altered."""
    if context.json:
        emit_json({"ok": False, "chain": problems})
    for problem in problems[:_MAX_CHAIN_PROBLEMS]:
        error_line(problem)
    error_line(
        f"the chain of manifests is broken in {len(problems)} places: restore fixity/ from the"
        " second copy, then run this again"
    )
    return int(ExitCode.VERIFICATION_FAILED)


def _register(register: Any, layout: Any, problems: list[str]) -> list[str]:
    try:
        return list(register(layout))
    except ArchiveLockedError as exc:
        problems.append(f"some files are not listed yet: {exc}")
        return []


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


def _report_run(
    context: Context,
    result: "AuditResult",
    registered: list[str],
    stamped: list[str],
    problems: list[str],
) -> None:
    for problem in problems:
        error_line(problem)
    for event in result.lost:
        error_line(
            f"{event.file} ({event.side}) is {event.action}: {event.detail or 'nothing there'}; no"
            " good copy to repair it from: name one with --copy, keep what is left, and see what of"
            " it is whole with `khobao archive verify`"
        )
    if context.json:
        emit_json(
            {
                "ok": not result.lost and not problems,
                "verified": result.verified,
                "bytes": result.bytes,
                "copied": result.copied,
                "registered": registered,
                "stamped": stamped,
                "repaired": [asdict(event) for event in result.repaired],
                "lost": [asdict(event) for event in result.lost],
                "left": result.left,
                "errors": problems,
            }
        )
        return
    screen = console()
    for event in result.repaired:
        screen.print(f"repaired: {event.file} ({event.side}), {event.detail}")
    words = [f"{result.verified} files read ({format_bytes(result.bytes)} read)"]
    words += [f"{len(registered)} listed that were not"] if registered else []
    words += [f"{result.copied} copied"] if result.copied else []
    words += [f"{len(result.repaired)} repaired"] if result.repaired else []
    words += [f"{len(result.lost)} NOT REPAIRED"] if result.lost else []
    words += [f"{len(stamped)} days stamped"] if stamped else []
    words += [f"{result.left} left for the next run"] if result.left else []
    screen.print(", ".join(words))
