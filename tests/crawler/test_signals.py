"""Signals of our own: whoever listens is told, and an error of one is not passed over."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from crawler import signals


def test_every_handler_is_told_and_an_error_counts(caplog: pytest.LogCaptureFixture) -> None:
    reported: list[Any] = []

    async def keep(document: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        reported.append(document)

    def fail(document: dict[str, Any]) -> None:
        raise ZeroDivisionError(document["_id"])

    crawler = get_crawler()
    assert crawler.stats is not None
    for handler in (fail, keep):
        crawler.signals.connect(handler, signals.captured)
    asyncio.run(signals.send(crawler, signals.captured, document={"_id": "a"}))
    asyncio.run(signals.send(crawler, signals.written, entries=[], at=None))
    assert reported == [{"_id": "a"}]
    assert crawler.stats.get_value("khobao/errors") == 1
    assert "ZeroDivisionError" in caplog.text
