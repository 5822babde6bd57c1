"""Every exchange of a crawl with everything going wrong, compared byte for byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from support.home import Home
from support.warc import read_exchanges

from practice.client import PracticeProcess

BROKEN_OFF = {"reset", "aborted", "truncated"}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_exchange_under_all_faults_is_archived_byte_for_byte(
    practice: Callable[..., PracticeProcess], home: Home
) -> None:
    """What the server's own log holds is what the WARC holds: none missing, none altered."""
    site = practice("--articles", "150", "--faults", "all")

    result = home.crawl(site, "sections", "--full", timeout=500)

    served = [
        (entry, request, response)
        for entry, request, response in site.exchanges()
        if request  # a connection opened and closed again is no exchange
    ]
    kept = [exchange for exchange in read_exchanges(home.warcs) if exchange.request]
    assert len(served) > 300
    assert Counter(request for _, request, _ in served) == Counter(e.request for e in kept)
    whole = Counter(
        (request, response)
        for entry, request, response in served
        if entry["ended"] not in BROKEN_OFF
    )
    found = Counter((e.request, e.response) for e in kept)
    missing = whole - found
    assert not missing, [(request[:80], len(response)) for request, response in missing]
    leftover = found - whole
    for entry, request, response in served:
        if entry["ended"] in BROKEN_OFF:
            # Bytes that were under way when the connection broke may not have arrived.
            match = next(
                pair for pair in leftover if pair[0] == request and response.startswith(pair[1])
            )
            leftover -= Counter([match])
    assert not leftover
    assert result["returncode"] in {0, 1}
