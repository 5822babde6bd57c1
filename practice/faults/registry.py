"""Which faults are on, and which of them strikes an address."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from practice.errors import UnknownFaultError
from practice.faults.model import Fault, Heals, Kind, Scene

if TYPE_CHECKING:
    from practice.reply import Reply

_GROUPS = ("all", "whole", "retry", "never", "healing")
_REMEMBERED_HITS = 10_000


class FaultRegistry:
    """The switchboard. Same seed, same names, same share: the same addresses are struck."""

    def __init__(self, faults: Mapping[str, Fault], *, seed: int, share: float) -> None:
        self._faults = faults
        self._seed = seed
        self.share = share
        self._own_shares: dict[str, float | None] = {}
        self._attempts: Counter[str] = Counter()
        self._hits: dict[str, dict[str, None]] = {}

    @property
    def names(self) -> list[str]:
        return list(self._own_shares)

    def switch(self, names: Iterable[str], share: float | None = None) -> None:
        """Turn exactly *names* on, and forget earlier attempts.

        A name is a fault's, ``NAME=SHARE``, or a group: ``all``, ``whole``, ``retry``, ``never``,
        ``healing`` (*whole* and *retry*: a crawl that retries still gets everything).

        :raises UnknownFaultError: nothing has been changed.
        """
        chosen: dict[str, float | None] = {}
        for word in names:
            name, _, own = word.strip().partition("=")
            if name in _GROUPS:
                for fault in self._faults.values():
                    if fault.in_groups and (
                        name in ("all", fault.heals)
                        or (name == "healing" and fault.heals is not Heals.NEVER)
                    ):
                        chosen[fault.name] = _share(own, word) if own else fault.own_share
            elif name in self._faults:
                named_alone = 1.0 if self._faults[name].own_share else None
                chosen[name] = _share(own, word) if own else named_alone
            elif name:
                known = ", ".join([*_GROUPS, *self._faults])
                raise UnknownFaultError(f"no fault is called {name!r}; there are: {known}")
        self.share = _share(str(share), "share") if share is not None else self.share
        self._own_shares = {name: chosen[name] for name in self._faults if name in chosen}
        self._attempts.clear()
        self._hits.clear()

    def choose(self, kind: Kind, path: str, key: str) -> Fault | None:
        """The fault that strikes this address on this attempt; counts nothing."""
        for name in self._own_shares:
            owned = self._faults[name].owns
            if owned and owned.match(path):
                return self._faults[name]
        able = [name for name in self._own_shares if kind in self._faults[name].where]
        if not able:
            return None
        equal = [name for name in able if self._own_shares[name] is None]
        equal_share = self.share / len(equal) if equal else 0.0
        shares = {name: self._own_shares[name] for name in able}
        place = self.number(key) / 2**64
        for name, own in shares.items():
            place -= equal_share if own is None else own
            if place < 0:
                fault = self._faults[name]
                healed = fault.heals is Heals.RETRY and self._attempts[key] > 0
                return None if healed else fault
        return None

    def play(self, fault: Fault, scene: Scene, key: str) -> Reply | None:
        """The spoilt answer, or None where this fault does not fit the page."""
        reply = fault.play(scene)
        if reply:
            reply.fault = fault.name
            self._attempts[key] += 1
            hits = self._hits.setdefault(fault.name, {})
            if len(hits) < _REMEMBERED_HITS:
                hits[key] = None
        return reply

    def number(self, key: str) -> int:
        """64 bits that belong to an address."""
        seeded = f"{self._seed}:{key}".encode()
        return int.from_bytes(hashlib.blake2b(seeded, digest_size=8).digest())

    def as_dict(self) -> dict[str, object]:
        return {
            "names": self.names,
            "share": self.share,
            "own_shares": {n: s for n, s in self._own_shares.items() if s is not None},
            "hits": {name: list(keys) for name, keys in self._hits.items()},
            "known": {
                name: {"where": sorted(fault.where), "heals": fault.heals}
                for name, fault in self._faults.items()
            },
        }


def _share(text: str, word: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise UnknownFaultError(f"the share in {word!r} must be a number between 0 and 1")
    return share
