"""What ``khobao archive fixity`` says: its lines and its JSON."""

from collections.abc import Sequence
from dataclasses import asdict

from archive.fixity.audit import AuditResult
from archive.fixity.overview import Overview, overview
from archive.fixity.timestamps import Timestamp
from archive.fixity.trust import Settled
from archive.home.layout import Layout
from archive.home.manifest import UNCHAINED
from crawler.errors import ExitCode
from khobao.cli.context import Context
from khobao.cli.output import console, emit_json, error_line, format_bytes

_MAX_CHAIN_PROBLEMS = 10
_MAX_NAMES = 3
_LIST_THEM = (
    "no manifest lists them. If they are what they should be, `khobao archive fixity run --trust"
    " master` does"
)


def fixity_pairs(facts: Overview) -> list[tuple[str, object]]:
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
        pairs.append(("NOT LISTED", f"{_some(facts.unlisted)}; {_LIST_THEM}"))
    if facts.unchained:
        pairs.append(("UNCHAINED", f"{_some(facts.unchained)}: closed while the chain was broken"))
    pairs += [("NO FILE", f"{name}: a link, a directory or a pipe") for name in facts.irregular]
    pairs += [("CHAIN", str(problem)) for problem in facts.chain[:_MAX_CHAIN_PROBLEMS]]
    pairs += [
        ("DAMAGED", f"{event.file}, {event.side}: {event.action} {event.at:%Y-%m-%d %H:%M} UTC")
        for event in facts.unresolved
    ]
    pairs += [("MISSING", name) for name in facts.missing]
    return pairs


def stamp_pairs(stamps: list[Timestamp]) -> list[tuple[str, object]]:
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


def not_as_it_should_be(layout: Layout) -> list[str]:
    """Files that nothing was verified of, and why."""
    facts = overview(layout)
    found = [f"{_some(facts.unlisted)}: {_LIST_THEM}"] if facts.unlisted else []
    if facts.unchained:
        found.append(f"{_some(facts.unchained)}: fixity/{UNCHAINED} and the chain list them apart")
    return found + [f"{layout.warc / name} is no regular file" for name in facts.irregular]


def report_refusal(context: Context, found: dict[str, list[str]], problems: list[str]) -> int:
    """Nothing is verified against manifests that somebody has altered."""
    if context.json:
        emit_json({"ok": False, **found, "errors": problems})
    for problem in problems + found["chain"][:_MAX_CHAIN_PROBLEMS]:
        error_line(problem)
    for problem in found["copy"][:_MAX_CHAIN_PROBLEMS]:
        error_line(f"home and second copy contradict each other: {problem}")
    if found["chain"]:
        error_line(f"the chain of manifests is broken in {len(found['chain'])} places")
    error_line(
        "nothing was read, copied or repaired. Find out which side was altered, then run this again"
        " with --trust copy or --trust master: the other side is kept aside (docs/archive.md)"
    )
    return int(ExitCode.VERIFICATION_FAILED)


def report_run(
    context: Context,
    result: AuditResult,
    done: Settled,
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
                "settled": done.words,
                "registered": done.registered,
                "stamped": stamped,
                "repaired": [asdict(event) for event in result.repaired],
                "lost": [asdict(event) for event in result.lost],
                "left": result.left,
                "errors": problems,
            }
        )
        return
    screen = console()
    for line in done.words:
        screen.print(line)
    for event in result.repaired:
        screen.print(f"repaired: {event.file} ({event.side}), {event.detail}")
    words = [f"{result.verified} files read ({format_bytes(result.bytes)} read)"]
    words += [f"{result.copied} copied"] if result.copied else []
    words += [f"{len(result.repaired)} repaired"] if result.repaired else []
    words += [f"{len(result.lost)} NOT REPAIRED"] if result.lost else []
    words += [f"{len(stamped)} days stamped"] if stamped else []
    words += [f"{result.left} left for the next run"] if result.left else []
    screen.print(", ".join(words))


def _chain_words(facts: Overview) -> str:
    if not facts.chain:
        return "chain whole"
    return f"chain BROKEN in {len(facts.chain)} places"


def _some(names: Sequence[str]) -> str:
    more = ", …" if len(names) > _MAX_NAMES else ""
    return f"{len(names)} files ({', '.join(names[:_MAX_NAMES])}{more})"
