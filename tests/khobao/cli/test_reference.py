"""The generated pages say what the code says, and the code says something of everything."""

from __future__ import annotations

import re
from pathlib import Path

from crawler.errors import ExitCode
from khobao.cli.reference import commands
from khobao.cli.reference.markdown import code, field_docs, replace_part, table
from khobao.cli.reference.pages import of_commands

ROOT = Path(__file__).parents[3]


def test_what_is_generated_is_as_the_code_has_it() -> None:
    pages = of_commands(ROOT)
    assert {ROOT / "docs" / "commands.md", ROOT / "README.md"} == set(pages)
    for path, text in pages.items():
        assert text == path.read_text("utf-8"), "run `make docs` and look at the difference"


def test_every_command_argument_and_option_is_explained() -> None:
    page = commands.page()

    for heading in re.findall(r"^## `(khobao .+)`$", page, re.MULTILINE):
        part = page.partition(f"## `{heading}`\n")[2].partition("\n## ")[0]
        assert re.match(r"\n[A-Z].+\.\n", part), f"{heading} has no help"
    rows = re.findall(r"^\| (`[^`]+`) \| (.*?) \|", page, re.MULTILINE)
    assert len(rows) > 60
    assert [] == [name for name, meaning in rows if not meaning.strip(" –")]


def test_every_exit_code_is_explained() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", commands.exit_codes(), re.MULTILINE)

    assert [int(number) for number, _ in rows] == [int(each) for each in ExitCode]
    assert all(meaning for _, meaning in rows)


def test_tables_leave_out_empty_columns_and_keep_bars_in_their_cells() -> None:
    assert (
        table(["option", "default", "meaning"], [(code("a|b"), "", "x"), ("", "", "y")])
        == "| option | meaning |\n| --- | --- |\n| `a\\|b` | x |\n|  | y |\n"
    )


def test_only_the_named_part_of_a_page_is_replaced() -> None:
    page = "a\n<!-- generated: x -->\nold\n<!-- end -->\n<!-- generated: y -->\n<!-- end -->\n"

    assert replace_part(page, "x", "new\n") == page.replace("old", "new")
    assert replace_part(page, "y", "new\n") == page.replace("y -->\n", "y -->\nnew\n")


def test_docstrings_under_fields_are_found() -> None:
    class Record:
        plain = 1
        """One, see :attr:`other`,
        and ``more``."""

        other: int = 2
        without: str
        """Text."""

    docs = {"plain": "One, see `other`, and `more`.", "without": "Text."}
    assert docs == field_docs(Record)
