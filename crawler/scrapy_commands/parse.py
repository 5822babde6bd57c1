"""``scrapy parse``: looks, and leaves nothing behind in the data home."""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy.commands import parse

from crawler.scrapy_commands import LOOKING


class Command(parse.Command):
    default_settings: ClassVar[dict[str, Any]] = parse.Command.default_settings | LOOKING
