from __future__ import annotations

import pytest

from crawler.sites import canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (
            "http://www.baodaklak.vn/thoi-su/202603/tin-1-0000001/#b",
            "https://baodaklak.vn/thoi-su/202603/tin-1-0000001/",
        ),
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
        ("https://[::1", "https://[::1"),
        ("", ""),
    ],
)
def test_the_one_form_of_an_address(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
