"""How both sides connect, and how a database is brought up to date."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymongo
from pymongo.errors import PyMongoError

from crawler.errors import UsageError
from pipelines.mongodb.errors import DatabaseUnreachableError, without_password
from pipelines.mongodb.migrations import LEDGER, migrate
from pipelines.mongodb.schema import Document
from pipelines.mongodb.server import ensure_server

if TYPE_CHECKING:
    from pymongo.database import Database

DATABASE_NAME = "khobao"
READ_TIMEOUT_MS = 5_000
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


def connect(uri: str) -> pymongo.MongoClient[Document]:
    """:raises UsageError: this is no address of a MongoDB server."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # PyMongo goes on without an option it does not like
            return pymongo.MongoClient(uri, serverSelectionTimeoutMS=READ_TIMEOUT_MS, tz_aware=True)
    except (PyMongoError, ValueError, UserWarning) as exc:
        raise UsageError(
            f"--mongodb-uri {without_password(uri)} is no address of a MongoDB server ({exc});"
            " write mongodb://HOST:PORT/"
        ) from exc


@contextmanager
def open_database(home: Path, own_uri: str | None = None) -> Iterator[Database[Document]]:
    """The database of a home, up to date, for whoever reads it.

    :param own_uri: of another server than the embedded one, which is started if need be.
    :raises DatabaseError: it does not start, does not answer, or a newer khobao wrote it.
    """
    uri = ensure_server(home, own_uri)
    try:
        with connect(uri) as client:
            database = client[DATABASE_NAME]
            if database[LEDGER].find_one():  # ours; whatever else this may be stays as it is
                migrate(database)
            yield database
    except PyMongoError as exc:
        advice = (
            "start that server, or leave --mongodb-uri out to use the embedded one"
            if own_uri
            else "try `khobao db stop` and the command again, or see `khobao doctor`"
        )
        raise DatabaseUnreachableError(
            f"{without_password(uri)} does not answer ({first_words(exc)}); {advice}"
        ) from exc


def first_words(exc: Exception) -> str:
    """PyMongo tells its whole topology; the first clause says what happened."""
    return str(exc).partition(" (configured timeouts")[0].partition(", Timeout:")[0][:200]
