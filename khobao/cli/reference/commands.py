"""``docs/commands.md``: every command with what it takes, and the exit codes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import typer

from crawler.errors import ExitCode
from khobao.cli.main import app
from khobao.cli.reference.markdown import code, field_docs, table

HEAD = """\
# The `khobao` command

Written by `make docs` from the code; `khobao COMMAND --help` says the same. Options come first,
then environment variables, then `crawler/settings.py` ([settings.md](settings.md)).
"""


def page() -> str:
    """The whole document."""
    root = typer.main.get_command(app).make_context("khobao", [], resilient_parsing=True)
    commands = list(_commands(root))
    listed = table(["command", "does"], [(_link(ctx), _summary(ctx.command)) for ctx in commands])
    parts = [
        HEAD,
        "## Global options\n",
        "They may stand before or after the command.\n",
        _options(root),
        "## Commands\n",
        listed,
        *(part for ctx in commands for part in _described(ctx)),
        "## Exit codes\n",
        exit_codes(),
    ]
    return "\n".join(part for part in parts if part)


def exit_codes() -> str:
    """The table of exit codes, as README has it as well."""
    meanings = field_docs(ExitCode)
    rows = [(str(int(each)), meanings[each.name].rstrip(".")) for each in ExitCode]
    return table(["code", "meaning"], rows)


def _commands(ctx: Any) -> Iterator[Any]:
    """A context for each command below that of *ctx* that does something itself.

    Only what a group promises is used: it may load its commands when they are asked for.
    """
    for name in ctx.command.list_commands(ctx):
        command = ctx.command.get_command(ctx, name)
        inner = command.make_context(name, [], parent=ctx, resilient_parsing=True)
        if hasattr(command, "list_commands"):
            yield from _commands(inner)
        elif not command.hidden:
            yield inner


def _described(ctx: Any) -> list[str]:
    return [
        f"## `{ctx.command_path}`\n",
        f"{inspect.cleandoc(ctx.command.help or '')}\n",
        f"```\n{_usage(ctx)}\n```\n",
        _arguments(ctx),
        _options(ctx),
    ]


def _summary(command: Any) -> str:
    return str(inspect.cleandoc(command.help or "").partition("\n\n")[0].replace("\n", " "))


def _link(ctx: Any) -> str:
    anchor = re.sub(r"[^\w -]", "", ctx.command_path).replace(" ", "-")
    return f"[`{ctx.command_path}`](#{anchor})"


def _usage(ctx: Any) -> str:
    options = ["[OPTIONS]"] if _parameters(ctx, "option") else []
    arguments = [_name(each) for each in _parameters(ctx, "argument")]
    return " ".join([ctx.command_path, *options, *arguments])


def _parameters(ctx: Any, kind: str) -> list[Any]:
    params = ctx.command.params
    return [each for each in params if each.param_type_name == kind and not each.hidden]


def _arguments(ctx: Any) -> str:
    rows = [(code(_name(each)), each.help or "") for each in _parameters(ctx, "argument")]
    return table(["argument", "meaning"], rows) if rows else ""


def _name(argument: Any) -> str:
    """As help has it; put together here, because versions of typer differ in brackets and dots."""
    name = (argument.metavar or argument.name.upper()).strip("[].")
    name = f"{{{name}}}" if argument.required and "|" in name else name
    name = f"{name}..." if argument.nargs != 1 else name
    return name if argument.required else f"[{name}]"


def _options(ctx: Any) -> str:
    rows = [
        (code(each.get_help_record(ctx)[0]), _meaning(each), _default(each), _variable(each))
        for each in _parameters(ctx, "option")
    ]
    return table(["option", "meaning", "default", "variable"], rows) if rows else ""


def _meaning(option: Any) -> str:
    text = option.help or ""
    return f"{text} Required." if option.required else text


def _default(option: Any) -> str:
    # A flag that is not given is off, which goes without saying.
    is_said = option.default is None or option.default is False
    return "" if is_said else code(str(option.default))


def _variable(option: Any) -> str:
    names = [option.envvar] if isinstance(option.envvar, str) else option.envvar or []
    return ", ".join(code(name) for name in names)
