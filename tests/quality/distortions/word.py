"""What texts carry that were pasted from Word."""

from __future__ import annotations

import re

from .kit import distortion, in_body, in_tags, in_text, paragraphs

_SPANS = (
    '<span style="font-size:14pt"><span style="line-height:115%">'
    '<span style="font-family:&quot;Times New Roman&quot;,serif">'
)
_OFFICE = 'urn:schemas-microsoft-com:office:office"'
_CONDITIONAL = (
    "<!--[if gte mso 9]><xml>\n <w:WordDocument>\n  <w:View>Normal</w:View>\n"
    "  <w:DoNotOptimizeForBrowser/>\n </w:WordDocument>\n</xml><![endif]-->"
)
_STYLES = (
    '<style type="text/css">\n<!--\n /* Style Definitions */\n p.MsoNormal, li.MsoNormal\n'
    '\t{margin:0in; font-size:14.0pt; font-family:"Times New Roman","serif";}\n-->\n</style>'
)
_FIRST_LETTER = re.compile("\\A(\\s*)([^\\W\\d_][\u0300-\u036f]*)")


@distortion()
def word_spans(page: str) -> str:
    """Every text stands in three spans of font size, line height and font."""
    return in_body(page, lambda html: in_text(html, lambda text: f"{_SPANS}{text}{'</span>' * 3}"))


@distortion()
def word_paragraph_ends(page: str) -> str:
    """An empty ``o:p`` ends every paragraph."""
    return in_body(page, lambda html: html.replace("</p>", "<o:p></o:p></p>"))


@distortion()
def word_namespaces(page: str) -> str:
    """A namespace declaration of Office as a processing instruction before each ``o:p``."""
    mark = f'<?xml:namespace prefix = o ns = "{_OFFICE} /><o:p></o:p></p>'
    return in_body(page, lambda html: html.replace("</p>", mark))


@distortion()
def word_classes(page: str) -> str:
    """Paragraphs have the class MsoNormal."""
    return in_body(
        page, lambda html: re.sub(r"<p(?=[ >])(?![^>]*class)", '<p class="MsoNormal"', html)
    )


@distortion()
def word_styles(page: str) -> str:
    """Style attributes begin with the properties of Word."""
    properties = "mso-margin-top-alt:auto;mso-pagination:widow-orphan;tab-stops:center 3.25in;"
    return in_body(page, lambda html: re.sub(r'(<p\b[^>]*style=")', rf"\1{properties} ", html))


@distortion()
def word_conditional_comments(page: str) -> str:
    """The settings of a Word document as a conditional comment before the text."""
    return in_body(page, lambda html: _CONDITIONAL + html)


@distortion()
def word_style_sheets(page: str) -> str:
    """Word's own style sheet in the middle of the article."""
    return in_body(page, lambda html: _STYLES + html)


@distortion()
def word_list_marks(page: str) -> str:
    """Conditional marks, which are no comments, at the begin of every paragraph."""
    marks = "<![if !supportLists]><![endif]>"
    return in_body(page, lambda html: paragraphs(html, lambda p, text, end: p + marks + text + end))


@distortion()
def word_smart_tags(page: str) -> str:
    """Text in the smart tags of Office."""
    return in_body(
        page,
        lambda html: in_text(html, lambda text: f'<st1:place w:st="on">{text}</st1:place>'),
    )


@distortion()
def word_bookmarks(page: str) -> str:
    """A bookmark, an anchor without address, at the begin of every paragraph."""
    mark = '<a name="_GoBack"></a>'
    return in_body(page, lambda html: paragraphs(html, lambda p, text, end: p + mark + text + end))


@distortion()
def font_tags(page: str) -> str:
    """Text in ``font`` elements."""
    return in_body(
        page,
        lambda html: in_text(
            html, lambda text: f'<font color="#000000" size="3" face="Tahoma">{text}</font>'
        ),
    )


@distortion()
def language_spans(page: str) -> str:
    """Word marks the language of every text."""
    return in_body(
        page,
        lambda html: in_text(
            html, lambda text: f'<span lang="VI" style="mso-ansi-language: VI">{text}</span>'
        ),
    )


@distortion()
def spans_in_words(page: str) -> str:
    """What was corrected while writing leaves spans in the middle of words."""

    def split(text: str) -> str:
        return re.sub(
            r"&#?\w+;|[^\W\d_]{4,}",
            lambda word: (
                word[0] if word[0].startswith("&") else f"<span>{word[0][:1]}</span>{word[0][1:]}"
            ),
            text,
        )

    return in_body(page, lambda html: in_text(html, split))


@distortion()
def drop_caps(page: str) -> str:
    """The first letter of every paragraph is set large, in a span of its own."""

    def split(text: str) -> str:
        return _FIRST_LETTER.sub(
            r'\1<span style="float:left; font-size:40pt; line-height:80%">\2</span>', text, count=1
        )

    return in_body(
        page,
        lambda html: paragraphs(html, lambda p, text, end: p + split(text) + end),
    )


@distortion()
def justified_spans(page: str) -> str:
    """The content of a paragraph in one span that repeats how it is set."""
    return in_body(
        page,
        lambda html: paragraphs(
            html,
            lambda p, text, end: (
                f'{p}<span style="text-align: justify;">{text}</span>{end}'
                if "<div" not in text and "<p" not in text
                else p + text + end
            ),
        ),
    )


@distortion()
def picture_sizes(page: str) -> str:
    """Pictures carry the measures of the document they came from."""
    return in_body(
        page,
        lambda html: in_tags(
            html,
            lambda tag: tag.replace(
                "<img ", '<img width="640" height="427" border="0" v:shapes="_x0000_i1025" '
            ),
        ),
    )
