"""How far two readings of one thing agree."""

from __future__ import annotations

import unicodedata
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.crosscheck.agreement import created_at
from crawler.pages.crosscheck.compare import (
    bag_of,
    body_agreement,
    date_agreement,
    headline_agreement,
    lead_agreement,
    month_agreement,
    slug_agreement,
)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
HEADLINE = "Hoà bình trở lại buôn Ako Dhông"


@pytest.mark.parametrize(
    "theirs",
    [
        HEADLINE,
        unicodedata.normalize("NFD", HEADLINE),
        "Hòa bình trở lại buôn Ako Dhông",
        "HOÀ BÌNH TRỞ LẠI BUÔN AKO DHÔNG",
        "(Video) Hoà bình trở lại buôn Ako Dhông",
        "Hoà bình\u00a0trở lại  buôn “Ako Dhông”",
        "Hoà bình trở lại…",
        "Hoà bình trở lại buôn Ako Dhông - Báo Đắk Lắk điện tử",
    ],
)
def test_one_headline_in_many_spellings(theirs: str) -> None:
    assert headline_agreement(HEADLINE, theirs) == headline_agreement(theirs, HEADLINE) == 1


@pytest.mark.parametrize(
    ("theirs", "least", "most"),
    [
        ("Hòa bình về lại buôn Ako Dhông", 0.7, 0.99),
        ("Giá tiêu tăng mạnh sau Tết", 0, 0.1),
        ("Hoà bình", 0.2, 0.6),
        ("", 0, 0),
    ],
)
def test_other_headlines(theirs: str, least: float, most: float) -> None:
    assert least <= headline_agreement(HEADLINE, theirs) <= most


@pytest.mark.parametrize(
    ("headline", "slug", "vote"),
    [
        (HEADLINE, "hoa-binh-tro-lai-buon-ako-dhong", 1),
        ("(Video) Mang xuân đến với người nghèo", "video-mangxuan-den-voinguoi-ngheo", 1),
        ("(Video) Mang xuân đến với người nghèo", "mang-xuan-den-voi-nguoi-ngheo", 1),
        ("Chợ phiên Ea Súp", "cho-phien-ea-sup-nhon-nhip-ngay-giap-tet", 1),
        ("Buôn Tơng Sĭng vào mùa", "buon-tong-s-ng-vao-mua", 1),
        ("Ngày hội ở Cư M'gar", "ngay-hoi-o-cu-m%27gar", 1),
        (HEADLINE, "gia-tieu-tang-manh-sau-tet", 0),
    ],
)
def test_slugs(headline: str, slug: str, vote: float) -> None:
    assert slug_agreement(headline, slug) == pytest.approx(vote, abs=0.3 if vote else 0.05)


@pytest.mark.parametrize(
    ("theirs", "vote"),
    [
        ("2026-03-02T14:05:00+07:00", 1),
        ("2026-03-02T07:05:30+00:00", 1),
        ("2026-03-02T14:05:00+00:00", 0.75),
        ("2026-03-02T00:00:00+07:00", 0.75),
        ("2026-03-04T14:05:00+07:00", 0),
    ],
)
def test_dates(theirs: str, vote: float) -> None:
    assert date_agreement("2026-03-02T14:05:00+07:00", theirs) == vote


@pytest.mark.parametrize(
    ("date", "vote"),
    [
        ("2026-03-15T00:00:00+07:00", 1),
        ("2026-02-28T23:30:00+07:00", 1),
        ("2026-04-01T00:30:00+07:00", 1),
        ("2026-02-27T00:30:00+07:00", 0),
        ("2025-03-15T00:00:00+07:00", 0),
    ],
)
def test_months(date: str, vote: float) -> None:
    assert month_agreement(date, "202603", VIETNAM) == vote


def test_a_lead_may_be_another_wording_but_not_another_matter() -> None:
    text = bag_of("Sáng nay bà con Ea Kmát phơi cà phê trước hiên nhà dài, gió hồ Lắk thổi về.")
    assert lead_agreement(text, text, "Cà phê phơi đầy sân ở Ea Kmát") == 1
    assert lead_agreement(text, text, "Đội tuyển tỉnh thắng giải bóng chuyền") < 0.5
    assert lead_agreement(text, text, "…") == 1
    remains = bag_of("Ảnh minh họa")
    assert lead_agreement(remains, text, "Cà phê phơi đầy sân ở Ea Kmát") < 0.5
    assert lead_agreement(bag_of(""), text, "Cà phê") == 0


def test_bodies() -> None:
    ours = bag_of("một hai ba bốn năm sáu bảy tám chín mười")
    whole = ours + bag_of("tựa đề")
    assert body_agreement(ours, whole, ours) == 1
    assert body_agreement(ours, whole, whole) == 1
    assert body_agreement(bag_of("một hai"), bag_of("một hai"), ours) == pytest.approx(0.25)
    assert body_agreement(ours, whole, bag_of("một hai")) == pytest.approx(0.25)
    assert body_agreement(ours, whole, bag_of("chân trang quảng cáo")) == 0
    assert body_agreement(bag_of(""), bag_of("tựa đề"), ours) == 0


@given(st.text(), st.text())
def test_votes_on_any_text_lie_between_0_and_1(ours: str, theirs: str) -> None:
    votes = (
        headline_agreement(ours, theirs),
        slug_agreement(ours, theirs),
        lead_agreement(bag_of(ours), bag_of(ours), theirs),
        body_agreement(bag_of(ours), bag_of(ours), bag_of(theirs)),
    )
    assert all(0 <= vote <= 1 for vote in votes)
    assert headline_agreement(ours, ours) == 1


def test_an_id_tells_when_it_was_made() -> None:
    made = created_at("8a10c0e291e840650191ea91fb56121a")
    assert made is not None
    local = made.astimezone(VIETNAM)
    assert f"{local:%Y-%m-%d %H:%M:%S}" == "2024-09-13 15:48:41"


@pytest.mark.parametrize(
    "article_id",
    [None, "", "4280881", "29664BCA9F4A7A8CE0630100007F0BF0", "f" * 32, "0" * 32],
)
def test_an_id_that_tells_nothing(article_id: str | None) -> None:
    assert created_at(article_id) is None
