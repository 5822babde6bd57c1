"""Which records the documents refer to, and what became of an address: read for checking."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pymongo.database import Database

    from pipelines.mongodb.schema import Document

#: Collection → the fields that hold a provenance.
_PROVENANCES = {
    "articles": ("provenance", "commentsProvenance"),
    "versions": ("olderProvenance", "newerProvenance"),
    "videos": ("provenance",),
    "quarantine": ("provenance",),
}
_CAPTURE = ("warcFilename", "warcOffset", "recordType", "payloadDigest", "refersTo")
_BATCH = 1000


class Reference(NamedTuple):
    """A document says that it was read from this record, and that the record lies there."""

    document: str
    """``COLLECTION/ID``"""

    field: str
    record_id: str | None
    warc_filename: str | None
    offset: int | None


def references(database: Database[Document]) -> Iterator[Reference]:
    """All of them but those of the captures."""
    for collection, fields in _PROVENANCES.items():
        for document in database[collection].find({}, list(fields), batch_size=_BATCH):
            for name in fields:
                if name in document or name == "provenance":
                    provenance = document.get(name) or {}
                    yield Reference(
                        f"{collection}/{document['_id']}",
                        name,
                        provenance.get("warcRecordId"),
                        provenance.get("warcFilename"),
                        provenance.get("warcOffset"),
                    )


def captures(database: Database[Document]) -> Iterator[Document]:
    """All captures, with what a record says as well."""
    return iter(database["captures"].find({}, list(_CAPTURE), batch_size=_BATCH))


def listed_captures(database: Database[Document], record_ids: Collection[str]) -> set[str]:
    """Those of the records that the captures list."""
    found = database["captures"].find({"_id": {"$in": list(record_ids)}}, {"_id": 1})
    return {document["_id"] for document in found}


def runs(database: Database[Document]) -> dict[str, bool]:
    """Every run, and whether it came to its own end."""
    found = database["runs"].find({}, ["closeReason", "finishedAt"])
    return {
        run["_id"]: run.get("finishedAt") is not None and run.get("closeReason") == "finished"
        for run in found
    }


def fates(database: Database[Document], urls: Collection[str]) -> dict[str, tuple[str, str]]:
    """Of canonical addresses: (``stored``, id of the document), or their announcement's state and
    reason. Those of which nothing is known are left out.
    """
    wanted = list(urls)
    known: dict[str, tuple[str, str]] = {
        document["_id"]: (document["state"], document.get("reason", ""))
        for document in database["frontier"].find({"_id": {"$in": wanted}}, ["state", "reason"])
    }
    for page in database["quarantine"].find({"url": {"$in": wanted}}, ["url", "reason"]):
        known[page["url"]] = ("quarantined", page.get("reason", ""))
    for collection in ("videos", "articles"):
        for document in database[collection].find({"urls": {"$in": wanted}}, ["urls"]):
            stored: Any = ("stored", f"{collection}/{document['_id']}")
            known |= {url: stored for url in document["urls"] if url in urls}
    return known
