"""Every collection exists, and MongoDB itself refuses documents that break its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pymongo.errors import OperationFailure

if TYPE_CHECKING:
    from pymongo.database import Database

Schema = dict[str, Any]

NAMESPACE_EXISTS = 48

STRING: Schema = {"bsonType": "string"}
TEXT: Schema = {"bsonType": "string", "minLength": 1}
DATE: Schema = {"bsonType": "date"}
INTEGER: Schema = {"bsonType": ["int", "long"], "minimum": 0}
STRINGS: Schema = {"bsonType": "array", "items": STRING}
HASH: Schema = {"bsonType": "string", "pattern": "^[0-9a-f]{32}$"}
WEB_ADDRESS: Schema = {"bsonType": "string", "pattern": "^https?://"}


def _object(required: str, **properties: Schema) -> Schema:
    schema: Schema = {"bsonType": "object", "properties": properties}
    return schema | ({"required": required.split()} if required else {})


def _objects(required: str, **properties: Schema) -> Schema:
    return {"bsonType": "array", "items": _object(required, **properties)}


def _one_of(words: str) -> Schema:
    return {"enum": words.split()}


PROVENANCE = _object(
    "warcRecordId warcFilename warcOffset capturedAt pageClass runId",
    warcRecordId=TEXT,
    warcFilename=TEXT,
    warcOffset=INTEGER,
    capturedAt=TEXT,
    pageClass=TEXT,
    runId=TEXT,
)
IMAGE = {"url": TEXT, "caption": STRING, "creditText": STRING}
PLAYER = {"contentUrl": STRING, "embedUrl": STRING, "thumbnailUrl": STRING, "mediaId": STRING}

SCHEMAS: dict[str, Schema] = {
    "articles": _object(
        "_id url canonicalUrl urls headline datePublished kind state version contentHash"
        " firstSeen lastSeen firstRunId provenance",
        _id=TEXT,
        articleId=TEXT,
        url=WEB_ADDRESS,
        canonicalUrl=WEB_ADDRESS,
        urls={"bsonType": "array", "minItems": 1, "items": WEB_ADDRESS},
        headline=TEXT,
        headlineFolded=STRING,
        headlineRaw=STRING,
        alternativeHeadline=STRING,
        description=STRING,
        abstract=STRING,
        articleBody=STRING,
        articleBodyHtml=STRING,
        datePublished=DATE,
        datePublishedRaw=STRING,
        dateModified=DATE,
        articleSection=STRING,
        categoryId=STRING,
        kind=_one_of("news poem qa photo infographic emagazine video epaper"),
        state=_one_of("published gone"),
        keywords=STRINGS,
        authors=_objects("", name=STRING, nameRaw=STRING, role=STRING),
        mainImage=_object("url", **IMAGE),
        images=_objects("url", **IMAGE),
        videos=_objects("", **PLAYER),
        audios=_objects("", url=STRING),
        attachments=_objects("url", url=TEXT),
        breadcrumbs=_objects("", name=STRING, url=STRING),
        relatedLinks=_objects("", url=STRING, text=STRING),
        version={"bsonType": ["int", "long"], "minimum": 1},
        contentHash=HASH,
        cluster=HASH,
        firstSeen=DATE,
        lastSeen=DATE,
        firstRunId=STRING,
        provenance=PROVENANCE,
        comments=_objects(
            "commentId text", commentId=TEXT, parentId=STRING, text=STRING, dateCreated=DATE
        ),
        commentsHash=HASH,
        commentsProvenance=PROVENANCE,
    ),
    "versions": _object(
        "_id articleId version older newer changed olderProvenance newerProvenance recordedAt"
        " runId",
        _id=TEXT,
        articleId=TEXT,
        version={"bsonType": ["int", "long"], "minimum": 2},
        older=_object(""),
        newer=_object(""),
        changed=STRINGS,
        olderProvenance=PROVENANCE,
        newerProvenance=PROVENANCE,
        recordedAt=DATE,
        runId=STRING,
    ),
    "videos": _object(
        "_id url source firstSeen lastSeen firstRunId",
        _id=TEXT,
        videoId=TEXT,
        articleId=TEXT,
        url=WEB_ADDRESS,
        urls={"bsonType": "array", "items": WEB_ADDRESS},
        headline=STRING,
        description=STRING,
        contentUrl=STRING,
        embedUrl=STRING,
        thumbnailUrl=STRING,
        datePublished=DATE,
        datePublishedRaw=STRING,
        foundOn=STRING,
        source=_one_of("page teaser body"),
        firstSeen=DATE,
        lastSeen=DATE,
        firstRunId=STRING,
        provenance=PROVENANCE,
    ),
    "captures": _object(
        "_id url capturedAt warcFilename warcOffset recordType runId",
        _id=TEXT,
        url=TEXT,
        capturedAt=DATE,
        status=INTEGER,
        warcFilename=TEXT,
        warcOffset=INTEGER,
        length=INTEGER,
        recordType=_one_of("response revisit metadata request resource"),
        runId=STRING,
    ),
    "announcements": _object(
        "_id state firstSeen lastSeen firstRunId runId sections",
        _id=WEB_ADDRESS,
        sections=STRINGS,
        listedBy=STRING,
        headline=STRING,
        datePublished=DATE,
        state=_one_of(
            "pending new updated unchanged duplicate quarantined failed gone excluded robots"
            " blocked known"
        ),
        reason=STRING,
        stateAt=DATE,
        stateRunId=STRING,
        firstSeen=DATE,
        lastSeen=DATE,
        firstRunId=STRING,
        runId=STRING,
    ),
    "runs": _object("_id startedAt", _id=TEXT, startedAt=DATE, finishedAt=DATE),
    "quarantine": _object(
        "_id url reason error quarantinedAt runId",
        _id=TEXT,
        url=TEXT,
        reason=TEXT,
        error=TEXT,
        quarantinedAt=DATE,
        runId=STRING,
        provenance=PROVENANCE,
    ),
}


def apply(database: Database[dict[str, Any]]) -> None:
    existing = set(database.list_collection_names())
    for name, schema in SCHEMAS.items():
        if name not in existing:
            try:
                database.create_collection(name, check_exists=False)
            except OperationFailure as exc:
                if exc.code != NAMESPACE_EXISTS:  # another command was a moment faster
                    raise
        database.command("collMod", name, validator={"$jsonSchema": schema})
