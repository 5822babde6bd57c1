"""What the documents name exists, and what a user can name is in the documents."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from scrapy.settings import default_settings

from crawler import settings
from crawler.addon import DEFAULTS, NEWSPAPER_VARIABLES, VARIABLES
from khobao.cli.reference import commands

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
PACKAGES = ("khobao", "crawler", "pipelines", "archive", "practice")
FOLDERS = (*PACKAGES, "tests", "docs", "benchmarks", ".ci")

EXAMPLES = re.compile(
    r"template_c|ArticlePageC|/CASE|NAME|NNNN|RUN|mNNNN|…|\*"
    r"|^archive/pages"  # of a WACZ package
)
"""Parts of names that stand for one of the reader's own, or for many."""


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def code_spans(page: Path) -> list[str]:
    """Those of the prose, without blocks and without the names of statistics."""
    prose = text_of(page).partition("\n## Statistics\n")[0]
    prose = re.sub(r"^```.*?^```", "", prose, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


def id_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_every_path_exists(page: Path) -> None:
    paths = [
        span
        for span in code_spans(page)
        if re.fullmatch(rf"({'|'.join(map(re.escape, FOLDERS))})/[\w./-]*", span)
        and not EXAMPLES.search(span)
    ]
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_every_module_and_name_exists(page: Path) -> None:
    names = [
        span
        for span in code_spans(page)
        if re.fullmatch(rf"({'|'.join(PACKAGES)})(\.\w+)+", span)
        and not span.endswith((".md", ".toml"))
        and not EXAMPLES.search(span)
    ]
    assert [] == [name for name in names if not is_importable(name)]


def is_importable(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md", ROOT / "SECURITY.md"], ids=id_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        path, _, anchor = target.partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    heads = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_the_map_knows_every_page_and_every_decision() -> None:
    index = text_of(DOCS / "index.md")
    pages = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")} - {"index.md"}
    assert pages <= set(re.findall(r"\]\(([^)#]+)", index))
    assert "(docs/index.md)" in text_of(ROOT / "README.md")


def test_twenty_two_questions_have_an_answer() -> None:
    _, _, table = text_of(DOCS / "architecture.md").partition("## Where does X live?\n")
    rows = re.findall(r"^\| (.*\?) \| .*`([\w./]+)`", table, re.MULTILINE)
    assert len(rows) == 22


def test_every_own_setting_is_explained_with_its_name() -> None:
    own = {
        name
        for name in (*vars(settings), *DEFAULTS, "KHOBAO_OPERATOR")
        if name.isupper() and not hasattr(default_settings, name)
    }
    scrapys = {"SPIDER_MODULES", "NEWSPIDER_MODULE", "ROBOTSTXT_USER_AGENT"}
    text = text_of(DOCS / "settings.md") + text_of(ROOT / "README.md")
    assert len(own) > 15
    assert [] == sorted(name for name in own - scrapys if f"`{name}`" not in text)


def test_every_variable_is_in_the_readme() -> None:
    used = {
        name
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r"(?:environ|envvar)\D{0,20}\"(KHOBAO_[A-Z_]+)\"", text_of(path))
    } | {*VARIABLES, *NEWSPAPER_VARIABLES}
    assert len(used) > 10
    assert [] == sorted(name for name in used if f"`{name}`" not in text_of(ROOT / "README.md"))


def test_every_statistic_is_explained() -> None:
    """By its name, or for families of names by its beginning."""
    documented = re.findall(r"`([a-z_]+/[\w/]+)`", text_of(DOCS / "settings.md"))
    families = {re.sub(r"(/[A-Z]+)+$", "/", name) for name in documented}
    used = {
        (name, is_family == "{")
        for package in ("crawler", "pipelines")
        for path in (ROOT / package).rglob("*.py")
        for name, is_family in re.findall(
            r"(?:inc|set|max|min)_value\(\s*f?\"([a-z_]+/[a-z_/]*)(\{|\")", text_of(path)
        )
    }
    assert len(used) > 20
    documented_families = tuple(name for name in families if name.endswith("/"))
    missing = [
        name
        for name, is_family in used
        if name not in families and not (is_family and name.startswith(documented_families))
    ]
    assert not missing


def test_every_command_and_option_of_the_documents_is_in_the_reference() -> None:
    reference = commands.page()
    known = set(re.findall(r"^## `khobao (.+)`$", reference, re.MULTILINE))
    groups = {name.rpartition(" ")[0] for name in known if " " in name}
    options = set(re.findall(r"--[a-z][a-z-]+", reference))
    for page in PAGES:
        blocks = re.findall(r"^```sh\n(.*?)^```", text_of(page), re.MULTILINE | re.DOTALL)
        for line in [*code_spans(page), *"\n".join(blocks).splitlines()]:
            if not line.startswith("khobao "):
                continue
            words = line.split()[1:]
            if words[0] in {"COMMAND", "X"} or words[0].startswith("-"):
                continue
            name = next(
                (" ".join(words[:n]) for n in (3, 2, 1) if " ".join(words[:n]) in known), ""
            )
            assert name or " ".join(words[:1]) in groups, f"{page.name}: {line}"
            for option in re.findall(r"(?<!\S)--[a-z][a-z-]+", line):
                assert option in options | {"--help"}, f"{page.name}: {line}"
