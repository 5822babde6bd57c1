"""Hosts that only the survey may ask."""

from __future__ import annotations

import pytest

from crawler.sites import BAODAKLAK, PHUYEN, profile_for
from crawler.sites.subdomains import profile_below, with_host


@pytest.mark.parametrize("host", ["moi.baodaklak.vn", "MOI.baodaklak.vn.", "a.b.baodaklak.vn"])
def test_a_host_below_the_domain_is_read_as_the_newspaper(host: str) -> None:
    found = profile_below(host)
    assert found is not None
    assert found.hosts == (host.lower().rstrip("."), *BAODAKLAK.hosts)
    assert found.refuses(f"https://{host}/thoi-su/") is None
    assert found.refuses(f"https://{host}/sc_service/api/statistic/x") is not None
    assert profile_for(host) is None


@pytest.mark.parametrize(
    "host", ["example.org", "xbaodaklak.vn", "baodaklak.vn.example.org", "vn", "", "127.0.0.1"]
)
def test_other_hosts_are_not(host: str) -> None:
    assert profile_below(host) is None


def test_hosts_of_the_profiles_stay_their_own() -> None:
    assert profile_below("www.baodaklak.vn") is BAODAKLAK
    assert profile_below("phuyen.baodaklak.vn") is PHUYEN


def test_the_new_host_comes_first_and_once() -> None:
    moved = with_host(BAODAKLAK, "www.moi.baodaklak.vn")
    assert moved.host == "moi.baodaklak.vn"
    assert with_host(moved, "baodaklak.vn").hosts == ("baodaklak.vn", "moi.baodaklak.vn")
    assert moved.section_url("thoi-su") == "https://moi.baodaklak.vn/thoi-su/"
