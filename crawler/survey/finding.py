"""One question about the live site, and what the survey has to say to it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.survey.evidence import Evidence

Facts = Sequence[tuple[str, str]]


class Verdict(enum.StrEnum):
    FITS = "fits"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    answer: str
    """One or two sentences; for UNKNOWN what stands after "not known, because"."""

    facts: Facts = ()
    changes: Sequence[str] = ()
    """Lines for the site's profile, as they would stand in the code, each with its reason."""

    needs_time: bool = False
    """One visit can never answer it, so not knowing is no fault of this survey."""

    topic: str = ""
    """Short and lasting: ``robots``, ``api``; a script can look for it. See :func:`question`."""

    question: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look into it."""
        return self.verdict is Verdict.DIFFERS or (
            self.verdict is Verdict.UNKNOWN and not self.needs_time
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "topic": self.topic,
            "question": self.question,
            "verdict": str(self.verdict),
            "answer": self.answer,
            "facts": dict(self.facts),
            "changes": list(self.changes),
            "needsTime": self.needs_time,
        }


fits = partial(Finding, Verdict.FITS)
differs = partial(Finding, Verdict.DIFFERS)
unknown = partial(Finding, Verdict.UNKNOWN)

_Ask = Callable[["Evidence"], Finding]


def question(topic: str, text: str) -> Callable[[_Ask], _Ask]:
    """What the decorated function finds an answer to.

    :param text: may name what the survey knows of the site: ``{profile.host}``, ``{site.api_root}``
    """

    def asked_by(find: _Ask) -> _Ask:
        @wraps(find)
        def ask(evidence: Evidence) -> Finding:
            words = text.format(profile=evidence.profile, site=evidence.site)
            return dataclasses.replace(find(evidence), topic=topic, question=words)

        return ask

    return asked_by
