"""Every form of a date, and that nothing makes the readers of dates stumble."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.dates import (
    VIETNAM,
    parse_api_date,
    parse_comment_date,
    parse_printed_date,
    parse_relative_date,
)

CAPTURED = dt.datetime(2026, 3, 15, 3, 47, 31, 250_000, tzinfo=dt.UTC)
"""10:47:31 on a Sunday, by the newspaper's clock."""


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("17:00, 10/09/2024", "2024-09-10T17:00:00+07:00"),
        ("7:05, 3/7/2013", "2013-07-03T07:05:00+07:00"),
        ("00:00, 01/01/2021", "2021-01-01T00:00:00+07:00"),
        (" 17:00 ,\xa010/09/2024 ", "2024-09-10T17:00:00+07:00"),
        ("17:00 10/09/2024", "2024-09-10T17:00:00+07:00"),
        ("17:00 10/09/2024 (GMT+7)", "2024-09-10T17:00:00+07:00"),
        ("17:00:59 10/09/2024", "2024-09-10T17:00:00+07:00"),
        ("17:00 | 10/09/2024", "2024-09-10T17:00:00+07:00"),
        ("17h05, ngày 10/09/2024", "2024-09-10T17:05:00+07:00"),
        ("10/09/2024 - 17:00", "2024-09-10T17:00:00+07:00"),
        ("10/09/2024 lúc 17:00", "2024-09-10T17:00:00+07:00"),
        ("Thứ ba, 10/09/2024, 17:00", "2024-09-10T17:00:00+07:00"),
        ("Cập nhật: 17:00, 10/09/2024", "2024-09-10T17:00:00+07:00"),
        ("Chủ Nhật, 26/06/2016 08:00 SA", "2016-06-26T08:00:00+07:00"),
        ("Thứ Hai, 14/10/2024 17:19 CH", "2024-10-14T17:19:00+07:00"),
        ("Thứ Hai, 14/10/2024 05:19 CH", "2024-10-14T17:19:00+07:00"),
        ("Thứ Hai, 14/10/2024 12:19 CH", "2024-10-14T12:19:00+07:00"),
        ("Thứ Hai, 14/10/2024 12:19 SA", "2024-10-14T00:19:00+07:00"),
        ("Thứ Hai, 14/10/2024 00:19 SA", "2024-10-14T00:19:00+07:00"),
        ("Thứ Hai, 14/10/2024 05:19:44 ch", "2024-10-14T17:19:00+07:00"),
        ("05:19 CH, 14/10/2024", "2024-10-14T17:19:00+07:00"),
        ("14/10/2024 5:19 PM", "2024-10-14T17:19:00+07:00"),
        ("29/02/2024 10:00", "2024-02-29T10:00:00+07:00"),
        ("29/02/2023 10:00", None),
        ("25:00, 10/09/2024", None),
        ("17:60, 10/09/2024", None),
        ("117:00, 10/09/2024", None),
        ("17:00, 110/09/2024", None),
        ("17:00, 10/09/20245", None),
        ("17:00, 10/13/2024", None),
        ("10/09/2024", None),
        ("17:00", None),
        ("ngày 5-9", None),
        ("00:00, 01/01/0001", None),
        ("07:00, 01/01/1970", None),
        ("", None),
    ],
)
def test_printed(printed: str, iso: str | None) -> None:
    assert parse_printed_date(printed) == iso


@pytest.mark.parametrize(
    ("told", "iso"),
    [
        ("2024-09-10 17:00:00.0", "2024-09-10T17:00:00+07:00"),
        ("2024-09-10 17:00:00", "2024-09-10T17:00:00+07:00"),
        ("2024-09-10 17:00", "2024-09-10T17:00:00+07:00"),
        ("2012-10-24 15:47:04.694", "2012-10-24T15:47:04.694+07:00"),
        ("2012-10-24 15:47:04.6", "2012-10-24T15:47:04.600+07:00"),
        ("2012-10-24 15:47:04.694123456", "2012-10-24T15:47:04.694+07:00"),
        ("2012-10-24 15:47:04.000123", "2012-10-24T15:47:04+07:00"),
        ("2012-10-23T16:22:21+07:00", "2012-10-23T16:22:21+07:00"),
        ("2012-10-23T16:22:21.5+0700", "2012-10-23T16:22:21.500+07:00"),
        ("2012-10-23T09:22:21Z", "2012-10-23T16:22:21+07:00"),
        ("2012-10-23T19:22:21-05:00", "2012-10-24T07:22:21+07:00"),
        ("17:00 10/09/2024", "2024-09-10T17:00:00+07:00"),
        ("2024-13-10 17:00:00", None),
        ("2024-09-10", None),
        ("2024-09-10 17:00:00 rồi", None),
        ("1970-01-01 07:00:00.0", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("Vừa gửi", None),
        ("", None),
    ],
)
def test_of_the_api(told: str, iso: str | None) -> None:
    assert parse_api_date(told) == iso


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("Vừa gửi", "2026-03-15T10:47:31+07:00"),
        ("vừa xong", "2026-03-15T10:47:31+07:00"),
        ("Mới đăng", "2026-03-15T10:47:31+07:00"),
        ("30 giây trước", "2026-03-15T10:47:01+07:00"),
        ("5 phút trước", "2026-03-15T10:42:00+07:00"),
        ("5  phút\xa0trước.", "2026-03-15T10:42:00+07:00"),
        ("5 phu\u0301t trươ\u0301c", "2026-03-15T10:42:00+07:00"),
        ("(5 phút trước)", "2026-03-15T10:42:00+07:00"),
        ("cách đây 5 phút", "2026-03-15T10:42:00+07:00"),
        ("Khoảng 50 phút trước", "2026-03-15T09:57:00+07:00"),
        ("nửa giờ trước", "2026-03-15T10:17:00+07:00"),
        ("một giờ trước", "2026-03-15T09:00:00+07:00"),
        ("2 giờ trước", "2026-03-15T08:00:00+07:00"),
        ("12 tiếng trước", "2026-03-14T22:00:00+07:00"),
        ("Hôm nay", "2026-03-15T00:00:00+07:00"),
        ("Hôm nay, 07:15", "2026-03-15T07:15:00+07:00"),
        ("Hôm qua", "2026-03-14T00:00:00+07:00"),
        ("Hôm qua lúc 21:30", "2026-03-14T21:30:00+07:00"),
        ("21h30 hôm qua", "2026-03-14T21:30:00+07:00"),
        ("Hôm kia", "2026-03-13T00:00:00+07:00"),
        ("3 ngày trước", "2026-03-12T00:00:00+07:00"),
        ("2 tuần trước", "2026-03-01T00:00:00+07:00"),
        ("1 tháng trước", "2026-02-15T00:00:00+07:00"),
        ("4 tháng trước", "2025-11-15T00:00:00+07:00"),
        ("1 năm trước", "2025-03-15T00:00:00+07:00"),
        ("5 phút", None),
        ("vài phút trước", None),
        ("nửa năm trước", None),
        ("Hôm qua lúc 25:30", None),
        ("hôm qua trời mưa", None),
        ("9999 năm trước", None),
        ("50 năm trước", None),
        ("", None),
    ],
)
def test_relative(words: str, iso: str | None) -> None:
    assert parse_relative_date(words, CAPTURED) == iso


def test_a_month_before_the_last_of_a_longer_one_is_its_last() -> None:
    captured = dt.datetime(2024, 3, 31, 12, tzinfo=VIETNAM)
    assert parse_relative_date("1 tháng trước", captured) == "2024-02-29T00:00:00+07:00"
    assert parse_relative_date("3 tháng trước", captured) == "2023-12-31T00:00:00+07:00"


def test_yesterday_is_the_newspapers_yesterday() -> None:
    """Between midnight in Vietnam and midnight in London two calendars differ."""
    captured = dt.datetime(2026, 3, 14, 18, tzinfo=dt.UTC)
    assert parse_relative_date("Hôm qua", captured) == "2026-03-14T00:00:00+07:00"


@pytest.mark.parametrize(
    ("told", "captured", "iso"),
    [
        ("2012-10-24 15:47:04.694", None, "2012-10-24T15:47:04.694+07:00"),
        ("2012-10-23T16:22:21+07:00", CAPTURED, "2012-10-23T16:22:21+07:00"),
        ("15:47 24/10/2012", CAPTURED, "2012-10-24T15:47:00+07:00"),
        ("Hôm qua", CAPTURED, "2026-03-14T00:00:00+07:00"),
        ("Hôm qua", None, None),
    ],
)
def test_of_comments(told: str, captured: dt.datetime | None, iso: str | None) -> None:
    assert parse_comment_date(told, captured_at=captured) == iso


MOMENTS = st.datetimes(
    min_value=dt.datetime(1990, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=dt.datetime(2199, 12, 31),  # noqa: DTZ001
    timezones=st.just(VIETNAM),
)
FORMS = ["%H:%M, %d/%m/%Y", "%H:%M %d/%m/%Y", "Thứ Hai, %d/%m/%Y %H:%M", "%d/%m/%Y - %H:%M"]


@given(MOMENTS, st.sampled_from(FORMS), st.booleans())
def test_what_is_printed_is_read_again(moment: dt.datetime, form: str, twelve: bool) -> None:
    clock = moment.strftime("%I:%M") if twelve else moment.strftime("%H:%M")
    half = f" {'SA' if moment.hour < 12 else 'CH'}"
    printed = moment.strftime(form.replace("%H:%M", clock + (half if twelve else "")))
    expected = moment.replace(second=0, microsecond=0).isoformat()
    assert parse_printed_date(printed) == expected
    assert parse_comment_date(printed) == expected


@given(MOMENTS, st.sampled_from([" ", "T"]), st.integers(0, 999), st.integers(-12, 14))
def test_what_the_api_tells_is_read_again(
    moment: dt.datetime, between: str, milliseconds: int, offset: int
) -> None:
    moment = moment.replace(microsecond=milliseconds * 1000)
    precision = "milliseconds" if milliseconds else "seconds"
    expected = moment.isoformat(timespec=precision)
    local = moment.replace(tzinfo=None).isoformat(between, precision)
    assert parse_api_date(local) == expected
    elsewhere = moment.astimezone(dt.timezone(dt.timedelta(hours=offset)))
    assert parse_api_date(elsewhere.isoformat(between, precision)) == expected
    assert parse_api_date(expected) == expected


@given(
    MOMENTS,
    st.integers(1, 9999),
    st.sampled_from(["giây", "phút", "giờ", "ngày", "tuần", "tháng", "năm"]),
)
def test_what_is_so_and_so_long_ago_is_in_the_past(
    moment: dt.datetime, count: int, unit: str
) -> None:
    read = parse_relative_date(f"{count} {unit} trước", moment)
    if read is not None:
        before = dt.datetime.fromisoformat(read)
        assert before <= moment
        assert before.utcoffset() == dt.timedelta(hours=7)


WORDS = st.text() | st.lists(
    st.sampled_from(
        [*"0129٣/:-., \xa0+Z", "2024", "99999", "ngày", "trước", "năm", "hôm qua", " SA", "CH", "T"]
    )
).map("".join)


@given(WORDS, st.datetimes(timezones=st.just(dt.UTC)))
def test_no_text_makes_any_of_them_raise(text: str, captured: dt.datetime) -> None:
    for read in (
        parse_printed_date(text),
        parse_api_date(text),
        parse_relative_date(text, captured),
        parse_comment_date(text, captured_at=captured),
    ):
        if read is not None:
            assert dt.datetime.fromisoformat(read).year >= 1990
