"""``show`` on a home with a real archive and database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.small_home import COFFEE, DANCE, HEAD, POEM, SITE

from crawler.errors import ExitCode

Khobao = Callable[..., Any]

pytestmark = pytest.mark.mongo


def test_an_article_as_a_page(ask: Khobao, small_home: Path) -> None:
    ended = ask("show", COFFEE)

    assert ended.code == 0
    lines = [line.strip() for line in ended.out.splitlines()]
    wanted = [
        "news · Kinh tế · 14:05, 02/03/2026",
        "Vụ mùa mới",
        "Cà phê chín rộ",
        "Y Blô (Cộng tác viên)",
        "Nắng lên sớm trên đồi.",
        "Đoạn thứ nhất.",
        "Đoạn thứ hai.",
        f"image    Hái cà phê. Ảnh: X.Y · {SITE}/file/a.jpg",
        f"related  Bài khác · {SITE}/kinh-te/202602/khac-0000001/",
        "tags     cà phê, mùa vụ",
        f"id          {COFFEE}",
    ]
    assert [line for line in lines if line in wanted] == wanted
    assert lines[-1].endswith(f"khobao show {COFFEE} --record --home '{small_home}'")
    assert "\x1b" not in ended.out


def test_a_poem_keeps_its_lines(ask: Khobao) -> None:
    assert "\nCâu một\n   câu hai\n\n*\n\nCâu ba\n" in ask("show", POEM).out


def test_the_text_of_a_page_does_not_steer_the_terminal(ask: Khobao) -> None:
    assert "Một đoạn �]0;xấu� khác." in ask("show", DANCE).out


@pytest.mark.parametrize(
    "wanted",
    [
        "8a10c0e291e84065019",
        "8A10C0E291E840650191EA91FB56121A",
        f"{SITE}/kinh-te/202603/ca-phe-chin-b56121a/",
        "http://www.baodaklak.vn//kinh-te/202603/ca-phe-chin-b56121a?utm_source=x",
    ],
)
def test_other_ways_to_name_it(ask: Khobao, wanted: str) -> None:
    document = ask("show", wanted, "--json").json

    assert document["_id"] == COFFEE
    assert document["datePublished"] == {"$date": "2026-03-02T07:05:00Z"}


def test_a_prefix_in_the_other_letter_case(ask: Khobao) -> None:
    assert ask("show", "29664bca", "--json").json["_id"] == POEM


def test_several_that_begin_so_are_listed(ask: Khobao) -> None:
    ended = ask("show", "8a10c0e")

    assert ended.code == ExitCode.SOME_FAILED
    assert "2 documents match '8a10c0e'" in ended.error
    assert COFFEE in ended.out
    assert "Điệu xoang" in ended.out
    assert {each["_id"] for each in ask("show", "8a10c0e", "--json").json} == {COFFEE, DANCE}


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        ("deadbeef", "no article or video has an id that begins with 'deadbeef'; try its address"),
        ("abc", "the beginning of an id needs 7 letters or more"),
        (f"{SITE}/nowhere/", "is not stored and no listing announced it; try `khobao crawl page"),
        (
            f"{SITE}/kinh-te/202603/mat-roi-000000b/",
            "was announced but is not stored: failed (503 three times); try `khobao crawl page",
        ),
        ("urn:uuid:0", "no capture has the record id 'urn:uuid:0'"),
    ],
)
def test_what_is_not_there(ask: Khobao, wanted: str, complaint: str) -> None:
    ended = ask("show", wanted)

    assert ended.code == ExitCode.SOME_FAILED
    assert complaint in ended.error


def test_a_video_by_its_page(ask: Khobao) -> None:
    ended = ask("show", f"{SITE}/video/202603/video-mua-xoan-0000009/")

    assert "Mùa xoan" in ended.out
    assert f"video  {SITE}/file/a.mp4" in ended.out


def test_the_record_and_where_it_lies(ask: Khobao, small_home: Path) -> None:
    ended = ask("show", COFFEE, "--record")
    data = ask("show", COFFEE, "--record", "--json").json

    path = small_home / "warc" / data["file"]
    member = path.read_bytes()[data["offset"] :][: data["length"]]
    assert member.startswith(b"\x1f\x8b")
    assert dict(data["headers"])["WARC-Type"] == "response"
    assert data["httpHead"].encode() == HEAD
    assert str(path) in ended.out
    assert f"offset  {data['offset']}" in ended.out
    assert "WARC-Target-URI: https://baodaklak.vn/kinh-te/202603/ca-phe-chin-b56121a/" in ended.out
    assert "HTTP/1.1 200 Fine\nX-odd-CASE: �[31mred\n" in ended.out


def test_a_record_that_is_gone(ask: Khobao, small_home: Path) -> None:
    (path,) = (small_home / "warc").glob("*.warc.gz")
    moved = path.rename(path.with_suffix(".moved"))
    try:
        ended = ask("show", COFFEE, "--record")
    finally:
        moved.rename(path)

    assert ended.code == ExitCode.SOME_FAILED
    assert "there is no WARC file" in ended.error
