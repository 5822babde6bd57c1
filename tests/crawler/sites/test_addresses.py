"""One spelling for each page. The shapes are those that stored copies of the newspaper show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sites import BAODAKLAK, PHUYEN, AddressKind, profile_for
from crawler.sites.addresses import canonical, is_web

ARTICLES = [
    "/tin-noi-bat/202606/cau-chuyen-moi-2887253/",
    "/chinh-tri/hoc-va-lam-theo-loi-bac/202409/tam-guong-18e00cb/",
    "/van-hoa-du-lich-van-hoc-nghe-thuat/van-hoc-nghe-thuat/202202/tho-moi-bbc34e8",
    "/multimedia/Infographic/202409/infographic-8-muc-tieu-5e8057f/",
    "/video/202402/video-mangxuan-den-voinguoi-ngheo-0320b48/",
    "/trang-tin-dia-phuong/huyen-cu-m'gar/202409/tin-vui-0a1b2c3/",
    "/channel/3487/201104/giai-viet-da-1989582",
    "/channel/5301/202009/mot-video-5698714/",
]


@pytest.mark.parametrize("path", ARTICLES)
@pytest.mark.parametrize("start", ["http://", "https://www.", "https://", "HTTPS://BaoDakLak.vn./"])
def test_every_spelling_of_an_article_is_one(path: str, start: str) -> None:
    root = start if "/" in start[8:] else f"{start}baodaklak.vn"
    url = BAODAKLAK.canonicalize(f"{root}{path}?_=17&utm_source=x#phan-2")
    assert url == f"https://baodaklak.vn{path.rstrip('/')}/"
    assert BAODAKLAK.classify(url) is AddressKind.ARTICLE
    assert BAODAKLAK.canonicalize(url) == url
    assert BAODAKLAK.article_key(url) == BAODAKLAK.article_key(f"http://www.baodaklak.vn/{path}")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://baodaklak.vn", "https://baodaklak.vn/"),
        ("https://baodaklak.vn//thoi-su", "https://baodaklak.vn/thoi-su/"),
        ("https://baodaklak.vn:443/thoi-su/", "https://baodaklak.vn/thoi-su/"),
        ("https://baodaklak.vn:8443/thoi-su/", "https://baodaklak.vn:8443/thoi-su/"),
        (
            "/file//s/092024/a.b_1.jpg?width=700&height=-&type=resize",
            "https://baodaklak.vn/file/s/092024/a.b_1.jpg",
        ),
        ("/a.jpg?width=600px", "https://baodaklak.vn/a.jpg"),
        ("/a.css?v=2.6", "https://baodaklak.vn/a.css?v=2.6"),
        ("/a/?type=resize", "https://baodaklak.vn/a/?type=resize"),
        ("/tim-kiem/?key=cà phê", "https://baodaklak.vn/tim-kiem/?key=c%C3%A0%20ph%C3%AA"),
        ("/huyen-cu-m%27gar/", "https://baodaklak.vn/huyen-cu-m'gar/"),
        ("/đường đi/", "https://baodaklak.vn/%C4%91%C6%B0%E1%BB%9Dng%20%C4%91i/"),
        ("/%C4%91/", "https://baodaklak.vn/%C4%91/"),
        ("/a%2Fb/", "https://baodaklak.vn/a%2Fb/"),
        ("//www.baodaklak.vn/x/?a=1&_=2&fbclid=3", "https://baodaklak.vn/x/?a=1"),
        (
            "/sc_service/api/article/list?first=0&pageSize=14&jsonCallback=cb&_=1",
            "https://baodaklak.vn/sc_service/api/article/list?first=0&pageSize=14&jsonCallback=cb",
        ),
        ("https://www.khac.example//x?utm_a=1#y", "https://www.khac.example//x?utm_a=1"),
    ],
)
def test_spelling(url: str, expected: str) -> None:
    assert BAODAKLAK.resolve(url, "https://baodaklak.vn/y/") == expected
    assert BAODAKLAK.canonicalize(expected) == expected


@pytest.mark.parametrize(
    "href",
    ["", " ", "#", "#x", "javascript:;", "mailto:a@b", "data:x", "http://", "http://["],
)
def test_links_that_lead_nowhere(href: str) -> None:
    assert BAODAKLAK.resolve(href, "https://baodaklak.vn/y/") is None


def test_an_address_of_another_kind_has_no_spelling() -> None:
    with pytest.raises(ValueError, match="ftp"):
        canonical("ftp://baodaklak.vn/")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://baodaklak.vn/", "home"),
        ("https://www.baodaklak.vn", "home"),
        ("https://baodaklak.vn/thoi-su/chuyen-de/", "section"),
        ("https://baodaklak.vn/thoi-su/?paged=2", "section"),
        ("https://baodaklak.vn/su-kien/?topicId=1&title=x", "other"),
        ("https://baodaklak.vn/tim-kiem/?key=x", "search"),
        ("https://baodaklak.vn/sc_service/api/article/list?first=0", "call"),
        ("https://baodaklak.vn/file/s/092024/a.jpg", "file"),
        ("https://phuyen.baodaklak.vn/thoi-su/", "foreign"),
        ("https://khac.example/xa-hoi/202409/x-b56121a/", "foreign"),
        ("https://[", "foreign"),
    ],
)
def test_kinds(url: str, kind: str) -> None:
    assert BAODAKLAK.classify(url) == kind


def test_numbered_articles_are_known_on_phuyen_only() -> None:
    path = "/93/85222/tuy-an--to-chuc-le.html"
    assert PHUYEN.classify(f"https://phuyen.baodaklak.vn{path}") is AddressKind.ARTICLE
    assert PHUYEN.classify("https://www.baophuyen.vn/95/112869/thieu-mau") is AddressKind.ARTICLE
    assert BAODAKLAK.classify(f"https://baodaklak.vn{path}") is AddressKind.FILE
    assert PHUYEN.canonicalize(f"http://baophuyen.vn/{path}") == f"https://baophuyen.vn{path}"
    assert PHUYEN.article_key(f"https://phuyen.baodaklak.vn{path}") == "93/tuy-an--to-chuc-le-85222"


def test_the_key_is_more_than_the_seven_digits() -> None:
    one = BAODAKLAK.article_key("https://baodaklak.vn/a/202409/x-b56121a/")
    other = BAODAKLAK.article_key("https://baodaklak.vn/b/202408/y-B56121A/")
    assert (one, other) == ("202409/x-b56121a", "202408/y-b56121a")
    assert BAODAKLAK.article_key("https://baodaklak.vn/thoi-su/") is None


@given(
    st.text(max_size=60),
    st.sampled_from(["https://baodaklak.vn/x/", "http://www.khac.example/y?z"]),
)
def test_any_text_as_a_link(href: str, base: str) -> None:
    url = BAODAKLAK.resolve(href, base)
    if url is not None:
        assert is_web(url)
        assert BAODAKLAK.canonicalize(url) == url
        assert BAODAKLAK.classify(url) in AddressKind
    BAODAKLAK.refuses(href)


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("baodaklak.vn", "baodaklak"),
        ("WWW.baodaklak.vn.", "baodaklak"),
        ("https://www.baodaklak.vn/thoi-su/", "baodaklak"),
        ("phuyen.baodaklak.vn", "phuyen"),
        ("www.baophuyen.vn", "phuyen"),
        ("evilbaodaklak.vn", None),
        ("http://[/", None),
        ("", None),
        (None, None),
    ],
)
def test_profile_for(host: str | None, key: str | None) -> None:
    profile = profile_for(host)
    assert (profile.key if profile else None) == key
