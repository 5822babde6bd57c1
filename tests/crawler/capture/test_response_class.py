from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Response

from crawler.capture.response_class import RESPONSE_CLASSES, classify, response_class_of

WALL = "<html><title>Xác minh bạn không phải là người máy</title></html>".encode()
ARTICLE = b'<html><div id="page_info"></div><p>captcha</p></html>'
MISSING = b"<html><title>Kh\xc3\xb4ng t\xc3\xacm th\xe1\xba\xa5y trang</title></html>"
NAMED = MISSING + b'<span id="article_id">0123456789abcdef0123456789abcdef</span>'
HTML = "text/html; charset=UTF-8"


@pytest.mark.parametrize(
    ("status", "truncated", "body", "mime", "response_class"),
    [
        (200, None, b"<html>", HTML, "content"),
        (204, None, b"", "", "content"),
        (301, None, b"", HTML, "redirect"),
        (304, None, b"", "", "not-modified"),
        (404, None, b"", HTML, "gone"),
        (410, None, WALL, HTML, "gone"),
        (403, None, b"no", HTML, "refused"),
        (403, None, WALL, HTML, "wall"),
        (429, None, b"later", HTML, "rate-limited"),
        (429, None, WALL, HTML, "wall"),
        (500, None, b"", HTML, "server-error"),
        (503, None, b"", "", "server-error"),
        (200, None, WALL, HTML, "wall"),
        (200, None, ARTICLE, HTML, "content"),
        (200, None, WALL, "application/javascript", "content"),
        (200, None, WALL + b" " * 30_000, HTML, "content"),
        (200, "length", b"<html>", HTML, "truncated"),
        (500, "disconnect", b"", HTML, "server-error"),
        (404, "disconnect", b"", HTML, "gone"),
        (200, None, MISSING, HTML, "soft-404"),
        (200, None, NAMED, HTML, "content"),
        (None, "disconnect", b"", "", "truncated"),
        (None, None, b"", "", "failed"),
        (999, None, b"", "", "failed"),
    ],
)
def test_one_word(
    status: int | None, truncated: str | None, body: bytes, mime: str, response_class: str
) -> None:
    assert classify(status, truncated, body, mime) == response_class


def test_a_304_that_nobody_asked_for_says_nothing() -> None:
    assert classify(304, None, b"", "", was_asked=False) == "failed"


def test_of_a_response_the_beginning_is_looked_at() -> None:
    for body, response_class in ((WALL, "wall"), (b"none", "content")):
        response = Response("https://baodaklak.vn/", headers={"Content-Type": HTML}, body=body)
        assert response_class_of(response, None) == response_class
    assert response_class_of(None, "time") == "truncated"


@given(
    st.integers(100, 999) | st.none(),
    st.sampled_from([None, "time"]),
    st.binary(),
    st.text() | st.just("text/html"),
)
def test_there_is_always_a_word(
    status: int | None, truncated: str | None, body: bytes, mime: str
) -> None:
    assert classify(status, truncated, body, mime) in RESPONSE_CLASSES
