"""What can go wrong between us and MongoDB, each with the exit code of its command.

::

    KhobaoError
    └── DatabaseError (6)
        ├── DatabaseUnreachableError   asked for long enough, no answer
        ├── ServerStartError           the embedded mongod does not start, and why
        ├── DatabaseTooNewError (2)    written by a newer khobao
        └── DocumentRejectedError (1)  one document breaks its collection's validator
"""

from __future__ import annotations

import re

from crawler.errors import ExitCode, KhobaoError


class DatabaseError(KhobaoError):
    exit_code = ExitCode.DATABASE_UNREACHABLE


class DatabaseUnreachableError(DatabaseError):
    pass


class ServerStartError(DatabaseError):
    pass


class DatabaseTooNewError(DatabaseError):
    exit_code = ExitCode.USAGE


class DocumentRejectedError(DatabaseError):
    """The validator's complaint about one document; the rest of its batch is stored."""

    exit_code = ExitCode.SOME_FAILED

    def __init__(self, *, collection: str, document_id: object, reason: str) -> None:
        self.collection, self.document_id, self.reason = collection, document_id, reason
        super().__init__(f"MongoDB refused {document_id!r} in {collection!r}: {reason}")


def without_password(uri: str) -> str:
    """An address as errors may show it."""
    return re.sub(r"://[^/@]*@", "://…@", uri)
