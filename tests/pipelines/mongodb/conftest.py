from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.mongodb.store import Store

if TYPE_CHECKING:
    from pymongo.database import Database


@pytest.fixture
async def store(mongo_uri: str, database: Database[dict[str, Any]]) -> AsyncIterator[Store]:
    """Open, on the test's own database, for run ``run-1``."""
    store = Store(mongo_uri, database.name, run_id="run-1", wait_seconds=20)
    await store.open()
    yield store
    await store.close()
