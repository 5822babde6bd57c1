"""What ``khobao crawl`` refuses, and with which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.errors import ExitCode
from khobao.cli.crawl import hosts_to_visit

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Khobao = Callable[..., Any]

LOCAL = "baodaklak.vn:443:127.0.0.1:8443"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("frontpage", "there is no spider 'frontpage'; crawl sections, videos or page"),
        ("sections --since 30.9.2024", "--since '30.9.2024' is no date; write 2024-09-30 or"),
        (
            "sections --since 30/09/2024 --until 2024-09-29",
            "since 2024-09-30 is after until 2024-09-29; swap the two dates",
        ),
        ("sections --section a//b", "--section 'a//b' is no section; write its path"),
        ("sections https://baodaklak.vn/", "takes no URL (https://baodaklak.vn/); use `crawl page"),
        ("videos --section thoi-su", "`crawl videos` takes no --section; use `crawl sections"),
        ("page", "`crawl page` needs at least one URL"),
        ("page baodaklak.vn/thoi-su", "'baodaklak.vn/thoi-su' is no address; write https://"),
        ("page https://example.com/", "'https://example.com/' is not an address of the newspaper"),
        ("sections --delay 0", "--delay 0 would strain baodaklak.vn; less than 0.5 s is only for"),
        (f"page https://phuyen.baodaklak.vn/ --delay 0 --resolve {LOCAL}", "strain phuyen."),
        ("sections --delay 0 --resolve baodaklak.vn:443:192.0.2.1", "would strain baodaklak.vn"),
        ("sections --resolve baodaklak.vn", "--resolve 'baodaklak.vn': expected HOST:PORT:ADDRESS"),
        ("sections --ca-file none.pem", "--ca-file none.pem cannot be read (No such file"),
        ("sections --media some", "--media 'some' is not understood; write none, page or all"),
        ("sections --workers 2", "--workers 2 comes later: so far one process crawls"),
        ("sections --workers 0", "--workers 0 cannot crawl; write 1"),
        ("sections --render auto", "--render auto comes later"),
        ("sections --render maybe", "--render 'maybe' is not understood; write never"),
        ("sections --home /dev/null/home", "/dev/null/home cannot be written (Not a directory)"),
    ],
)
def test_what_is_refused_before_anything_starts(inline: Khobao, words: str, complaint: str) -> None:
    ended = inline("crawl", *words.split())

    assert ended.code == ExitCode.USAGE
    assert complaint in ended.error
    assert not ended.out


def test_a_crawl_asks_the_paper_and_the_hosts_of_its_pages() -> None:
    assert hosts_to_visit([]) == {"baodaklak.vn"}
    assert hosts_to_visit(["https://www.baodaklak.vn/a/"]) == {"baodaklak.vn", "www.baodaklak.vn"}
    assert hosts_to_visit(["https://phuyen.baodaklak.vn/a/"]) == {"phuyen.baodaklak.vn"}
