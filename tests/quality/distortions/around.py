"""The same article, on another page: head, frame, line ends, advertisements."""

from __future__ import annotations

import re
from typing import Any

from .kit import distortion, in_body

_AD = (
    '\n<div class="{name}"><a href="https://quang-cao.example/uu-dai.pdf" target="_blank">'
    '<img src="https://quang-cao.example/uu-dai.jpg" alt="Ưu đãi"></a>'
    '<p style="text-align: right;"><strong>Ưu Đãi Lớn</strong></p>'
    '<iframe src="https://www.youtube.com/embed/quangcao"></iframe></div>\n'
)
_CHARSET = re.compile(r"\s*<meta charset=[^>]*>", re.IGNORECASE)


def _encoding(name: str | None) -> Any:
    return lambda expected: {**expected, "declaredEncoding": name}


@distortion()
def windows_line_ends(page: str) -> str:
    """Lines end in CR LF."""
    return page.replace("\r\n", "\n").replace("\n", "\r\n")


@distortion()
def mixed_line_ends(page: str) -> str:
    """Some lines end in CR LF, others in LF, as on the newspaper's pages."""
    lines = page.replace("\r\n", "\n").split("\n")
    return "".join(line + ("\n" if n % 16 == 0 else "\r\n") for n, line in enumerate(lines))


@distortion()
def no_line_ends(page: str) -> str:
    """The page is one line, and stands without indents."""
    return re.sub(r">\s*\n\s*<", "> <", page)


@distortion()
def indented_source(page: str) -> str:
    """Every tag that ends a block stands on a line of its own."""
    return re.sub(r"(</(?:p|div|td|tr|table|ul)>)", r"\n\t\t\t\1\n\t\t", page)


@distortion(expect=_encoding(None))
def no_charset(page: str) -> str:
    """The page does not say in what it is written."""
    return _CHARSET.sub("", page)


@distortion(expect=_encoding("windows-1258"))
def wrong_charset(page: str) -> str:
    """The page claims to be written in the charset of an old Windows."""
    return _CHARSET.sub('\n<meta charset="windows-1258">', page)


@distortion()
def late_charset(page: str) -> str:
    """The charset stands later than where browsers look for it."""
    filler = "<!-- " + "x" * 3000 + " -->"
    return re.sub(r"(<head>)", rf"\1{filler}", page, count=1)


@distortion(
    expect=lambda expected: {
        **expected,
        "declaredEncoding": (expected["declaredEncoding"] or "") and "utf-8",
    }
)
def old_charset(page: str) -> str:
    """The charset is given in the way of HTML 4."""
    return _CHARSET.sub(
        '\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', page
    )


@distortion()
def no_document_type(page: str) -> str:
    """No document type at the beginning."""
    return re.sub(r"^\s*<!DOCTYPE[^>]*>\s*", "", page)


@distortion()
def old_document_type(page: str) -> str:
    """The document type of XHTML."""
    plain = re.sub(r"^\s*<!DOCTYPE[^>]*>\s*", "", page)
    name = "-//W3C//DTD XHTML 1.0 Transitional//EN"
    return (
        f'<!DOCTYPE html PUBLIC "{name}" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
        + plain
    )


@distortion()
def nested_documents(page: str) -> str:
    """A whole document stands around the article, inside of the page."""
    begin = "<html>\n <head></head>\n <body>"
    if begin in page:
        return page
    page = re.sub(r'<div class="article_content', rf"{begin}<div class='article_content", page)
    page = page.replace(
        "<div class='article_content row15\">", '<div class="article_content row15">'
    )
    return page.replace('<div class="tag_list">', '</body></html> <div class="tag_list">', 1)


@distortion()
def no_footer(page: str) -> str:
    """The page ends soon after the article: no teasers, no footer."""
    cut = re.compile(
        r'(?:<div class="news_other|<section class="section section-post-detail-comment).*',
        re.DOTALL,
    )
    return cut.sub("</div></div></body></html>", page)


@distortion()
def comments_around(page: str) -> str:
    """Comments of a cache around the article."""
    return page.replace('<div id="content"', '<!--cached3 1726800000 --><div id="content"') + (
        "<!-- generated in 0.21 seconds -->"
    )


@distortion()
def spaces_in_page_info(page: str) -> str:
    """Line ends and indents around the ids of the page."""
    return re.sub(
        r'(<div id="(?:article_id|cate_id|cate_url|cate_title|parent_id)">)([^<]*)(</div>)',
        r"\1\n\t\t\2\n\t\3",
        page,
    )


@distortion()
def content_id_twice(page: str) -> str:
    """A later element has the same id as the article's."""
    again = '<textarea rows="3" id="content" name="content"></textarea></body>'
    return page.replace("</body>", again) if "</body>" in page else page


def _after_first_paragraph(html: str, ad: str) -> str:
    before, end, after = html.partition("</p>")
    return before + end + ad + after if end else html


@distortion()
def advertisement_in_text(page: str) -> str:
    """An advertisement with picture, file, player and a line at the right, within the text."""
    return in_body(
        page,
        lambda html: (
            _after_first_paragraph(html, _AD.format(name="x ad_banner"))
            if "media_core" not in html
            else _AD.format(name="x ad_banner") + html
        ),
    )


@distortion()
def advertisement_before_text(page: str) -> str:
    """The same before the lead."""
    return in_body(page, lambda html: _AD.format(name="textlink_embed slider") + html)


@distortion()
def advertisement_after_text(page: str) -> str:
    """The same under the author's line."""
    return in_body(page, lambda html: html + _AD.format(name="fb ad_banner"))


@distortion()
def network_advertisement(page: str) -> str:
    """An advertisement of a network: a script, and an empty element that it fills."""
    ad = (
        '\n<ins class="adsbygoogle" style="display:block" data-ad-slot="1"></ins>'
        "<script>(adsbygoogle = window.adsbygoogle || []).push({});</script>\n"
        '<iframe src="https://googleads.g.doubleclick.net/pagead/ads?x=1" width="300"></iframe>\n'
    )
    return in_body(page, lambda html: html + ad)


@distortion()
def share_buttons_in_text(page: str) -> str:
    """Buttons to pass the article on, under its text."""
    buttons = (
        '\n<ul class="social"><li><div class="fb-like" data-href="x">Thích</div></li></ul>'
        '<div class="zalo-share-button">Chia sẻ</div>\n'
    )
    return in_body(page, lambda html: html + buttons)
