"""``scrapy fetch``: looks, and leaves nothing behind in the data home."""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy.commands import fetch

from crawler.scrapy_commands import LOOKING


class Command(fetch.Command):
    default_settings: ClassVar[dict[str, Any]] = fetch.Command.default_settings | LOOKING
