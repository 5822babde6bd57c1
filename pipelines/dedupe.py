"""Stage 300: what an article says, as a number. Whether that is news, the store knows."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from crawler.items import NewsArticle
from pipelines.mongodb.store import prepare

if TYPE_CHECKING:
    from pipelines.fingerprint import Fingerprint
    from pipelines.mongodb.schema import Document

__all__ = ["DedupePipeline", "PreparedArticle"]


@dataclasses.dataclass(frozen=True, slots=True)
class PreparedArticle:
    """An article between this stage and the last one, which puts the article itself back."""

    article: NewsArticle
    document: Document
    fingerprint: Fingerprint


class DedupePipeline:
    """Remembers nothing: a crawl of any length takes the same memory, and a restarted one loses
    nothing. Same id, same address, same text are looked up where they are stored.
    """

    def process_item(self, item: Any) -> Any:
        if isinstance(item, NewsArticle):
            return PreparedArticle(item, *prepare(item))
        return item
