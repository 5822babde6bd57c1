from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from zyte_common_items import Breadcrumb, Link

from crawler.frontier import FrontierUrl, UrlState
from crawler.items import (
    ArticleAuthor,
    ArticleImage,
    Comment,
    CommentThread,
    NewsArticle,
    Question,
    VideoTeaser,
)
from pipelines.clean import CleanPipeline, clean_item
from pipelines.text.normalize import NO_WIDTH

MakeArticle = Callable[..., NewsArticle]
MESSY = " Đắk\u00a0 La\u0306\u0301k\u200b \n"
CLEAN = "Đắk Lắk"


def test_all_text_of_an_article_is_cleaned_and_nothing_else(make_article: MakeArticle) -> None:
    article = make_article(
        headline=MESSY,
        headlineRaw=MESSY,
        alternativeHeadline=MESSY,
        description=MESSY,
        abstract="\u00a0",
        articleBody=f"{MESSY}\n\n\n{MESSY}",
        articleBodyHtml=f"<p>{MESSY}</p>",
        articleSection=MESSY,
        datePublishedRaw=MESSY,
        keywords=[MESSY, " "],
        authors=[ArticleAuthor(name=MESSY, nameRaw=MESSY, role="\u00a0")],
        images=[ArticleImage(url="https://x.vn/a b.jpg", caption=MESSY, creditText=MESSY)],
        mainImage=ArticleImage(url="https://x.vn/a b.jpg", caption=MESSY),
        questions=[
            Question(
                text=f"{MESSY}\n{MESSY}", author=MESSY, locationCreated=" ", acceptedAnswer=MESSY
            )
        ],
        breadcrumbs=[Breadcrumb(name=MESSY, url="https://x.vn/")],
        relatedLinks=[Link(text=MESSY, url="https://x.vn/")],
    )

    assert CleanPipeline().process_item(article) is article

    for name in ("headline", "alternativeHeadline", "description", "articleSection"):
        assert getattr(article, name) == CLEAN
    assert article.abstract is None
    assert article.articleBody == f"{CLEAN}\n\n{CLEAN}"
    assert article.headlineRaw == article.datePublishedRaw == MESSY
    assert article.articleBodyHtml == f"<p>{MESSY}</p>"
    assert article.keywords == [CLEAN]
    assert article.authors == [ArticleAuthor(name=CLEAN, nameRaw=MESSY, role=None)]
    assert article.questions == [
        Question(text=f"{CLEAN}\n\n{CLEAN}", author=CLEAN, acceptedAnswer=CLEAN)
    ]
    assert article.images is not None
    assert article.images[0].url == "https://x.vn/a b.jpg"
    assert article.images[0].caption == article.images[0].creditText == CLEAN
    assert article.mainImage is not None
    assert article.mainImage.caption == CLEAN
    assert article.breadcrumbs is not None
    assert article.breadcrumbs[0].name == CLEAN
    assert article.relatedLinks is not None
    assert article.relatedLinks[0].text == CLEAN


def test_verses_keep_the_spaces_they_begin_with(make_article: MakeArticle) -> None:
    verses = "Nắng lên\n    gió về\n\n*\n\nmưa"
    assert clean_item(make_article(kind="poem", articleBody=verses)).articleBody == verses
    prose = clean_item(make_article(kind="news", articleBody=verses)).articleBody
    assert prose == "Nắng lên\ngió về\n\n*\n\nmưa"


def test_the_other_items() -> None:
    video = clean_item(VideoTeaser(url="https://x.vn/", source="teaser", headline=MESSY))
    assert video.headline == CLEAN
    listed = clean_item(
        FrontierUrl(url="https://x.vn/", section="a", listedBy="b", description=MESSY)
    )
    assert listed.description == CLEAN
    comment = Comment(commentId="1", author=MESSY, text=f"{MESSY}\n{MESSY}")
    thread = clean_item(CommentThread(articleId="a", url="https://x.vn/", comments=[comment]))
    assert thread.comments == [Comment(commentId="1", author=CLEAN, text=f"{CLEAN}\n\n{CLEAN}")]
    outcome = UrlState(url="https://x.vn/", state="gone", reason=MESSY)
    assert clean_item(outcome).reason == MESSY


TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n  \u00a0\u0301ăđ"))


def letters(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFC", NO_WIDTH.sub("", text or "")).split())


@given(headline=TEXT, body=TEXT, kind=st.sampled_from(["news", "poem"]))
def test_cleaning_is_idempotent_and_loses_no_letter(
    make_article: MakeArticle, headline: str, body: str, kind: str
) -> None:
    article = make_article(headline=headline, articleBody=body, kind=kind)
    once = clean_item(copy.deepcopy(article))
    assert letters(once.headline) == letters(headline)
    assert letters(once.articleBody) == letters(body)
    assert clean_item(copy.deepcopy(once)) == once
