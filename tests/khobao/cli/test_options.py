"""Every option of a crawl is checked before anything starts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import trustme

from crawler.errors import UsageError
from crawler.resolve import ResolveRule
from khobao.cli.options import (
    CrawlOptions,
    check_certificates,
    check_delay,
    check_page_url,
    parse_day,
    parse_section,
)

if TYPE_CHECKING:
    from pathlib import Path

LOCAL = ResolveRule("baodaklak.vn", 443, "127.0.0.1", 8443)
ELSEWHERE = ResolveRule("baodaklak.vn", 443, "192.0.2.7", 443)
HOSTS = ["baodaklak.vn"]


@pytest.mark.parametrize("text", ["2024-09-30", "30/09/2024", " 30/9/2024 "])
def test_days_in_both_spellings(text: str) -> None:
    assert dt.date(2024, 9, 30) == parse_day(text, "--since")


@pytest.mark.parametrize("text", ["", "yesterday", "31/02/2024", "2024-13-01", "09/30/2024"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(UsageError, match=r"--until .* is no date; write 2024-09-30"):
        parse_day(text, "--until")


def test_since_must_not_be_after_until() -> None:
    day = dt.date(2024, 9, 30)

    assert day == CrawlOptions(since=day, until=day).until
    with pytest.raises(UsageError, match="--since 2024-09-30 is after --until 2024-09-29"):
        CrawlOptions(since=day, until=dt.date(2024, 9, 29))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("thoi-su", "thoi-su"),
        ("/thoi-su/chuyen-de/", "thoi-su/chuyen-de"),
        ("https://baodaklak.vn/multimedia/Infographic/", "multimedia/Infographic"),
        ("trang-tin-dia-phuong/huyen-cu-m'gar", "trang-tin-dia-phuong/huyen-cu-m'gar"),
    ],
)
def test_sections_as_people_write_them(text: str, slug: str) -> None:
    assert slug == parse_section(text)


@pytest.mark.parametrize("text", ["", "/", "thoi su", "a//b", "../etc", "https://baodaklak.vn/"])
def test_what_is_no_section(text: str) -> None:
    with pytest.raises(UsageError, match="is no section; write its path"):
        parse_section(text)


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
