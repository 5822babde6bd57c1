"""The newspaper's tables, kept as TOML beside the code."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def table(name: str) -> dict[str, Any]:
    text = resources.files("practice.world").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
