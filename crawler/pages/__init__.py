"""Page objects: the bytes of a page in, items out. No I/O, no Scrapy."""

from __future__ import annotations

from crawler.pages.crosscheck.agreement import ListingHint
from crawler.pages.document import Document
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
from crawler.pages.extract import ArticleReading, PageReading, UnreadablePage, read_page
from crawler.pages.listings.comments import read_comments
from crawler.pages.listings.listing import Listing, read_listing
from crawler.pages.listings.menu import read_menu
from crawler.pages.listings.section import SectionListing, read_section_page
from crawler.pages.listings.teasers import read_teasers
from crawler.pages.listings.topics import Topic, TopicListing, read_topic_articles, read_topics
from crawler.pages.media.page_resources import (
    NamedResources,
    css_resources,
    foreign_resources,
    named_in_css,
    named_in_page,
    page_resources,
)
from crawler.pages.media.videos import read_videos, teasers_of
from crawler.pages.templates.choice import ARTICLE_PAGES
from crawler.pages.templates.reading import read_article

__all__ = [
    "ARTICLE_PAGES",
    "AnswerFormatError",
    "ArticleReading",
    "BlockPageError",
    "CommentsFormatError",
    "Document",
    "EmptyPageError",
    "Listing",
    "ListingFormatError",
    "ListingHint",
    "MalformedArticleError",
    "NamedResources",
    "NotAnArticleError",
    "PageError",
    "PageReading",
    "SectionListing",
    "SoftNotFoundError",
    "Topic",
    "TopicListing",
    "UnreadablePage",
    "css_resources",
    "foreign_resources",
    "named_in_css",
    "named_in_page",
    "page_resources",
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
