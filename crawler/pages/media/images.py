"""Pictures and files of an article."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from crawler.items import ArticleImage, Attachment
from crawler.pages.fields import credit_of
from crawler.pages.html import Resolve, text_of
from crawler.pages.markup import NOISE_CLASSES, classes_of, escape

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from crawler.sites import SiteProfile

PLACEHOLDERS = ("/file/default.jpg", "/images/logo_share.jpg", "/image/no-image.png")
"""Ends of the addresses of pictures that stand for "no picture"."""


def picture_at(url: str | None) -> str | None:
    """The address, unless it is that of a picture which stands for "no picture"."""
    return None if url is None or url.split("?", 1)[0].endswith(PLACEHOLDERS) else url


def read_image(element: Element, caption: str | None, resolve: Resolve) -> ArticleImage | None:
    """The picture in its original size, or None for a placeholder or a broken address."""
    # A picture that is loaded by script has a stand-in for its source.
    url = picture_at(resolve(element.get("src"))) or picture_at(resolve(element.get("data-src")))
    if url is None:
        return None
    caption = caption or None
    return ArticleImage(url=url, caption=caption, creditText=credit_of(caption))


def read_thumbnail(element: Element | None, resolve: Resolve) -> str | None:
    """Address of the picture of a teaser; what a script loads is meant before its stand-in."""
    if element is None:
        return None
    return picture_at(resolve(element.get("data-src")) or resolve(element.get("src")))


def file_url(name: str | None, folder: str, profile: SiteProfile) -> str | None:
    """Address of a picture that the JSON API names: the newspaper's own scripts look for names and
    paths that are no address in *folder*.
    """
    if name is None:
        return None
    if not name.startswith(("http:", "https:", "//", "/file/")):
        name = folder + name.lstrip("/")
    return picture_at(profile.resolve(name, profile.base_url))


_BACKGROUND = re.compile(
    r"""background(?:-image)?\s*:[^;]*?url\(\s*(?P<quote>["']?)(?P<url>.+?)(?P=quote)\s*\)""",
    re.IGNORECASE | re.DOTALL,
)


def read_background(element: Element, resolve: Resolve) -> ArticleImage | None:
    """The picture that the element's own style puts behind it."""
    match = _BACKGROUND.search(element.get("style") or "")
    url = picture_at(resolve(match["url"].strip())) if match else None
    return ArticleImage(url=url) if url else None


def figure_html(image: ArticleImage) -> str:
    src = escape(image.url).replace('"', "&quot;")
    caption = f"<figcaption>{escape(image.caption)}</figcaption>" if image.caption else ""
    return f'<figure><img src="{src}">{caption}</figure>'


_FILE_ENDINGS = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".rar")
_WITH_FILE = etree.XPath(
    "descendant::a[@href] | descendant-or-self::*[@data-pdf] | descendant::iframe"
    " | descendant::embed | descendant::object | descendant::option[@value]"
)
_BETWEEN_FILES = re.compile(r"""[\s,;|"'\[\]]+""")


def read_attachments(container: Element, resolve: Resolve) -> list[Attachment]:
    """Files that belong to the article: those of the e-paper viewer, one or several, those shown in
    frames, and those linked in the text.
    """
    found: dict[str, Attachment] = {}
    for element in cast("list[Element]", _WITH_FILE(container)):
        name = text_of(element) or None if element.tag in {"a", "option"} else None
        for address in _files_in(element):
            url = resolve(address)
            if url is None or not urlsplit(url).path.lower().endswith(_FILE_ENDINGS):
                continue
            if _is_in_noise(element, container):
                continue
            if url not in found:
                media_type = mimetypes.guess_type(urlsplit(url).path)[0]
                found[url] = Attachment(url=url, name=name, encodingFormat=media_type)
            elif name and not found[url].name:
                found[url].name = name
    return list(found.values())


def _files_in(element: Element) -> Iterator[str]:
    """Addresses that may be those of files, as written."""
    several = element.get("data-pdf")
    if several:
        whole = several.strip()
        if whole.lower().endswith(".pdf") and not re.search(r"\.pdf[\s,;|]", whole, re.IGNORECASE):
            yield whole  # names can hold spaces
        else:
            yield from filter(None, _BETWEEN_FILES.split(whole))
    for name in ("href", "src", "data-src", "data", "value"):
        address = (element.get(name) or "").strip()
        if address:
            yield address
            if element.tag in {"iframe", "embed", "object"}:  # viewer.html?file=/file/….pdf
                for key, value in parse_qsl(urlsplit(address).query):
                    if key in {"file", "url", "src", "pdf"}:
                        yield value


def _is_in_noise(element: Element, container: Element) -> bool:
    for node in element.iterancestors():
        if container in {element, node}:
            return False
        if not _NOT_FILES.isdisjoint(classes_of(node)):
            return True
    return False


_NOT_FILES = NOISE_CLASSES - {"xdata"}
"""The text of ``xdata`` is no content, its files are the article's."""
