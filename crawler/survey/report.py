"""All answers together: the survey's report as plain values, for JSON and for the page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crawler.survey import hosts, lists, looks, pages
from crawler.survey.finding import Finding, Verdict

if TYPE_CHECKING:
    from crawler.survey.evidence import Article, Evidence, Reply

_QUESTIONS = (
    hosts.host,
    hosts.robots,
    hosts.sitemaps,
    hosts.feeds,
    hosts.redirects,
    hosts.wire,
    hosts.validators,
    lists.menu,
    lists.listing_method,
    lists.listing_api,
    lists.page_size,
    lists.paged,
    pages.templates,
    pages.fields,
    pages.missing,
    pages.legacy,
    pages.english,
    pages.comments,
    pages.videos,
    pages.epaper,
    looks.looks,
    pages.edits,
)


def make_findings(evidence: Evidence) -> list[Finding]:
    return [ask(evidence) for ask in _QUESTIONS]


def make_report(
    evidence: Evidence, *, run_id: str, made_at: dt.datetime, finished: bool
) -> dict[str, Any]:
    """:param finished: False for a survey that was stopped: it answers from what came before."""
    findings = make_findings(evidence)
    counts = {str(v): sum(1 for f in findings if f.verdict is v) for v in Verdict}
    return {
        "run": run_id,
        "madeAt": made_at.isoformat(timespec="seconds"),
        "finished": finished,
        "site": {
            "key": evidence.profile.key,
            "name": evidence.profile.name,
            "host": evidence.site.host,
            "assumedHost": evidence.profile.host,
            "apiRoot": evidence.profile.api_root,
        },
        "requests": evidence.requests,
        "counts": counts,
        "open": [finding.topic for finding in findings if finding.is_open],
        "findings": [finding.as_json() for finding in findings],
        "changes": [
            {"topic": finding.topic, "line": line}
            for finding in findings
            for line in finding.changes
        ],
        "sections": _sections(evidence),
        "fields": pages.field_shares(evidence.items),
        "articles": [_article(article) for article in evidence.articles],
        "asked": [_asked(reply) for reply in evidence.all_replies()],
    }


def _sections(evidence: Evidence) -> list[dict[str, Any]]:
    ids = lists.section_ids(evidence)
    return [
        {
            "slug": link.slug,
            "name": link.name,
            "url": link.url,
            "categoryId": link.categoryId or ids.get(link.slug),
            "parentId": link.parentId,
        }
        for link in evidence.menu
    ]


def _article(article: Article) -> dict[str, Any]:
    return {
        "url": article.reply.asked,
        "section": article.section,
        "readBy": article.found.page_class if article.found else None,
        "template": article.found.article.template if article.found else None,
        "reason": None if article.found else getattr(article.reading, "reason", None),
    }


def _asked(reply: Reply) -> dict[str, Any]:
    return {
        "url": reply.asked,
        "answer": reply.words(),
        "status": reply.status,
        "bytes": len(reply.body),
        "record": (reply.record or "").strip("<>") or None,
    }
