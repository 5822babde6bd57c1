"""Lines under articles, all invented: who wrote it, and who only took the pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.article.bylines import (
    is_credit,
    is_date_line,
    is_name,
    is_source,
    read_byline,
    split_authors,
)
from crawler.pages.html import clean

# Lines that are one author's name, whole.
ONE = """
    Nguyễn Thảo|NGUYỄN THẢO|Thảo Vy|K'Sor H'Bia|H'Bia Niê|Y Blô|Y-Blô|Y Čư Ƀuôn|Bùi Ŏng Ñi
    |N.Q|N.Q.|H. Thư|T.L|P.V|PV|CTV|Nhóm PV|Đ.Đ|Q. Anh
    |BS Lê Bông|BS. Lê Bông|BS LÊ VĂN B|BS.CKII Lê Bông|BS, ThS Lê Bông|ThS, BS Lê Bông
    |PGS.TS Lê Bông|GS.TS Lê Bông|Luật sư Lê Bông|Bác sĩ Trần Hà|Tiến sĩ Y Blô
    |Và A Páo|Hội Văn học - Nghệ thuật|Trung tâm Khuyến nông|Ban Tuyên giáo xã Ea Kao
    |Lê Bông (Buôn Ma Thuột)|Thảo Vy (Nguyễn Thảo)
""".replace("\n", "").split("|")

SEVERAL = {
    "Y Khoa - Lê Bông": ["Y Khoa", "Lê Bông"],
    "Y Khoa – Lê Bông": ["Y Khoa", "Lê Bông"],
    "Y Khoa, Lê Bông": ["Y Khoa", "Lê Bông"],
    "Y Khoa; Lê Bông": ["Y Khoa", "Lê Bông"],
    "Y Khoa & Lê Bông": ["Y Khoa", "Lê Bông"],
    "Y Khoa và Lê Bông": ["Y Khoa", "Lê Bông"],
    "Y Khoa / Lê Bông": ["Y Khoa", "Lê Bông"],
    "Y Khoa/Lê Bông": ["Y Khoa", "Lê Bông"],
    "Y KHOA VÀ LÊ BÔNG": ["Y KHOA", "LÊ BÔNG"],
    "Y Khoa, Trần Hà và Lê Bông": ["Y Khoa", "Trần Hà", "Lê Bông"],
    "Y Khoa - Trần Hà - N.Q": ["Y Khoa", "Trần Hà", "N.Q"],
    "Y Khoa\xa0-\xa0Lê Bông": ["Y Khoa", "Lê Bông"],
    "Nguyễn Thảo-Lê Bông": ["Nguyễn Thảo", "Lê Bông"],
    "BS Lê Bông, ThS Trần Hà": ["BS Lê Bông", "ThS Trần Hà"],
    "Thực hiện: Y Khoa, Lê Bông": ["Y Khoa", "Lê Bông"],
    "Bài, ảnh: Y Khoa - Lê Bông": ["Y Khoa", "Lê Bông"],
}

# Something else stands beside the name.
NAME_IN_MORE = {
    "Lê Bông.": "Lê Bông",
    "Lê Bông./.": "Lê Bông",
    "Lê Bông ./.": "Lê Bông",
    "- Lê Bông": "Lê Bông",
    "* Lê Bông *": "Lê Bông",
    "(Lê Bông)": "Lê Bông",
    "Lê Bông,": "Lê Bông",
    "Bài: Lê Bông": "Lê Bông",
    "Bài, ảnh: Lê Bông": "Lê Bông",
    "Bài và ảnh: Lê Bông": "Lê Bông",
    "BÀI, ẢNH: LÊ BÔNG": "LÊ BÔNG",
    "Tin, ảnh : Lê Bông": "Lê Bông",
    "Tác giả: Lê Bông": "Lê Bông",
    "Bút danh: Lê Bông": "Lê Bông",
    "Người thực hiện: Lê Bông": "Lê Bông",
    "PV: Lê Bông": "Lê Bông",
    "Bài: Lê Bông - Ảnh: Trần Hà": "Lê Bông",
    "Bài: Lê Bông; Ảnh: Trần Hà, Y Khoa": "Lê Bông",
    "Lê Bông - Ảnh: Trần Hà": "Lê Bông",
    "Lê Bông (Ảnh: Trần Hà)": "Lê Bông",
    "Lê Bông, Video: Trần Hà": "Lê Bông",
}

WITH_ROLE = {
    "Lê Bông (tổng hợp)": ("Lê Bông", "tổng hợp"),
    "Lê Bông (Tổng hợp)": ("Lê Bông", "Tổng hợp"),
    "Lê Bông tổng hợp": ("Lê Bông", "tổng hợp"),
    "LÊ BÔNG (TỔNG HỢP)": ("LÊ BÔNG", "TỔNG HỢP"),
    "Lê Bông (thực hiện)": ("Lê Bông", "thực hiện"),
    "Lê Bông (ghi)": ("Lê Bông", "ghi"),
    "Lê Bông lược dịch": ("Lê Bông", "lược dịch"),
    "H. Thư (sưu tầm)": ("H. Thư", "sưu tầm"),
    "Lê Bông, Phó Giám đốc Sở": ("Lê Bông", "Phó Giám đốc Sở"),
    "BS Lê Bông, Trưởng khoa Nhi": ("BS Lê Bông", "Trưởng khoa Nhi"),
    "Lê Bông (Phòng Dân tộc huyện)": ("Lê Bông", "Phòng Dân tộc huyện"),
    "Lê Bông (Hội Văn học - Nghệ thuật tỉnh)": ("Lê Bông", "Hội Văn học - Nghệ thuật tỉnh"),
    "Lê Bông (xã Ea Kao)": ("Lê Bông", "xã Ea Kao"),
}

SOURCES = {
    "Theo DTO": ["DTO"],
    "theo Cao Nguyên Xanh": ["Cao Nguyên Xanh"],
    "(Theo Bản tin Ea Kao)": ["Bản tin Ea Kao"],
    "(Theo Bản tin Ea Kao).": ["Bản tin Ea Kao"],
    "THEO CAO NGUYÊN XANH": ["CAO NGUYÊN XANH"],
    "Theo: CNX": ["CNX"],
    "Nguồn: TTXVN": ["TTXVN"],
    "Nguồn tin: Cao Nguyên Xanh": ["Cao Nguyên Xanh"],
    "TTXVN": ["TTXVN"],
    "(TTXVN)": ["TTXVN"],
    "TTXVN/Vietnam+": ["TTXVN", "Vietnam+"],
    "Thông tấn xã Việt Nam": ["Thông tấn xã Việt Nam"],
    "VOV": ["VOV"],
    "VGP": ["VGP"],
    "caonguyenxanh.vn": ["caonguyenxanh.vn"],
    "Theo caonguyenxanh.com.vn": ["caonguyenxanh.com.vn"],
    "Theo TTXVN, VOV": ["TTXVN", "VOV"],
    "Theo Cao Nguyên Xanh - VOV": ["Cao Nguyên Xanh", "VOV"],
    "Theo Vườn và Rẫy": ["Vườn và Rẫy"],
    "Theo Sở Y tế, Phòng Dân tộc": ["Sở Y tế, Phòng Dân tộc"],
}

MIXED = {
    "Lê Bông (theo TTXVN)": [("Lê Bông", None), ("TTXVN", "source")],
    "Lê Bông (Nguồn: Cao Nguyên Xanh)": [("Lê Bông", None), ("Cao Nguyên Xanh", "source")],
    "Lê Bông (Theo TTXVN, VOV)": [("Lê Bông", None), ("TTXVN", "source"), ("VOV", "source")],
    "Lê Bông (TTXVN)": [("Lê Bông", None), ("TTXVN", "source")],
    "Lê Bông/TTXVN": [("Lê Bông", None), ("TTXVN", "source")],
    "Lê Bông - TTXVN": [("Lê Bông", None), ("TTXVN", "source")],
}

NOBODY = [
    "", " ", "\xa0", "\u200b", "-", ".", "...", "***", "(.)", "2024", "Bút danh", "BÚT DANH",
    " bút danh ", "(Bút danh)", "Bút danh:", "Tác giả", "Tổng hợp", "(Tổng hợp)", "(thực hiện)",
    "Ảnh: Trần Hà", "(Ảnh: Trần Hà)", "ẢNH: TRẦN HÀ", "Ảnh, video: Trần Hà", "Video: Trần Hà",
    "Đồ họa: Trần Hà", "Ảnh: Trần Hà, Lê Bông",
]  # fmt: skip


def read(line: str) -> list[tuple[str | None, str | None]]:
    return [(author.name, author.role) for author in split_authors(line)]


@pytest.mark.parametrize("line", ONE)
def test_one_name(line: str) -> None:
    line = line.strip()
    assert read(line) == [(line, None)]
    (author,) = split_authors(line)
    assert author.nameRaw == line


@pytest.mark.parametrize(("line", "names"), SEVERAL.items())
def test_several_names(line: str, names: list[str]) -> None:
    assert read(line) == [(name, None) for name in names]


@pytest.mark.parametrize(("line", "name"), NAME_IN_MORE.items())
def test_what_is_not_the_name_falls_away(line: str, name: str) -> None:
    (author,) = split_authors(line)
    assert (author.name, author.nameRaw, author.role) == (name, line, None)


@pytest.mark.parametrize(("line", "expected"), WITH_ROLE.items())
def test_a_name_and_what_the_person_is_or_did(line: str, expected: tuple[str, str]) -> None:
    assert read(line) == [expected]


@pytest.mark.parametrize(("line", "names"), SOURCES.items())
def test_sources(line: str, names: list[str]) -> None:
    assert is_source(line)
    assert read(line) == [(name, "source") for name in names]


@pytest.mark.parametrize(("line", "expected"), MIXED.items())
def test_a_person_and_a_source(line: str, expected: list[tuple[str, str | None]]) -> None:
    assert read(line) == expected


@pytest.mark.parametrize("line", NOBODY)
def test_nobody(line: str) -> None:
    assert read(line) == []


def test_the_raw_name_keeps_its_letters() -> None:
    (author,) = split_authors(" Tha\u0309o\xa0 Vy ")
    assert (author.name, author.nameRaw) == ("Thảo Vy", "Tha\u0309o\xa0 Vy")
    first, second = split_authors("Tha\u0309o Vy - Y\xa0Khoa")
    assert (first.nameRaw, second.nameRaw) == ("Tha\u0309o Vy", "Y\xa0Khoa")


OFFICE = "Giám đốc Trung tâm Khuyến nông"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Lê Bông", OFFICE], [("Lê Bông", OFFICE)]),
        (["Lê Bông", "(Phòng Dân tộc)"], [("Lê Bông", "(Phòng Dân tộc)")]),
        (["Lê Bông", "(tổng hợp)"], [("Lê Bông", "tổng hợp")]),
        (["Lê Bông", "", OFFICE, "Y Khoa"], [("Lê Bông", OFFICE), ("Y Khoa", None)]),
        (["Lê Bông", "Trần Hà", OFFICE], [("Lê Bông", None), ("Trần Hà", OFFICE)]),
        (["Lê Bông", "(Theo Tin Ea Kao)"], [("Lê Bông", None), ("Tin Ea Kao", "source")]),
        (["Lê Bông", "Nguồn: CNX"], [("Lê Bông", None), ("CNX", "source")]),
        (["Lê Bông", "Ảnh: Trần Hà"], [("Lê Bông", None)]),
        (["Bài: Lê Bông", "Ảnh: Trần Hà"], [("Lê Bông", None)]),
        (["Lê Bông", "Bút danh"], [("Lê Bông", None)]),
        (["\xa0", "Bút danh"], []),
        ([], []),
    ],
)
def test_lines(lines: list[str], expected: list[tuple[str, str | None]]) -> None:
    assert [(author.name, author.role) for author in read_byline(lines)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lê Bông", True),
        ("PGS.TS Lê Bông", True),
        ("Lê Bông (tổng hợp)", True),
        ("Lê Bông, Y Khoa", True),
        ("Giám đốc Trung tâm Khuyến nông", False),
        ("Tháng 5-2019", False),
        ("BS", False),
        ("()", False),
        ("", False),
    ],
)
def test_is_name(text: str, expected: bool) -> None:
    assert is_name(text) is expected


@pytest.mark.parametrize("text", ["Tháng 5-2019", "Buôn Ma Thuột, 12-2020", "Mùa xuân 2019"])
def test_date_lines(text: str) -> None:
    assert is_date_line(text)
    assert not is_name(text)


@pytest.mark.parametrize("text", ["Ảnh đẹp", "Bức ảnh: một thời", "Hình dung: xa", "Lê Bông"])
def test_no_credits(text: str) -> None:
    assert not is_credit(text)


PARTS = ["Lê Bông", "Y Blô", "TTXVN", "Theo", "Ảnh:", "(", ")", " - ", ", ", " và ", "/", ".", "BS",
         "tổng hợp", "Bút danh", "\xa0", "\u0301", "\ufdd0", "giám đốc", " "]  # fmt: skip


@given(st.text() | st.lists(st.sampled_from(PARTS)).map("".join))
def test_whatever_the_line_every_author_has_a_name_that_is_printed_there(line: str) -> None:
    for author in [*split_authors(line), *read_byline(line.split("\n"))]:
        assert author.name
        assert author.name == author.name.strip()
        assert author.name in clean(line)
        assert author.nameRaw in line.strip()
        assert author.role is None or author.role.strip()
