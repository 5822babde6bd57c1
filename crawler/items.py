"""What a crawl yields: zyte-common-items items, with the fields this newspaper adds.

A field has its zyte-common-items name if there is one, else the one of schema.org's NewsArticle or
VideoObject, else ours. The same camelCase string is used in Python, JSON and MongoDB.

All text fields are NFC with single spaces and no space at either end, unless their docstring says
otherwise. All dates are ISO 8601 with the newspaper's offset (``+07:00``).
"""

from __future__ import annotations

import attrs
from zyte_common_items import Article, Audio, Author, Breadcrumb, Image, Item, Link

from crawler.item_fields import Cleaning, item_field


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
    """The run that captured it."""


@attrs.define(kw_only=True)
class ArticleAuthor(Author):
    role: str | None = None
    """The line under the name, for instance an office held; rarely there."""


@attrs.define(kw_only=True)
class ArticleImage(Image):
    url: str
    """Absolute, without the resizer's query and with single slashes."""

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
    url: str
    """The sound file."""

    name: str | None = None
    """What the player calls the recording."""


@attrs.define(kw_only=True)
class Attachment(Item):
    """A file that belongs to the article, such as the PDF of an e-paper issue."""

    url: str
    """The file."""

    name: str | None = None
    """What the link to it is called."""

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
    """Of the headline."""

    datePublished: float | None = None
    """Of the day of publication."""

    articleBody: float | None = None
    """Of the text."""


@attrs.define(kw_only=True)
class Agreement(Item):
    """What others say of what a page class read. It changes none of the fields."""

    disagreement: float
    """0 (nobody contradicts) to 1, of the field that is contradicted most."""

    crossChecks: list[CrossCheck]
    """Each of those that were asked."""


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


_IMAGE: dict[str, Cleaning] = {"caption": "line", "creditText": "line"}


@attrs.define(kw_only=True)
class NewsArticle(Article):
    """One article, whatever addresses it has."""

    # What it says. contentHash is made in this order: a new field goes behind the last of them.
    headline: str | None = item_field(cleaning="line", role="content")
    """The headline."""

    alternativeHeadline: str | None = item_field(cleaning="line", role="content")
    """The line above the headline (supertitle)."""

    description: str | None = item_field(cleaning="line", role="content")
    """The lead that is printed above the text."""

    abstract: str | None = item_field(cleaning="line", role="content")
    """The CMS's own lead (``meta description``). The two are different texts more often than
    not."""

    articleBody: str | None = item_field(cleaning="lines", role="content")
    """Paragraphs joined by an empty line, without boxes, captions and author lines."""

    articleBodyHtml: str | None = item_field(role="content")
    """The same with its markup, cleaned."""

    datePublished: str | None = item_field(role="content")
    """When it was published."""

    dateModified: str | None = item_field(role="content")
    """When it was changed, if the page says so."""

    kind: str = item_field(role="content", default="news")
    """``news poem qa photo infographic emagazine video epaper``."""

    # Lists are invariant: a list of our images is no list of theirs, though each image is.
    authors: list[ArticleAuthor] | None = item_field(  # type: ignore[assignment]
        cleaning={"name": "line", "role": "line"}, role="content"
    )
    """Who is named above or under the text, in that order."""

    questions: list[Question] | None = item_field(
        cleaning={
            "author": "line",
            "locationCreated": "line",
            "text": "lines",
            "acceptedAnswer": "lines or none",
        },
        role="content",
    )
    """Readers' questions, in the order of the page; their words stand in :attr:`articleBody` as
    well."""

    keywords: list[str] | None = item_field(cleaning="list", role="content")
    """Tags, in the order of the page."""

    mainImage: ArticleImage | None = item_field(cleaning=_IMAGE, role="content")
    """The picture that stands for the article."""

    images: list[ArticleImage] | None = item_field(  # type: ignore[assignment]
        cleaning=_IMAGE, role="content"
    )
    """All pictures of the text, in its order."""

    videos: list[ArticleVideo] | None = item_field(role="content")  # type: ignore[assignment]
    """The players in the text, in its order."""

    audios: list[ArticleAudio] | None = item_field(role="content")  # type: ignore[assignment]
    """The recordings in the text, in its order."""

    attachments: list[Attachment] | None = item_field(cleaning={"name": "line"}, role="content")
    """Files to download, such as the issues of the e-paper."""

    relatedLinks: list[Link] | None = item_field(cleaning={"text": "line"}, role="content")
    """Links of the related boxes inside the text, which are not part of the text."""

    # Where the newspaper puts it.
    articleSection: str | None = item_field(cleaning="line", role="placement")
    """Name of the section the page says it stands in."""

    categoryId: str | None = item_field(role="placement")
    """The CMS's id of that section."""

    breadcrumbs: list[Breadcrumb] | None = item_field(cleaning={"name": "line"}, role="placement")
    """That section and those above it, from the home page down."""

    # What is known of it besides.
    articleId: str | None = None
    """The CMS's 32 hexadecimal digits, in the letter case of the page."""

    headlineRaw: str | None = None
    """The headline exactly as it stood on the page."""

    videoIds: list[str] | None = None
    """Keys of :attr:`videos` among the documents of ``videos``, in their order; of a video page the
    article's own id comes first, whether it has a player we know or not."""

    template: str | None = None
    """``a`` or ``b``; ``generic`` if no page class fits and a general extractor filled in."""

    declaredEncoding: str | None = None
    """What the page or its headers claim; it is always read as UTF-8."""

    agreement: Agreement | None = None
    """What others say of the article; no part of its contentHash. None when nobody was asked."""

    provenance: Provenance | None = None
    """The record that it was read from."""


@attrs.define(kw_only=True)
class VideoTeaser(Item):
    """A video as the newspaper shows it: on a page of its own, as a teaser, or in an article."""

    headline: str | None = item_field(cleaning="line")
    """Without the "(Video)" mark."""

    description: str | None = item_field(cleaning="line")
    """The lead."""

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
    """Media file (mp4 or HLS playlist); of several qualities the best."""

    embedUrl: str | None = None
    """Address of the frame of a foreign player."""

    thumbnailUrl: str | None = None
    """Poster."""

    duration: str | None = None
    """ISO 8601 duration (``PT1M30S``)."""

    datePublished: str | None = None
    """When it was published."""

    datePublishedRaw: str | None = None
    """The same as printed."""

    foundOn: str | None = None
    """Page on which it was first met."""

    source: str
    """``page`` (video page), ``teaser`` (teaser block or list) or ``body`` (inside an article)."""

    provenance: Provenance | None = None
    """The record that this was read from."""


@attrs.define(kw_only=True)
class Comment(Item):
    commentId: str
    """The CMS's id."""

    parentId: str | None = None
    """None for a comment on the article itself."""

    author: str | None = None
    """Who comments, as printed."""

    text: str
    """The comment."""

    dateCreated: str | None = None
    """When; of "2 giờ trước" the capture's time less two hours, cut to the hour."""

    dateCreatedRaw: str | None = None
    """The same as printed."""


@attrs.define(kw_only=True)
class CommentThread(Item):
    """All comments on one article, from the comment API."""

    articleId: str
    url: str
    comments: list[Comment] = item_field(
        cleaning={"author": "line", "text": "lines"}, default=attrs.NOTHING
    )
    provenance: Provenance | None = None
