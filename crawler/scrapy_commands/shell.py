"""``scrapy shell``: looks, and leaves nothing behind in the data home."""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy.commands import shell

from crawler.scrapy_commands import LOOKING


class Command(shell.Command):
    default_settings: ClassVar[dict[str, Any]] = shell.Command.default_settings | LOOKING
