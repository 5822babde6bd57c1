"""Which pages are generated, wholly or in parts, and their texts as of today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from khobao.cli.reference import commands, schema
from khobao.cli.reference.markdown import replace_part

if TYPE_CHECKING:
    from pymongo.database import Database


def of_commands(root: Path) -> dict[Path, str]:
    """By file below *root*, what it must hold: the command reference."""
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    return {
        root / "docs" / "commands.md": commands.page(),
        readme: replace_part(text, "exit codes", commands.exit_codes()),
    }


def of_schema(root: Path, database: Database[dict[str, Any]]) -> dict[Path, str]:
    """The same of the tables of what is in MongoDB.

    :param database: one to which all migrations were applied.
    """
    page = root / "docs" / "schema.md"
    text = page.read_text(encoding="utf-8")
    for name, part in schema.parts(database).items():
        text = replace_part(text, name, part)
    return {page: text}
