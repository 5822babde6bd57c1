from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.text import diff
from pipelines.text.diff import diff_words

TEXT = st.lists(st.sampled_from(["một", "hai", "ba", "bốn"]), max_size=12).map(" ".join)


@given(TEXT, TEXT)
def test_both_texts_can_be_put_together_again(older: str, newer: str) -> None:
    pieces = diff_words(older, newer)
    assert "".join(p["text"] for p in pieces if p["op"] in "=-") == older
    assert "".join(p["text"] for p in pieces if p["op"] in "=+") == newer


def test_a_book_is_not_compared_word_by_word() -> None:
    older, newer = "a " * diff.MAX_WORDS, "b"
    assert diff_words(older, newer) == [{"op": "-", "text": older}, {"op": "+", "text": newer}]
