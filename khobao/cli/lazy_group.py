"""A group of commands that imports the module of one only when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command is, and what its group's help says of it without importing it."""

    module: str
    """Its ``app`` holds the command, or is the group of that name."""

    help: str
    """The first sentence of its own help."""

    def load(self, name: str) -> Any:
        group = typer.main.get_group(importlib.import_module(self.module).app)
        command = group.commands.get(name)
        if command is None:
            command, group.name = group, name
        return command


class LazyGroup(TyperGroup):
    """Subclasses name their commands, in the order of the help."""

    lazy: ClassVar[Mapping[str, LazyCommand]]

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Suggestions for a name that is none look into these.
        self.commands = dict.fromkeys(self.lazy, _NOT_LOADED)

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        _ = ctx
        return list(self.lazy)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        _ = ctx
        if cmd_name not in self.lazy:
            return None
        if self.commands[cmd_name] is _NOT_LOADED:
            self.commands[cmd_name] = self.lazy[cmd_name].load(cmd_name)
        return self.commands[cmd_name]

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        _ = ctx
        limit = formatter.width - 6 - max(map(len, self.lazy))
        rows = [
            (name, TyperCommand(name, help=lazy.help).get_short_help_str(limit))
            for name, lazy in self.lazy.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


_NOT_LOADED = TyperCommand("not loaded")
