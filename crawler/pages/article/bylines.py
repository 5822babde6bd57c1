"""Author line (byline) under an article → people, their offices, and sources. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crawler.items import ArticleAuthor
from crawler.pages.html import clean

# ---- what a line can be

_PLACEHOLDERS = frozenset({"bút danh", "tác giả", "tổng hợp", "null", "undefined"})
"""Printed where nobody is named."""

_TITLE_WORDS = frozenset({
    "bs", "bs.", "bsck1", "bscki", "bsckii", "bác", "báo", "ds", "ds.", "dược", "gs", "gs.",
    "gs.ts", "ks", "ks.", "ls", "ls.", "luật", "nhà", "pgs", "pgs.", "pgs.ts", "pgs.ts.", "sĩ",
    "sư", "ths", "ths.", "thạc", "tiến", "ts", "ts.",
})  # fmt: skip
_WORK = "tổng hợp|thực hiện|lược ghi|ghi|lược dịch|biên dịch|dịch|sưu tầm|biên soạn|giới thiệu"
"""What somebody can have done to a text that others wrote."""

_AGENCY = re.compile(
    r"(?:TTXVN|TTX|VNA|VOV\d?|VTV\d?|VGP|DTO|VN\+|Vietnam\+|Chinhphu\.vn|VnExpress"
    r"|Thông tấn xã Việt Nam)(?:/(?:TTXVN|VN\+|Vietnam\+))?"
    r"|(?:https?://)?(?:[\w-]+\.)+(?:vn|com|net|org)/?",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"\(?\s*(?:Theo|Nguồn(?:\s+tin)?)\s*:?\s+(?P<name>.+?)\s*\)?", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:(?:tin|bài|bài viết)(?:\s*(?:,|và|&)\s*(?:ảnh|video|clip|đồ họa))*"
    r"|(?:người\s+)?thực\s+hiện|tác\s+giả|bút\s+danh|phóng\s+viên|pv|ghi\s+chép)\s*:\s*",
    re.IGNORECASE,
)
"""Printed before a name, and no part of it: "Bài, ảnh:"."""

_CREDIT = re.compile(
    r"\(?\s*(?:ảnh|hình(?:\s+ảnh)?|video|clip|đồ\s+họa|minh\s+họa|trình\s+bày)"
    r"(?:\s*(?:,|và|&)\s*(?:ảnh|video|clip|đồ\s+họa))*\s*:",
    re.IGNORECASE,
)
_MONTH_WORD = re.compile(r"\b(?:tháng|ngày|năm|mùa|xuân|hạ|thu|đông|tết)\b", re.IGNORECASE)
_DAY_OR_YEAR = re.compile(r"\d{1,2}\s*[-/.]\s*(?:\d{1,2}\s*[-/.]\s*)?\d{2,4}|\b(?:19|20)\d{2}\b")

_BETWEEN = r"\s+[-–—/+|]\s+|\s*[,;&/]\s+|\s+v(?:à|a\u0300)\s+|(?<=\w\w)/(?=\w\w)"
"""Also as it stands in raw text, whatever its Unicode form."""

_SEPARATOR = re.compile(rf"\([^()]*\)|(?P<between>{_BETWEEN})")
_SEPARATOR_IN_CAPITALS = re.compile(rf"\([^()]*\)|(?P<between>{_BETWEEN}|\s+V(?:À|A\u0300)\s+)")
_TIGHT_HYPHEN = re.compile(r"(?<=\w)[-–—](?=\w)")
_BETWEEN_SOURCES = re.compile(r"\s*[,;]\s+|\s+[-–—]\s+|\s*/\s*")
_REMARK = re.compile(r"\s*\(\s*(?P<remark>[^()]*?)\s*\)\s*$")
_WORK_AT_END = re.compile(rf"\s+(?P<work>{_WORK})$", re.IGNORECASE)
_ONLY_WORK = re.compile(_WORK, re.IGNORECASE)
_END_MARK = re.compile(r"\s*\./\.?$|(?<=[^\W\d_]{3})\s*\.$|(?<=\))\.$")
_MAX_NAME_WORDS = 7


def is_date_line(text: str) -> bool:
    """True for the line with place or month that stands under a poem: "Tháng 5-2019"."""
    return bool(_DAY_OR_YEAR.search(text)) and (
        bool(_MONTH_WORD.search(text)) or text[-1:].isdigit()
    )


def is_name(text: str) -> bool:
    """True when the line reads like names: every word but titles begins with a capital."""
    bare = re.sub(r"\([^)]*\)", " ", text)
    if not bare.strip() or any(letter.isdigit() for letter in bare):
        return False
    return all(_is_one_name(piece) for piece in _pieces(bare))


def is_source(text: str) -> bool:
    """True for "Theo …", "Nguồn: …", and the bare name of an agency or website."""
    line = unicodedata.normalize("NFC", text).strip(" ().")
    return _SOURCE.fullmatch(line) is not None or _AGENCY.fullmatch(line) is not None


def is_credit(text: str) -> bool:
    """True for "Ảnh: …" and the like: whose the pictures are, not the text."""
    return _CREDIT.match(text) is not None


def _is_one_name(text: str) -> bool:
    words = [word for word in text.split() if word.lower() not in _TITLE_WORDS]
    return 0 < len(words) <= _MAX_NAME_WORDS and all(
        word[0].isupper() or not word[0].isalpha() for word in words
    )


def _pieces(line: str) -> list[str]:
    """Split at what stands between names, but not inside brackets."""
    separator = _SEPARATOR_IN_CAPITALS if line.isupper() else _SEPARATOR
    pieces, start = [], 0
    for match in separator.finditer(line):
        if match["between"] is not None:
            pieces.append(line[start : match.start()].strip())
            start = match.end()
    return [*pieces, line[start:].strip()]


# ---- reading


def read_byline(lines: Iterable[str]) -> list[ArticleAuthor]:
    """All authors of the lines under an article, each as the page has it.

    A line under a name that reads like an office, and not like a name, is the role of that name.
    """
    authors: list[ArticleAuthor] = []
    for raw in lines:
        text = clean(raw)
        if authors and authors[-1].role is None and _is_role(text):
            work = text.strip("() ")
            authors[-1].role = work if _ONLY_WORK.fullmatch(work) else text
        else:
            authors += split_authors(raw)
    return authors


def _is_role(text: str) -> bool:
    if _ONLY_WORK.fullmatch(text.strip("() ")):
        return True
    return not (
        _names_nobody(_stripped(text)) or is_name(text) or is_source(text) or _LABEL.match(text)
    )


class _Piece(NamedTuple):
    name: str
    role: str | None = None


def split_authors(raw: str) -> list[ArticleAuthor]:
    """The authors that one line names.

    One line can hold several, a source ("Theo X") instead of a person, or nothing at all. Each has
    its own part of the line as ``nameRaw``, or the whole line when that holds more than names.
    """
    whole = raw.strip()
    line = _stripped(clean(raw))
    if _names_nobody(line):
        return []
    if is_source(line):
        return [ArticleAuthor(name=name, nameRaw=whole, role="source") for name in _sources(line)]
    pieces = _without_credits(_pieces(line))
    if pieces == [line] and (hyphenated := _at_tight_hyphen(line)):
        pieces = hyphenated
    found = _people(pieces, line)
    raw_pieces = _pieces(whole)
    same = [clean(piece) for piece in raw_pieces] == [piece.name for piece in found]
    raws: Sequence[str] = raw_pieces if same else [whole] * len(found)
    return [
        ArticleAuthor(name=piece.name, nameRaw=name_raw, role=piece.role)
        for piece, name_raw in zip(found, raws, strict=True)
    ]


def _stripped(line: str) -> str:
    """Without label, bullets, and the full stop that ends an official text."""
    line = line.lstrip("-–—*•· ").rstrip("*-–—:, ")
    line = _LABEL.sub("", line, count=1) if _LABEL.match(line) else line
    line = _END_MARK.sub("", line)
    if line.startswith("(") and line.endswith(")") and line.count("(") == 1:
        line = line[1:-1].strip()
    return line


def _names_nobody(line: str) -> bool:
    return (
        not any(letter.isalpha() for letter in line)
        or line.lower() in _PLACEHOLDERS
        or _ONLY_WORK.fullmatch(line) is not None
        or is_credit(line)
    )


def _sources(line: str) -> list[str]:
    """The sources of a line that names nothing else; several only when each reads like a name."""
    match = _SOURCE.fullmatch(line)
    names = match["name"] if match else line
    pieces = _BETWEEN_SOURCES.split(names)
    if len(pieces) > 1 and all(is_name(piece) or _AGENCY.fullmatch(piece) for piece in pieces):
        return pieces
    return [names]


def _without_credits(pieces: list[str]) -> list[str]:
    """What stands before "Ảnh:"; after it only photographers follow."""
    end = next((n for n, piece in enumerate(pieces) if is_credit(piece)), len(pieces))
    return pieces[:end]


def _at_tight_hyphen(line: str) -> list[str] | None:
    """Two full names with a bare hyphen between; "Y-Blô" and "Hà-Nội" are one each."""
    pieces = _TIGHT_HYPHEN.split(line)
    is_several = len(pieces) > 1 and all(" " in piece and is_name(piece) for piece in pieces)
    return pieces if is_several else None


def _people(pieces: list[str], line: str) -> list[_Piece]:
    read = [found for piece in pieces for found in _person(piece)]
    if len(pieces) <= 1:
        return read
    if all(piece.role == "source" or is_name(piece.name) for piece in read):
        return read
    if len(pieces) > 1 and pieces and _is_one_name(pieces[0]) and "," in line:
        # One name, and behind a comma the office.
        name, _, office = line.partition(",")
        if name.strip() == pieces[0]:
            return [_Piece(pieces[0], office.strip())]
    return [_Piece(line)]


def _person(piece: str) -> list[_Piece]:
    """A name with what stands in brackets behind it: an office, a work done, or a source."""
    if _AGENCY.fullmatch(piece):
        return [_Piece(piece, "source")]
    match = _REMARK.search(piece)
    if match and match.start():
        return _with_remark(piece, piece[: match.start()], match["remark"])
    work = _WORK_AT_END.search(piece)
    if work and _is_one_name(piece[: work.start()]):
        return [_Piece(piece[: work.start()], work["work"])]
    return [_Piece(piece)] if piece else []


def _with_remark(piece: str, name: str, remark: str) -> list[_Piece]:
    if is_source(remark):
        return [_Piece(name), *(_Piece(source, "source") for source in _sources(remark))]
    if not remark or is_credit(remark):
        return [_Piece(name)]
    if is_name(remark) and not _ONLY_WORK.fullmatch(remark):
        return [_Piece(piece)]  # a pen name's owner, a place: part of how the name is printed
    return [_Piece(name, remark)]
