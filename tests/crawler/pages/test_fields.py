"""Dates, names, credits, marks, letters."""

from __future__ import annotations

import pytest

from crawler.pages.fields import (
    credit_of,
    is_date_line,
    is_name,
    kind_of_title,
    parse_api_date,
    parse_printed_date,
    split_authors,
    without_mark,
)
from crawler.pages.html import LINE_BREAK, clean, lines


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("17:00, 10/09/2024", "2024-09-10T17:00:00+07:00"),
        ("7:05, 3/7/2013", "2013-07-03T07:05:00+07:00"),
        ("17:00 10/09/2024 (GMT+7)", "2024-09-10T17:00:00+07:00"),
        ("Chủ Nhật, 26/06/2016 08:00 SA", "2016-06-26T08:00:00+07:00"),
        ("Thứ Hai, 14/10/2024 17:19 CH", "2024-10-14T17:19:00+07:00"),
        ("Thứ Hai, 14/10/2024 05:19 CH", "2024-10-14T17:19:00+07:00"),
        ("Thứ Hai, 14/10/2024 12:19 SA", "2024-10-14T00:19:00+07:00"),
        ("29/02/2023 10:00", None),
        ("25:00, 10/09/2024", None),
        ("10/09/2024", None),
        ("ngày 5-9", None),
        ("00:00, 01/01/0001", None),
        ("", None),
    ],
)
def test_printed_dates(printed: str, iso: str | None) -> None:
    assert parse_printed_date(printed) == iso


@pytest.mark.parametrize(
    ("told", "iso"),
    [
        ("2024-09-10 17:00:00.0", "2024-09-10T17:00:00+07:00"),
        ("2024-09-10 17:00:00", "2024-09-10T17:00:00+07:00"),
        ("2012-10-24 15:47:04.694", "2012-10-24T15:47:04.694+07:00"),
        ("2012-10-23T16:22:21+07:00", "2012-10-23T16:22:21+07:00"),
        ("2012-10-23T09:22:21Z", "2012-10-23T16:22:21+07:00"),
        ("17:00 10/09/2024", "2024-09-10T17:00:00+07:00"),
        ("2024-13-10 17:00:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("Vừa gửi", None),
    ],
)
def test_dates_of_the_api(told: str, iso: str | None) -> None:
    assert parse_api_date(told) == iso


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Nguyễn Thảo", [("Nguyễn Thảo", None)]),
        ("NGUYỄN THẢO", [("NGUYỄN THẢO", None)]),
        ("BS LÊ VĂN B", [("BS LÊ VĂN B", None)]),
        ("H. Thư", [("H. Thư", None)]),
        ("Y Khoa - Lê Bông", [("Y Khoa", None), ("Lê Bông", None)]),
        ("Y Khoa, Lê Bông", [("Y Khoa", None), ("Lê Bông", None)]),
        ("Y Khoa và Lê Bông", [("Y Khoa", None), ("Lê Bông", None)]),
        ("Hội Văn học - Nghệ thuật", [("Hội Văn học - Nghệ thuật", None)]),
        ("Theo DTO", [("DTO", "source")]),
        ("(Theo Bản tin Ea Kao)", [("Bản tin Ea Kao", "source")]),
        ("Nguồn: TTXVN", [("TTXVN", "source")]),
        ("Bút danh", []),
        (" \xa0 ", []),
        ("", []),
    ],
)
def test_authors(line: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(author.name, author.role) for author in split_authors(line)] == expected


def test_the_raw_name_keeps_its_letters() -> None:
    (author,) = split_authors(" Tha\u0309o\xa0 Vy ")
    assert (author.name, author.nameRaw) == ("Thảo Vy", "Tha\u0309o\xa0 Vy")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lê Bông", True),
        ("PGS.TS Lê Bông", True),
        ("Lê Bông (tổng hợp)", True),
        ("Giám đốc Trung tâm Khuyến nông", False),
        ("Tháng 5-2019", False),
        ("()", False),
        ("", False),
    ],
)
def test_is_name(text: str, expected: bool) -> None:
    assert is_name(text) is expected


@pytest.mark.parametrize("text", ["Tháng 5-2019", "Buôn Ma Thuột, 12-2020", "Mùa xuân 2019"])
def test_date_lines(text: str) -> None:
    assert is_date_line(text)


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Giờ học. Ảnh: X.Y", "X.Y"),
        ("Giờ học. Ảnh : K. Oanh.", "K. Oanh"),
        ("Giờ học (Ảnh: CTV)", "CTV"),
        ("Ảnh: Huy", "Huy"),
        ("Ảnh minh họa: Internet", None),
        ("(Ảnh minh họa)", None),
        ("Bức ảnh: một thời để nhớ", None),
        (None, None),
    ],
)
def test_credits(caption: str | None, credit: str | None) -> None:
    assert credit_of(caption) == credit


@pytest.mark.parametrize(
    ("title", "kind", "bare"),
    [
        ("(Video) Hồ đập", "video", "Hồ đập"),
        ("[Infographic]: 8 mục tiêu", "infographic", "8 mục tiêu"),
        ("(E-Magazine) Rừng", "emagazine", "Rừng"),
        ("(E-magazine) (Video) Rừng", "emagazine", "(Video) Rừng"),
        ("Video về rừng", None, "Video về rừng"),
        ("Chuyện (Video)", None, "Chuyện (Video)"),
    ],
)
def test_marks_of_titles(title: str, kind: str | None, bare: str) -> None:
    assert (kind_of_title(title), without_mark(title)) == (kind, bare)


def test_clean_text() -> None:
    assert clean(" xâ\u0301\xa0\r\n b\u200bo\u00ad \ufeff") == "xấ bo"
    assert clean(f"a{LINE_BREAK}b") == "a b"


def test_lines() -> None:
    assert lines(f" a {LINE_BREAK}\n b") == "a\nb"
    assert lines(f"a{LINE_BREAK * 5}b{LINE_BREAK}") == "a\n\nb"
