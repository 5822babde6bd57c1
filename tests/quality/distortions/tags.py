"""The same elements, spelled differently."""

from __future__ import annotations

import re

from .kit import body_of, distortion, in_article, in_body, in_tags, paragraphs

_NAME = re.compile(r"(?<=<)(/?[a-z][a-z0-9]*)(?=[\s>/])")
_ATTRIBUTE = re.compile(r"""\s+([\w-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_PLAIN_VALUE = re.compile(r'="([\w./:#?%-]+)"')


def _attributes(tag: str) -> list[str]:
    return [found[0].strip() for found in _ATTRIBUTE.finditer(tag)]


@distortion()
def upper_case_tags(page: str) -> str:
    """Tags in capitals, as old editors wrote them."""
    return _NAME.sub(lambda found: found[1].upper(), page)


@distortion()
def upper_case_attributes(page: str) -> str:
    """Names of attributes in capitals."""
    return in_tags(
        page,
        lambda tag: re.sub(
            r'(\s)(class|id|style|src|href|name|content|align)(=")',
            lambda found: found[1] + found[2].upper() + found[3],
            tag,
        ),
    )


@distortion()
def upper_case_styles(page: str) -> str:
    """Properties and values of style attributes in capitals, with spaces around the colon."""
    return in_body(
        page,
        lambda html: re.sub(
            r'(?<=style=")text-align:\s*(\w+);?',
            lambda found: f"TEXT-ALIGN : {found[1].upper()} ; ",
            html,
        ),
    )


@distortion()
def duplicate_attributes(page: str) -> str:
    """Attributes stand twice; the first one counts."""

    def double(tag: str) -> str:
        names = {name for name in ("class", "style", "align", "src") if f" {name}=" in tag}
        more = "".join(f' {name}="title1"' for name in sorted(names))
        return re.sub(r"\s*/?>$", lambda end: more + end[0], tag) if more else tag

    return in_article(page, lambda html: in_tags(html, double))


@distortion()
def unquoted_attributes(page: str) -> str:
    """Values without quotes where that is possible."""
    return in_article(
        page,
        lambda html: in_tags(
            html, lambda tag: re.sub(r"\s*/>$", " >", _PLAIN_VALUE.sub(r"=\1", tag))
        ),
    )


@distortion()
def single_quotes(page: str) -> str:
    """Values in single quotes."""
    return in_article(
        page, lambda html: in_tags(html, lambda tag: tag if "'" in tag else tag.replace('"', "'"))
    )


@distortion()
def spaces_around_equals(page: str) -> str:
    """``class = "image"`` with spaces around the sign."""
    return in_article(
        page,
        lambda html: in_tags(
            html, lambda tag: re.sub(r'(\s)(class|style|src|href|align)="', r'\1\2 = "', tag)
        ),
    )


@distortion()
def attribute_order(page: str) -> str:
    """Attributes in the opposite order."""

    def turn(tag: str) -> str:
        if tag.count('"') % 2 or '""' in tag:
            return tag
        name, end = re.match(r"<[\w:]+", tag), re.search(r"\s*/?>$", tag)
        assert name is not None
        assert end is not None
        inner = tag[name.end() : end.start()]
        return " ".join([name[0], *reversed(_attributes(inner))]) + end[0]

    return re.sub(r"<[a-z]\w*\s[^<>]*>", lambda found: turn(found[0]), page)


@distortion()
def spaces_in_classes(page: str) -> str:
    """Lists of classes with white space before, between and behind."""

    def spread(tag: str) -> str:
        return re.sub(
            r'\sclass="([^"]+)"',
            lambda found: ' class="\n  ' + " \t ".join(found[1].split()) + ' "',
            tag,
        )

    return in_tags(page, spread)


@distortion()
def extra_classes(page: str) -> str:
    """More classes than the newspaper's own, as scripts and extensions add them."""
    return in_article(
        page,
        lambda html: in_tags(
            html, lambda tag: re.sub(r'\sclass="([^"]*)"', r' class="row10 \1 js-ready"', tag)
        ),
    )


@distortion()
def unclosed_paragraphs(page: str) -> str:
    """Paragraphs without end tag."""
    if re.search(r"<(?:li|td)>[^<]*<p>", body_of(page)) or "media_core" in body_of(page):
        return page
    return in_body(page, lambda html: html.replace("</p>", ""))


@distortion()
def unclosed_cells(page: str) -> str:
    """Cells, rows and list items without end tag."""
    return in_body(page, lambda html: re.sub(r"\s*</(?:td|th|tr|li)>", "", html))


@distortion()
def stray_end_tags(page: str) -> str:
    """End tags of elements that were never begun."""
    return in_body(page, lambda html: html.replace("</p>", "</span></font></p>"))


@distortion()
def crossed_tags(page: str) -> str:
    """Elements that end in the wrong order."""
    return in_body(
        page,
        lambda html: re.sub(
            r"<strong>([^<]*)</strong></p>", r"<span><strong>\1</span></strong></p>", html
        ),
    )


@distortion()
def no_table_bodies(page: str) -> str:
    """Tables without ``tbody``."""
    return in_body(page, lambda html: re.sub(r"</?tbody>\s*", "", html))


@distortion()
def xml_spelling(page: str) -> str:
    """Empty elements closed as in XML, with and without space."""
    return in_body(page, lambda html: re.sub(r"<(br|hr|img\b[^>]*?)\s*/?>", r"<\1/>", html))


@distortion(
    expect=lambda expected: {
        **expected,
        "articleBodyHtml": re.sub(
            "(?<=[</])(?:strong|em)>",
            lambda found: {"strong>": "b>", "em>": "i>"}[found[0]],
            expected["articleBodyHtml"],
        ),
    }
)
def bold_and_italic(page: str) -> str:
    """``b`` and ``i`` in place of ``strong`` and ``em``, which the cleaned HTML keeps."""
    return in_body(
        page,
        lambda html: re.sub(r"(?<=[</])strong>", "b>", re.sub(r"(?<=[</])em>", "i>", html)),
    )


@distortion()
def lead_in_pieces(page: str) -> str:
    """The strong lead consists of several strong pieces with spaces between."""
    return _change_lead(page, lambda text: text.replace(" ", "</strong> <strong>", 3))


@distortion()
def lead_with_break(page: str) -> str:
    """A line break and a hard space end the lead."""
    return _change_lead(page, lambda text: text, before_end="<br />\n&nbsp;")


@distortion()
def lead_by_style(page: str) -> str:
    """The lead is bold by a style and not by an element."""
    return _change_lead(
        page, lambda text: text, begin='<span style="font-weight: bold;">', end="</span>"
    )


def _change_lead(
    page: str,
    change: object,
    *,
    begin: str = "<strong>",
    end: str = "</strong>",
    before_end: str = "",
) -> str:
    """Only in template A: in B the lead has a box of its own."""
    first = re.compile(r"(\s*<p[^>]*>)<(?:strong|b)>([^<]*)</(?:strong|b)></p>")
    assert callable(change)
    return in_body(
        page,
        lambda html: (
            first.sub(
                lambda found: f"{found[1]}{begin}{change(found[2])}{end}{before_end}</p>",
                html,
                count=1,
            )
            if first.match(html)
            else html
        ),
    )


@distortion()
def right_by_attribute(page: str) -> str:
    """Lines stand at the right by the attribute ``align``."""
    return in_body(
        page, lambda html: re.sub(r'style="text-align:\s*right;?"', 'align="right"', html)
    )


@distortion()
def right_by_wrapper(page: str) -> str:
    """Lines stand at the right because the box around them does."""
    right = re.compile(r'style="text-align:\s*right;?"', re.IGNORECASE)

    def wrap(p: str, text: str, end: str) -> str:
        if not right.search(p):
            return p + text + end
        return f'<div style="text-align: right;">{right.sub("", p)}{text}{end}</div>'

    return in_body(page, lambda html: paragraphs(html, wrap))


@distortion()
def paragraph_attributes(page: str) -> str:
    """Paragraphs with a direction and data of scripts."""
    return in_body(page, lambda html: re.sub(r"<p(?=[ >])", '<p dir="ltr" data-id="p1"', html))


@distortion()
def quotes_in_alternative_texts(page: str) -> str:
    """The text for a missing picture holds quotes that nobody escaped."""
    return in_body(
        page, lambda html: re.sub(r'alt="[^"]*"', 'alt="Cảnh "chợ phiên" ngày mưa"', html)
    )
