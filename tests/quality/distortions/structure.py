"""Elements that nobody closed, that stand one in another, or elsewhere on the page."""

from __future__ import annotations

import re

from .kit import RAW_FIELDS, distortion, in_body, in_tags

_HEADLINE = re.compile(r'(<h1 class="(?:media-heading title5|title)">)(.*?)(</h1>)')
_DATE = re.compile(r'(<div class="date">|<time class="time">)(\d[^<]*)(?=<)')
_PAGE_INFO = re.compile(r'<div id="page_info".*?</div>\s*</div>', re.DOTALL)


@distortion(loosely=RAW_FIELDS)
def breaks_in_headline(page: str) -> str:
    """The headline is broken into two lines by hand."""
    return _HEADLINE.sub(
        lambda found: found[1] + re.sub(r"(?<=\w) (?=\w)", "<br />", found[2], count=1) + found[3],
        page,
    )


@distortion()
def breaks_in_lead_box(page: str) -> str:
    """The lead of template B is broken into two lines."""
    return re.sub(r'(?<=<p class="reply">)([^<]*\w) (?=\w)', r"\1<br>", page, count=1)


@distortion()
def headline_in_spans(page: str) -> str:
    """The headline was pasted from Word."""
    return _HEADLINE.sub(r'\1<span style="font-size:24pt"><font>\2</font></span>\3', page)


@distortion()
def icon_before_date(page: str) -> str:
    """A clock is drawn before the date."""
    return _DATE.sub(r'\1<i class="fa fa-clock-o"></i> <span>\2</span>', page)


@distortion()
def names_of_meta_in_capitals(page: str) -> str:
    """``Description`` and ``OG:Image``: names of ``meta`` elements are not case-sensitive."""
    page = page.replace('<meta name="description"', '<META NAME="Description"')
    return page.replace('<meta property="og:image"', '<meta property="OG:Image"')


@distortion()
def page_info_last(page: str) -> str:
    """The hidden ids of the page stand at its end."""
    found = _PAGE_INFO.search(page)
    assert found is not None
    rest = page[: found.start()] + page[found.end() :]
    before, end, after = rest.rpartition("</body>")
    return before + found[0] + end + after


@distortion()
def unclosed_inline_elements(page: str) -> str:
    """``em`` and ``strong`` that only the end of their cell or paragraph closes."""
    return in_body(page, lambda html: re.sub(r"</(?:em|strong)>(?=\s*</(?:td|p)>)", "", html))


@distortion()
def unclosed_box(page: str) -> str:
    """A box around a picture that nobody closed."""
    box = re.compile(r'(<table align="center" class="image.*?</table>)\s*</div>', re.DOTALL)
    return in_body(page, lambda html: box.sub(r"\1\n", html, count=1))


@distortion()
def loose_hard_spaces(page: str) -> str:
    """Hard spaces between the blocks, outside of every paragraph."""
    return in_body(page, lambda html: html.replace("</div>\n", "</div>\n&nbsp;\n"))


@distortion()
def tables_in_paragraphs(page: str) -> str:
    """A paragraph around the table of a picture, which a browser ends before it."""
    return in_body(
        page,
        lambda html: re.sub(
            r"<div>\s*(<table.*?</table>)\s*</div>", r"<p>\1</p>", html, flags=re.DOTALL
        ),
    )


@distortion()
def tables_in_tables(page: str) -> str:
    """A table of one cell around the table of a picture."""
    return in_body(
        page,
        lambda html: re.sub(
            r"<div>\s*(<table.*?</table>)\s*</div>",
            r'<table align="center"><tbody><tr><td>\1</td></tr></tbody></table>',
            html,
            flags=re.DOTALL,
        ),
    )


@distortion()
def pictures_in_several_formats(page: str) -> str:
    """A ``picture`` element offers another format of each picture."""
    return in_body(
        page,
        lambda html: in_tags(
            html,
            lambda tag: (
                f'<picture><source srcset="/file/khac.webp" type="image/webp">{tag}</picture>'
                if tag.startswith("<img")
                else tag
            ),
        ),
    )


@distortion()
def strong_pictures(page: str) -> str:
    """Pictures in inline elements."""
    return in_body(
        page,
        lambda html: re.sub(
            r"<td>(<img\b[^>]*>)</td>", r"<td><strong><em>\1</em></strong></td>", html
        ),
    )


@distortion()
def lines_at_the_right_end(page: str) -> str:
    """Lines stand at the end of the line, which is the right."""
    return in_body(page, lambda html: re.sub(r"text-align:\s*right", "text-align: end", html))


@distortion()
def lines_in_right_cells(page: str) -> str:
    """Lines at the right stand in a table of one cell."""
    return in_body(
        page,
        lambda html: re.sub(
            r'<p style="text-align: right;">(.*?)</p>',
            r'<table width="100%"><tr><td align="right"><p>\1</p></td></tr></table>',
            html,
        ),
    )
