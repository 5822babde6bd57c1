"""What the practice newspaper is made of, before anything of it is rendered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, before the server has put it on the wire."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    lasting: Callable[[], bytes] | None = None
    """Of a page that is another one on every fetch: what names its version all the same."""


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    path: str
    category_id: str
    theme: str
    parent: Section | None = None
    in_menu: bool = True
    legacy: int = 0
    """Number of the section in the addresses of before the move to the present CMS."""

    @property
    def top(self) -> Section:
        return self if self.parent is None else self.parent.top


@dataclass(frozen=True, slots=True)
class Stub:
    """What lists say of an article: all that can be known without writing its text."""

    number: int
    kind: str
    shape: str
    """How the body is built; more shapes than kinds (a table stands in plain news)."""

    section: Section
    headline_raw: str
    headline: str
    lead: str
    """The CMS's lead: ``meta description``, and ``lead`` of the API."""

    slug: str
    path: str
    article_id: str
    published: dt.datetime
    template: str
    avatar: str
    """Path under ``/file``; empty when there is none."""

    flags: str
    version: int
    """Edits so far."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs of (tag, text); the text of the paragraph is the texts joined."""

    runs: tuple[tuple[str, str], ...]
    align: str = "justify"
    tag: str = "p"
    look: str = ""
    """``word`` (Word residue), ``dropcap``, or empty."""

    part: str = ""
    """Of a letter to the editor: ``question``, ``signature`` or ``answer``; else empty. An answer
    goes on in the paragraphs after it."""

    means: tuple[str | None, str | None] = (None, None)
    """What a signature says: (name, place)."""

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.runs)


@dataclass(frozen=True, slots=True)
class Stanza:
    verses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Star:
    """The separator line of poems."""


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Verses:
    """A poem whose stanzas are not paragraphs of one verse each."""

    stanzas: tuple[tuple[str, ...], ...]
    look: str
    """``breaks`` (one paragraph), ``stanzas`` (one each), ``columns``, or ``lined columns``."""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    rows: int = 1
    columns: int = 1
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """A table with a caption and with cells that span others."""

    caption: str | None
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    src: str
    """As it stands in the markup."""

    url: str
    """Canonical."""

    alt: str
    runs: tuple[tuple[str, str], ...] = ()
    credit: str | None = None
    place: str = "body"
    """``body``, ``legacy`` (a bare table), ``head`` (above the headline of template B), or
    ``behind`` (a background of the text).
    """

    @property
    def caption(self) -> str | None:
        return "".join(text for _, text in self.runs) or None


@dataclass(frozen=True, slots=True)
class Related:
    links: tuple[tuple[str, str, str], ...]
    """(href as written, canonical URL, text)."""


@dataclass(frozen=True, slots=True)
class Player:
    media_id: str | None
    src: str | None
    """Path of the media file on the newspaper's host."""

    embed: str | None
    poster: str | None
    """As written; the canonical address follows."""

    poster_url: str | None
    look: str = "attribute"
    """``attribute source qualities hls frame data script flash``."""

    wrapped: Paragraph | None = None
    """An ordinary paragraph that stands inside the player's box, as happens."""

    others: tuple[tuple[str, int], ...] = ()
    """Paths of the same recording in poorer qualities, and their heights."""

    height: int = 0
    """Of the best one, where the markup tells it; else 0."""

    seconds: int = 0
    """Length, where the markup tells it; else 0."""

    @property
    def files(self) -> tuple[tuple[str, int], ...]:
        """All addresses, the best neither first nor last."""
        best = ((self.src, self.height),) if self.src else ()
        return self.others[:1] + best + self.others[1:]

    @property
    def clock(self) -> str:
        return f"{self.seconds // 60}:{self.seconds % 60:02d}"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A live stream, which is no recording."""


@dataclass(frozen=True, slots=True)
class Sound:
    src: str
    nested: bool = False
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """The e-paper viewer."""

    src: str


@dataclass(frozen=True, slots=True)
class Leaflets:
    """Links to further PDFs of an issue: (path, what the link says)."""

    files: tuple[tuple[str, str], ...]


Block = (
    Paragraph
    | Stanza
    | Star
    | Verses
    | Items
    | Table
    | Facts
    | Figure
    | Related
    | Player
    | Broadcast
    | Sound
    | Viewer
    | Leaflets
)


@dataclass(frozen=True, slots=True)
class Byline:
    """The author line as printed, and what it means."""

    printed: str
    authors: tuple[tuple[str, str, str | None], ...] = ()
    """(name, nameRaw, role)."""

    role_line: str | None = None
    look: str = "strong"
    in_box: bool = False
    """Template B only: the name stands in the box made for it, not under the text."""


@dataclass(frozen=True, slots=True)
class Markers:
    """How the text is written down: what a reader of the page must see through."""

    decomposed: bool = False
    hard_spaces: bool = False
    latin_entities: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    stub: Stub
    supertitle: str | None
    printed_lead: str | None
    blocks: tuple[Block, ...]
    byline: Byline | None
    tags: tuple[str, ...]
    og_image: str | None
    """As written into the page's head; None for the share logo."""

    og_image_url: str | None
    markers: Markers = field(default_factory=Markers)
    repeats_lead: bool = False
    """Template B: the lead stands once more as the first paragraph of the body."""
