"""What a crawl yields: zyte-common-items items, with the fields this newspaper adds.

A field has its zyte-common-items name if there is one, else the one of schema.org's NewsArticle or
VideoObject, else ours. The same camelCase string is used in Python, JSON and MongoDB.

All text fields are NFC with single spaces and no space at either end, unless their docstring says
otherwise. All dates are ISO 8601 with the newspaper's offset (``+07:00``).
"""

from __future__ import annotations

import attrs
from zyte_common_items import Article, Audio, Author, Breadcrumb, Image, Item, Link

__all__ = [
    "Agreement",
    "ArticleAudio",
    "ArticleAuthor",
    "ArticleImage",
    "ArticleVideo",
    "Attachment",
    "Comment",
    "CommentThread",
    "CrossCheck",
    "FrontierUrl",
    "NewsArticle",
    "Provenance",
    "QuarantinedPage",
    "Question",
    "SectionLink",
    "UrlState",
    "VideoTeaser",
]


@attrs.define(kw_only=True)
class Provenance(Item):
    """Where an item came from. With it, and the archive alone, the item can be made again."""

    warcRecordId: str
    """``<urn:uuid:…>`` of the response (or revisit) record."""

    warcFilename: str
    """Name of the WARC file, without directory."""

    warcOffset: int
    """Bytes from the start of that file to the record's gzip member."""

    capturedAt: str
    """When the request was sent: ISO 8601, UTC, microseconds (the record's WARC-Date)."""

    pageClass: str
    """Fully qualified name of the page class that read the page."""

    runId: str


@attrs.define(kw_only=True)
class ArticleAuthor(Author):
    role: str | None = None
    """The line under the name, for instance an office held; rarely there."""


@attrs.define(kw_only=True)
class ArticleImage(Image):
    """:attr:`url` is absolute, without the resizer's query and with single slashes."""

    caption: str | None = None
    """The caption as printed, credit included."""

    creditText: str | None = None
    """Whose picture it is (``X.Y`` of "Ảnh: X.Y"), if the caption says so."""


@attrs.define(kw_only=True)
class ArticleVideo(Item):
    """A player inside an article or on a video page."""

    contentUrl: str | None = None
    """Media file (mp4 or HLS playlist)."""

    embedUrl: str | None = None
    """Address of the frame of a foreign player."""

    thumbnailUrl: str | None = None
    """Poster."""

    mediaId: str | None = None
    """The CMS's 32 hexadecimal digits of the player element (``aid-…``)."""

    duration: str | None = None
    """ISO 8601 duration (``PT1M30S``)."""


@attrs.define(kw_only=True)
class ArticleAudio(Audio):
    name: str | None = None
    """What the player calls the recording."""


@attrs.define(kw_only=True)
class Attachment(Item):
    """A file that belongs to the article, such as the PDF of an e-paper issue."""

    url: str
    name: str | None = None
    encodingFormat: str | None = None
    """Media type by the file's extension."""


@attrs.define(kw_only=True)
class CrossCheck(Item):
    """Somebody else's word on an article's fields: 1 says the same, 0 something else, None says
    nothing of it.
    """

    name: str
    """``jsonLd openGraph meta address articleId listing trafilatura``."""

    headline: float | None = None
    datePublished: float | None = None
    articleBody: float | None = None


@attrs.define(kw_only=True)
class Agreement(Item):
    """What others say of what a page class read. It changes none of the fields."""

    disagreement: float
    """0 (nobody contradicts) to 1, of the field that is contradicted most."""

    crossChecks: list[CrossCheck]


@attrs.define(kw_only=True)
class Question(Item):
    """A reader's question in a letter to the editor, and the answer to it."""

    text: str
    """Without "Hỏi:" and without the signature; paragraphs joined by an empty line."""

    author: str | None = None
    """Who asks, as printed; never an author of the article."""

    locationCreated: str | None = None
    """The place the reader writes from, as printed, without its brackets."""

    acceptedAnswer: str | None = None
    """Without "Trả lời:"; paragraphs joined by an empty line. None while nobody answers."""


@attrs.define(kw_only=True)
class NewsArticle(Article):
    """One article, whatever addresses it has."""

    articleId: str | None = None
    """The CMS's 32 hexadecimal digits, in the letter case of the page."""

    headlineRaw: str | None = None
    """The headline exactly as it stood on the page."""

    alternativeHeadline: str | None = None
    """The line above the headline (supertitle)."""

    abstract: str | None = None
    """The CMS's own lead (``meta description``); :attr:`description` is the lead that is printed
    on the page. They are different texts more often than not."""

    articleSection: str | None = None
    """Name of the section the page says it stands in."""

    categoryId: str | None = None
    """The CMS's id of that section."""

    keywords: list[str] | None = None
    """Tags, in the order of the page."""

    # Lists are invariant: a list of our images is no list of theirs, though each image is.
    images: list[ArticleImage] | None = None  # type: ignore[assignment]
    mainImage: ArticleImage | None = None
    authors: list[ArticleAuthor] | None = None  # type: ignore[assignment]
    audios: list[ArticleAudio] | None = None  # type: ignore[assignment]
    videos: list[ArticleVideo] | None = None  # type: ignore[assignment]
    videoIds: list[str] | None = None
    """Keys of :attr:`videos` among the documents of ``videos``, in their order; of a video page the
    article's own id comes first, whether it has a player we know or not."""

    breadcrumbs: list[Breadcrumb] | None = None
    attachments: list[Attachment] | None = None

    relatedLinks: list[Link] | None = None
    """Links of the related boxes inside the text, which are not part of the text."""

    questions: list[Question] | None = None
    """Readers' questions, in the order of the page; their words stand in :attr:`articleBody` as
    well."""

    kind: str = "news"
    """``news poem qa photo infographic emagazine video epaper``."""

    template: str | None = None
    """``a`` or ``b``; ``generic`` if no page class fits and a general extractor filled in."""

    declaredEncoding: str | None = None
    """What the page or its headers claim; it is always read as UTF-8."""

    agreement: Agreement | None = None
    """None when nobody was asked."""

    provenance: Provenance | None = None


@attrs.define(kw_only=True)
class VideoTeaser(Item):
    """A video as the newspaper shows it: on a page of its own, as a teaser, or in an article."""

    headline: str | None = None
    """Without the "(Video)" mark."""

    description: str | None = None
    url: str
    """The video page; for a player inside an article, the article."""

    videoId: str | None = None
    """Article id of the video page, or the player's media id; None while only a teaser is known."""

    articleId: str | None = None
    """Article the player stands in."""

    isPartOf: list[str] | None = None
    """Canonical addresses of articles that show the video or lead to it: its own page, the article
    its player stands in, and those whose text or related box links to its page."""

    contentUrl: str | None = None
    embedUrl: str | None = None
    thumbnailUrl: str | None = None
    duration: str | None = None
    datePublished: str | None = None
    datePublishedRaw: str | None = None

    foundOn: str | None = None
    """Page on which it was first met."""

    source: str
    """``page`` (video page), ``teaser`` (teaser block or list) or ``body`` (inside an article)."""

    provenance: Provenance | None = None


@attrs.define(kw_only=True)
class Comment(Item):
    commentId: str
    parentId: str | None = None
    """None for a comment on the article itself."""

    author: str | None = None
    text: str
    dateCreated: str | None = None
    dateCreatedRaw: str | None = None


@attrs.define(kw_only=True)
class CommentThread(Item):
    """All comments on one article, from the comment API."""

    articleId: str
    url: str
    comments: list[Comment]
    provenance: Provenance | None = None


@attrs.define(kw_only=True)
class SectionLink(Item):
    """A section as the home page's menu lists it."""

    name: str
    url: str
    slug: str
    """Path without the outer slashes: ``thoi-su``, ``thoi-su/chuyen-de``."""

    categoryId: str | None = None
    parentId: str | None = None


@attrs.define(kw_only=True)
class FrontierUrl(Item):
    """An address that a listing announced: what the newspaper says there is to fetch."""

    url: str
    """Canonical form."""

    section: str
    """Slug of the section whose listing announced it."""

    listedBy: str
    """URL of the listing."""

    headline: str | None = None
    description: str | None = None
    thumbnailUrl: str | None = None
    datePublished: str | None = None
    datePublishedRaw: str | None = None
    objectType: str | None = None
    """``photo``, ``video``, ``audio``, several joined by a space, or None."""


@attrs.define(kw_only=True)
class UrlState(Item):
    """What became of an announced address that did not become an article."""

    url: str
    state: str
    """``failed gone excluded robots blocked known pending``."""

    reason: str


@attrs.define(kw_only=True)
class QuarantinedPage(Item):
    """A page that should have been an article and could not be read as one."""

    url: str
    reason: str
    """One line: which check failed, on what."""

    error: str
    """Name of the exception class."""

    provenance: Provenance | None = None
