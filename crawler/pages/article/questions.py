"""Letters to the editor: who asks what, and what is answered. Pure functions.

The newspaper prints "Hỏi: …", the reader's name and place at the right, "Trả lời: …", and at the
end who answers. Only that last one is an author of the article.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crawler.items import Question
from crawler.pages.article.bylines import is_name

if TYPE_CHECKING:
    from crawler.pages.article.blocks import Block

_BULLET = r"[*\-–•\s]*(?:\d{1,2}\s*[.)]\s*)?"
_QUESTION = re.compile(rf"{_BULLET}(?:Hỏi|HỎI|Câu\s+hỏi|CÂU\s+HỎI)(?:\s+\d{{1,2}})?\s*:\s*")
_ANSWER = re.compile(
    rf"{_BULLET}(?:Trả\s+lời|TRẢ\s+LỜI|Đáp|ĐÁP)(?:\s+câu\s+hỏi)?(?:\s+\d{{1,2}})?\s*:\s*"
)
_ASKED_BY = re.compile(
    r"(?P<asker>(?:Ông|Bà|Anh|Chị|Em|Cô|Chú|Bạn|Bạn đọc|Độc giả)\s[^:?!]{2,100}?)\s+hỏi\s*:\s*"
)
"""The asker before the question: "Ông X (xã Y) hỏi: …"."""

_ANSWERED_BY = re.compile(r"[^:?!]{2,80}\strả\s+lời\s*:")
_LABEL = re.compile(r"(?:Bạn\s+đọc|Độc\s+giả|Người\s+(?:hỏi|gửi))\s*:\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\((?P<inside>[^()]*)\)\.?")
_BEFORE_BRACKETS = re.compile(r"(?P<name>[^()]+?)\s*\((?P<place>[^()]+)\)\.?")
_AT_END = re.compile(r"(?<=[?.!…])\s*\((?P<inside>[^()]{3,100})\)\.?$")
_BEFORE_PLACE = re.compile(r"\s*[,;]\s*|\s+[-–]\s+|\s+(?=ở\s)")
_PLACE = re.compile(
    r"\b(?:xã|phường|thị\s+(?:trấn|xã)|huyện|quận|tỉnh|thành\s+phố|tp|buôn|thôn|làng|ấp|khối|đường"
    r"|khu\s+phố|tổ\s+dân\s+phố|tx)\b|@|\d{3}",
    re.IGNORECASE,
)
_MAX_SIGNATURE_CHARS = 80


@dataclasses.dataclass(slots=True)
class _Line:
    text: str
    block: int
    is_right: bool


@dataclasses.dataclass(slots=True)
class _Letter:
    """One question while its lines are gathered."""

    question: list[_Line]
    signature: list[str] = dataclasses.field(default_factory=list)
    answer: list[_Line] | None = None
    is_told: bool = False
    """Begins with "X hỏi:", as tales do, too: only a plain "Trả lời:" makes it a letter."""

    is_marked: bool = False
    """The answer has its mark."""

    @property
    def is_letter(self) -> bool:
        return self.is_marked if self.is_told else bool(self.signature or self.answer)

    def item(self) -> Question:
        if not self.signature:
            self._take_signature_off_the_end()
        author, place = _asker(self.signature)
        return Question(
            text=_joined(self.question),
            author=author,
            locationCreated=place,
            acceptedAnswer=_joined(self.answer or []) or None,
        )

    def _take_signature_off_the_end(self) -> None:
        """Of "… thì làm sao? (X, xã Y)", when it is clearly a name and a place."""
        last = self.question[-1] if self.question else None
        match = _AT_END.search(last.text) if last else None
        if last is None or match is None:
            return
        name, place = _name_and_place(match["inside"])
        if place and is_name(name):
            self.signature.append(match["inside"])
            last.text = last.text[: match.start()]


def read_questions(blocks: Sequence[Block]) -> list[Question]:
    """The questions in the text of an article, without those that are neither signed nor answered.

    ``blocks`` are those of the text, the line of the article's author taken off. An answer goes on
    until the next question.
    """
    letters: list[_Letter] = []
    lines = list(_lines(blocks))
    for line, next_line in itertools.zip_longest(lines, lines[1:]):
        if opened := _opened(line):
            letters.append(opened)
        elif letters:
            _add(letters[-1], line, next_line.text if next_line else "")
    questions = [letter.item() for letter in letters]
    return [
        question
        for letter, question in zip(letters, questions, strict=True)
        if question.text and letter.is_letter
    ]


def are_askers(before: Sequence[Block], group: Sequence[Block]) -> bool:
    """Whether lines at the right that end the text sign a question, so that nobody is its author.

    True when the question before them has no answer and no other signature, and they stand right
    behind it or hold a place in brackets.
    """
    lines = list(_lines(before))
    start = next((n for n in reversed(range(len(lines))) if _QUESTION.match(lines[n].text)), None)
    if start is None:
        return False
    since = lines[start + 1 :]
    if any(line.is_right or _answer_mark(line.text) is not None for line in since):
        return False
    is_next = all(line.block == lines[start].block for line in since)
    return is_next or any(_IN_BRACKETS.fullmatch(line.text) for line in _lines(group))


# ---- lines


def _lines(blocks: Sequence[Block]) -> Iterator[_Line]:
    for number, block in enumerate(blocks):
        for text in block.text.split("\n"):
            if text:
                yield _Line(text, number, block.is_right)


def _joined(lines: Sequence[_Line]) -> str:
    """Lines of one paragraph under each other, paragraphs with an empty line between."""
    printed = [line for line in lines if line.text]
    paragraphs = itertools.groupby(printed, key=lambda line: line.block)
    return "\n\n".join("\n".join(line.text for line in inside) for _, inside in paragraphs)


def _opened(line: _Line) -> _Letter | None:
    """The letter that begins with this line."""
    if mark := _QUESTION.match(line.text):
        return _Letter([_without(line, mark.end())])
    mark = _ASKED_BY.match(line.text) if "hỏi" in line.text else None
    if mark and any(word[0].isupper() for word in mark["asker"].split()[1:]):
        return _Letter([_without(line, mark.end())], [mark["asker"]], is_told=True)
    return None


def _without(line: _Line, mark_end: int) -> _Line:
    return dataclasses.replace(line, text=line.text[mark_end:].strip())


def _answer_mark(text: str, *, plain: bool = False) -> int | None:
    """Where the answer begins; a mark that names who answers is part of it, and not ``plain``."""
    if match := _ANSWER.match(text):
        return match.end()
    return 0 if not plain and "trả" in text and _ANSWERED_BY.match(text) else None


def _add(letter: _Letter, line: _Line, next_text: str) -> None:
    begin = None if letter.is_marked else _answer_mark(line.text, plain=letter.is_told)
    if begin is not None:
        # What seemed to be an answer without its mark was more of the question.
        letter.question += letter.answer or []
        letter.answer = [_without(line, begin)]
        letter.is_marked = True
    elif letter.answer is not None:
        letter.answer.append(line)
    elif line.is_right or _is_signature(letter, line.text, next_text):
        letter.signature.append(line.text)
    elif letter.signature and not letter.is_told and letter.question[-1].block != line.block:
        letter.answer = [line]
    else:
        letter.question.append(line)


def _is_signature(letter: _Letter, text: str, next_text: str) -> bool:
    """A name that is not printed at the right, between the question and a place or the answer."""
    if len(text) > _MAX_SIGNATURE_CHARS or "?" in text:
        return False
    if _IN_BRACKETS.fullmatch(text):
        return bool(letter.signature)
    name, _ = _name_and_place(text)
    is_last = _answer_mark(next_text) is not None or _IN_BRACKETS.fullmatch(next_text) is not None
    return is_last and is_name(name) and not letter.signature


# ---- signatures


def _asker(signature: Sequence[str]) -> tuple[str | None, str | None]:
    """Name and place of who signs with these lines."""
    author: str | None = None
    places: list[str] = []
    for line in signature:
        text = _LABEL.sub("", line, count=1) if _LABEL.match(line) else line
        inside = _IN_BRACKETS.fullmatch(text)
        if author is None:
            name, place = _name_and_place(inside["inside"] if inside else text)
            if inside and not place:
                name, place = "", name
            author = name or None
        else:
            place = inside["inside"] if inside else text
        if place and place.strip():
            places.append(place.strip())
    return author, ", ".join(places) or None


def _name_and_place(text: str) -> tuple[str, str | None]:
    """Of "X (xã Y)", "X, xã Y" and "X - xã Y"; the place is None when only a name is there."""
    text = text.strip(" .,")
    if match := _BEFORE_BRACKETS.fullmatch(text):
        return match["name"], match["place"].strip()
    between = _BEFORE_PLACE.search(text)
    if between and between.start() and _PLACE.search(text[between.end() :]):
        name = text[: between.start()]
        if not _PLACE.search(name):
            return name, text[between.end() :]
    return text, None
