"""One question about the live site, and what the survey has to say to it."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any

__all__ = ["Finding", "Verdict", "differs", "fits", "unknown"]


class Verdict(enum.StrEnum):
    FITS = "fits"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    topic: str
    """Short and lasting: ``robots``, ``api``; a script can look for it."""

    question: str
    verdict: Verdict
    answer: str
    """One or two sentences; for UNKNOWN what stands after "not known, because"."""

    facts: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] = ()
    """Lines for the site's profile, as they would stand in the code, each with its reason."""

    needs_time: bool = False
    """One visit can never answer it, so not knowing is no fault of this survey."""

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


Facts = tuple[tuple[str, str], ...]


def fits(
    topic: str, question: str, answer: str, facts: Facts = (), changes: tuple[str, ...] = ()
) -> Finding:
    return Finding(
        topic=topic,
        question=question,
        verdict=Verdict.FITS,
        answer=answer,
        facts=facts,
        changes=changes,
    )


def differs(
    topic: str, question: str, answer: str, facts: Facts = (), changes: tuple[str, ...] = ()
) -> Finding:
    return Finding(
        topic=topic,
        question=question,
        verdict=Verdict.DIFFERS,
        answer=answer,
        facts=facts,
        changes=changes,
    )


def unknown(
    topic: str, question: str, because: str, facts: Facts = (), *, needs_time: bool = False
) -> Finding:
    return Finding(
        topic=topic,
        question=question,
        verdict=Verdict.UNKNOWN,
        answer=because,
        facts=facts,
        needs_time=needs_time,
    )
