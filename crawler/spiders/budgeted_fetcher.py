"""One question at a time, within a budget: how the survey fetches."""

from __future__ import annotations

import asyncio
import dataclasses
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from weakref import WeakKeyDictionary

import scrapy
from scrapy import Request, signals

from crawler.capture.flags import OWN_CONDITION_FLAG, UNCONDITIONAL_FLAG
from crawler.sites.addresses import DEFAULT_PORTS
from crawler.sites.subdomains import profile_below
from crawler.spiders.base import failed_state
from crawler.statuses import REDIRECTS
from crawler.survey.evidence import Hop, Reply

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.session.crawl_session import CrawlSession

_LONGEST_WAY = 5
_OF_A_NEW_HOST = 5
"""Requests that the robots.txt of a host not met before may take, with redirects and retries."""


class BudgetSpentError(Exception):
    """No more requests may be sent; the message says so to a person."""


class BudgetedFetcher:
    """Sends requests one after another; never raises for what the site does."""

    def __init__(self, crawler: Crawler, session: CrawlSession, budget: int) -> None:
        self._crawler = crawler
        self._session = session
        self._budget = budget
        self._met: set[str] = set()
        self._answers: dict[str, Reply] = {}
        self._encodings: WeakKeyDictionary[Request, str] = WeakKeyDictionary()
        self.responses: dict[str, Response] = {}
        """The last response by the address that was asked for."""
        crawler.signals.connect(self._remember_encoding, signals.response_downloaded)

    @property
    def sent(self) -> int:
        """Requests sent so far, as the downloader counts them: robots.txt is among them."""
        count: int = self._crawler.stats.get_value("downloader/request_count", 0)
        return count

    @property
    def left(self) -> int:
        return self._budget - self.sent

    async def ask(
        self, url: str, *, changed_since: Reply | None = None, obey: bool = True
    ) -> Reply:
        """Fetch *url* and what it redirects to, as far as that lies below the newspaper's domain.

        :param changed_since: ask whether it is another version than this, by its validators.
        :param obey: False for robots.txt itself.
        :raises BudgetSpentError: it was not asked.
        """
        hops: list[Hop] = []
        here = url
        while True:
            if hops and here in self._answers:
                return _after(hops, self._answers[here], url)
            reply = await self._once(url, here, changed_since=changed_since, obey=obey)
            target = _target(reply)
            if target is None:
                break
            hops.append(Hop(here, reply.status or 0, target))
            reason = _why_stay(target, hops)
            if reason is not None:
                reply = dataclasses.replace(reply, leads_to=target, error=reason)
                hops.pop()
                break
            here = target
        if changed_since is None:
            self._answers[here] = reply
        return _after(hops, reply, url)

    async def _once(
        self, asked: str, url: str, *, changed_since: Reply | None, obey: bool
    ) -> Reply:
        host = urlsplit(url).netloc
        cost = 1 if host in self._met or not obey else 1 + _OF_A_NEW_HOST
        if self.left < cost:
            raise BudgetSpentError(
                f"it was not asked: the {self._budget} requests of a survey were spent"
            )
        if obey:
            self._met.add(host)
        assert self._crawler.engine is not None
        try:
            request = _request(url, changed_since, obey=obey)
            response = await self._crawler.engine.download_async(request)
        except asyncio.CancelledError:
            raise
        except Exception as exc:  # noqa: BLE001  whatever it was, it is this question's answer
            return Reply(asked=asked, url=url, error=failed_state(exc)[1])
        self.responses[asked] = response
        return self._reply(asked, response)

    def _reply(self, asked: str, response: Response) -> Reply:
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        assert response.request is not None
        if encoding := self._encodings.get(response.request):
            headers["content-encoding"] = encoding
        ref = self._session.captures.ref_of(response)
        return Reply(
            asked=asked,
            url=response.url,
            status=response.status,
            headers=headers,
            body=response.body,
            not_modified=response.status == HTTPStatus.NOT_MODIFIED,
            record=ref.warc_record_id,
            captured_at=self._session.captures.written_on(response),
        )

    def _remember_encoding(self, response: Response, request: Request) -> None:
        """Scrapy takes the field away with the encoding."""
        if value := response.headers.get(b"Content-Encoding"):
            self._encodings[request] = value.decode("latin-1")


def _request(url: str, since: Reply | None, *, obey: bool) -> Request:
    """Neither retried nor redirected by itself: what is counted is what is asked."""
    conditions = {
        name: since.headers[field]
        for field, name in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
        if since is not None and field in since.headers
    }
    return scrapy.Request(
        url,
        dont_filter=True,
        headers=conditions,
        flags=[OWN_CONDITION_FLAG if conditions else UNCONDITIONAL_FLAG],
        meta={
            "dont_redirect": True,
            "dont_retry": True,
            **({} if obey else {"dont_obey_robotstxt": True}),
        },
    )


def _target(reply: Reply) -> str | None:
    location = reply.headers.get("location")
    if reply.status not in REDIRECTS or not location:
        return None
    try:
        return urljoin(reply.url, location).partition("#")[0]
    except ValueError:
        return None


def _why_stay(target: str, hops: list[Hop]) -> str | None:
    """Why a redirect is not followed; None when it is."""
    try:
        parts = urlsplit(target)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme not in DEFAULT_PORTS or profile_below(host) is None:
        return "not below the newspaper's domain"
    if port not in {None, *DEFAULT_PORTS.values()}:
        return f"port {port}"
    if len(hops) >= _LONGEST_WAY or target in {hop.url for hop in hops}:
        return "it leads round and round"
    return None


def _after(hops: list[Hop], reply: Reply, asked: str) -> Reply:
    return dataclasses.replace(reply, asked=asked, hops=(*hops, *reply.hops))
