"""Questions about the host: robots.txt, sitemaps, feeds, redirects, what the server declares."""

from __future__ import annotations

import re
from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.pages.html import Css, parse
from crawler.statuses import GONE
from crawler.survey.finding import Finding, differs, fits, unknown

if TYPE_CHECKING:
    from crawler.survey.evidence import Evidence, Reply
    from crawler.survey.finding import Facts

__all__ = ["feeds", "host", "redirects", "robots", "sitemaps", "validators", "wire"]

_FEEDS = Css(
    "link[rel~=alternate][type='application/rss+xml'][href],"
    " link[rel~=alternate][type='application/atom+xml'][href]"
)
_SITEMAP = re.compile(rb"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_RULE = re.compile(r"^\s*(?:user-agent|allow|disallow|crawl-delay|sitemap)\s*:", re.IGNORECASE)
_XML = re.compile(rb"<(?:urlset|sitemapindex|rss|feed)[\s>]")


def host(evidence: Evidence) -> Finding:
    """Where the newspaper is."""
    question = f"Does the newspaper answer on {evidence.profile.host}?"
    home = evidence.get("home")
    if home is None or not (home.is_good or home.leads_to):
        return unknown("host", question, evidence.why_not("home"))
    facts = (("home page", home.words()),)
    if home.leads_to:
        return differs(
            "host",
            question,
            f"It leads to {home.leads_to}, which is not below the newspaper's domain, so it was"
            " not asked. Make sure that this is the newspaper before a crawl goes there.",
            facts,
            (f'hosts=("{urlsplit(home.leads_to).hostname}", …)  # once you are sure',),
        )
    if home.host == evidence.profile.host:
        return fits("host", question, "It does.", facts)
    both = ", ".join(f'"{each}"' for each in (home.host, *evidence.profile.hosts))
    return differs(
        "host",
        question,
        f"It has moved to {home.host}; everything below was asked there.",
        facts,
        (f"hosts=({both}),  # the first is where it answers",),
    )


def robots(evidence: Evidence) -> Finding:
    question = "Is there a robots.txt, and does it let us do our work?"
    reply = evidence.get("robots")
    if reply is None or reply.status is None or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return unknown("robots", question, evidence.why_not("robots"))
    facts: Facts = (("robots.txt", reply.words()),)
    refused = sorted(
        {each.asked for each in evidence.all_replies() if "robots.txt" in (each.error or "")}
    )
    if refused:
        return differs(
            "robots",
            question,
            f"It forbids {len(refused)} of the addresses that a crawl needs; they were left alone.",
            (*facts, ("forbidden", ", ".join(refused))),
        )
    if not reply.is_good:
        return fits("robots", question, "There is none, so nothing is forbidden.", facts)
    rules = [line.strip() for line in reply.body.decode("utf-8", "replace").splitlines()]
    rules = [line[:200] for line in rules if _RULE.match(line)]
    if not rules:
        return differs("robots", question, "What answers is no robots.txt: no rule in it.", facts)
    return fits(
        "robots",
        question,
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


def sitemaps(evidence: Evidence) -> Finding:
    question = "Is there a sitemap? (A crawl uses none.)"
    return _xml_files(evidence, "sitemap", question, "sitemap")


def feeds(evidence: Evidence) -> Finding:
    question = "Are there feeds? (A crawl uses none.)"
    return _xml_files(evidence, "feed", question, "feed")


def _xml_files(evidence: Evidence, topic: str, question: str, what: str) -> Finding:
    asked = list(evidence.every(f"{topic}:"))
    facts = tuple((reply.asked, _xml_words(reply)) for _, reply in asked)
    there = [reply for _, reply in asked if reply.is_good and _XML.search(reply.body)]
    if there:
        words = ", ".join(reply.url for reply in there)
        return differs(
            topic,
            question,
            f"There is one: {words}. It could shorten the search for what is new.",
            facts,
        )
    open_ones = [reply for _, reply in asked if not _says_no(reply)]
    if open_ones or not asked:
        return unknown(
            topic, question, open_ones[0].why_not() if open_ones else evidence.why_not(topic), facts
        )
    return fits(topic, question, f"No {what} was found, as assumed.", facts)


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


def redirects(evidence: Evidence) -> Finding:
    """Other spellings must show the same page, or lead to it; the profile's one must not move."""
    question = "What becomes of other spellings of an address?"
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
    reported = tuple(facts)
    if wrong or moved:
        return differs("redirects", question, "; ".join([*wrong, *moved]), reported)
    if dark:
        return unknown("redirects", question, dark[0], reported)
    answer = "Each shows the page or leads to it, so that one spelling can stand for all."
    return fits("redirects", question, answer, reported)


def wire(evidence: Evidence) -> Finding:
    """Charset, compression, line ends."""
    question = "Are pages UTF-8, and how are they sent?"
    pages = [reply for reply in evidence.all_replies() if reply.is_good and reply.is_html]
    if not pages:
        return unknown("wire", question, "no page came")
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
        answer = f"{len(broken)} pages are not UTF-8, for example {broken[0]}."
        return differs("wire", question, answer, facts)
    if odd:
        answer = f"They are UTF-8, but declared as {odd[0]}; khobao trusts the bytes."
        return differs("wire", question, answer, facts)
    return fits("wire", question, "All of them are UTF-8.", facts)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in counter.most_common(6))


def validators(evidence: Evidence) -> Finding:
    """Khobao asks "has it changed?" where it can; both answers fit, a lie does not."""
    question = "Are there ETag and Last-Modified, and does a conditional request give 304?"
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
    found_facts = tuple(facts)
    if not seen:
        return unknown("validators", question, evidence.why_not("first:article"), found_facts)
    if lies:
        return differs(
            "validators",
            question,
            f"There are validators, but the same {lies[0]} came in full when asked whether it had"
            " changed: conditional requests save nothing here.",
            found_facts,
        )
    return fits("validators", question, "See below; khobao uses them where they are.", found_facts)
