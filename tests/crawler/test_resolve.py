"""--resolve rules, and which addresses are private."""

from __future__ import annotations

import pytest

from crawler.errors import UsageError
from crawler.resolve import ResolveRule, is_public


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "baodaklak.vn:443:127.0.0.1:8443",
            ResolveRule("baodaklak.vn", 443, "127.0.0.1", 8443),
        ),
        ("BAODAKLAK.vn:80:10.0.0.7", ResolveRule("baodaklak.vn", 80, "10.0.0.7", 80)),
        ("a.vn:443:[::1]:8443", ResolveRule("a.vn", 443, "::1", 8443)),
        ("a.vn:443:::1", ResolveRule("a.vn", 443, "::1", 443)),
    ],
)
def test_rules_read_as_curls_with_a_port_more(text: str, rule: ResolveRule) -> None:
    assert rule == ResolveRule.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.vn",
        "a.vn:443",
        "a.vn:x:127.0.0.1",
        "a.vn:443:nowhere",
        ":443:127.0.0.1",
        "a.vn:0:127.0.0.1",
        "a.vn:443:127.0.0.1:70000",
    ],
)
def test_what_is_no_rule_is_told_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--resolve .*expected HOST:PORT:ADDRESS"):
        ResolveRule.parse(text)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("203.162.0.11", True),
        ("2001:ee0::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
    ],
)
def test_only_the_public_internet_is_public(address: str, *, public: bool) -> None:
    assert public == is_public(address)
