"""``scrapy check``: looks, and leaves nothing behind in the data home."""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy.commands import check

from crawler.scrapy_commands import LOOKING


class Command(check.Command):
    default_settings: ClassVar[dict[str, Any]] = check.Command.default_settings | LOOKING
