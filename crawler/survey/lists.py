"""Questions about finding articles: the menu, the listing API, section pages and ``?paged=``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from crawler.pages import Listing, PageError, SectionListing, read_listing, read_section_page
from crawler.pages.errors import ListingFormatError
from crawler.pages.listings.jsonp import read_rows
from crawler.survey.finding import Facts, Finding, differs, fits, question, unknown

if TYPE_CHECKING:
    from crawler.frontier import FrontierUrl
    from crawler.survey.evidence import Evidence, Reply

_FIELDS = frozenset({"title", "lead", "pageUrl", "avatar", "publishDate", "objectType"})
_NEEDED = frozenset({"title", "pageUrl", "publishDate"})


def listing_of(evidence: Evidence, reason: str) -> Listing | None:
    """The listing that came for *reason*; None for no answer and for what is no listing."""
    reply = evidence.good(reason)
    return _listing(evidence, reply) if reply else None


def _listing(evidence: Evidence, reply: Reply) -> Listing | None:
    try:
        return read_listing(reply.url, reply.body, evidence.site, "")
    except PageError:
        return None


def _why_no_listing(evidence: Evidence, reason: str) -> str:
    reply = evidence.good(reason)
    if reply is None:
        return evidence.why_not(reason)
    try:
        rows, _ = read_rows(reply.url, reply.body, ListingFormatError)
    except PageError as exc:
        return str(exc)
    return f"{reply.asked} lists nothing" if not rows else "its rows lead to no article"


def section_ids(evidence: Evidence) -> dict[str, str]:
    """Category ids that sampled section pages tell, by slug."""
    return {slug: page.categoryId for slug, page in section_pages(evidence) if page.categoryId}


def section_pages(evidence: Evidence) -> Iterator[tuple[str, SectionListing]]:
    """What the sampled section pages announce, by slug."""
    for slug, reply in evidence.every("section:"):
        if reply.is_good:
            yield slug, read_section_page(reply.url, reply.body, evidence.site, slug)


@question("menu", "Does the home page have the menu, and what are the ids of the sections?")
def menu(evidence: Evidence) -> Finding:
    if evidence.good("home") is None:
        return unknown(evidence.why_not("home"))
    if not evidence.menu:
        return differs(
            "No section was found in the home page's menu: the selectors of"
            " crawler/pages/listings/menu.py do not fit it, and a crawl would find nothing."
        )
    reported = section_ids(evidence)
    ids = {each.slug: each.categoryId or reported.get(each.slug) for each in evidence.menu}
    facts: Facts = tuple(
        (f"/{each.slug}/", f"{each.name} · {ids[each.slug] or 'no id in the menu'}")
        for each in evidence.menu
    )
    changes = []
    known = {each.slug for each in evidence.menu}
    if evidence.site.video_category(evidence.menu) is None:
        changes.append('video_slugs=("…",),  # no section of that slug is in the menu any more')
    poems = [slug for slug in evidence.profile.poem_slugs if not slug.startswith("channel/")]
    if lost := [slug for slug in poems if slug not in known]:
        changes.append(f"poem_slugs=(…),  # not in the menu: {', '.join(lost)}")
    if changes:
        return differs(
            f"{len(evidence.menu)} sections, but not all that the profile names.", facts, changes
        )
    if not any(ids.values()):
        return differs(f"{len(evidence.menu)} sections, but no id of any of them.", facts)
    where = "in the menu" if any(e.categoryId for e in evidence.menu) else "on the sections' pages"
    return fits(f"{len(evidence.menu)} sections; the ids stand {where}.", facts)


@question("api", "Does the listing API under {site.api_root} answer as assumed?")
def listing_api(evidence: Evidence) -> Finding:
    """Root, shape, fields, offset, total, depth, call without a category."""
    first = listing_of(evidence, "api:list")
    if first is None or not first.entries:
        return _no_api(evidence)
    reply = evidence.replies["api:list"]
    facts: list[tuple[str, str]] = [
        ("call", reply.asked),
        ("answer", reply.words()),
        ("Content-Type", reply.headers.get("content-type", "none declared")),
        ("total", str(first.total) if first.total is not None else "not told"),
    ]
    rows, _ = read_rows(reply.url, reply.body, ListingFormatError)
    wrong = _wrong_fields(rows, facts)
    wrong += _wrong_offset(evidence, first, facts)
    _tell_depth(evidence, first, facts)
    _tell_without_category(evidence, facts)
    undated = sum(1 for entry in first.entries if entry.datePublished is None)
    if undated:
        wrong.append(f"{undated} of {len(first.entries)} rows have no date that khobao can read")
    if wrong:
        return differs("It answers, but " + "; ".join(wrong) + ".", facts)
    return fits("It does: rows, total and offset are as assumed.", facts)


def _no_api(evidence: Evidence) -> Finding:
    if evidence.get("api:list") is None:
        return unknown(evidence.why_not("api:list"))
    reply = evidence.replies["api:list"]
    why = _why_no_listing(evidence, "api:list")
    facts: list[tuple[str, str]] = [("call", reply.asked), ("answer", reply.words())]
    for root, other in evidence.every("api-root:"):
        facts.append((f"root {root}", other.words()))
        found = _listing(evidence, other) if other.is_good else None
        if found and found.entries:
            return differs(
                f"It does not ({why}), but {root} answers.", facts, (f'api_root="{root}",',)
            )
    if reply.status is None:
        return unknown(why, facts)
    return differs(f"It does not: {why}. A crawl goes on with the section pages by itself.", facts)


def _wrong_fields(rows: list[dict[str, Any]], facts: list[tuple[str, str]]) -> list[str]:
    names = {name for row in rows for name in row}
    facts.append(("fields of a row", ", ".join(sorted(names))))
    if extra := sorted(names - _FIELDS):
        facts.append(("not known before", ", ".join(extra)))
    missing = sorted(_NEEDED - names)
    return [f"its rows lack {', '.join(missing)}"] if missing else []


def _urls(entries: Iterable[FrontierUrl]) -> list[str]:
    return [entry.url for entry in entries]


def _wrong_offset(evidence: Evidence, first: Listing, facts: list[tuple[str, str]]) -> list[str]:
    following = listing_of(evidence, "api:next")
    if following is None:
        facts.append(("offset", f"not known, because {_why_no_listing(evidence, 'api:next')}"))
        return []
    again = set(_urls(first.entries)) & set(_urls(following.entries))
    dates = [e.datePublished for e in (*first.entries, *following.entries) if e.datePublished]
    facts.append(
        ("offset", f"first={first.rows} gives {following.rows} rows, {len(again)} of them again")
    )
    facts.append(
        ("newest first", "yes" if dates == sorted(dates, reverse=True) else "not strictly")
    )
    return ["the second page repeats the first"] if again and len(again) >= following.rows else []


def _tell_depth(evidence: Evidence, first: Listing, facts: list[tuple[str, str]]) -> None:
    deep = listing_of(evidence, "api:deep")
    if deep is None:
        facts.append(("depth", f"not known, because {_why_no_listing(evidence, 'api:deep')}"))
        return
    offset = _argument(evidence.replies["api:deep"].asked, "first")
    oldest = min((e.datePublished for e in deep.entries if e.datePublished), default="no date")
    facts.append(
        (
            "depth",
            f"first={offset} of {first.total} gives {deep.rows} rows, the oldest of {oldest[:10]}",
        )
    )


def _tell_without_category(evidence: Evidence, facts: list[tuple[str, str]]) -> None:
    every = listing_of(evidence, "api:all")
    if every is None:
        facts.append(("without a category", _why_no_listing(evidence, "api:all")))
    else:
        facts.append(("without a category", f"{every.rows} rows, total {every.total}"))


def _argument(url: str, name: str) -> str:
    return (parse_qs(urlsplit(url).query).get(name) or ["?"])[0]


@question(
    "page-size",
    "Does a page of {profile.article_page_size} rows come, and how many may be asked for at once?",
)
def page_size(evidence: Evidence) -> Finding:
    """How many rows one call gives at most."""
    assumed = evidence.profile.article_page_size
    first = listing_of(evidence, "api:list")
    if first is None or not first.rows:
        return unknown(_why_no_listing(evidence, "api:list"))
    wanted = {"api:list": assumed}
    got = {"api:list": first.rows}
    for reason in ("api:big", "api:bigger"):
        listing = listing_of(evidence, reason)
        if listing is not None:
            wanted[reason] = int(_argument(evidence.replies[reason].asked, "pageSize"))
            got[reason] = listing.rows
    facts: Facts = tuple((f"pageSize={wanted[r]}", f"{got[r]} rows") for r in got)
    enough = first.total if first.total is not None else max(got.values())
    short = first.rows < min(assumed, enough)
    largest = max(got.values())
    ceiling = any(got[r] < min(wanted[r], enough) for r in got)
    if ceiling:
        words = f"at most {largest}"
    elif first.total is not None and largest >= first.total:
        words = f"the whole list of {largest} came at once, so the limit is not known"
    else:
        words = f"{largest} came, and there may be more"
    changes = (
        (f"article_page_size={largest},  # {words}; {largest // assumed} times fewer calls",)
        if largest >= 2 * assumed
        else ()
    )
    if short:
        answer = f"Only {first.rows} rows come of {assumed} asked for."
        return differs(answer, facts, (f"article_page_size={first.rows},",))
    return fits(f"It does; {words}.", facts, changes)


@question(
    "paged", "Does ?paged=2 show the second page of a section? (Assumed: it repeats the first.)"
)
def paged(evidence: Evidence) -> Finding:
    second = evidence.good("paged")
    if second is None:
        return unknown(evidence.why_not("paged"))
    first = evidence.good(f"section:{_slug_of(second)}")
    if first is None:
        return unknown(evidence.why_not(f"section:{_slug_of(second)}"))
    ours, theirs = (
        _urls(read_section_page(r.url, r.body, evidence.site).entries) for r in (first, second)
    )
    if not ours or not theirs:
        return unknown("no list of articles was found on the section's page")
    new = [url for url in theirs if url not in set(ours)]
    facts: Facts = (
        ("first page", f"{len(ours)} articles"),
        ("?paged=2", f"{len(theirs)} articles, {len(new)} of them new"),
    )
    if new:
        return differs("It does, so that section pages can be walked to their end.", facts)
    return fits("It repeats the first page.", facts)


def _slug_of(reply: Reply) -> str:
    return urlsplit(reply.asked).path.strip("/")


@question("method", "Which way leads to the articles?")
def listing_method(evidence: Evidence) -> Finding:
    """What a crawl will go by."""
    first = listing_of(evidence, "api:list")
    shown = sum(len(page.entries) for _, page in section_pages(evidence))
    facts: Facts = (
        ("listing API", f"{len(first.entries)} articles" if first else "no"),
        ("section pages", f"{shown} articles on {len(list(evidence.every('section:')))} pages"),
    )
    if first and first.entries:
        return fits("The listing API, as a crawl does.", facts)
    if shown:
        return differs(
            "The section pages only. They show the newest articles of each section and no more,"
            " unless ?paged= works: crawl often, or find out where the lists come from now.",
            facts,
        )
    return unknown("neither the API nor a section page named an article", facts)
