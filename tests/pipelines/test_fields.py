"""What the fields of the items say of themselves. A fingerprint is stored: its fields and their
order must not change by accident.
"""

from __future__ import annotations

from typing import Any

import pytest
from zyte_common_items import Item

from crawler.frontier import FrontierUrl, QuarantinedPage, UrlState
from crawler.items import CommentThread, NewsArticle, Provenance, VideoTeaser
from pipelines.clean import cleaning_of
from pipelines.fingerprint import CONTENT_FIELDS, PLACEMENT_FIELDS
from pipelines.mongodb.articles import DIFFED


def test_content_and_placement() -> None:
    content = (
        "headline alternativeHeadline description abstract articleBody articleBodyHtml"
        " datePublished dateModified kind authors questions keywords mainImage images videos"
        " audios attachments relatedLinks"
    )
    assert tuple(content.split()) == CONTENT_FIELDS
    assert PLACEMENT_FIELDS == ("articleSection", "categoryId", "breadcrumbs")
    diffed = "headline alternativeHeadline description abstract articleBody"
    assert tuple(diffed.split()) == DIFFED


HEAD = {"headline": "line", "description": "line"}
IMAGE = {"caption": "line", "creditText": "line"}


@pytest.mark.parametrize(
    ("item_class", "cleaning"),
    [
        (
            NewsArticle,
            HEAD
            | {
                "alternativeHeadline": "line",
                "abstract": "line",
                "articleSection": "line",
                "articleBody": "lines",
                "keywords": "list",
                "authors": {"name": "line", "role": "line"},
                "images": IMAGE,
                "mainImage": IMAGE,
                "breadcrumbs": {"name": "line"},
                "attachments": {"name": "line"},
                "relatedLinks": {"text": "line"},
                "questions": {
                    "author": "line",
                    "locationCreated": "line",
                    "text": "lines",
                    "acceptedAnswer": "lines or none",
                },
            },
        ),
        (VideoTeaser, HEAD),
        (FrontierUrl, HEAD),
        (CommentThread, {"comments": {"author": "line", "text": "lines"}}),
        (UrlState, {}),
        (QuarantinedPage, {}),
        (Provenance, {}),
    ],
)
def test_how_the_text_of_an_item_is_cleaned(
    item_class: type[Item], cleaning: dict[str, Any]
) -> None:
    assert cleaning_of(item_class) == cleaning
