"""An article while it is being written: random numbers, the tone, the pieces every shape needs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .hosts import OLD_PHUYEN_HOST
from .media import media_id, picture_name
from .model import Byline, Figure, Leaflets, Paragraph, Player, Related, Sound, Stub
from .rng import Rng
from .text import fillers, writer
from .words import REPORTERS

if TYPE_CHECKING:
    from .site import Site

_CAPTIONS = fillers("captions")
_INITIALS = ("N.Q", "H. Thư", "T.L", "P.V", "Y.S")
_SOURCES = ("Theo Cao Nguyên Xanh", "(Theo Bản tin Ea Kao)", "Theo CNX", "(Theo TTX Tây Bắc)")
_ROLES = ("Giám đốc Trung tâm Khuyến nông", "Hội Văn học - Nghệ thuật tỉnh", "Trưởng Phòng Dân tộc")

_LOOKS = (
    "attribute", "source", "source", "hls", "frame", "frame", "qualities", "data", "script",
    "flash",
)  # fmt: skip
_FRAMES = (
    "https://www.youtube.com/embed/{}",
    "//www.youtube.com/embed/{}",
    "https://www.dailymotion.com/embed/video/{}",
)
_HEIGHTS = (360, 480, 720)

_RESIZED = 3
_ON_OLD_HOST = 5


class Draft:
    def __init__(self, site: Site, stub: Stub) -> None:
        self.site = site
        self.stub = stub
        source = site.text_number(stub.number)
        self.source = source
        self.rng = Rng(site.seed, source, 10)
        self.tone = writer(site.tone(stub.number))
        self.figures = 0

    # --- text ----------------------------------------------------------------------------------

    def prose(self, look: str = "") -> Paragraph:
        return Paragraph((("", self.tone.paragraph(self.rng)),), look=look)

    def subhead(self) -> Paragraph:
        """A heading that is only a bold paragraph, or one in capitals."""
        text = self.tone.headline(self.rng).replace("\xa0", " ")
        text = " ".join(text.split())
        if self.rng.one_in(2):
            return Paragraph((("", text.upper()),))
        return Paragraph((("strong", text),))

    # --- pictures ------------------------------------------------------------------------------

    def caption(self) -> tuple[tuple[tuple[str, str], ...], str | None]:
        rng = self.rng
        text = rng.pick(_CAPTIONS)(rng)
        match rng.below(8):
            case 0:
                return (), None
            case 1:
                return (("", text),), None
            case 2:
                return (("", f"{text} "), ("em", "Ảnh minh họa")), None
            case 3:
                return (("", "(Ảnh minh họa)"),), None
            case 4:
                return (("", "Ảnh minh họa: Internet"),), None
        credit = rng.pick(_INITIALS) if rng.one_in(2) else rng.pick(REPORTERS)
        return (("", f"{text} "), ("em", f"Ảnh: {credit}")), credit

    def figure(self, *, captioned: bool = False) -> Figure:
        runs, credit = self.caption()
        while captioned and not runs:
            runs, credit = self.caption()
        text = "".join(part for _, part in runs)
        alt = self.rng.pick(("h", text, text, text.removesuffix(".") + " ", ""))
        src, url = self.picture()
        return Figure(src, url, alt, runs, credit, self._place())

    def head_figure(self) -> Figure:
        src, url = self.picture()
        return Figure(src, url, self.stub.headline, place="head")

    def _place(self) -> str:
        """Old pages of the Phú Yên site have bare tables."""
        old = self.stub.number < self.site.addresses.old_count
        return "legacy" if old and self.site.facts.numbered else "body"

    def picture(self) -> tuple[str, str]:
        """(as written, canonical) address of one more picture."""
        self.figures += 1
        rng, facts, published = self.rng, self.site.facts, self.stub.published
        name = picture_name(rng, published)
        # Thrown in any case: a reprint of another time must throw the same for its text.
        roll = rng.below(15)
        if self.stub.number >= self.site.addresses.old_count:
            path = f"/file/{facts.site_id}/{published:%m%Y}/{name}"
            written = f"{facts.base}/file//{facts.site_id}/{published:%m%Y}/{name}"
            if roll < _RESIZED:
                written = f"{path}?width=700&height=-&type=resize"
            return written, facts.base + path
        if facts.numbered:
            folder = f"/Upload/Images/{published:%Y}/thang%20{published.month}/{published.day}"
            if roll < _ON_OLD_HOST:
                return (
                    f"http://{OLD_PHUYEN_HOST}/{folder}/{name}",
                    f"https://{OLD_PHUYEN_HOST}{folder}/{name}",
                )
            return f"{folder}/{name}", f"{facts.base}{folder}/{name}"
        path = (
            f"/file/{facts.site_id}/old-data/dataimages/{published:%Y%m}/original/"
            f"images{self.stub.number}{self.figures}_{name}"
        )
        return path, facts.base + path

    # --- media ---------------------------------------------------------------------------------

    def _media_path(self, suffix: str) -> str:
        facts, published = self.site.facts, self.stub.published
        uploaded = published - dt.timedelta(seconds=self.rng.below(5000))
        name = f"{self.stub.slug[:40].rstrip('-')}_{uploaded:%Y%m%d%H%M%S}.{suffix}"
        return f"/file/{facts.site_id}/{published:%m%Y}/{name}"

    def player(self) -> Player:
        rng = self.rng
        look = rng.pick(_LOOKS)
        old = self.stub.number < self.site.addresses.old_count
        if look == "flash" and not old:
            look = "qualities"
        if look == "frame":
            code = f"{rng.below(1 << 31):08x}Ab_"
            host = rng.pick(_FRAMES)
            return Player(None, None, host.format(code), None, None, look)
        poster, poster_url = self.picture()
        path = self._media_path("m3u8" if look == "hls" else "mp4")
        wrapped = self.prose() if rng.one_in(4) else None
        identity = media_id(self.stub, rng)
        heights = _HEIGHTS[: 1 + rng.below(3)] if look in {"qualities", "data", "script"} else ()
        stem = path.rpartition(".")[0]
        return Player(
            identity,
            path,
            None,
            poster,
            poster_url,
            look,
            wrapped,
            others=tuple((f"{stem}_{height}p.mp4", height) for height in heights),
            height=1080 if heights else 0,
            seconds=20 + rng.below(1200) if rng.one_in(2) else 0,
        )

    def sound(self) -> Sound:
        title = f"Nghe: {self.stub.headline}" if self.rng.one_in(2) else None
        return Sound(self._media_path("mp3"), nested=self.rng.one_in(2), title=title)

    def paper(self) -> str:
        return self._media_path("pdf")

    def leaflets(self) -> Leaflets:
        """The pages of an issue, a PDF each."""
        stem = self._media_path("pdf").removesuffix(".pdf")
        pages = range(1, 3 + self.rng.below(6))
        return Leaflets(tuple((f"{stem}_trang_{n}.pdf", f"Trang {n}") for n in pages))

    def background(self) -> Figure:
        src, url = self.picture()
        return Figure(src, url, "", place="behind")

    # --- what stands beside the text -----------------------------------------------------------

    def related(self) -> Related | None:
        """Up to three older articles, addressed in the several ways that occur."""
        site, rng, number = self.site, self.rng, self.stub.number
        links = []
        for older in sorted({number - 1 - rng.below(60) for _ in range(3)}):
            if older < 0 or older in self.site.unwritten:
                continue
            path, headline = site.link(older)
            url = site.facts.base + path
            form = rng.pick(("path", "path", "path", "bare", "www", "scheme"))
            href = {
                "path": path,
                "bare": path.rstrip("/"),
                "www": url.replace("https://", "https://www."),
                "scheme": url.removeprefix("https:"),
            }[form]
            links.append((href, url, headline))
        return Related(tuple(links)) if links else None

    def byline(self) -> Byline | None:
        rng = self.rng
        name = rng.pick(REPORTERS)
        if self.site.facts.numbered and rng.one_in(2):
            name = name.upper()
        line: Byline | None = Byline(name, ((name, name, None),))
        match rng.below(14):
            case 0:
                line = None
            case 1:
                line = Byline("\xa0")
            case 2 | 3:
                other = rng.pick(REPORTERS)
                join = rng.pick((" - ", ", ", " và "))
                line = Byline(f"{name}{join}{other}", ((name, name, None), (other, other, None)))
            case 4:
                name = rng.pick(_INITIALS)
                line = Byline(name, ((name, name, None),))
            case 5:
                printed = rng.pick(_SOURCES)
                source = printed.strip("()").removeprefix("Theo ")
                line = Byline(printed, ((source, printed, "source"),), look="em")
            case 6:
                line = Byline(f"BS {name}", ((f"BS {name}", f"BS {name}", None),))
            case 7:
                role = rng.pick(_ROLES)
                line = Byline(name, ((name, name, role),), role_line=role)
            case 8:
                line = Byline(f"{name}\xa0", ((name, name, None),))
        return line
