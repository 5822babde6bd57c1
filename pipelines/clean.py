"""Stage 200: text in one form. What the page had stays in the ``…Raw`` and ``…Html`` fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from crawler.items import CommentThread, FrontierUrl, NewsArticle, VideoTeaser
from pipelines.text.normalize import normalize, normalize_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zyte_common_items import Item

__all__ = ["CleanPipeline", "clean_item"]

T = TypeVar("T")

ARTICLE_LINES = ("headline", "alternativeHeadline", "description", "abstract", "articleSection")
# Field of an article → the field of its members that holds text.
MEMBER_LINES = {
    "authors": ("name", "role"),
    "images": ("caption", "creditText"),
    "breadcrumbs": ("name",),
    "attachments": ("name",),
    "relatedLinks": ("text",),
}
HEAD_LINES = ("headline", "description")


class CleanPipeline:
    def process_item(self, item: Any) -> Any:
        return clean_item(item)


def clean_item(item: T) -> T:
    """Clean *item* in place and return it; doing it twice changes nothing more."""
    match item:
        case NewsArticle():
            _clean_article(item)
        case VideoTeaser() | FrontierUrl():
            _clean_lines(item, HEAD_LINES)
        case CommentThread():
            for comment in item.comments:
                _clean_lines(comment, ("author",))
                comment.text = normalize_lines(comment.text)
    return item


def _clean_article(article: NewsArticle) -> None:
    _clean_lines(article, ARTICLE_LINES)
    for question in article.questions or ():
        _clean_lines(question, ("author", "locationCreated"))
        question.text = normalize_lines(question.text)
        if question.acceptedAnswer is not None:
            question.acceptedAnswer = normalize_lines(question.acceptedAnswer) or None
    if article.articleBody is not None:
        # The spaces before a verse belong to the poem.
        keep_indent = article.kind == "poem"
        article.articleBody = normalize_lines(article.articleBody, keep_indent=keep_indent)
    if article.keywords:
        article.keywords = [word for keyword in article.keywords if (word := normalize(keyword))]
    for name, fields in MEMBER_LINES.items():
        for member in getattr(article, name) or ():
            _clean_lines(member, fields)
    if article.mainImage is not None:
        _clean_lines(article.mainImage, MEMBER_LINES["images"])


def _clean_lines(item: Item, names: Iterable[str]) -> None:
    for name in names:
        value = getattr(item, name)
        if value is not None:
            # A field of nothing but spaces says nothing.
            setattr(item, name, normalize(value) or None)
