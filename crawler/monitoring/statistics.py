"""Wilson's score interval: how much a share of a few pages says about all of them.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
American Statistical Association 22 (1927). It holds for few pages and for shares near 0 and 1,
where the normal approximation calls one page of one a certainty.
"""

from __future__ import annotations

from math import sqrt

Z = 3.0
"""Standard deviations: a run compares some thousand shares, and none may stand out by chance."""


def _interval(hits: int, tries: int) -> tuple[float, float]:
    share, square = hits / tries, Z * Z
    centre = share + square / (2 * tries)
    spread = Z * sqrt(share * (1 - share) / tries + square / (4 * tries * tries))
    scale = 1 + square / tries
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def lower_bound(hits: int, tries: int) -> float:
    """The least share of all pages that is likely when *hits* of *tries* have it."""
    return _interval(hits, tries)[0] if tries else 0.0


def upper_bound(hits: int, tries: int) -> float:
    return _interval(hits, tries)[1] if tries else 1.0
