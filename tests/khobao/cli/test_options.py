"""Every option of a crawl is checked before anything starts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
import trustme

from crawler.errors import UsageError
from crawler.resolve import ResolveRule
from khobao.cli.options import (
    check_certificates,
    check_delay,
    check_key_log,
    check_limit,
    check_page_url,
)

if TYPE_CHECKING:
    from pathlib import Path

LOCAL = ResolveRule("baodaklak.vn", 443, "127.0.0.1", 8443)
ELSEWHERE = ResolveRule("baodaklak.vn", 443, "192.0.2.7", 443)
HOSTS = ["baodaklak.vn"]


@pytest.mark.parametrize("host", ["baodaklak.vn", "www.baodaklak.vn", "BAODAKLAK.VN"])
def test_pages_of_the_newspaper(host: str) -> None:
    url = f"https://{host}/thoi-su/"

    assert url == check_page_url(url, HOSTS)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("thoi-su", "is no address"),
        ("ftp://baodaklak.vn/", "is no address"),
        ("https:///thoi-su/", "is no address"),
        ("https://baodaklak.vn:port/", "is no address"),
        ("https://[::1/", "is no address"),
        ("https://baodaklak.vn/a b", "is no address"),
        ("https://example.com/", "is not an address of the newspaper"),
        ("https://baodaklak.vn.example.com/", "is not an address of the newspaper"),
        ("https://user:secret@baodaklak.vn/", "at baodaklak.vn names a user or a password"),
    ],
)
def test_other_pages(url: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        check_page_url(url, HOSTS)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        check_page_url("https://user:secret@baodaklak.vn/", HOSTS)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("delay", "rules"), [(0.5, []), (3, [ELSEWHERE]), (0, [LOCAL]), (0.1, [LOCAL])]
)
def test_delays_that_strain_nobody(delay: float, rules: list[ResolveRule]) -> None:
    assert delay == check_delay(delay, rules, HOSTS)


@pytest.mark.parametrize("rules", [[], [ELSEWHERE], [LOCAL, ELSEWHERE]])
def test_full_speed_is_for_our_own_machine(rules: list[ResolveRule]) -> None:
    with pytest.raises(UsageError, match=r"--delay 0.4 would strain baodaklak.vn; less than 0.5"):
        check_delay(0.4, rules, HOSTS)


@pytest.mark.parametrize("delay", [-1, float("nan"), float("inf")])
def test_what_is_no_delay(delay: float) -> None:
    with pytest.raises(UsageError, match="is no number of seconds"):
        check_delay(delay, [LOCAL], HOSTS)


def test_certificates(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(path)

    assert path == check_certificates(path)

    path.write_text("no certificate")
    with pytest.raises(UsageError, match="holds no PEM certificate"):
        check_certificates(path)
    with pytest.raises(UsageError, match=r"cannot be read \(No such file or directory\)"):
        check_certificates(tmp_path / "none.pem")


def test_the_key_log_must_be_writable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    check_key_log()
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "nowhere" / "keys.log"))
    with pytest.raises(UsageError, match=r"cannot be written \(No such file or directory\); name"):
        check_key_log()
    monkeypatch.delenv("SSLKEYLOGFILE")
    check_key_log()


def test_limits_are_numbers_above_zero() -> None:
    assert check_limit(None, "--timeout") is None
    assert 0.5 == check_limit(0.5, "--timeout")
    for value in (0, -1, math.inf, math.nan):
        with pytest.raises(UsageError, match=r"--timeout .* is no limit"):
            check_limit(value, "--timeout")
