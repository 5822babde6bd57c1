"""The database as a command opens it, and its words for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bson.json_util import RELAXED_JSON_OPTIONS, dumps

from pipelines.mongodb import connection
from pipelines.mongodb.errors import without_password
from pipelines.mongodb.server import EmbeddedServer

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from pymongo.database import Database

    from khobao.cli.context import Context
    from pipelines.mongodb.schema import Document


def open_database(context: Context) -> AbstractContextManager[Database[Document]]:
    """:raises DatabaseError: see :func:`pipelines.mongodb.connection.open_database`."""
    return connection.open_database(context.home, context.mongodb_uri)


def shown_uri(context: Context) -> str:
    """Where the database is, without its password."""
    return without_password(context.mongodb_uri or EmbeddedServer(context.home).uri)


def to_json(document: object) -> str:
    """Extended JSON, as mongosh and mongoexport write it, dates readable."""
    return dumps(document, json_options=RELAXED_JSON_OPTIONS, ensure_ascii=False)
