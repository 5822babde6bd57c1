"""Questions about pages: templates, fields, media, comments; missing, old and English ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

import attrs

from crawler.items import NewsArticle
from crawler.pages import PageError, SoftNotFoundError, UnreadablePage, read_comments
from crawler.sites.addresses import LEGACY
from crawler.statuses import GONE
from crawler.survey.evidence import Article, Evidence
from crawler.survey.finding import Facts, Finding, differs, fits, question, unknown

_ALWAYS = ("headline", "datePublished", "articleBody", "articleId", "articleSection", "categoryId")
_BODILESS = frozenset({"video", "epaper", "photo", "infographic"})
_OURS = frozenset({"metadata", "provenance"})


@question("templates", "Which template has which section, and does a page class read it?")
def templates(evidence: Evidence) -> Finding:
    """Which page class read which page."""
    if not evidence.articles:
        return unknown(evidence.why_not("articles"))
    by_section: dict[str, Counter[str]] = {}
    unread = []
    for article in evidence.articles:
        name = "no page class"
        if article.found:
            name = article.found.page_class.rsplit(".", 1)[-1]
        elif isinstance(article.reading, UnreadablePage):
            unread.append(f"{article.reply.url}: {article.reading.reason}")
        else:
            name = "no page"
        by_section.setdefault(article.section or "–", Counter())[name] += 1
    facts: Facts = tuple(
        (section, ", ".join(f"{name} ({count})" for name, count in names.most_common()))
        for section, names in sorted(by_section.items())
    )
    if not evidence.read and not unread:
        return unknown(evidence.articles[0].reply.why_not(), facts)
    if unread:
        return differs(
            f"{len(unread)} of {len(evidence.articles)} pages are read by no page class: see"
            " docs/extraction.md for how to add one.",
            (*facts, *(("not read", words) for words in unread[:5])),
        )
    kinds = Counter(item.template or "–" for item in evidence.items)
    words = ", ".join(f"{name.upper()} ({count})" for name, count in kinds.most_common())
    return fits(f"Every page was read; templates: {words}.", facts)


def field_shares(items: Collection[NewsArticle]) -> dict[str, float]:
    """Share of the articles in which a field is filled, by field."""
    names = [each.name for each in attrs.fields(NewsArticle) if each.name not in _OURS]
    if not items:
        return {}
    return {
        name: sum(1 for item in items if getattr(item, name) not in (None, "", [])) / len(items)
        for name in names
    }


@question("fields", "Are the fields of an article found?")
def fields(evidence: Evidence) -> Finding:
    if not evidence.read:
        return unknown(_why_no_article(evidence))
    shares = field_shares(evidence.items)
    facts: Facts = tuple(
        (name, f"{share:.0%}") for name, share in sorted(shares.items(), key=lambda p: -p[1])
    )
    lost = []
    for name in _ALWAYS:
        without = [
            article.reply.url
            for article in evidence.read
            if article.found
            and not getattr(article.found.article, name)
            and not (name == "articleBody" and article.found.article.kind in _BODILESS)
        ]
        if without:
            lost.append(f"{name} in {len(without)} ({without[0]})")
    if lost:
        return differs(f"Missing of {len(evidence.read)} articles: {'; '.join(lost)}.", facts)
    return fits(f"What every article has was found in all {len(evidence.read)}.", facts)


def _why_no_article(evidence: Evidence) -> str:
    if not evidence.articles:
        return evidence.why_not("articles")
    first = evidence.articles[0]
    if isinstance(first.reading, UnreadablePage):
        return first.reading.reason
    return first.reply.why_not()


@question("missing", "What does the address of an article answer that does not exist?")
def missing(evidence: Evidence) -> Finding:
    reply = evidence.get("missing")
    if reply is None or reply.status is None:
        return unknown(evidence.why_not("missing"))
    facts: Facts = (("asked", reply.asked), ("answer", reply.words()))
    if reply.status in GONE:
        return fits(f"Status {reply.status}.", facts)
    reading = Article.of(reply, "", evidence.site).reading
    if reading is None:
        return differs(f"Status {reply.status}, not 404.", facts)
    if isinstance(reading, UnreadablePage):
        if reading.error == SoftNotFoundError.__name__:
            return fits("A page of status 200 that khobao knows as such.", facts)
        return differs(f"Status 200 and a page that says: {reading.reason}", facts)
    return differs("Status 200 and some other article.", facts)


@question("videos", "Where do videos and sound lie, and what plays them?")
def videos(evidence: Evidence) -> Finding:
    found = [video for item in evidence.items for video in item.videos or ()]
    sounds = [sound for item in evidence.items for sound in item.audios or ()]
    files = [v.contentUrl for v in found if v.contentUrl] + [s.url for s in sounds if s.url]
    frames = [v.embedUrl for v in found if v.embedUrl]
    if not files and not frames:
        why = "no player was found in the pages of the sample"
        return unknown(why if evidence.read else _why_no_article(evidence))
    facts = (
        ("files", _places(files)),
        ("frames of other players", _places(frames)),
        ("examples", ", ".join([*files[:2], *frames[:1]])),
    )
    if foreign := _foreign_hosts(evidence, files):
        return differs(
            f"Files lie on {', '.join(foreign)}, which a crawl does not ask.",
            facts,
            tuple(f'sibling_hosts=(…, "{name}"),  # files of videos' for name in foreign),
        )
    where = "on the newspaper's own hosts" if files else "with other players only"
    return fits(f"They lie {where}.", facts)


@question("epaper", "Where do the PDFs of the printed issues lie?")
def epaper(evidence: Evidence) -> Finding:
    files = [attachment.url for item in evidence.items for attachment in item.attachments or ()]
    if not files:
        issues = [a for a in evidence.read if a.found and a.found.article.kind == "epaper"]
        why = (
            f"no file was found in {issues[0].reply.url}"
            if issues
            else "no printed issue was in the sample"
        )
        return unknown(why if evidence.read else _why_no_article(evidence))
    facts: Facts = (("files", _places(files)), ("example", files[0]))
    if foreign := _foreign_hosts(evidence, files):
        return differs(
            f"On {', '.join(foreign)}, which a crawl does not ask.",
            facts,
            tuple(f'sibling_hosts=(…, "{name}"),  # printed issues' for name in foreign),
        )
    return fits("On the newspaper's own hosts.", facts)


def _foreign_hosts(evidence: Evidence, urls: Iterable[str]) -> list[str]:
    """Those that a crawl does not ask."""
    return sorted(host for host in {*map(_host, urls)} if not evidence.site.is_own_host(host))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _places(urls: Iterable[str]) -> str:
    def place(url: str) -> str:
        last = url.partition("?")[0].rsplit("/", 1)[-1]
        extension = f".{last.rsplit('.', 1)[1]}" if "." in last else "no extension"
        return f"{_host(url)} {extension}"

    counted = Counter(place(url) for url in urls)
    return ", ".join(f"{name} ({count})" for name, count in counted.most_common(8)) or "none"


@question("comments", "Does the comments call under {site.api_root} answer as assumed?")
def comments(evidence: Evidence) -> Finding:
    asked = list(evidence.every("comments:"))
    if not asked:
        return unknown(evidence.why_not("comments"))
    facts, read, wrong = [], 0, []
    for article_id, reply in asked:
        if not reply.is_good:
            facts.append((reply.asked, reply.words()))
            wrong.append(reply.why_not())
            continue
        try:
            thread = read_comments(reply.url, reply.body, article_id, reply.url)
        except PageError as exc:
            facts.append((reply.asked, reply.words()))
            wrong.append(str(exc))
            continue
        facts.append((reply.asked, f"{len(thread.comments)} comments"))
        read += 1
    if read:
        return fits("It does.", facts)
    if all(reply.status is None for _, reply in asked):
        return unknown(wrong[0], facts)
    return differs(f"It does not: {wrong[0]}", facts)


@question("legacy", "Do old addresses (/channel/…) still answer?")
def legacy(evidence: Evidence) -> Finding:
    old = [a for a in evidence.articles if LEGACY.match(urlsplit(a.reply.asked).path)]
    if not old:
        return unknown("no list that was asked for names such an address")
    facts: Facts = tuple((a.reply.asked, a.reply.words()) for a in old)
    dead = [a for a in old if not a.reply.is_good]
    if len(dead) == len(old):
        return differs(f"They do not: {dead[0].reply.why_not()}.", facts)
    return fits("They do.", facts)


@question("english", "Is there an English edition under /daklak-news/? (A crawl visits none.)")
def english(evidence: Evidence) -> Finding:
    reply = evidence.get("english")
    if reply is None or reply.status is None:
        return unknown(evidence.why_not("english"))
    facts: Facts = ((reply.asked, reply.words()),)
    if reply.status in GONE:
        return fits("There is none.", facts)
    if reply.is_good and not reply.hops:
        return differs("Something answers there: look at it.", facts)
    return unknown(f"it answers {reply.words()}", facts)


@question("edits", "Does an edit keep an article's address and change its content only?")
def edits(_: Evidence) -> Finding:
    why = "one visit cannot tell; crawl again after some days and compare the versions"
    return unknown(why, needs_time=True)
