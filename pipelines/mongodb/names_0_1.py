"""Names of release 0.1 and what they are called since 0.2: for the migration and old ledgers.

The archive is never rewritten: a ledger that 0.1 kept holds the documents of runs and captures
under the names of that time, and is read through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CAPTURE_FIELDS = {"verdict": "responseClass", "outcome": "fetchResult"}

PAGE_CLASSES = {
    "crawler.pages.template_a.ArticlePageA": "crawler.pages.templates.template_a.ArticlePageA",
    "crawler.pages.template_b.ArticlePageB": "crawler.pages.templates.template_b.ArticlePageB",
    "crawler.pages.generic.read_generic": "crawler.pages.article.generic.read_generic",
}
"""Values of ``provenance.pageClass``: modules moved, the classes are the same."""

_RUN_FIELDS = {"sheet": "fieldCoverage"}
_COUNTS = {"requisites": "resources", "requisites_failed": "resources_failed"}
_COVERED = {"opinionsAgree": "crossChecksAgree"}
_COVERED_PREFIX, _COVERED_PREFIX_NOW = "requisites.", "resources."
_STATS = {
    "khobao/requisites": "khobao/resources",
    "khobao/requisites_failed": "khobao/resources_failed",
    "items/announcements/": "items/frontier/",
    "items/outcomes/": "items/url_states/",
}


def current_capture(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of ``captures`` under the names of today."""
    return _renamed(document, CAPTURE_FIELDS)


def current_run(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of ``runs`` under the names of today; one that has them stays as it is."""
    run = _renamed(document, _RUN_FIELDS)
    if "counts" in run:
        run["counts"] = _renamed(run["counts"], _COUNTS)
    if "stats" in run:
        run["stats"] = {_stat(name): value for name, value in run["stats"].items()}
    if "fieldCoverage" in run:
        run["fieldCoverage"] = _coverage(run["fieldCoverage"])
    if "breakages" in run:
        run["breakages"] = [_alarm(alarm) for alarm in run["breakages"]]
    return run


def _renamed(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in document.items()}


def _coverage(coverage: Mapping[str, Any]) -> dict[str, Any]:
    current = _renamed(coverage, {"refusals": "extractionErrors"})
    current["names"] = [_covered(name) for name in current.get("names", ())]
    return current


def _alarm(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """An accepted change is known by its key, which holds the names of what it is about."""
    parts = [_covered(part) for part in str(alarm["key"]).split(":")]
    if parts[0] == "refusal":
        parts[0] = "extraction-error"
    return {**alarm, "key": ":".join(parts), "field": _covered(alarm.get("field", ""))}


def _covered(name: str) -> str:
    if name.startswith(_COVERED_PREFIX):
        return _COVERED_PREFIX_NOW + name.removeprefix(_COVERED_PREFIX)
    return _COVERED.get(name, name)


def _stat(name: str) -> str:
    for old, new in _STATS.items():
        if name == old or (old.endswith("/") and name.startswith(old)):
            return new + name.removeprefix(old)
    return name
