"""The ways in which the practice newspaper can go wrong, each with a name.

One more fault: a function from :class:`Scene` to a :class:`~practice.reply.Reply` in one of the
modules here, a line in its ``FAULTS``, a row in docs/practice.md and a check in
tests/practice/test_faults.py; tests fail until all are there.
"""

from __future__ import annotations

from practice.faults import breaks, bulk, conditions, content, framing, odd, redirects, statuses
from practice.faults.model import LOI, Fault, Heals, Kind, Scene, address_key, kind_of
from practice.faults.registry import FaultRegistry

__all__ = [
    "FAULTS",
    "LOI",
    "Fault",
    "FaultRegistry",
    "Heals",
    "Kind",
    "Scene",
    "address_key",
    "kind_of",
]

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for module in (statuses, breaks, framing, odd, redirects, content, bulk, conditions)
    for fault in module.FAULTS
}
