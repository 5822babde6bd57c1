"""``khobao show``: one article or video as a readable page, or the record it was read from."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.errors import ExitCode, KhobaoError
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.output import console, emit_json, make_table
from khobao.cli.page import print_document, print_record
from pipelines.mongodb import queries

if TYPE_CHECKING:
    from pymongo.database import Database

app = typer.Typer(rich_markup_mode=None)


class NotFoundError(KhobaoError):
    """Nothing stored has this id or address."""


class AmbiguousError(KhobaoError):
    """Several ids begin so."""


@app.command(epilog=GLOBAL_HELP)
def show(
    ctx: typer.Context,
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="ID|URL", help="An id, the first 7 letters of one or more, or an address."
        ),
    ],
    *,
    record: Annotated[
        bool, typer.Option("--record", help="The WARC record it was read from, and where it lies.")
    ] = False,
) -> int:
    """Show one article or video.

    With --record: the headers of its WARC record, the head of the HTTP response, and where the
    record lies. A record's own id (urn:uuid:…) is understood as well.
    """
    from khobao.cli.open_database import open_database, to_json  # noqa: PLC0415 - not for --help

    context = context_of(ctx)
    if record or not context.mongodb_uri:
        context.existing_home()
    with open_database(context) as database:
        if "urn:uuid:" in wanted:
            _show_record(context, _capture(database, wanted))
            return int(ExitCode.COMPLETE)
        document = _find_one(context, database, wanted)
        if record:
            provenance = document.get("provenance") or {}
            _show_record(context, _capture(database, provenance.get("warcRecordId", "")))
            return int(ExitCode.COMPLETE)
    if context.json:
        sys.stdout.write(f"{to_json(document)}\n")
    else:
        print_document(document, context)
    return int(ExitCode.COMPLETE)


def _find_one(
    context: Context, database: "Database[dict[str, Any]]", wanted: str
) -> dict[str, Any]:
    if "://" in wanted:
        found = queries.find_by_url(database, wanted)
    else:
        found = queries.find_by_id(database, wanted)
    if not found:
        raise NotFoundError(_why_not(database, wanted))
    if len(found) > 1:
        _list_candidates(context, found)
        raise AmbiguousError(
            f"{len(found)} documents match {wanted!r}; show one of the ids listed on stdout"
        )
    return found[0][1]


def _why_not(database: "Database[dict[str, Any]]", wanted: str) -> str:
    if "://" not in wanted:
        if len(wanted) < queries.MIN_PREFIX:
            return (
                f"no article or video has the id {wanted!r}, and the beginning of an id needs"
                f" {queries.MIN_PREFIX} letters or more"
            )
        return (
            f"no article or video has an id that begins with {wanted!r};"
            " try its address, or see `khobao status`"
        )
    announced = queries.frontier_url_of(database, wanted)
    if announced is None:
        return (
            f"{wanted} is not stored and no listing announced it; try `khobao crawl page {wanted}`"
        )
    reason = f" ({announced['reason']})" if announced.get("reason") else ""
    return (
        f"{wanted} was announced but is not stored: {announced.get('state')}{reason};"
        f" try `khobao crawl page {wanted}`"
    )


def _list_candidates(context: Context, found: list[tuple[str, dict[str, Any]]]) -> None:
    if context.json:
        emit_json([{"_id": doc["_id"], "headline": doc.get("headline")} for _, doc in found])
        return
    table = make_table("id", "in", "headline")
    for collection, document in found:
        table.add_row(document["_id"], collection, document.get("headline") or "–")
    console().print(table)


def _capture(database: "Database[dict[str, Any]]", record_id: str) -> dict[str, Any]:
    found = queries.capture_of_record(database, record_id)
    if found is None:
        raise NotFoundError(
            f"no capture has the record id {record_id!r}; `khobao report` lists record ids"
        )
    return found


def _show_record(context: Context, capture: dict[str, Any]) -> None:
    from archive import captures, read_record  # noqa: PLC0415 - not for --help

    record = read_record(context.home, capture["warcFilename"], capture["warcOffset"])
    http_head = record.raw_block()[: record.http.end] if record.http else b""
    place = (record.warc_filename, record.offset)
    lengths = {
        (entry.warc_filename, entry.offset): entry.length
        for entry in captures(context.home, capture["url"])
    }
    where = {"file": str(record.path), "offset": record.offset, "length": lengths.get(place)}
    if context.json:
        emit_json(
            {**where, "headers": record.headers, "httpHead": http_head.decode("utf-8", "replace")}
        )
        return

    print_record(where, record.headers, http_head.decode("utf-8", "replace"))
