"""Which pages are generated, wholly or in parts, and their texts as of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khobao.cli.reference import commands
from khobao.cli.reference.markdown import replace_part

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["written"]


def written(root: Path) -> dict[Path, str]:
    """By file below *root*, what it must hold."""
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    return {
        root / "docs" / "commands.md": commands.page(),
        readme: replace_part(text, "exit codes", commands.exit_codes()),
    }
