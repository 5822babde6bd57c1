"""What a run did not fetch of the things its pages are shown with: how often, where, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_MAX_PLACES = 200
_OTHERS = "other hosts"


@dataclass(slots=True)
class LeftOut:
    """Addresses counted by host and reason, in bounded memory."""

    _places: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, url: str, reason: str) -> bool:
        """True for the first address of a host that is left out for this reason."""
        place = (urlsplit(url).hostname or "", reason)
        if place not in self._places and len(self._places) >= _MAX_PLACES:
            place = (_OTHERS, reason)
        self._places[place] += 1
        return self._places[place] == 1

    @property
    def total(self) -> int:
        return self._places.total()

    def as_documents(self) -> list[dict[str, str | int]]:
        """The commonest first."""
        return [
            {"host": host, "reason": reason, "addresses": count}
            for (host, reason), count in self._places.most_common()
        ]
