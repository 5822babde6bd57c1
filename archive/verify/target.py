"""A file that is to be verified, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from archive.home.layout import IMPORTING_SUFFIX

if TYPE_CHECKING:
    from archive.home.sums import FileSums


@dataclass(frozen=True, slots=True)
class Target:
    """One file to verify."""

    path: Path
    state: Literal["closed", "open", "growing"] = "closed"
    """*open*: its writer left it so. *growing*: it has a writer, and is looked at as far as the
    journal goes."""

    journal: Path | None = None
    cdxj: Path | None = None
    """None: there need not be any."""

    listed: FileSums | None = None
    is_vouched_for: bool = False
    """A package lists its hash: nothing can be gone from its end unnoticed, journal or not."""

    imported: dict[str, Any] | None = None
    """Of another program's file in a home: what the manifest says of its import."""

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".open").removesuffix(IMPORTING_SUFFIX)
