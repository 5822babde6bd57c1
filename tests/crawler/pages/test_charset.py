"""The charset of Content-Type, as browsers read it."""

from __future__ import annotations

import pytest

from crawler.pages.charset import charset_of


@pytest.mark.parametrize(
    ("value", "charset"),
    [
        (b"text/html", None),
        (b"text/html; charset=UTF-8", "utf-8"),
        (b"text/html;charset=utf-8", "utf-8"),
        (b"text/html; charset=utf-8 ; a=b", "utf-8"),
        (b"TEXT/HTML; CHARSET=windows-1258", "windows-1258"),
        (b'text/html; charset="utf-8"', "utf-8"),
        (b'text/html; charset="utf\\-8"', "utf-8"),
        (b'text/html; charset="utf-8', "utf-8"),
        (b'text/html; charset="utf-8"rest; a=b', "utf-8"),
        (b'text/html; a="x; charset=gbk"; charset=utf-8', "utf-8"),
        (b"text/html; xcharset=gbk", None),
        (b"text/html; charset=utf-8; charset=gbk", "utf-8"),
        (b"text/html; charset=; charset=gbk", "gbk"),
        (b"text/html; charset; charset=gbk", "gbk"),
        (b"text/html; charset =gbk", None),
        (b"text/html; charset='utf-8'", "'utf-8'"),
        (b'text/html; charset=""', None),
        (b"charset=utf-8", None),
        (b"text; charset=utf-8", None),
        (b"*/*; charset=utf-8", None),
        (b"", None),
        (b"text/html; charset=\xff", "\xff"),
        (b"text/html;charset=gbk, text/html", "gbk"),
        (b"text/html;charset=gbk, text/plain", None),
        (b'text/html;a=",";charset=gbk', "gbk"),
    ],
)
def test_of_one_field(value: bytes, charset: str | None) -> None:
    assert charset_of([value]) == charset


@pytest.mark.parametrize(
    ("values", "charset"),
    [
        ([], None),
        ([b"text/html; charset=gbk", b"text/html; charset=utf-8"], "utf-8"),
        ([b"text/html; charset=gbk", b"text/html"], "gbk"),
        ([b"text/html; charset=gbk", b"text/plain"], None),
        ([b"text/html; charset=gbk", b"rubbish; charset=utf-8"], "gbk"),
    ],
)
def test_the_last_of_several_fields_that_is_one_counts(
    values: list[bytes], charset: str | None
) -> None:
    assert charset_of(values) == charset
