"""Article body, read in one walk: paragraphs, figures, tables, players, links."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING

from zyte_common_items import Link

from crawler.pages import markup
from crawler.pages.article import poems, tables
from crawler.pages.article.blocks import Block, Content
from crawler.pages.article.inline_run import Run
from crawler.pages.html import Resolve, lines, mark_line_breaks, raw_text
from crawler.pages.media import images as media
from crawler.pages.media.players import Players

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.items import ArticleImage

_MAX_DEPTH = 150
_PARAGRAPHS = frozenset({"p", "pre", *markup.HEADINGS})


def read_content(
    container: Element,
    resolve: Resolve,
    *,
    scripts: Iterable[Element] = (),
    skip: frozenset[str] = frozenset(),
    among_poems: bool = False,
) -> Content:
    """Read the children of ``container``; those with a class in ``skip`` are not content.

    ``scripts``: all scripts of the page, those outside set up players inside, too.
    ``among_poems``: the article stands in a section of poems, where tables hold verses.

    It is a copy that is read: line breaks are marked in it, and scripts emptied, while the page's
    tree is kept for other readers.
    """
    inside = set(container.iter("script"))
    elsewhere = [script for script in scripts if script.text and script not in inside]
    container = copy.deepcopy(container)
    players = Players(container, resolve, elsewhere)
    mark_line_breaks(container)
    reader = _Reader(container, resolve, players, among_poems=among_poems)
    reader.walk(container, skip=skip)
    reader.content.attachments = media.read_attachments(container, resolve)
    return reader.content


class _Reader:
    def __init__(
        self,
        container: Element,
        resolve: Resolve,
        players: Players,
        *,
        among_poems: bool,
    ) -> None:
        self._among_poems = among_poems
        self.content = Content()
        self._resolve = resolve
        self._container = container
        self._players = players
        self._around_blocks = _around_blocks(container, players.elements)

    def walk(
        self,
        node: Element,
        *,
        skip: frozenset[str] = frozenset(),
        in_list: str | None = None,
        depth: int = 0,
    ) -> None:
        """Every child of ``node`` in its turn; loose text between blocks is a paragraph."""
        run = Run(node, in_list)
        is_whole = node is not self._container
        run.add_text(node.text)
        for child in node:
            if not isinstance(child.tag, str):
                run.add_text(child.tail)
                continue
            left_out = self._is_left_out(child, skip)
            if child in self._players and (not left_out or child.tag == "script"):
                self._flush(run)
                self._player(child, depth + 1)
                left_out = left_out or not self._players.holds_text(child)
            is_whole = is_whole and not left_out and child not in self._players
            if not left_out:
                if "url(" in (child.get("style") or ""):
                    is_whole = False
                    self._flush(run)
                    self._background(child)
                if child.tag in markup.BLOCKS or child in self._around_blocks:
                    is_whole = False
                    self._flush(run)
                    self._block(child, in_list, depth + 1)
                else:
                    run.add_element(child)
            run.add_text(child.tail)
        self._flush(run, node if is_whole else None)

    # ---- choosing

    def _is_left_out(self, element: Element, skip: frozenset[str]) -> bool:
        if element.tag in markup.UNREAD:
            return True
        classes = markup.classes_of(element)
        if not classes:
            return False
        if any("<" in name for name in classes):
            self.content.is_damaged = True
        if not markup.RELATED_CLASSES.isdisjoint(classes):
            self._related(element)
            return True
        return not markup.NOISE_CLASSES.isdisjoint(classes) or not skip.isdisjoint(classes)

    def _block(self, element: Element, in_list: str | None, depth: int) -> None:
        tag = element.tag
        if depth > _MAX_DEPTH:
            self._paragraph(element, "p", in_list)
        elif tag in _PARAGRAPHS or self._is_centred_picture(element):
            self._paragraph_or_more(element, in_list, depth)
        elif tag == "img":
            self._image(element, None)
        elif tag in markup.MEDIA:
            self._player(element, depth)
        elif tag == "table":
            self._table(element, in_list, depth)
        elif tag == "figure":
            self._figure(element)
        elif tag in {"ul", "ol"}:
            self.walk(element, in_list=tag, depth=depth)
        elif tag == "li":
            self._item(element, in_list or "ul", depth)
        elif tag != "hr":
            self.walk(element, in_list=in_list, depth=depth)

    # ---- text

    def _paragraph_or_more(self, element: Element, in_list: str | None, depth: int) -> None:
        if element not in self._around_blocks:
            self._paragraph(element, markup.HEADINGS.get(str(element.tag), "p"), in_list)
            return
        inner = [found for found in element.iterdescendants() if found.tag in markup.BLOCKS]
        if any(found.tag != "img" for found in inner) or any(
            found in self._players for found in element.iterdescendants()
        ):
            self.walk(element, in_list=in_list, depth=depth)
            return
        # Pictures among the words of one paragraph: centred, the words are the caption.
        text = lines(raw_text(element))
        is_caption = bool(text) and markup.alignment(element) == "center"
        for image in inner:
            self._image(image, text if is_caption and image is inner[-1] else None)
        if text and not is_caption:
            self._paragraph(element, "p", in_list)

    def _is_centred_picture(self, element: Element) -> bool:
        """Whether a box is what is elsewhere a paragraph: pictures, and their caption."""
        if element.tag != "div" or element not in self._around_blocks:
            return False
        if markup.alignment(element) != "center":
            return False
        return {found.tag for found in element.iterdescendants(*markup.BLOCKS)} == {"img"}

    def _paragraph(self, element: Element, tag: str, in_list: str | None) -> None:
        raw = raw_text(element)
        text = lines(raw)
        if not text:
            self.content.blocks.append(Block("", "", raw, "blank", element=element))
            return
        name = "li" if in_list else tag
        html = f"<{name}>{markup.inline_html(element, self._resolve)}</{name}>"
        right = markup.is_right_aligned(element, self._container)
        self.content.blocks.append(Block(text, html, raw, name, right, element, in_list))

    def _item(self, element: Element, in_list: str, depth: int) -> None:
        if element in self._around_blocks:
            self.walk(element, in_list=in_list, depth=depth)
        else:
            self._paragraph(element, "li", in_list)

    def _flush(self, run: Run, element: Element | None = None) -> None:
        """A paragraph of the run; ``element`` is given when the run is all that it holds."""
        if not run:
            return
        raw = run.raw
        text = lines(raw)
        if text:
            name = "li" if run.in_list else "p"
            html = f"<{name}>{run.html(self._resolve)}</{name}>"
            right = markup.is_right_aligned(run.node, self._container)
            self.content.blocks.append(Block(text, html, raw, name, right, element, run.in_list))
        run.clear()

    # ---- pictures and tables

    def _image(self, element: Element, caption: str | None) -> None:
        image = media.read_image(element, caption, self._resolve)
        if image:
            self._show(image)

    def _show(self, image: ArticleImage) -> None:
        self.content.images.append(image)
        self.content.blocks.append(Block("", media.figure_html(image), tag="figure"))

    def _background(self, element: Element) -> None:
        """E-magazines put their large pictures behind the text."""
        image = media.read_background(element, self._resolve)
        if image:
            self._show(image)

    def _figure(self, element: Element) -> None:
        captions = [lines(raw_text(found)) for found in element.iter("figcaption")]
        caption = captions[0].replace("\n", " ") if captions else None
        images = list(element.iter("img"))
        for image in images:
            self._image(image, caption)
        if not images:
            self.walk(element)

    def _table(self, element: Element, in_list: str | None, depth: int) -> None:
        tables.drop_noise(element)
        rows = tables.rows_of(element)
        if tables.is_layout(rows):
            self.walk(element, in_list=in_list, depth=depth)
        elif tables.is_picture(element, rows):
            below = tables.caption_of(element)
            for image, caption in tables.pictures(rows if below is None else [*rows, [below]]):
                self._image(image, caption)
        elif columns := poems.columns_of(rows, among_poems=self._among_poems):
            blank = Block("", "", tag="blank")
            for cell in (cell for column in columns for cell in column):
                self.content.blocks.append(blank)
                self.walk(cell, depth=depth)
            self.content.blocks.append(blank)
        else:
            self._facts(element, rows)

    def _facts(self, element: Element, rows: tables.Rows) -> None:
        caption = tables.caption_of(element)
        text = tables.text_of_rows(rows, caption)
        if text:
            html = tables.html_of_rows(rows, self._resolve, caption)
            self.content.blocks.append(Block(text, html, text, "table", element=element))

    # ---- players and links

    def _player(self, element: Element, depth: int) -> None:
        for recording in self._players.read(element):
            self.content.add(recording)
        if element.tag == "embed":  # the parser lets it end only where its parent does
            self.walk(element, depth=depth)

    def _related(self, element: Element) -> None:
        for anchor in element.iter("a"):
            url = self._resolve(anchor.get("href"))
            text = lines(raw_text(anchor)).replace("\n", " ")
            if url and text and all(url != link.url for link in self.content.related):
                self.content.related.append(Link(url=url, text=text))


def _around_blocks(container: Element, players: list[Element]) -> set[Element]:
    """Every element that has a block or a player somewhere inside; found once, for asking each
    would cost the square of a deeply nested page.
    """
    around: set[Element] = set()
    for found in (*container.iterdescendants(*markup.BLOCKS), *players):
        for above in found.iterancestors():
            if above in around:
                break
            around.add(above)
    return around
