"""What a perfect reader of the newspaper would find: from the model, never from its rendering."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from .content import write
from .model import (
    Block,
    Facts,
    Figure,
    Items,
    Leaflets,
    Paragraph,
    Player,
    Related,
    Section,
    Sound,
    Stanza,
    Star,
    Stub,
    Table,
    Verses,
    Viewer,
)
from .schedule import ZONE
from .verse_blocks import facts_text, verses_text

if TYPE_CHECKING:
    from .site import Site

_MARK = re.compile(r"^[(\[](?:Video|Infographic|E-[Mm]agazine)[)\]] ")


def _body(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Items(items):
                yield from items
            case Leaflets(files):
                yield from (name for _, name in files)
            case Player(wrapped=Paragraph() as inside):
                yield inside.text
            case Paragraph():
                yield _lines(block.text)
            case _:
                text = _verses_or_rows(block)
                if text is not None:
                    yield text


def _verses_or_rows(block: Block) -> str | None:
    match block:
        case Stanza(verses):
            return "\n".join(verses)
        case Star():
            return "*"
        case Verses():
            return verses_text(block)
        case Table(rows):
            return "\n".join(" | ".join(row) for row in rows)
        case Facts():
            return facts_text(block)
    return None


def _image(figure: Figure) -> dict[str, Any]:
    return {"url": figure.url, "caption": figure.caption, "creditText": figure.credit}


def _video(site: Site, player: Player) -> dict[str, Any]:
    base = site.facts.base
    return {
        "contentUrl": base + player.src if player.src else None,
        "embedUrl": f"https:{player.embed}" if (player.embed or "")[:2] == "//" else player.embed,
        "thumbnailUrl": player.poster_url,
        "mediaId": player.media_id,
        "duration": _duration(player.seconds),
    }


def _video_ids(site: Site, stub: Stub, blocks: tuple[Block, ...]) -> list[str]:
    """Of a video page its own id, else the players'; a foreign player has one of its address."""
    if stub.kind == "video":
        return [stub.article_id]
    videos = [_video(site, block) for block in blocks if isinstance(block, Player)]
    return [
        video["mediaId"] or f"media:{sha256(video['embedUrl'].encode()).hexdigest()[:32]}"
        for video in videos
    ]


def _duration(seconds: int) -> str | None:
    """ISO 8601, for lengths below an hour."""
    if not seconds:
        return None
    minutes, rest = divmod(seconds, 60)
    return "PT" + (f"{minutes}M" if minutes else "") + (f"{rest}S" if rest else "")


def _attachments(site: Site, blocks: tuple[Block, ...]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        files: tuple[tuple[str, str | None], ...] = ()
        if isinstance(block, Viewer):
            files = ((block.src, None),)
        elif isinstance(block, Leaflets):
            files = block.files
        for src, name in files:
            url = site.facts.base + src
            yield {"url": url, "name": name, "encodingFormat": "application/pdf"}


def _breadcrumbs(site: Site, section: Section) -> list[dict[str, str]]:
    trail = [section.parent, section] if section.parent else [section]
    return [{"name": _single(s.name), "url": site.facts.base + s.path} for s in trail]


def _lines(text: str) -> str:
    return "\n".join(map(_single, text.split("\n")))


def _single(name: str) -> str:
    return " ".join(name.split())


def _questions(blocks: tuple[Block, ...]) -> list[dict[str, Any]] | None:
    """Each question of a letter to the editor; its answer goes on until the next one."""
    letters: list[dict[str, Any]] = []
    for block in blocks:
        if not isinstance(block, Paragraph):
            continue
        text = _lines(block.text)
        if block.part == "question":
            asked = text.removeprefix("Hỏi: ")
            letters.append({
                "text": asked, "author": None, "locationCreated": None, "acceptedAnswer": None
            })  # fmt: skip
        elif block.part == "signature":
            name, place = block.means
            letters[-1]["author"] = name or letters[-1]["author"]
            letters[-1]["locationCreated"] = place
        elif block.part == "answer":
            letters[-1]["acceptedAnswer"] = text.removeprefix("Trả lời: ")
        elif letters:
            letters[-1]["acceptedAnswer"] += f"\n\n{text}"
    return letters or None


def article_truth(site: Site, number: int) -> dict[str, Any]:
    article = write(site, number)
    stub, blocks = article.stub, article.blocks
    images = [_image(block) for block in blocks if isinstance(block, Figure)]
    share = article.og_image_url
    share_image = {"url": share, "caption": None, "creditText": None} if share else None
    url = site.url(number)
    first = site.facts.base + site.first_path(number)
    original = site.text_number(number)
    return {
        "url": url,
        "canonicalUrl": url,
        "urls": [url] if first == url else [url, first],
        "articleId": stub.article_id,
        "headline": stub.headline,
        "headlineRaw": stub.headline_raw,
        "alternativeHeadline": article.supertitle,
        "description": article.printed_lead,
        "abstract": stub.lead or None,
        "articleBody": "\n\n".join(_body(blocks)),
        "datePublished": stub.published.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:00+07:00"),
        "datePublishedRaw": f"{stub.published:%H:%M, %d/%m/%Y}",
        "authors": [
            {"name": name, "nameRaw": raw, "role": role}
            for name, raw, role in (article.byline.authors if article.byline else ())
        ],
        "articleSection": _single(stub.section.name),
        "categoryId": stub.section.category_id,
        "breadcrumbs": _breadcrumbs(site, stub.section),
        "keywords": list(article.tags),
        "images": images,
        "mainImage": images[0] if images else share_image,
        "videoIds": _video_ids(site, stub, blocks),
        "videos": [_video(site, block) for block in blocks if isinstance(block, Player)],
        "audios": [
            {"url": site.facts.base + block.src, "name": block.title}
            for block in blocks
            if isinstance(block, Sound)
        ],
        "attachments": list(_attachments(site, blocks)),
        "relatedLinks": [
            {"url": target, "text": text}
            for block in blocks
            if isinstance(block, Related)
            for _, target, text in block.links
        ],
        "questions": _questions(blocks),
        "kind": stub.kind,
        "template": stub.template,
        "sections": [site.section[path].path.strip("/") for path in site.table.slot(number).lists],
        "reprintOf": None if original == number else site.stub(original).article_id,
        "version": stub.version,
    }


def video_truths(site: Site, number: int) -> Iterator[dict[str, Any]]:
    """The video page itself, or each player inside an article."""
    truth = article_truth(site, number)
    on_page = truth["kind"] == "video"
    for video in truth["videos"]:
        yield {
            "headline": _MARK.sub("", truth["headline"]),
            "description": truth["description"],
            "url": truth["url"],
            "videoId": truth["articleId"] if on_page else video["mediaId"],
            "articleId": truth["articleId"],
            "isPartOf": [truth["url"]],
            "contentUrl": video["contentUrl"],
            "embedUrl": video["embedUrl"],
            "thumbnailUrl": video["thumbnailUrl"],
            "duration": video["duration"],
            "datePublished": truth["datePublished"],
            "datePublishedRaw": truth["datePublishedRaw"],
            "source": "page" if on_page else "body",
        }


def section_truth(site: Site, section: Section) -> dict[str, Any]:
    return {
        "name": _single(section.name),
        "url": site.facts.base + section.path,
        "slug": section.path.strip("/"),
        "categoryId": section.category_id,
        "parentId": section.parent.category_id if section.parent else None,
    }
