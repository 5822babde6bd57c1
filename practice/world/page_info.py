"""The hidden box that both templates carry: what the page is, in the CMS's own terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .html import plain

if TYPE_CHECKING:
    from .model import Section

__all__ = ["page_info"]

_PARENT_SITE = "ff8080815e5b41fb015e5b817a510004"


def page_info(site_id: str, section: Section | None, title: str, article_id: str) -> bytes:
    parent = section.parent if section else None
    return (
        '<div id="page_info" style="display: none;">\r\n'
        f'<div id="site_id">{site_id}</div>\r\n'
        f'<div id="parent_site_id">{_PARENT_SITE}</div>\r\n'
        f'<div id="cate_id">{section.category_id if section else ""}</div>\r\n'
        f'<div id="parent_id">{parent.category_id if parent else 0}</div>\r\n'
        f'<div id="cate_url">{section.path if section else "/"}</div>\r\n'
        f'<div id="article_title">{plain(title)}</div>\r\n'
        f'<div id="article_id">{article_id}</div>\r\n'
        f'<div id="cate_title">{section.name if section else ""}</div>\r\n</div> \r\n'
    ).encode()
