"""The same article, with other boxes, addresses and empty elements in it."""

from __future__ import annotations

import re

from .kit import distortion, in_body, in_tags, in_text, paragraphs

_POEM = frozenset({"poem"})
"""Empty lines part stanzas, and indents are hard spaces: in poems they are text."""

_PHUYEN = '<div id="site_id">ff8080818bb03877018bb2dc71b615ba'
"""Addresses without host mean another host there."""

_SITE = re.compile(r"https://baodaklak\.vn/+(?=file/|[\w-]+/\d{6}/)")
_OWN_FILE = re.compile(r'(src|data-src|poster|data-pdf)="(?:https://baodaklak\.vn)?/+(file/[^"?]*)')


@distortion()
def boxes(page: str) -> str:
    """The text stands in two more boxes."""
    return in_body(page, lambda html: f'<div class="fck_detail"><div>{html}</div></div>')


@distortion()
def article_element(page: str) -> str:
    """The text stands in ``article`` and ``section``."""
    return in_body(page, lambda html: f"<article><section>{html}</section></article>")


@distortion(unless=_POEM)
def paragraphs_as_boxes(page: str) -> str:
    """``div`` in place of ``p``, as an editor in the browser writes."""
    return in_body(
        page,
        lambda html: paragraphs(
            html, lambda p, text, _: p.replace("<p", "<div", 1) + text + "</div>"
        ),
    )


@distortion(unless=_POEM)
def empty_paragraphs(page: str) -> str:
    """Empty paragraphs between all others, and at the end."""
    empty = "<p>&nbsp;</p>\n<p></p><p><br /></p><p><strong></strong></p>"
    return in_body(page, lambda html: paragraphs(html, lambda p, text, end: p + text + end + empty))


@distortion()
def empty_elements(page: str) -> str:
    """Spans, strong and italic elements without text."""
    return in_body(
        page,
        lambda html: paragraphs(
            html,
            lambda p, text, end: f"{p}<span></span>{text}<span style='font-size:14px'></span>{end}",
        ),
    )


@distortion()
def clearing_boxes(page: str) -> str:
    """Boxes that end a float, and anchors to jump to."""
    mark = '<div class="clear"></div><div style="clear:both"></div>'
    return in_body(page, lambda html: html.replace("</table>", f"</table>{mark}") + mark)


@distortion()
def comments_between_blocks(page: str) -> str:
    """Comments between the blocks, with markup in them."""
    mark = '<!-- <p class="old">bản nháp</p> -->'
    return in_body(page, lambda html: mark + re.sub("</(p|table|div)>", rf"</\1>{mark}", html))


@distortion()
def comments_in_text(page: str) -> str:
    """Comments in the middle of a text."""
    return in_body(
        page,
        lambda html: in_text(html, lambda text: re.sub(r"(?<=\w) (?=\w)", "<!--x--> ", text)),
    )


@distortion()
def scripts_between_blocks(page: str) -> str:
    """Scripts, style sheets and what shows without scripts, between the blocks."""
    mark = (
        '<script type="text/javascript">document.write("<div><p>quảng cáo</p></div>");</script>'
        '<noscript><img src="https://dem.example/p.gif" alt=""></noscript>'
    )
    return in_body(page, lambda html: html.replace("</p>\n", f"</p>{mark}\n"))


@distortion()
def root_relative_files(page: str) -> str:
    """Addresses of files without the host."""
    if _PHUYEN in page:
        return page
    return in_body(page, lambda html: _OWN_FILE.sub(r'\1="/\2', html))


@distortion()
def protocol_relative_files(page: str) -> str:
    """Addresses of files that leave the protocol open."""
    if _PHUYEN in page:
        return page
    return in_body(page, lambda html: _OWN_FILE.sub(r'\1="//baodaklak.vn//\2', html))


@distortion()
def www_addresses(page: str) -> str:
    """Addresses with http and www."""
    if _PHUYEN in page:
        return page
    return in_body(page, lambda html: _SITE.sub("http://www.baodaklak.vn/", html))


@distortion()
def resized_pictures(page: str) -> str:
    """Pictures are asked for in another size."""
    return in_body(
        page,
        lambda html: re.sub(
            r'(<img\b[^>]*?src="[^"?]*/file/[^"?]+)(?=")',
            r"\1?width=500&amp;height=-&amp;type=resize",
            html,
        ),
    )


@distortion()
def lazy_pictures(page: str) -> str:
    """Pictures are loaded by script: a grey dot stands in their place until then."""
    dot = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    return _with_stand_in(page, dot)


@distortion()
def stand_in_pictures(page: str) -> str:
    """Pictures are loaded by script: the CMS's picture for "none" stands in their place."""
    return _with_stand_in(page, "/file/common/image/no-image.png")


def _with_stand_in(page: str, stand_in: str) -> str:
    return in_body(
        page,
        lambda html: in_tags(
            html,
            lambda tag: (
                re.sub(r'\ssrc="', f' src="{stand_in}" data-src="', tag)
                if tag.startswith("<img") and "default.jpg" not in tag
                else tag
            ),
        ),
    )


@distortion()
def linked_pictures(page: str) -> str:
    """A click on a picture shows it large."""
    return in_body(
        page,
        lambda html: re.sub(
            r'<td>(<img\b[^>]*src="([^"]+)"[^>]*>)</td>',
            r'<td><a class="fancybox" rel="gallery" href="\2">\1</a></td>',
            html,
        ),
    )


@distortion()
def caption_paragraphs(page: str) -> str:
    """Captions stand in a paragraph of their cell."""
    return in_body(
        page,
        lambda html: re.sub(
            r'<td style="text-align: center;">(.*?)</td>',
            r'<td>\n<p style="text-align: center;"><span>\1</span></p>\n</td>',
            html,
        ),
    )


@distortion()
def picture_cells_with_space(page: str) -> str:
    """Hard spaces and line breaks beside the pictures."""
    return in_body(
        page, lambda html: re.sub(r"(<td>)(<img\b[^>]*>)(</td>)", r"\1&nbsp;\2<br />\3", html)
    )


@distortion()
def table_attributes(page: str) -> str:
    """Tables with the measures of HTML 3, and columns."""
    return in_body(
        page,
        lambda html: html.replace(
            "<table ", '<table cellspacing="0" cellpadding="3" width="100%" '
        ).replace("<tbody>", '<colgroup><col width="50%" /></colgroup><tbody>'),
    )


@distortion()
def breaks_at_paragraph_ends(page: str) -> str:
    """A line break ends the paragraphs."""
    return in_body(
        page,
        lambda html: paragraphs(
            html,
            lambda p, text, end: (
                f"{p}{text}<br />{end}"
                if text.strip() not in {"", "&nbsp;"} and "<br" not in text and "&nbsp;" not in text
                else p + text + end
            ),
        ),
    )
