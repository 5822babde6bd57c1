"""One bulk write, and what became of each of its operations."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from bson.errors import BSONError
from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.errors import AutoReconnect, BulkWriteError, DocumentTooLarge, OperationFailure

from pipelines.mongodb.errors import DocumentRejectedError
from pipelines.mongodb.retry_policy import TRANSIENT_CODES, RetryPolicy

if TYPE_CHECKING:
    from pymongo.asynchronous.collection import AsyncCollection


J = TypeVar("J")
Operation = (
    InsertOne[dict[str, Any]] | ReplaceOne[dict[str, Any]] | UpdateOne | UpdateMany | DeleteOne
)

DUPLICATE_KEY = 11000
VALIDATION_FAILED = 121
TOO_LARGE = frozenset({10334, 17419, 17420})
# What encoding a document can raise: a key or value that BSON does not have.
NOT_ENCODABLE = (DocumentTooLarge, BSONError, ValueError, TypeError, OverflowError)


@dataclasses.dataclass(slots=True)
class PlainJob:
    """A write that needs no look at what is stored."""

    collection: str
    operation: Operation


async def write_bulk(
    collection: AsyncCollection[dict[str, Any]],
    operations: Sequence[tuple[Operation, J]],
    retry_policy: RetryPolicy,
) -> list[tuple[J, DocumentRejectedError]]:
    """Write all *operations*, which must be idempotent; return those that MongoDB refused.

    A refused document does not keep the others from being stored.
    """
    if not operations:
        return []

    async def attempt() -> None:
        try:
            await collection.bulk_write([operation for operation, _ in operations], ordered=False)
        except BulkWriteError as exc:
            codes = {error["code"] for error in _errors(exc)}
            if codes & TRANSIENT_CODES:
                raise AutoReconnect(f"{collection.name}: the server is going away") from exc
            raise

    try:
        await retry_policy.call(attempt)
    except BulkWriteError as exc:
        return [
            (operations[error["index"]][1], _rejection(collection.name, error))
            for error in exc.details["writeErrors"]
            # Ours, from before a lost answer: inserting is idempotent because of it.
            if error["code"] != DUPLICATE_KEY
        ]
    except (*NOT_ENCODABLE, OperationFailure) as exc:
        if isinstance(exc, OperationFailure) and exc.code not in TOO_LARGE:
            raise
        if len(operations) == 1:
            error = DocumentRejectedError(
                collection=collection.name,
                document_id=_id_of(operations[0][0]),
                reason=f"{exc!s:.300}",
            )
            return [(operations[0][1], error)]
        # One of them spoils the message for all: find out which.
        middle = len(operations) // 2
        return [
            *await write_bulk(collection, operations[:middle], retry_policy),
            *await write_bulk(collection, operations[middle:], retry_policy),
        ]
    return []


def _errors(exc: BulkWriteError) -> list[dict[str, Any]]:
    details = exc.details or {}
    return [*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())]


def _rejection(collection: str, error: dict[str, Any]) -> DocumentRejectedError:
    reason = error["errmsg"]
    if error["code"] == VALIDATION_FAILED:
        broken = list(_broken_rules(error.get("errInfo", {}).get("details", {})))
        reason = f"{reason}: {'; '.join(broken)}" if broken else reason
    return DocumentRejectedError(
        collection=collection,
        document_id=error.get("op", {}).get("_id", error.get("op", {}).get("q")),
        reason=f"{reason:.500}",
    )


def _broken_rules(details: dict[str, Any]) -> list[str]:
    """Which property broke which rule, out of MongoDB's nested report."""
    broken = []
    for rule in details.get("schemaRulesNotSatisfied", ()):
        if "missingProperties" in rule:
            broken.append(f"missing {', '.join(rule['missingProperties'])}")
        broken += [
            f"{name['propertyName']} breaks its rule"
            for name in rule.get("propertiesNotSatisfied", ())
        ]
    return broken


def _id_of(operation: Operation) -> object:
    document = getattr(operation, "_doc", None)
    document_filter = getattr(operation, "_filter", None)
    return (document_filter or document or {}).get("_id")
