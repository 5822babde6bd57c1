"""First contact with a live site: questions, and answers read from what was fetched. No I/O."""

from __future__ import annotations

from crawler.survey.evidence import Article, Evidence, Hop, Reply
from crawler.survey.finding import Finding, Verdict
from crawler.survey.page import render_page
from crawler.survey.report import make_findings, make_report

__all__ = [
    "Article",
    "Evidence",
    "Finding",
    "Hop",
    "Reply",
    "Verdict",
    "make_findings",
    "make_report",
    "render_page",
]
