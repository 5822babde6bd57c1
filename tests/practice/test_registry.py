from __future__ import annotations

from collections import Counter

import pytest

from practice.errors import UnknownFaultError
from practice.faults import FAULTS, FaultRegistry, Heals, Kind, address_key, kind_of

PATHS = [f"/thoi-su/202606/bai-so-{number}-{number:07x}/" for number in range(4000)]

GROUPED = [name for name, fault in FAULTS.items() if fault.in_groups]


def registry(*names: str, share: float = 0.25, seed: int = 1) -> FaultRegistry:
    made = FaultRegistry(FAULTS, seed=seed, share=share)
    made.switch(names)
    return made


def struck(chosen: FaultRegistry) -> dict[str, str]:
    found = {path: chosen.choose(Kind.ARTICLE, path, path) for path in PATHS}
    return {path: fault.name for path, fault in found.items() if fault}


def test_the_same_seed_strikes_the_same_addresses() -> None:
    assert struck(registry("all")) == struck(registry("all"))
    assert struck(registry("all")) != struck(registry("all", seed=2))


def test_faults_share_the_addresses() -> None:
    found = Counter(struck(registry("all", share=0.5)).values())
    able = [f for f in FAULTS.values() if f.in_groups and Kind.ARTICLE in f.where]
    assert set(found) == {fault.name for fault in able}
    share = 0.5 + sum(fault.own_share or 0 for fault in able)
    assert sum(found.values()) == pytest.approx(share * len(PATHS), rel=0.1)
    equal = [found[fault.name] for fault in able if fault.own_share is None]
    assert max(equal) < 2 * min(equal)


def test_a_name_can_bring_its_own_share() -> None:
    found = Counter(struck(registry("drip=0.3", "reset", share=0.1)).values())
    assert found["drip"] == pytest.approx(0.3 * len(PATHS), rel=0.1)
    assert found["reset"] == pytest.approx(0.1 * len(PATHS), rel=0.2)


def test_groups() -> None:
    assert registry("all").names == GROUPED
    assert set(registry("healing").names) == set(registry("whole", "retry").names)
    assert not set(registry("healing").names) & set(registry("never").names)
    assert len(registry("healing", "never").names) == len(GROUPED)
    assert registry("").names == []


def test_the_api_is_down_for_good_when_only_that_is_asked_for() -> None:
    alone, among_all = registry("api-down"), registry("all")
    keys = [f"/sc_service/api/article/list?{number}" for number in range(1000)]

    def hits(chosen: FaultRegistry) -> int:
        found = (chosen.choose(Kind.API, key, key) for key in keys)
        return sum(1 for fault in found if fault and fault.name == "api-down")

    assert hits(alone) == 1000
    assert 100 < hits(among_all) < 200


@pytest.mark.parametrize("word", ["rain", "drip=", "drip=x", "drip=1.5", "drip=-1"])
def test_what_is_no_fault_changes_nothing(word: str) -> None:
    chosen = registry("reset")
    if word == "drip=":
        chosen.switch([word])  # an empty share is none
        return
    with pytest.raises(UnknownFaultError, match=word.partition("=")[0]):
        chosen.switch(["drip", word])
    assert chosen.names == ["reset"]


def test_discovery_stays_possible() -> None:
    """Whatever a group turns on, robots.txt, home page and section pages come in the end."""
    for fault in FAULTS.values():
        if fault.heals is Heals.NEVER and fault.in_groups:
            assert fault.where <= {Kind.ARTICLE, Kind.API}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/robots.txt", Kind.ROBOTS),
        ("/", Kind.HOME),
        ("/thoi-su/chuyen-de/", Kind.SECTION),
        ("/thoi-su/202606/mot-bai-0abc123/", Kind.ARTICLE),
        ("/van-hoa/202202/mot-bai-bbc34e8", Kind.ARTICLE),
        ("/channel/3487/201104/mot-bai-1989582", Kind.ARTICLE),
        ("/95/112869/thieu-mau/", Kind.ARTICLE),
        ("/sc_service/api/article/list", Kind.API),
        ("/service/api/article/list", Kind.API),
        ("/file/fb9e/092024/x.jpg", Kind.FILE),
        ("/common/v1/css/main.css", Kind.FILE),
        ("/Upload/Images/2014/3/x.jpg", Kind.FILE),
    ],
)
def test_kinds_of_addresses(path: str, kind: Kind) -> None:
    assert kind_of(path) is kind


def test_an_address_has_one_key_however_it_is_called() -> None:
    keys = {
        address_key("/a/", "x=1&y=2"),
        address_key("/a", "y=2&x=1&_=17"),
        address_key("/%61/", "jsonCallback=cb&x=1&y=2&utm_source=buoc-3"),
    }
    assert len(keys) == 1
    assert address_key("/a/", "x=2&y=2") not in keys
