"""Letters to the editor: who asks, from where, what, and what is answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import NewsArticle, Question
from crawler.pages.article.blocks import Block
from crawler.pages.article.compose import compose
from crawler.pages.article.questions import read_questions

Read = Callable[..., NewsArticle]


def right(text: str) -> str:
    return f'<p style="text-align:right">{text}</p>'


ASK = "<p><b>Hỏi: </b><i>Bao giờ có nước?</i></p>"
ANSWER = "<p><b>Trả lời: </b>Tuần sau.</p>"
NAME, PLACE = "Trần Văn Lợi", "xã Ea Tân"

SIGNATURES = [
    (right(NAME) + right(f"({PLACE})"), NAME, PLACE),
    (right(NAME) + right(f"<b><i>({PLACE}) </i></b>"), NAME, PLACE),
    (right(NAME) + "<p>&nbsp;</p>" + right(f"({PLACE})."), NAME, PLACE),
    (right(f"{NAME}<br>({PLACE})"), NAME, PLACE),
    (right(NAME) + right(PLACE), NAME, PLACE),
    (right(f"{NAME} ({PLACE})"), NAME, PLACE),
    (right(f"{NAME}, {PLACE}"), NAME, PLACE),
    (right(f"{NAME} - {PLACE}"), NAME, PLACE),
    (right(f"({NAME}, {PLACE})"), NAME, PLACE),
    (right(f"{NAME} ở {PLACE}"), NAME, f"ở {PLACE}"),
    (right(f"Bạn đọc: {NAME}"), NAME, None),
    (right(f"Bạn đọc {NAME}"), f"Bạn đọc {NAME}", None),
    (right(f"Ông {NAME}") + right(f"({PLACE})"), f"Ông {NAME}", PLACE),
    (right("TRẦN VĂN LỢI") + right("(TP. Ban Mê)"), "TRẦN VĂN LỢI", "TP. Ban Mê"),
    (right("H'Bia Niê") + right("(buôn Kô Tam)"), "H'Bia Niê", "buôn Kô Tam"),
    (right(NAME) + right(f"({PLACE})") + right("0900 000 000"), NAME, f"{PLACE}, 0900 000 000"),
    (right("N.T.H"), "N.T.H", None),
    (right(f"({PLACE})"), None, PLACE),
    ("", None, None),
    # not at the right, as in some old pages
    (f"<p>{NAME}</p><p>({PLACE})</p>", NAME, PLACE),
    (f"<p><b>{NAME}</b> ({PLACE})</p>", NAME, PLACE),
    (f"<p>{NAME}</p>", NAME, None),
]


@pytest.mark.parametrize("author_line", ["", right("BS LÊ BÔNG")])
@pytest.mark.parametrize(("signature", "author", "place"), SIGNATURES)
def test_who_asks_is_no_author(
    read_body: Read, signature: str, author: str | None, place: str | None, author_line: str
) -> None:
    article = read_body(f"{ASK}{signature}{ANSWER}<p>Xin cảm ơn.</p>{author_line}")
    expected = Question(
        text="Bao giờ có nước?",
        author=author,
        locationCreated=place,
        acceptedAnswer="Tuần sau.\n\nXin cảm ơn.",
    )
    assert article.questions == [expected]
    assert article.kind == "qa"
    authors = [found.name for found in article.authors or []]
    assert authors == (["BS LÊ BÔNG"] if author_line else [])
    body = article.articleBody or ""
    for part in (author, place and place.split(", ")[0]):
        assert part is None or part in body, "the words stay in the text"


@pytest.mark.parametrize(
    ("body", "text", "answer"),
    [
        ("<p>Hỏi:</p><p>Một?</p><p>Hai?</p><p>Trả lời:</p><p>Có.</p>", "Một?\n\nHai?", "Có."),
        ("<p>Hỏi: Một,<br>hai?<br>Trả lời: Có.<br>Không.</p>", "Một,\nhai?", "Có.\nKhông."),
        ("<p>* HỎI: Một?</p><p>* TRẢ LỜI: Có.</p>", "Một?", "Có."),
        ("<p>1. Hỏi : Một?</p><p>- Đáp : Có.</p>", "Một?", "Có."),
        ("<p>Câu hỏi 2: Một?</p><p>Trả lời câu hỏi 2: Có.</p>", "Một?", "Có."),
        (
            "<p>Hỏi: Một?</p><p>Bác sĩ Lê Bông trả lời: Có.</p>",
            "Một?",
            "Bác sĩ Lê Bông trả lời: Có.",
        ),
        (f"<p>Hỏi: Một?</p>{right(NAME)}<p>Có.</p><p>Hết.</p>", "Một?", "Có.\n\nHết."),
        (f"<p>Hỏi: Một?</p>{right(NAME)}<p>Hai?</p><p>Đáp: Có.</p>", "Một?\n\nHai?", "Có."),
    ],
)
def test_question_and_answer(read_body: Read, body: str, text: str, answer: str) -> None:
    (question,) = read_body(body).questions or []
    assert (question.text, question.acceptedAnswer) == (text, answer)


def test_the_signature_behind_the_question(read_body: Read) -> None:
    (question,) = read_body(f"<p>Hỏi: Một? ({NAME}, {PLACE})</p>{ANSWER}").questions or []
    assert (question.text, question.author, question.locationCreated) == ("Một?", NAME, PLACE)
    (question,) = read_body(f"<p>Hỏi: Một? (năm 2019, ở nhà)</p>{ANSWER}").questions or []
    assert (question.text, question.author) == ("Một? (năm 2019, ở nhà)", None)


def test_the_signature_before_the_question(read_body: Read) -> None:
    asked = f"<p>Ông {NAME} ({PLACE}) hỏi: Một?</p><p>Hai?</p>"
    (question,) = read_body(asked + ANSWER).questions or []
    assert (question.author, question.locationCreated) == (f"Ông {NAME}", PLACE)
    assert (question.text, question.acceptedAnswer) == ("Một?\n\nHai?", "Tuần sau.")


def test_several_questions_on_one_page(read_body: Read) -> None:
    second = ASK.replace("nước", "điện") + right("Y Blô") + ANSWER.replace("Tuần", "Năm")
    article = read_body(f"{ASK}{right(NAME)}{ANSWER}{second}{right('BS Lê Bông')}")
    found = [(q.text, q.author, q.acceptedAnswer) for q in article.questions or []]
    assert found == [
        ("Bao giờ có nước?", NAME, "Tuần sau."),
        ("Bao giờ có điện?", "Y Blô", "Năm sau."),
    ]
    assert [author.name for author in article.authors or []] == ["BS Lê Bông"]


@pytest.mark.parametrize("signature", [right(NAME), right(NAME) + right(f"({PLACE})")])
def test_who_signs_a_question_without_answer_is_no_author_either(
    read_body: Read, signature: str
) -> None:
    article = read_body(f"<p>Chuyện nước sạch.</p>{ASK}{signature}")
    assert article.authors == []
    (question,) = article.questions or []
    assert (question.author, question.acceptedAnswer) == (NAME, None)
    assert NAME in (article.articleBody or "")


def test_who_signs_the_article_after_an_unmarked_answer_is_its_author(read_body: Read) -> None:
    article = read_body(f"{ASK}<p>Tuần sau.</p>{right('Lê Bông')}")
    assert [author.name for author in article.authors or []] == ["Lê Bông"]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Chúng tôi hỏi đường.</p><p>Cụ già trả lời.</p>",
        "<p>Hỏi: ai đúng?</p><p>Chuyện còn dài.</p>",
        "<p>Trả lời: không.</p>",
        "<p>Bà Lan hỏi: “Sao thế?”</p><p>Ông Nam trả lời: “Chịu.”</p>",
        "<p>Ông Nam hỏi: “Ai đấy?”</p><p>Không ai thưa.</p>",
        "<p>Học hỏi: chuyện không của riêng ai</p><p>Tuần sau.</p>",
    ],
)
def test_tales_hold_no_letters(read_body: Read, body: str) -> None:
    article = read_body(f"<p>Chuyện kể.</p>{body}{right('Lê Bông')}")
    assert (article.questions, article.kind) == (None, "news")
    assert [author.name for author in article.authors or []] == ["Lê Bông"]


LINES = st.sampled_from(
    ["Hỏi:", "Hỏi: Một?", "Trả lời:", "Đáp: Có.", NAME, f"({PLACE})", f"{NAME} ({PLACE})", "()",
     "Một? (A, xã B)", "Ông A hỏi: Hai?", "Bà B trả lời: Có.", "Một\nhai", "Lê Bông", "", "*"]
)  # fmt: skip
BLOCKS = st.lists(
    st.builds(lambda text, is_right: Block(text, "", text, is_right=is_right), LINES, st.booleans())
)


@given(BLOCKS)
def test_every_word_of_a_question_stands_in_the_text_once_and_in_order(
    blocks: list[Block],
) -> None:
    kept = compose(blocks, has_lead_in_body=False, may_be_poem=False).blocks
    text = "".join(block.text for block in kept)
    rest = iter("".join(text.split()))
    for question in read_questions(kept):
        assert question.text
        for part in (question.text, question.acceptedAnswer or ""):
            for letter in "".join(part.split()):
                assert letter in rest  # moves on in the iterator
