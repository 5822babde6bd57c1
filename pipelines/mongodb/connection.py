"""How the write side connects, and how a database is brought up to date."""

from __future__ import annotations

from typing import Any

import pymongo

from pipelines.mongodb.migrations import migrate
from pipelines.mongodb.schema import Document

SELECTION_TIMEOUT_MS = 2_000
SOCKET_TIMEOUT_MS = 30_000


def prepare_database(uri: str, name: str) -> list[str]:
    """Bring the database up to date. Returns the names of the applied migrations.

    :raises DatabaseTooNewError: a newer khobao wrote it.
    """
    with pymongo.MongoClient[Document](uri, **client_options()) as client:
        return migrate(client[name])


def client_options() -> dict[str, Any]:
    return {
        "tz_aware": True,
        "w": 1,
        "journal": True,  # acknowledged means: on the disk of the server
        "retryWrites": False,  # we repeat whole batches ourselves, for longer
        "retryReads": False,
        "serverSelectionTimeoutMS": SELECTION_TIMEOUT_MS,
        "connectTimeoutMS": SELECTION_TIMEOUT_MS,
        "socketTimeoutMS": SOCKET_TIMEOUT_MS,
        "appname": "khobao",
    }
