"""The options that every command shares, wherever on the line they were written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import UsageError

if TYPE_CHECKING:
    import typer

DEFAULT_HOME = Path("data")
DEMO_DIRECTORY = "demo"
"""Where the demo's home lies in the default home, unless --home names another."""

GLOBAL_HELP = (
    "Global options, before or after the command: --home DIR, --mongodb-uri URI, --json, -v."
)

_FLAGS = frozenset({"--json", "-v", "--verbose"})
_WITH_VALUE = frozenset({"--home", "--mongodb-uri"})


@dataclass(frozen=True, slots=True)
class Context:
    """The global options, with the environment and the defaults applied."""

    home: Path
    mongodb_uri: str | None = None
    json: bool = False
    verbose: bool = False
    home_given: bool = False
    """Whether a person named the home, by option or by environment."""

    @classmethod
    def from_options(
        cls, *, home: Path | None, mongodb_uri: str | None, json: bool, verbose: bool
    ) -> Context:
        return cls(
            home=(home or DEFAULT_HOME).absolute(),
            mongodb_uri=mongodb_uri or None,
            json=json,
            verbose=verbose,
            home_given=home is not None,
        )

    def with_home(self, home: Path) -> Context:
        return replace(self, home=home)

    def existing_home(self) -> Path:
        """The home, if there is one: for commands that only read, and must not start a database in
        whatever directory was named.
        """
        if not any((self.home / name).is_dir() for name in ("warc", "mongodb")):
            demo = self.home / DEMO_DIRECTORY
            other = f"--home {demo}" if demo.is_dir() else "--home DIR"
            raise UsageError(
                f"there is no data home at {self.home}; fill one with `khobao demo` or"
                f" `khobao crawl sections --limit 50`, or name another with {other}"
            )
        return self.home

    def writable_home(self) -> Path:
        """The home, made if need be and shown to be writable."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            probe = self.home / f".write-probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as exc:
            raise UsageError(
                f"the data home {self.home} cannot be written ({exc.strerror});"
                " choose another with --home DIR, or correct its owner and mode"
            ) from exc
        return self.home


def context_of(ctx: typer.Context) -> Context:
    context = ctx.obj
    assert isinstance(context, Context)
    return context


def global_options_first(arguments: Sequence[str]) -> list[str]:
    """Move the global options to the front, so that they may stand after the command as well.

    :raises UsageError: one that needs a value has none.
    """
    first: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest.append(word)
            break
        name = word.partition("=")[0]
        if word in _FLAGS or (name in _WITH_VALUE and name != word):
            first.append(word)
        elif word in _WITH_VALUE:
            value = next(words, "")
            if not value:  # an unset variable of a script, as often as not
                raise UsageError(f"{word} needs a value; see `khobao --help`")
            first += [word, value]
        else:
            rest.append(word)
    return [*first, *rest, *words]
