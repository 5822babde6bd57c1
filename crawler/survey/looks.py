"""Question about the look of pages: which hosts of others serve styles, scripts and fonts."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.pages import Document, foreign_resources
from crawler.sites.third_parties import suspected_party
from crawler.survey.finding import Finding, differs, fits, question, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.survey.evidence import Evidence, Reply

_KINDS = {"css": "style sheets", "js": "scripts", "font": "fonts"}


@dataclasses.dataclass(slots=True)
class _Host:
    """One host of others."""

    name: str
    addresses: dict[str, str] = dataclasses.field(default_factory=dict)
    """Kind by address."""

    pages: int = 0

    @property
    def party(self) -> str | None:
        """What it serves that is never fetched, if that is all: advertising, tracking …"""
        parties = [suspected_party(url) for url in self.addresses]
        return parties[0] if all(parties) else None

    def words(self, pages: int) -> str:
        kinds = Counter(_KINDS[kind] for kind in self.addresses.values())
        served = ", ".join(f"{kind} ({count})" for kind, count in sorted(kinds.items()))
        return f"{served}, on {self.pages} of {pages} pages"


@question("looks", "Which hosts of others serve styles, scripts and fonts of the pages?")
def looks(evidence: Evidence) -> Finding:
    """Only what pages name themselves: the survey fetches no style sheets."""
    pages = [Document(reply.url, reply.body) for reply in _pages(evidence)]
    if not pages:
        return unknown("no page came")
    hosts = _hosts(evidence, pages)
    listed = evidence.site.resource_hosts
    facts = []
    for host in hosts:
        place = f"never fetched: {host.party}" if host.party else "in the profile"
        if host.party is None and host.name not in listed:
            place = "not in the profile"
        facts.append((host.name, f"{host.words(len(pages))}; {place}"))
    seen = {host.name for host in hosts}
    facts += [(name, "in the profile, on no page") for name in listed if name not in seen]
    missing = [host for host in hosts if host.party is None and host.name not in listed]
    if not missing:
        return fits("None that the profile does not list.", facts)
    names = ", ".join(host.name for host in missing)
    return differs(
        f"{names}: pages are shown again without what lies there, until the profile lists them.",
        facts,
        (_line([*listed, *(host.name for host in missing)], missing, len(pages)),),
    )


def _line(names: list[str], missing: list[_Host], pages: int) -> str:
    """The whole list, and what those serve that are new in it."""
    whole = "".join(f'"{name}", ' for name in names).strip()
    served = "; ".join(f"{host.name}: {host.words(pages)}" for host in missing)
    return f"resource_hosts=({whole}),  # {served}"


def _pages(evidence: Evidence) -> Iterator[Reply]:
    for reply in evidence.all_replies():
        if reply.is_good and reply.is_html and reply.leads_to is None:
            yield reply


def _hosts(evidence: Evidence, pages: list[Document]) -> list[_Host]:
    """The commonest first."""
    hosts: dict[str, _Host] = {}
    for page in pages:
        here = set()
        for url, kind in foreign_resources(page, evidence.site):
            name = urlsplit(url).hostname or ""
            if kind not in _KINDS or not name:
                continue
            host = hosts.setdefault(name, _Host(name))
            host.addresses.setdefault(url, kind)
            here.add(name)
        for name in here:
            hosts[name].pages += 1
    return sorted(hosts.values(), key=lambda host: (-host.pages, host.name))
