"""``khobao crawl``: one run of one spider."""

import os
from collections.abc import Iterable
from typing import Annotated, get_args
from urllib.parse import urlsplit

import typer

from crawler.errors import ExitCode, UsageError
from crawler.options import CrawlOptions, NetworkOptions
from crawler.resolve import ResolveRule
from crawler.session.result import RunResult
from crawler.sites import BAODAKLAK, PROFILES, profile_for
from khobao.cli.context import GLOBAL_HELP, Context, context_of
from khobao.cli.network_options import CaFile, Delay, MaxTime, Resolve, SpeedLimit, Timeout
from khobao.cli.options import (
    Spider,
    check_certificates,
    check_delay,
    check_key_log,
    check_limit,
    check_page_url,
    check_render,
    check_spider,
    check_urls_and_sections,
    check_workers,
)
from khobao.cli.output import emit_json, error_line
from khobao.cli.progress import Progress
from khobao.cli.summary import print_run, result_as_json
from pipelines.mongodb.queries import find_run

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=GLOBAL_HELP)
def crawl(
    ctx: typer.Context,
    spider: Annotated[
        str, typer.Argument(metavar="|".join(get_args(Spider)), help="What to crawl.")
    ],
    urls: Annotated[
        list[str] | None,
        typer.Argument(metavar="URL", help="For `page`: the pages to fetch."),
    ] = None,
    *,
    section: Annotated[
        list[str] | None,
        typer.Option(metavar="SLUG", help="Only this section, such as thoi-su; may be repeated."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Published on this day or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Published on this day or earlier.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Walk every list to its end and fetch known pages again.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Fetch at most N articles.")
    ] = None,
    delay: Delay = 1.0,
    media: Annotated[
        str, typer.Option(metavar="none|page|all", help="What to fetch beside the page itself.")
    ] = "page",
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with an interrupted run.")
    ] = None,
    render: Annotated[
        str, typer.Option(metavar="auto|never|always", help="Pages through a browser.")
    ] = "never",
    resolve: Resolve = None,
    ca_file: CaFile = None,
    timeout: Timeout = None,
    max_time: MaxTime = None,
    speed_limit: SpeedLimit = None,
    workers: Annotated[int, typer.Option(metavar="N", help="Crawl processes.")] = 1,
) -> int:
    """Crawl articles, videos or single pages.

    `sections` walks the newspaper's sections and fetches their articles, `videos` its video pages
    and teasers, `page` the given URLs.
    """
    check_render(render)
    check_workers(workers)
    chosen = check_spider(spider)
    addresses = tuple(urls or ())
    check_urls_and_sections(chosen, addresses, section or (), resume)
    own_hosts = sorted(host for profile in PROFILES for host in profile.hosts)
    rules = [ResolveRule.parse(text) for text in resolve or ()]
    given = {
        "urls": [check_page_url(url, own_hosts) for url in addresses],
        "sections": section,
        "since": since or None,
        "until": until or None,
        "full": full,
        "limit": limit,
        "media": media,
        "resume": resume,
    }
    options = CrawlOptions.parse(given, "--")
    network = NetworkOptions(
        delay=check_delay(delay, rules, hosts_to_visit(addresses)),
        resolve=tuple(resolve or ()),
        ca_file=check_certificates(ca_file) if ca_file else None,
        timeout=check_limit(timeout, "--timeout"),
        max_time=check_limit(max_time, "--max-time"),
        speed_limit=check_limit(speed_limit, "--speed-limit"),
    )
    context = context_of(ctx)
    check_key_log()
    context.writable_home()
    check_database(context, chosen, resume)
    result = run_with_progress(chosen, options, network, context)
    if context.json:
        emit_json(result_as_json(result))
    if result.exit_code is ExitCode.USAGE:  # only the site could tell, such as a section's name
        error_line(result.reason)
    elif not context.json:
        print_run(result, context)
    return int(result.exit_code)


def run_with_progress(
    spider: str, options: CrawlOptions, network: NetworkOptions, context: Context
) -> RunResult:
    """Crawl, and show how far it is unless the log is shown (``-v``)."""
    # Read by crawler.addon. The display tells what INFO would.
    os.environ.setdefault("KHOBAO_LOG_LEVEL", "INFO" if context.verbose else "WARNING")
    from khobao.crawl import run_crawl  # noqa: PLC0415 - Scrapy takes a second to import

    if context.verbose:
        return run_crawl(spider, options, network, context.home, context.mongodb_uri)
    progress = Progress(spider)
    try:
        return run_crawl(
            spider, options, network, context.home, context.mongodb_uri, progress=progress
        )
    finally:
        progress.close()


def check_database(context: Context, spider: str, resume: str | None) -> None:
    """Before anything is fetched: the database answers, and knows the run to go on with.

    :raises DatabaseError: it is away, or a newer khobao wrote it.
    :raises UsageError: there is no such run.
    """
    from khobao.cli.open_database import open_database  # noqa: PLC0415 - not for --help

    with open_database(context) as database:
        run = find_run(database, resume) if resume else None
    if resume and run is None:
        raise UsageError(f"--resume {resume!r} is no run; `khobao runs` lists them")
    if run is not None and run.get("spider") != spider:
        raise UsageError(
            f"--resume {resume} is a run of {run.get('spider')}, not of {spider};"
            f" use `khobao crawl {run.get('spider')} --resume {resume}`"
        )


def hosts_to_visit(urls: Iterable[str]) -> frozenset[str]:
    """The hosts a crawl surely asks: those of the *urls* and of the papers they belong to."""
    hosts = {host for url in urls if (host := urlsplit(url).hostname)}
    profiles = [profile for host in hosts if (profile := profile_for(host))]
    return frozenset(hosts | {profile.host for profile in profiles or [BAODAKLAK]})
