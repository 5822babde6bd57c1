"""Counters of a running server, for ``GET /stats``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Stats:
    exchanges: int = 0
    connections: int = 0
    tls_failures: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_fault: Counter[str] = field(default_factory=Counter)
    by_end: Counter[str] = field(default_factory=Counter)

    def count(self, status: int | None, fault: str | None, ended: str) -> None:
        self.exchanges += 1
        self.by_status[str(status)] += 1
        self.by_end[ended] += 1
        if fault:
            self.by_fault[fault] += 1

    def as_dict(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}
