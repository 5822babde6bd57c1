"""``khobao archive show``: one archived record, with its original if it is a revisit."""

import datetime as dt
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from archive import (
    ArchivedRecord,
    ContentDecodingError,
    RecordNotFoundError,
    captures,
    find,
    read_record,
)
from archive.home.find_record import MIN_ID_DIGITS, bare_id, find_by_record_id, is_whole_id
from crawler.errors import ExitCode, KhobaoError, UsageError
from crawler.options import ZONE
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import console, emit_json, make_table, shell_command
from khobao.cli.page import print_record

app = typer.Typer(rich_markup_mode=None)

_PLACE = re.compile(r"(?:.*/)?(?P<name>[^/]+\.warc(?:\.gz)?)(?:\.open)?:(?P<offset>\d+)")
_MAX_LISTED = 20


class RecordNotShownError(KhobaoError):
    """No such record, or more than one."""


@app.command(epilog=GLOBAL_HELP)
def show(
    ctx: typer.Context,
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="RECORD|URL",
            help="A record id, 8 or more of its first digits, FILE:OFFSET, or an address.",
        ),
    ],
    *,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Of an address, the capture nearest to this time (default: the last);"
            " in Asia/Ho_Chi_Minh unless an offset is given.",
        ),
    ] = None,
    body: Annotated[
        bool, typer.Option("--body", help="Only the body, decoded, as a browser would have it.")
    ] = False,
    payload: Annotated[
        bool, typer.Option("--payload", help="Only the payload, still content-encoded.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Only the record's block, the bytes of the wire.")
    ] = False,
    list_all: Annotated[bool, typer.Option("--list", help="All captures of the address.")] = False,
) -> int:
    """Show one record of the archive: where it lies, its fields, the head of its response.

    Needs no database. A revisit shows its original as well; its body is the original's.
    """
    context = context_of(ctx)
    home = context.existing_home()
    if sum((body, payload, raw, list_all)) > 1:
        raise UsageError("--body, --payload, --raw and --list exclude one another; give one")
    instant = _instant(at)
    if list_all:
        return _list(context, wanted, [asdict_entry(each) for each in captures(home, wanted)])
    record = read_record(home, *place_of(home, wanted, instant))
    if body:
        _write_body(record)
    elif payload:
        _write([record.payload])
    elif raw:
        _write(record.iter_block())
    else:
        _print(context, record)
    return int(ExitCode.COMPLETE)


def _write_body(record: ArchivedRecord) -> None:
    """:raises ContentDecodingError: what could be decoded was written all the same."""
    try:
        _write([record.body])
    except ContentDecodingError as exc:
        _write([exc.partial])
        raise


def asdict_entry(entry: object) -> dict[str, object]:
    return asdict(entry)  # type: ignore[call-overload,no-any-return]


def _instant(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        parsed = dt.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at {text!r} is no time; write it as 2026-03-02T14:05") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=ZONE)


def place_of(home: "Path", wanted: str, at: dt.datetime | None) -> tuple[str, int]:
    """File and offset of a record.

    :param wanted: as the command takes it: an id, FILE:OFFSET, or an address.
    :raises RecordNotShownError: there is none, or more than one.
    :raises UsageError: it is none of the three.
    """
    if match := _PLACE.fullmatch(wanted):
        return match["name"], int(match["offset"])
    if "://" in wanted or wanted.startswith("urn:khobao:"):
        entry = find(home, wanted, at)
        if entry is None:
            raise RecordNotShownError(
                f"{wanted} was never captured in {home}; try `khobao crawl page {wanted}`,"
                " or `khobao show` with an article's id"
            )
        return entry.warc_filename, entry.offset
    bare = bare_id(wanted)
    if bare is None:
        raise UsageError(
            f"{wanted!r} is no record id, no address and no FILE:OFFSET; an id needs its first"
            f" {MIN_ID_DIGITS} digits or more"
        )
    # An import may have brought a record that is here already: any of them will do.
    found = list(islice(find_by_record_id(home, bare), 1 if is_whole_id(bare) else None))
    if not found:
        raise RecordNotShownError(
            f"no record in {home} has an id that begins with {bare};"
            " `khobao archive show URL --list` lists those of an address"
        )
    if len(found) > 1:
        ids = ", ".join(entry.record_id for _, entry in found[:_MAX_LISTED])
        raise RecordNotShownError(f"{len(found)} records begin with {bare}; give more of: {ids}")
    return found[0][0], found[0][1].offset


def _list(context: Context, url: str, found: list[dict[str, object]]) -> int:
    if not found:
        raise RecordNotShownError(
            f"{url} was never captured in {context.home}; try `khobao crawl page {url}`"
        )
    if context.json:
        emit_json(found)
        return int(ExitCode.COMPLETE)
    table = make_table("captured (UTC)", "status", "type", "record", numbers=["status"])
    for each in found:
        place = f"{each['warc_filename']}:{each['offset']}"
        table.add_row(str(each["timestamp"]), str(each["status"]), str(each["mime"]), place)
    console().print(table)
    return int(ExitCode.COMPLETE)


def _write(pieces: "Iterable[bytes]") -> None:
    """Bytes as they are; a terminal gets text only."""
    for piece in pieces:
        if sys.stdout.isatty() and _is_binary(piece):
            raise UsageError(
                "this is binary and would upset the terminal; add `> FILE` or `| less` to it"
            )
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _is_binary(data: bytes) -> bool:
    try:
        text = data[:1024].decode("utf-8", "ignore" if len(data) > 1024 else "strict")  # noqa: PLR2004
    except UnicodeDecodeError:
        return True
    return any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text)  # noqa: PLR2004


def _print(context: Context, record: "ArchivedRecord") -> None:
    shown, problem = [record], None
    if record.type == "revisit":
        try:
            shown.append(record.original())
        except RecordNotFoundError as exc:
            problem = exc
    if context.json:
        original = _as_dict(shown[1]) if len(shown) > 1 else None
        emit_json({**_as_dict(record), "original": original})
    else:
        for number, each in enumerate(shown):
            if number:
                console().print("\nThe original, whose body it has:\n")
            where = {"file": str(each.path), "offset": each.offset}
            print_record(where, each.headers, _text(each))
        if record.type in {"response", "revisit", "resource"}:
            words = ("khobao", "archive", "show", record.record_id, "--home", str(context.home))
            console().print(f"\nIts body: {shell_command(*words)} --body", style="dim")
    if problem is not None:
        raise problem


def _text(record: "ArchivedRecord") -> str:
    """The head of a response; the block of a small record that is all text."""
    if record.type in {"response", "revisit"}:
        head = record.raw_block()[: record.http.end] if record.http else b""
    else:
        head = next(iter(record.iter_block()), b"")[: 64 << 10]
    return head.decode("utf-8", "replace")


def _as_dict(record: "ArchivedRecord") -> dict[str, object]:
    return {
        "file": str(record.path),
        "offset": record.offset,
        "type": record.type,
        "recordId": record.record_id,
        "headers": record.headers,
        "httpHead": _text(record) if record.http else None,
    }
