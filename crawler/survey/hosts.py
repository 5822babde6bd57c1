"""Questions about the host: robots.txt, sitemaps, feeds, redirects, what the server declares."""

from __future__ import annotations

import re
from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.pages.html import Css, parse
from crawler.statuses import GONE
from crawler.survey.finding import Facts, Finding, differs, fits, question, unknown

if TYPE_CHECKING:
    from crawler.survey.evidence import Evidence, Reply

_FEEDS = Css(
    "link[rel~=alternate][type='application/rss+xml'][href],"
    " link[rel~=alternate][type='application/atom+xml'][href]"
)
_SITEMAP = re.compile(rb"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_RULE = re.compile(r"^\s*(?:user-agent|allow|disallow|crawl-delay|sitemap)\s*:", re.IGNORECASE)
_XML = re.compile(rb"<(?:urlset|sitemapindex|rss|feed)[\s>]")


@question("host", "Does the newspaper answer on {profile.host}?")
def host(evidence: Evidence) -> Finding:
    """Where the newspaper is."""
    home = evidence.get("home")
    if home is None or not (home.is_good or home.leads_to):
        return unknown(evidence.why_not("home"))
    facts = (("home page", home.words()),)
    if home.leads_to:
        return differs(
            f"It leads to {home.leads_to}, which is not below the newspaper's domain, so it was"
            " not asked. Make sure that this is the newspaper before a crawl goes there.",
            facts,
            (f'hosts=("{urlsplit(home.leads_to).hostname}", …)  # once you are sure',),
        )
    if home.host == evidence.profile.host:
        return fits("It does.", facts)
    both = ", ".join(f'"{each}"' for each in (home.host, *evidence.profile.hosts))
    return differs(
        f"It has moved to {home.host}; everything below was asked there.",
        facts,
        (f"hosts=({both}),  # the first is where it answers",),
    )


@question("robots", "Is there a robots.txt, and does it let us do our work?")
def robots(evidence: Evidence) -> Finding:
    reply = evidence.get("robots")
    if reply is None or reply.status is None or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return unknown(evidence.why_not("robots"))
    facts: Facts = (("robots.txt", reply.words()),)
    refused = sorted(
        {each.asked for each in evidence.all_replies() if "robots.txt" in (each.error or "")}
    )
    if refused:
        return differs(
            f"It forbids {len(refused)} of the addresses that a crawl needs; they were left alone.",
            (*facts, ("forbidden", ", ".join(refused))),
        )
    if not reply.is_good:
        return fits("There is none, so nothing is forbidden.", facts)
    rules = [line.strip() for line in reply.body.decode("utf-8", "replace").splitlines()]
    rules = [line[:200] for line in rules if _RULE.match(line)]
    if not rules:
        return differs("What answers is no robots.txt: no rule in it.", facts)
    return fits(
        "It is there, and nothing that the survey needed is forbidden.",
        (*facts, ("rules", "; ".join(rules[:40]))),
    )


def sitemaps_named(robots_txt: bytes) -> list[str]:
    """Addresses in the ``Sitemap:`` lines."""
    return [found.decode("utf-8", "replace") for found in _SITEMAP.findall(robots_txt)]


def feeds_named(home: bytes) -> list[str]:
    """``href`` of the feeds that a page names."""
    root = parse(home)
    return [] if root is None else [link.get("href") or "" for link in _FEEDS.all(root)]


@question("sitemap", "Is there a sitemap? (A crawl uses none.)")
def sitemaps(evidence: Evidence) -> Finding:
    return _xml_files(evidence, "sitemap")


@question("feed", "Are there feeds? (A crawl uses none.)")
def feeds(evidence: Evidence) -> Finding:
    return _xml_files(evidence, "feed")


def _xml_files(evidence: Evidence, what: str) -> Finding:
    asked = list(evidence.every(f"{what}:"))
    facts = tuple((reply.asked, _xml_words(reply)) for _, reply in asked)
    there = [reply for _, reply in asked if reply.is_good and _XML.search(reply.body)]
    if there:
        words = ", ".join(reply.url for reply in there)
        return differs(
            f"There is one: {words}. It could shorten the search for what is new.", facts
        )
    open_ones = [reply for _, reply in asked if not _says_no(reply)]
    if open_ones or not asked:
        return unknown(open_ones[0].why_not() if open_ones else evidence.why_not(what), facts)
    return fits(f"No {what} was found, as assumed.", facts)


def _xml_words(reply: Reply) -> str:
    if not reply.is_good:
        return reply.words()
    return f"{reply.words()}, {'XML' if _XML.search(reply.body) else 'but no such file'}"


def _says_no(reply: Reply) -> bool:
    return reply.is_good or reply.status in GONE or reply.leads_to is not None


_SPELLINGS = (
    ("http", "http instead of https"),
    ("www", "with www."),
    ("no-slash", "section without the final slash"),
    ("double-slash", "section with a double slash"),
    ("article-no-slash", "article without the final slash"),
)


@question("redirects", "What becomes of other spellings of an address?")
def redirects(evidence: Evidence) -> Finding:
    """Other spellings must show the same page, or lead to it; the profile's one must not move."""
    facts, wrong, dark = [], [], []
    for reason, name in _SPELLINGS:
        reply = evidence.get(reason)
        if reply is None or reply.status is None:
            dark.append(f"{name}: {evidence.why_not(reason)}")
            continue
        facts.append((name, reply.words()))
        if not (reply.is_good or reply.hops or reply.leads_to):
            wrong.append(f"{name}: status {reply.status}")
    moved = [
        f"{reply.asked} → {reply.url}"
        for reason, reply in evidence.every("section:")
        if reply.hops and evidence.profile.host == evidence.site.host
    ]
    if wrong or moved:
        return differs("; ".join([*wrong, *moved]), facts)
    if dark:
        return unknown(dark[0], facts)
    return fits(
        "Each shows the page or leads to it, so that one spelling can stand for all.", facts
    )


@question("wire", "Are pages UTF-8, and how are they sent?")
def wire(evidence: Evidence) -> Finding:
    """Charset, compression, line ends."""
    pages = [reply for reply in evidence.all_replies() if reply.is_good and reply.is_html]
    if not pages:
        return unknown("no page came")
    kinds = Counter(reply.headers.get("content-type", "none declared") for reply in pages)
    packed = Counter(reply.headers.get("content-encoding", "none") for reply in pages)
    broken = [reply.url for reply in pages if not _is_utf8(reply.body)]
    crlf = sum(reply.body.count(b"\r\n") for reply in pages)
    lf = sum(reply.body.count(b"\n") for reply in pages) - crlf
    facts = (
        ("Content-Type", _counted(kinds)),
        ("Content-Encoding", _counted(packed)),
        ("Server", _counted(Counter(reply.headers.get("server", "–") for reply in pages))),
        ("line ends", f"{crlf} CRLF, {lf} bare LF in {len(pages)} pages"),
    )
    odd = [name for name in kinds if "charset=" in name.lower() and "utf-8" not in name.lower()]
    if broken:
        return differs(f"{len(broken)} pages are not UTF-8, for example {broken[0]}.", facts)
    if odd:
        return differs(f"They are UTF-8, but declared as {odd[0]}; khobao trusts the bytes.", facts)
    return fits("All of them are UTF-8.", facts)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in counter.most_common(6))


@question(
    "validators", "Are there ETag and Last-Modified, and does a conditional request give 304?"
)
def validators(evidence: Evidence) -> Finding:
    """Khobao asks "has it changed?" where it can; both answers fit, a lie does not."""
    facts, lies, seen = [], [], False
    for reason, name in (("article", "article"), ("image", "picture")):
        first, again = evidence.get(f"first:{reason}"), evidence.get(f"again:{reason}")
        if first is None or not first.is_good:
            facts.append((name, f"not asked: {evidence.why_not(f'first:{reason}')}"))
            continue
        seen = True
        names = [each for each in ("ETag", "Last-Modified") if each.lower() in first.headers]
        named = [f"{each}: {first.headers[each.lower()]}" for each in names]
        if not named:
            facts.append((name, "neither ETag nor Last-Modified"))
            continue
        if again is None or again.status is None:
            why = evidence.why_not(f"again:{reason}")
            facts.append((name, f"{', '.join(named)}; not asked again: {why}"))
            continue
        reported = "304" if again.not_modified else f"{again.status}, the whole again"
        facts.append((name, f"{', '.join(named)}; asked again: {reported}"))
        if not again.not_modified and again.body == first.body:
            lies.append(name)
    if not seen:
        return unknown(evidence.why_not("first:article"), facts)
    if lies:
        return differs(
            f"There are validators, but the same {lies[0]} came in full when asked whether it had"
            " changed: conditional requests save nothing here.",
            facts,
        )
    return fits("See below; khobao uses them where they are.", facts)
