"""Page objects: the bytes of a page in, items out. No I/O, no Scrapy."""

from __future__ import annotations

from crawler.pages.comments import read_comments
from crawler.pages.errors import (
    AnswerFormatError,
    BlockPageError,
    CommentsFormatError,
    EmptyPageError,
    ListingFormatError,
    MalformedArticleError,
    NotAnArticleError,
    PageError,
    SoftNotFoundError,
)
from crawler.pages.listing import Listing, read_listing
from crawler.pages.menu import read_menu
from crawler.pages.opinion import Listed
from crawler.pages.reading import read_article
from crawler.pages.requisites import css_requisites, page_requisites
from crawler.pages.section import SectionListing, read_section_page
from crawler.pages.teasers import read_teasers
from crawler.pages.topics import Topic, TopicListing, read_topic_articles, read_topics
from crawler.pages.versions import ARTICLE_PAGES
from crawler.pages.videos import read_videos, teasers_of
from crawler.pages.whole import ArticleReading, PageReading, UnreadablePage, read_page

__all__ = [
    "ARTICLE_PAGES",
    "AnswerFormatError",
    "ArticleReading",
    "BlockPageError",
    "CommentsFormatError",
    "EmptyPageError",
    "Listed",
    "Listing",
    "ListingFormatError",
    "MalformedArticleError",
    "NotAnArticleError",
    "PageError",
    "PageReading",
    "SectionListing",
    "SoftNotFoundError",
    "Topic",
    "TopicListing",
    "UnreadablePage",
    "css_requisites",
    "page_requisites",
    "read_article",
    "read_comments",
    "read_listing",
    "read_menu",
    "read_page",
    "read_section_page",
    "read_teasers",
    "read_topic_articles",
    "read_topics",
    "read_videos",
    "teasers_of",
]
