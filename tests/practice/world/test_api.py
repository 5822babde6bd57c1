"""The JSONP interface, robots.txt, and the files behind pages."""

from __future__ import annotations

import json
import re
import struct
import zlib
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest

from practice.world import World
from practice.world.files import media_file

API = "https://baodaklak.vn/sc_service/api"
SITE = "fb9e3a03798789de0179a1704dea238e"
NEWS = "fb9e3a03798789de0179f951bba565bd"


def test_callback_wraps_the_answer(reader: Any) -> None:
    page = reader.get(f"{API}/article/list", saArticleCateId=NEWS, pageSize=3, jsonCallback="cb_1")
    found = re.fullmatch(r"cb_1\((.*)\)", page.body.decode())
    assert found
    answer = json.loads(found[1])
    assert answer["total"] > len(answer["response"]) == 3
    assert set(answer["response"][0]) == {
        "title", "lead", "pageUrl", "avatar", "publishDate", "objectType"
    }  # fmt: skip


@pytest.mark.parametrize("callback", ["", "<script>", "a" * 100])
def test_without_a_sane_callback_it_is_plain_json(reader: Any, callback: str) -> None:
    page = reader.get(f"{API}/article/list", saArticleCateId=NEWS, jsonCallback=callback)
    assert page.content_type.startswith("application/json")
    assert len(json.loads(page.body)["response"]) == 14


@pytest.mark.parametrize(
    "query",
    [
        {"saArticleCateId": "0" * 32},
        {"saArticleCateId": NEWS, "scUnitMapId": "x"},
        {},
    ],
)
def test_unknown_categories_are_empty(reader: Any, query: dict[str, str]) -> None:
    assert reader.json(f"{API}/article/list", **query) == {"response": [], "total": 0}


def test_odd_offsets_do_no_harm(reader: Any) -> None:
    def rows(**query: Any) -> int:
        return len(reader.json(f"{API}/article/list", saArticleCateId=NEWS, **query)["response"])

    assert rows(first="-3", pageSize="abc") == 14
    assert rows(first=10**9) == 0
    assert 0 < rows(pageSize=10**9) <= 200


def test_entries_vary_as_the_real_ones(reader: Any) -> None:
    entries = [e for s in reader.world.truth_sections() for e in reader.listing(s["categoryId"])]
    assert any(e["avatar"] == "" for e in entries)
    assert any("T" in e["publishDate"] for e in entries)
    assert any(e["publishDate"].endswith(".0") for e in entries)
    assert {"", "photo", "photo video", "photo video audio", "audio"} == {
        e["objectType"] for e in entries
    }


def test_video_category_holds_video_pages(reader: Any) -> None:
    entries = reader.listing("C3E9637B9A6026CBE05384BA1E7BC607")
    assert entries
    assert all(e["title"].startswith("(Video) ") for e in entries)


def test_most_read_topics_and_likes_answer(reader: Any, truth: list[dict[str, Any]]) -> None:
    assert reader.json(f"{API}/article/getTopView", scUnitMapId=SITE, day=4)["response"]
    topic = reader.json(f"{API}/topic/list", scUnitMapId=SITE)["response"][0]
    listed = reader.json(f"{API}/topic/article/list", saTopicId=topic["id"], pageSize=60)
    assert "publis_date" in listed["response"][0]
    likes = reader.json(f"{API}/statslike/total", objectId=truth[0]["articleId"])
    assert isinstance(likes["total"], int)


def test_comments_agree_with_the_truth(
    world: World, reader: Any, truth: list[dict[str, Any]]
) -> None:
    threads = {thread["articleId"]: thread for thread in world.truth_comments()}
    assert len(threads) > 40
    replies = 0
    for article in truth:
        answer = reader.json(f"{API}/feedback/list", articleId=article["articleId"])
        thread = threads.get(article["articleId"])
        assert answer["total"] == len(answer["response"])
        assert [row["id"] for row in answer["response"]] == [
            comment["commentId"] for comment in (thread["comments"] if thread else ())
        ]
        for row, comment in zip(
            answer["response"], thread["comments"] if thread else (), strict=True
        ):
            assert (row["parentId"] == "0") == (comment["parentId"] is None)
            replies += comment["parentId"] is not None
            assert comment["text"] == " ".join(row["content"].split())
            assert row["createDate"] == comment["dateCreatedRaw"]
    assert replies > 5


def test_robots_txt_forbids_what_it_should(reader: Any) -> None:
    rules = RobotFileParser()
    rules.parse(reader.get("https://baodaklak.vn/robots.txt").body.decode().splitlines())
    for path in (
        "/tim-kiem/?key=x", "/in/", "/cam-lay/1/", "/sc_service/api/statistic/statcollector?x",
        "/sc_service/api/feedback/insert",
    ):  # fmt: skip
        assert not rules.can_fetch("khobao", f"https://baodaklak.vn{path}"), path
    for path in ("/", "/thoi-su/", "/sc_service/api/article/list", "/sc_service/api/feedback/list"):
        assert rules.can_fetch("khobao", f"https://baodaklak.vn{path}"), path


def test_byways_answer(reader: Any) -> None:
    for path, mark in (
        ("/tim-kiem/?key=c%C3%A0+ph%C3%AA", "Kết quả cho"),
        ("/luu-tru/2026/6/14/", "Ngày 14/06/2026"),
        ("/luu-tru/1822/1/1/", "/luu-tru/1821/12/31/"),
        ("/cam-lay/3/2/", "/cam-lay/3/2/1/"),
        ("/lien-he-toa-soan/", "Tòa soạn"),
    ):
        page = reader.get(f"https://baodaklak.vn{path}")
        assert page.status == 200
        assert mark in page.body.decode()
    for path in ("/luu-tru/2026/02/31/", "/khong-co/", "/file/x.exe", "/sitemap.xml"):
        assert reader.get(f"https://baodaklak.vn{path}").status == 404
    pixel = reader.get(f"{API}/statistic/statcollector", objectId="x")
    assert pixel.content_type == "image/gif"


# --- files ---------------------------------------------------------------------------------------


def read(path: str, resized: str = "") -> bytes:
    page = media_file(path, resized)
    assert page is not None
    return page.body


def test_png_is_sound() -> None:
    data = read("/file/x/092024/a_1.png")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, kinds = 8, []
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        (check,) = struct.unpack_from(">I", data, at + 8 + size)
        assert zlib.crc32(data[at + 4 : at + 8 + size]) == check
        kinds.append(kind)
        at += 12 + size
    assert kinds[0], kinds[-1] == (b"IHDR", b"IEND")


def test_jpeg_is_sound() -> None:
    data = read("/file/x/092024/a_1.jpg")
    assert data[:2] == b"\xff\xd8"
    assert data[-2:] == b"\xff\xd9"
    at, kinds = 2, []
    while data[at + 1] != 0xDA:
        assert data[at] == 0xFF
        kinds.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    assert kinds == [0xE0, 0xFE, 0xDB, 0xC0, 0xC4, 0xC4]


def test_pdf_table_points_at_its_objects() -> None:
    data = read("/file/x/so-1.pdf")
    table = int(data.split(b"startxref\n")[1].split()[0])
    entries = data[table:].split(b"\n")[3:7]
    for number, entry in enumerate(entries, 1):
        assert data[int(entry[:10]) :].startswith(b"%d 0 obj" % number)


def test_pictures_differ_by_name_and_by_size_asked() -> None:
    names = [f"/file/x/092024/a_{n}.{kind}" for n in range(20) for kind in ("jpg", "png")]
    assert len({read(name) for name in names}) == 40
    assert len({len(read(name)) for name in names}) > 30
    assert read(names[0], "700") != read(names[0])
    assert read("/common/v1/css/sm-clean.css").count(b"url(") == 2


def test_old_phuyen_host_has_pictures_and_sends_readers_on(reader: Any) -> None:
    found = reader.get("https://baophuyen.vn/Upload/Images/2014/thang%203/31/a.jpg")
    assert found.content_type == "image/jpeg"
    page = reader.get("https://baophuyen.vn/95/112869/thieu-mau.html")
    assert page.status == 301
    assert dict(page.headers)["Location"].startswith("https://phuyen.baodaklak.vn/95/")


def test_frame_files_are_served(reader: Any) -> None:
    page = reader.get("https://baodaklak.vn/").body.decode()
    own = set(re.findall(r'(?:src|href)="(/(?:common|file)/[^"?]+)', page))
    assert len(own) > 10
    for path in own:
        assert reader.get(f"https://baodaklak.vn{path}").status == 200, path


def test_world_is_small_at_rest() -> None:
    assert World(articles=1).respond("baodaklak.vn", "/video/", "", fetch_number=1).status == 200
