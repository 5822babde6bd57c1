"""The truth is what the rules say, and agrees with what a plain look at the page shows."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

import pytest
from lxml import html

from practice.world import World

UTF8 = html.HTMLParser(encoding="utf-8")
KINDS = {"news", "poem", "qa", "photo", "infographic", "emagazine", "video", "epaper"}


def letters(text: str) -> str:
    """Only what can be compared without knowing where paragraphs end."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


@pytest.fixture(scope="module")
def everything(world: World, truth: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*truth, *world.truth_articles("phuyen")]


def test_every_kind_and_template_occurs(world: World, everything: list[dict[str, Any]]) -> None:
    assert {article["kind"] for article in everything} == KINDS
    assert Counter(article["template"] for article in everything)["a"] > 300
    assert {a["template"] for a in world.truth_articles("phuyen")} == {"b"}


def test_texts_are_clean(everything: list[dict[str, Any]]) -> None:
    for article in everything:
        for name in ("headline", "description", "abstract", "articleBody", "alternativeHeadline"):
            text = article[name]
            if text is None:
                continue
            assert text == unicodedata.normalize("NFC", text)
            assert text == text.strip()
            assert "\xa0" not in text
            if name != "articleBody":
                assert text == " ".join(text.split())
            elif article["kind"] != "poem":
                assert "  " not in text


def test_headline_and_its_raw_form_agree(everything: list[dict[str, Any]]) -> None:
    raw = [article["headlineRaw"] for article in everything]
    assert any(COMPOSED != text for text, COMPOSED in zip(raw, map(nfc, raw), strict=True))
    for article in everything:
        assert article["headline"] == " ".join(nfc(article["headlineRaw"]).split())


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def test_the_page_prints_lead_body_and_author_and_nothing_else_as_text(
    reader: Any, everything: list[dict[str, Any]]
) -> None:
    """Read crudely: all text of the content, less what is known not to be text."""
    for article in everything[::4]:
        tree = html.fromstring(reader.get(article["url"]).body, parser=UTF8)
        content = tree.cssselect("#content")[0]
        drop = "h1, h4, .date, .social, .related, table.image, script, video, audio, iframe"
        for element in content.cssselect(drop):
            element.drop_tree()
        for table in content.xpath(".//table[.//img]"):
            table.drop_tree()
        printed = letters(content.text_content())
        body = letters(article["articleBody"].replace("|", ""))
        assert body in printed
        rest = printed.replace(body, "", 1)
        rest = rest.replace(letters(article["description"] or ""), "", 1)
        for author in article["authors"]:
            rest = rest.replace(letters(author["nameRaw"]), "", 1)
            rest = rest.replace(letters(author["role"] or ""), "", 1)
        assert re.fullmatch(r"(?:-|,|và)?(?:Bútdanh)?", rest), (article["url"], rest)


def test_images_are_on_the_page_and_exist(reader: Any, everything: list[dict[str, Any]]) -> None:
    for article in everything[::5]:
        page = reader.get(article["url"]).body.decode()
        for image in article["images"]:
            name = image["url"].rpartition("/")[2]
            assert f"{name}" in page
            assert "?" not in image["url"]
            assert "//" not in image["url"].removeprefix("https://")
            found = reader.get(image["url"])
            assert (found.status, found.content_type.split("/")[0]) == (200, "image")
        if article["images"]:
            assert article["mainImage"] == article["images"][0]


def test_media_and_attachments_exist(reader: Any, everything: list[dict[str, Any]]) -> None:
    kinds = Counter()
    for article in everything:
        urls = [video["contentUrl"] for video in article["videos"] if video["contentUrl"]]
        urls += [audio["url"] for audio in article["audios"]]
        urls += [attachment["url"] for attachment in article["attachments"]]
        for url in urls:
            page = reader.get(url)
            assert page.status == 200, url
            kinds[page.content_type] += 1
    assert set(kinds) == {
        "video/mp4", "application/vnd.apple.mpegurl", "audio/mpeg", "application/pdf"
    }  # fmt: skip


def test_author_lines_vary(everything: list[dict[str, Any]]) -> None:
    counts = Counter(len(article["authors"]) for article in everything)
    assert set(counts) == {0, 1, 2}
    authors = [author for article in everything for author in article["authors"]]
    assert any(author["role"] == "source" for author in authors)
    assert any(author["role"] not in {None, "source"} for author in authors)
    assert any(author["name"].startswith("BS ") for author in authors)
    assert any(author["name"].isupper() and len(author["name"]) > 6 for author in authors)


def test_letters_vary(everything: list[dict[str, Any]]) -> None:
    letters = [article["questions"] for article in everything if article["questions"]]
    assert {len(questions) for questions in letters} == {1, 2}
    questions = [question for found in letters for question in found]
    assert all(question["text"] and question["acceptedAnswer"] for question in questions)
    assert {question["locationCreated"] is None for question in questions} == {True, False}
    for article in everything:
        authors = {author["name"] for author in article["authors"]}
        assert not authors & {question["author"] for question in article["questions"] or ()}


def test_captions_and_credits_vary(everything: list[dict[str, Any]]) -> None:
    images = [image for article in everything for image in article["images"]]
    assert any(image["caption"] is None for image in images)
    assert any(image["caption"] and image["creditText"] is None for image in images)
    for image in images:
        if image["creditText"]:
            assert image["caption"].endswith(f"Ảnh: {image['creditText']}")


def test_kinds_have_their_marks(everything: list[dict[str, Any]]) -> None:
    for article in everything:
        body = article["articleBody"]
        paragraphs = body.split("\n\n")
        match article["kind"]:
            case "poem":
                assert article["description"] is None
                assert any("\n" in stanza for stanza in paragraphs)
            case "qa":
                assert paragraphs[0].startswith("Hỏi: ")
                assert any(p.startswith("Trả lời: ") for p in paragraphs)
                assert article["questions"]
            case "photo":
                captioned = [i for i in article["images"] if i["caption"]]
                assert len(captioned) >= 4
                assert len(paragraphs) < 3
            case "epaper":
                assert article["attachments"][0]["url"].endswith(".pdf")
            case "video":
                assert article["headline"].startswith("(Video) ")
                assert len(article["videos"]) == 1
    bodies = "\n\n".join(article["articleBody"] for article in everything)
    assert "\n\n*\n\n" in bodies
    assert re.search(r"\n {2,}\S", bodies)
    assert re.search(r" \| .* \| ", bodies)
    assert "Ƀ" in bodies


def test_videos_are_pages_or_players(world: World, truth: list[dict[str, Any]]) -> None:
    videos = list(world.truth_videos())
    by_url = {article["url"]: article for article in truth}
    assert {video["source"] for video in videos} == {"page", "body"}
    assert len(videos) == sum(len(article["videos"]) for article in truth)
    for video in videos:
        assert not video["headline"].startswith("(")
        assert video["articleId"] == by_url[video["url"]]["articleId"]
        if video["source"] == "page":
            assert video["videoId"] == video["articleId"]
        assert bool(video["contentUrl"]) != bool(video["embedUrl"])


def test_related_links_lead_to_articles(reader: Any, everything: list[dict[str, Any]]) -> None:
    links = [link for article in everything for link in article["relatedLinks"]]
    assert len(links) > 300
    for link in links[::9]:
        page = reader.get(link["url"])
        assert page.status == 200
        assert link["text"].split()[0].encode() in page.body


def test_leads_differ_from_the_cms_lead_more_often_than_not(
    everything: list[dict[str, Any]],
) -> None:
    pairs = [(a["description"], a["abstract"]) for a in everything if a["abstract"]]
    different = sum(printed != lead for printed, lead in pairs)
    assert len(pairs) / 2 < different < len(pairs)


@pytest.mark.parametrize("template", ["a", "b"])
def test_a_world_in_one_template(template: str) -> None:
    articles = list(World(articles=60, template=template).truth_articles())
    assert {article["template"] for article in articles} == {template}
