"""``survey``: first contact with the live site, in at most 60 requests, one after another."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from scrapy import signals

from crawler.errors import ExitCode
from crawler.frontier import FrontierUrl
from crawler.pages import UnreadablePage, read_menu
from crawler.sites.subdomains import with_host
from crawler.spiders.base import NewspaperSpider
from crawler.spiders.budgeted_fetcher import BudgetedFetcher, BudgetSpentError
from crawler.statuses import state_of_status
from crawler.survey import Article, Evidence, Reply, make_report, render_page
from crawler.survey.hosts import feeds_named, sitemaps_named
from crawler.survey.lists import listing_of
from crawler.survey.plan import (
    FEED_GUESSES,
    SITEMAP_GUESSES,
    api_roots_to_try,
    articles_to_ask,
    category_to_list,
    missing_article,
    sections_to_ask,
    with_double_slash,
    without_slash,
)
from crawler.survey.refusal import refusal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.items import NewsArticle
    from crawler.sites import SiteProfile

BUDGET = 60
"""Requests of a survey at most, with robots.txt and redirects."""

SECTIONS = 5
ARTICLES = 20
AFTER_ARTICLES = 9
"""Requests that are kept back for what is asked of articles once they are known."""

_SIZES = (("api:big", 100), ("api:bigger", 500))


class SurveySpider(NewspaperSpider):
    """Every page goes through the tee as in a crawl; the articles of the sample are stored."""

    name = "survey"
    is_resumable = False
    # As Scrapy declares it: no ClassVar.
    custom_settings: dict[str, Any] | None = {  # noqa: RUF012
        "SCOPE_SUBDOMAINS": True
    }

    evidence: Evidence
    _fetcher: BudgetedFetcher
    _finished = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.evidence = Evidence(profile=spider.profile, site=spider.profile)
        spider._fetcher = BudgetedFetcher(crawler, spider.session, BUDGET)  # noqa: SLF001
        crawler.signals.connect(spider._report, signals.spider_closed)  # noqa: SLF001
        return spider

    async def start(self) -> AsyncIterator[Any]:
        await self._ask_home()
        if refusal(self.evidence) is None:
            await self._ask_host()
            await self._ask_lists()
            async for item in self._ask_articles():
                yield item
            await self._ask_about_articles()
        self._finished = True

    # -- what is asked ----------------------------------------------------------------------------

    async def _ask(self, reason: str, url: str, **how: Any) -> Reply | None:
        try:
            reply = await self._fetcher.ask(url, **how)
        except BudgetSpentError as exc:
            self.evidence.skipped[reason] = str(exc)
            return None
        self.evidence.replies[reason] = reply
        return reply

    async def _ask_home(self) -> None:
        evidence = self.evidence
        home = await self._ask("home", self.profile.base_url)
        if home is not None and home.is_good and home.host:
            self.profile = evidence.site = _at(evidence, home.host)
            evidence.menu = read_menu(home.url, home.body, evidence.site)

    async def _ask_host(self) -> None:
        evidence = self.evidence
        home = evidence.get("home")
        base = evidence.site.base_url
        robots = await self._ask("robots", urljoin(base, "/robots.txt"), obey=False)
        await self._ask("http", f"http://{evidence.profile.host}/")
        await self._ask("www", f"https://www.{evidence.profile.host}/")
        maps = sitemaps_named(robots.body) if robots and robots.is_good else []
        for place in (maps or list(SITEMAP_GUESSES))[:2]:
            await self._ask(f"sitemap:{place}", urljoin(base, place))
        named = feeds_named(home.body) if home and home.is_good else []
        for place in (named or list(FEED_GUESSES))[:2]:
            await self._ask(f"feed:{place}", urljoin(base, place))

    async def _ask_lists(self) -> None:
        evidence = self.evidence
        sections = sections_to_ask(evidence, SECTIONS)
        for section in sections:
            await self._ask(f"section:{section.slug}", section.url)
        why = f"the menu was not found: {evidence.why_not('home')}"
        if not sections:
            for reason in ("no-slash", "double-slash", "paged", "api:list"):
                evidence.skipped[reason] = why if evidence.good("home") is None else "no menu"
            return
        await self._ask("no-slash", without_slash(sections[0].url))
        await self._ask("double-slash", with_double_slash(sections[0].url))
        await self._ask("paged", f"{sections[0].url}?paged=2")
        await self._ask_api()

    async def _ask_api(self) -> None:
        evidence, site = self.evidence, self.evidence.site
        found = category_to_list(evidence)
        if found is None:
            evidence.skipped["api:list"] = "no id of a section is known to ask with"
            return
        _, category = found
        size = site.article_page_size
        await self._ask("api:list", site.listing_url(category, 0))
        first = listing_of(evidence, "api:list")
        if first is None or not first.entries:
            for root in api_roots_to_try(evidence):
                url = site.listing_url(category, 0).replace(site.api_root, root, 1)
                await self._ask(f"api-root:{root}", url)
            return
        await self._ask("api:next", site.listing_url(category, first.rows))
        for reason, more in _SIZES:
            await self._ask(reason, site.listing_url(category, 0, more))
        if first.total is not None and first.total > size:
            await self._ask("api:deep", site.listing_url(category, first.total - size // 2))
        else:
            evidence.skipped["api:deep"] = "the list is too short, or does not tell its length"
        await self._ask("api:all", site.listing_url("", 0))

    async def _ask_articles(self) -> AsyncIterator[Any]:
        evidence = self.evidence
        wanted = articles_to_ask(evidence, ARTICLES)
        if not wanted:
            evidence.skipped["articles"] = "no list that came names an article"
        for url, section in wanted:
            if self._fetcher.left <= AFTER_ARTICLES:
                break
            try:
                reply = await self._fetcher.ask(url)
            except BudgetSpentError as exc:
                evidence.skipped["articles"] = str(exc)
                break
            article = Article.of(reply, section, evidence.site)
            evidence.articles.append(article)
            if item := await self._item(article):
                yield item

    async def _item(self, article: Article) -> NewsArticle | None:
        """What a crawl would store of the page: no article lies in the archive unknown."""
        reply, announced = article.reply, self.profile.canonicalize(article.reply.asked)
        if not self.first_time(announced):
            return None
        found = FrontierUrl(url=announced, section=article.section, listedBy="survey")
        await self.session.recorder.add_url(found)
        response = self._fetcher.responses.get(reply.asked)
        if article.found and response is not None:
            self._block_pages = 0
            item = article.found.article
            item.provenance = self.provenance(response, article.found.page_class)
            canonical = self.profile.canonicalize(reply.url)
            if canonical != announced:
                await self._redirected(announced, canonical)
            return item
        if isinstance(article.reading, UnreadablePage) and response is not None:
            await self._unreadable(response, announced, article.reading)
        else:
            await self._set_state(announced, *_state(reply))
        return None

    async def _ask_about_articles(self) -> None:
        evidence, site = self.evidence, self.evidence.site
        if evidence.articles:
            evidence.replies["first:article"] = evidence.articles[0].reply
        if not evidence.read:
            why = "no article was read that could be asked about"
            for reason in ("first:article", "first:image", "comments", "article-no-slash"):
                evidence.skipped.setdefault(reason, why)
        else:
            await self._ask_about(evidence.read[0].reply)
        if evidence.articles:
            await self._ask("missing", missing_article(evidence.articles[0].reply.url))
        else:
            evidence.skipped["missing"] = "no address of an article is known to make it from"
        await self._ask("english", urljoin(site.base_url, "/daklak-news/"))

    async def _ask_about(self, first: Reply) -> None:
        evidence, site = self.evidence, self.evidence.site
        evidence.replies["first:article"] = first
        await self._ask("article-no-slash", without_slash(first.url))
        if _has_validator(first):
            await self._ask("again:article", first.url, changed_since=first)
        image = next((item.mainImage for item in evidence.items if item.mainImage), None)
        if image is not None and site.refuses(image.url) is None:
            shown = await self._ask("first:image", image.url)
            if shown is not None and shown.is_good and _has_validator(shown):
                await self._ask("again:image", shown.url, changed_since=shown)
        else:
            evidence.skipped["first:image"] = "no picture was found"
        ids = [item.articleId for item in evidence.items if item.articleId]
        for article_id in ids[:2]:
            await self._ask(f"comments:{article_id}", site.comments_url(article_id))

    # -- what becomes of it -----------------------------------------------------------------------

    def _report(self) -> None:
        """Also of a survey that was stopped: what came answers some questions all the same."""
        session, evidence = self.session, self.evidence
        evidence.requests = self._fetcher.sent
        now = dt.datetime.now(self.profile.zone)
        report = make_report(evidence, run_id=session.run_id, made_at=now, finished=self._finished)
        text = (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode()
        session.archive.attachments["survey"] = (text, "application/json")
        counts, open_topics = report["counts"], report["open"]
        words = f"{counts['fits']} fit, {counts['differs']} differ, {counts['unknown']} not known"
        code = ExitCode.SOME_FAILED if open_topics else ExitCode.COMPLETE
        if (no := refusal(evidence)) is not None:
            code, words = ExitCode.BLOCKED, no
        session.outcome.exit_reason = (code, words)
        page = session.paths.report("survey.html")
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            session.paths.report("survey.json").write_bytes(text)
            page.write_text(render_page(report), encoding="utf-8")
        except OSError as exc:
            session.outcome.warn(f"the survey's report could not be written: {exc}")


def _at(evidence: Evidence, host: str) -> SiteProfile:
    """The profile as it is, or with the host that the home page was found on."""
    plain = host.removeprefix("www.")
    known = plain in evidence.profile.hosts
    return evidence.profile if known else with_host(evidence.profile, plain)


def _has_validator(reply: Reply) -> bool:
    return bool({"etag", "last-modified"} & reply.headers.keys())


def _state(reply: Reply) -> tuple[str, str]:
    state = state_of_status(reply.status)
    if state != "failed":
        return state, f"status {reply.status}"
    return "robots" if "robots.txt" in (reply.error or "") else state, reply.why_not()
