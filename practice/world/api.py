"""The JSONP interface: listings, most read, topics, comments, likes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .comments import comments
from .model import Page
from .rng import mix

if TYPE_CHECKING:
    from .site import Site

MAX_PAGE_SIZE = 200
_CALLBACK = re.compile(r"^[\w$.]{1,80}$")


def answer(site: Site, call: str, query: str) -> Page | None:
    """``call`` is the path under ``/api``; None if there is no such call."""
    arguments = dict(parse_qsl(query, keep_blank_values=True))
    handler = _CALLS.get(call.rstrip("/"))
    if handler is None:
        return None
    if arguments.get("scUnitMapId", site.facts.site_id) != site.facts.site_id:
        found: dict[str, Any] = {"response": [], "total": 0}
    else:
        found = handler(site, arguments)
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    callback = arguments.get("jsonCallback", "")
    if _CALLBACK.match(callback):
        text = f"{callback}({text})"
        return Page(200, "application/javascript;charset=UTF-8", text.encode())
    return Page(200, "application/json;charset=UTF-8", text.encode())


def _number(arguments: dict[str, str], name: str, default: int) -> int:
    value = arguments.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else default


def entry(site: Site, number: int) -> dict[str, Any]:
    stub = site.stub(number)
    # Two ways of writing the time have been seen.
    stamp = (
        stub.published.isoformat()
        if mix(site.seed, number, 7) % 5 == 0
        else f"{stub.published:%Y-%m-%d %H:%M:%S}.0"
    )
    return {
        "title": stub.headline_raw,
        "lead": stub.lead,
        "pageUrl": stub.path,
        "avatar": stub.avatar,
        "publishDate": stamp,
        "objectType": stub.flags,
    }


def _article_list(site: Site, arguments: dict[str, str]) -> dict[str, Any]:
    first = _number(arguments, "first", 0)
    size = min(_number(arguments, "pageSize", 14), MAX_PAGE_SIZE)
    category = arguments.get("saArticleCateId", "")
    section = site.by_category.get(category)
    if section is None:
        return {"response": [], "total": 0}
    numbers = site.listed(section.path, first, size)
    return {"response": [entry(site, n) for n in numbers], "total": site.list_size(section.path)}


def _most_read(site: Site, arguments: dict[str, str]) -> dict[str, Any]:
    section = site.by_category.get(arguments.get("saArticleCateId", "")) or site.facts.menu[0]
    numbers = site.listed(section.path, 3, 10)
    return {"response": [entry(site, n) for n in numbers], "total": len(numbers)}


def _comment_list(site: Site, arguments: dict[str, str]) -> dict[str, Any]:
    number = site.find_id(arguments.get("articleId", ""))
    found = [] if number is None else comments(site, number)
    return {"response": [comment.as_json() for comment in found], "total": len(found)}


def _likes(site: Site, arguments: dict[str, str]) -> dict[str, Any]:
    number = site.find_id(arguments.get("objectId", ""))
    return {"total": 0 if number is None else mix(site.seed, number, 8) % 60}


def _topics(site: Site, arguments: dict[str, str]) -> dict[str, Any]:
    first, size = _number(arguments, "first", 0), _number(arguments, "pageSize", 14)
    topics = [
        {
            "id": section.category_id[::-1],
            "title": f"Chuyên đề {section.name}",
            "lead": "",
            "description": "",
            "urlImage": f"chuyen_de_{place}.jpg",
        }
        for place, section in enumerate(site.facts.menu)
        if section.parent is None
    ]
    return {"response": topics[first : first + size], "total": len(topics)}


def _topic_articles(site: Site, arguments: dict[str, str]) -> dict[str, Any]:
    section = site.by_category.get(arguments.get("saTopicId", "")[::-1])
    if section is None:
        return {"response": [], "total": 0}
    first, size = _number(arguments, "first", 0), _number(arguments, "pageSize", 60)
    listed = [entry(site, n) for n in site.listed(section.path, first, min(size, MAX_PAGE_SIZE))]
    for item in listed:
        item["publis_date"] = item.pop("publishDate")
        item["topicTitle"] = f"Chuyên đề {section.name}"
    return {"response": listed, "total": site.list_size(section.path)}


_CALLS = {
    "/article/list": _article_list,
    "/article/getTopView": _most_read,
    "/feedback/list": _comment_list,
    "/statslike/total": _likes,
    "/topic/list": _topics,
    "/topic/article/list": _topic_articles,
}
