"""Items with a single field are documents as well."""

from __future__ import annotations

from crawler.items import ArticleAudio, NewsArticle
from pipelines.mongodb.schema import from_document, to_document


def test_an_article_with_audio_survives_the_way_there_and_back() -> None:
    url = "https://baodaklak.vn/file/a.mp3"
    item = NewsArticle(url="https://baodaklak.vn/x/", audios=[ArticleAudio(url=url)])
    document = to_document(item)
    assert [{"url": url}] == document["audios"]
    assert [ArticleAudio(url=url)] == from_document(document, NewsArticle).audios
