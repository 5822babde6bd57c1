"""Faults of the newspaper as a whole: the page that lists them, and a move to another host."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from practice.client import PracticeProcess
from practice.faults import FAULTS


def test_the_list_of_faults_links_to_all(client: Any) -> None:
    page = client.get("/loi/").body.decode()
    assert re.findall(r'href="/loi/([\w-]+)/"', page) == list(FAULTS)


def test_a_newspaper_that_moved_answers_on_its_new_host_only(
    raw_client: Callable[[PracticeProcess], Any],
) -> None:
    with PracticeProcess("--articles", "30", "--faults", "moved-host") as site:
        client = raw_client(site)

        def status(host: str) -> int:
            found: int = client.get("/thoi-su/", host=host, tls=True).status
            return found

        assert (status("baodaklak.vn"), status("www.baodaklak.vn")) == (301, 301)
        assert status("moi.baodaklak.vn") == 200
        site.control("POST", "/faults", {"names": []})
        assert status("moi.baodaklak.vn") == 421
        assert status("baodaklak.vn") == 200
