"""``scrapy fetch``: looks, and leaves nothing behind in the data home."""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy.commands import fetch


class Command(fetch.Command):
    default_settings: ClassVar[dict[str, Any]] = {
        **fetch.Command.default_settings,
        "KHOBAO_SCRATCH_HOME": True,
    }
