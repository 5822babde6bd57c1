"""``docs/schema.md``, the code and MongoDB say the same of every field."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.schema_doc import documented, undocumented

from crawler.frontier import FrontierUrl, QuarantinedPage
from crawler.items import NewsArticle, Provenance
from khobao.cli.reference.pages import of_schema
from khobao.cli.reference.schema import fields_of
from pipelines.mongodb.documents import DOCUMENTS
from pipelines.mongodb.schema import COLLECTIONS

if TYPE_CHECKING:
    from pymongo.database import Database

    from pipelines.mongodb.store import Store

pytestmark = pytest.mark.mongo
ROOT = Path(__file__).parents[3]
NOT_FILLED = {"metadata"}
KINDS = {
    "string": "string",
    "date": "date",
    "int": "integer",
    "double": "number",
    "array": "list",
    "object": "object",
}


def rules(database: Database[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What MongoDB holds of each field, by collection, once all migrations are through."""
    return {
        info["name"]: info["options"]["validator"]["$jsonSchema"]["properties"]
        for info in database.list_collections()
        if info["options"].get("validator")
    }


async def test_the_page_is_as_the_code_and_mongodb_have_it(
    store: Store, database: Database[dict[str, Any]]
) -> None:
    for path, text in of_schema(ROOT, database).items():
        assert text == path.read_text("utf-8"), "run `make docs` and look at the difference"


async def test_every_field_with_a_rule_is_declared_with_its_type(
    store: Store, database: Database[dict[str, Any]]
) -> None:
    held = rules(database)
    assert set(COLLECTIONS) == set(held)
    assert set(COLLECTIONS) < set(DOCUMENTS)
    for collection, properties in held.items():
        fields = fields_of(collection)
        assert set(properties) <= set(fields), collection
        for name, rule in properties.items():
            kinds = rule.get("bsonType", "string")  # of words from a list
            kind = KINDS[kinds if isinstance(kinds, str) else kinds[0]]
            said = re.sub(r"^\[.*", "object", fields[name][0]).partition(" ")[0]
            assert kind == said, f"{collection}.{name}"


def test_every_field_has_a_type_and_a_meaning() -> None:
    for collection in DOCUMENTS:
        for name, (kind, meaning) in fields_of(collection).items():
            assert meaning, f"{collection}.{name}"
            assert kind or name in NOT_FILLED, f"{collection}.{name}"
    text = (ROOT / "docs" / "schema.md").read_text("utf-8")
    objects = text.partition("<!-- generated: objects -->")[2].partition("<!-- end -->")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", objects, re.MULTILINE)
    assert len(rows) > 60
    assert [] == [row for row in rows if not all(row)]


async def test_what_is_stored_is_documented(
    store: Store, database: Database[dict[str, Any]], make_article: Callable[..., NewsArticle]
) -> None:
    article = make_article()
    await store.announce(FrontierUrl(url=article.url, section="a", listedBy="https://b/"))
    await store.upsert_article(article)
    await store.upsert_article(make_article(minute=1, headline="Một tựa khác", run_id="run-2"))
    assert isinstance(article.provenance, Provenance)
    await store.quarantine(
        QuarantinedPage(
            url="https://baodaklak.vn/x/", reason="r", error="E", provenance=article.provenance
        )
    )

    assert 1 == database["versions"].count_documents({})
    assert 1 == database["quarantine"].count_documents({})
    assert set() == undocumented(database)
    database["articles"].update_one({}, {"$set": {"provenance.mood": 1, "mood": 1}})
    assert {"articles.provenance.mood", "articles.mood"} == undocumented(database)


def test_the_page_is_read_again_whole() -> None:
    fields = documented()

    assert set(DOCUMENTS) <= set(fields)
    assert {name: set(fields[name]) for name in DOCUMENTS} == {
        name: set(fields_of(name)) for name in DOCUMENTS
    }
