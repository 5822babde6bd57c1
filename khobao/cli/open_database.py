"""The database as a command opens it: its server, its address, and its words for a person."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bson.json_util import RELAXED_JSON_OPTIONS, dumps
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from crawler.errors import UsageError
from pipelines.mongodb.errors import DatabaseUnreachableError, without_password
from pipelines.mongodb.migrations import LEDGER, migrate
from pipelines.mongodb.server import EmbeddedServer, ensure_server

if TYPE_CHECKING:
    from pymongo.database import Database

    from khobao.cli.context import Context
    from pipelines.mongodb.schema import Document

DATABASE_NAME = "khobao"


def connect(uri: str) -> MongoClient[Document]:
    """:raises UsageError: this is no address of a MongoDB server."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # PyMongo goes on without an option it does not like
            return MongoClient(uri, serverSelectionTimeoutMS=5000, tz_aware=True)
    except (PyMongoError, ValueError, UserWarning) as exc:
        raise UsageError(
            f"--mongodb-uri {without_password(uri)} is no address of a MongoDB server ({exc});"
            " write mongodb://HOST:PORT/"
        ) from exc


@contextmanager
def open_database(context: Context) -> Iterator[Database[Document]]:
    """The database, its server started if need be.

    :raises DatabaseError: it does not start, does not answer, or a newer khobao wrote it.
    """
    uri = ensure_server(context.home, context.mongodb_uri)
    try:
        with connect(uri) as client:
            database = client[DATABASE_NAME]
            if database[LEDGER].find_one():  # ours; whatever else this may be stays as it is
                migrate(database)
            yield database
    except PyMongoError as exc:
        advice = (
            "start that server, or leave --mongodb-uri out to use the embedded one"
            if context.mongodb_uri
            else "try `khobao db stop` and the command again, or see `khobao doctor`"
        )
        raise DatabaseUnreachableError(
            f"{without_password(uri)} does not answer ({first_words(exc)}); {advice}"
        ) from exc


def first_words(exc: Exception) -> str:
    """PyMongo tells its whole topology; the first clause says what happened."""
    return str(exc).partition(" (configured timeouts")[0].partition(", Timeout:")[0][:200]


def shown_uri(context: Context) -> str:
    """Where the database is, without its password."""
    return without_password(context.mongodb_uri or EmbeddedServer(context.home).uri)


def to_json(document: object) -> str:
    """Extended JSON, as mongosh and mongoexport write it, dates readable."""
    return dumps(document, json_options=RELAXED_JSON_OPTIONS, ensure_ascii=False)
