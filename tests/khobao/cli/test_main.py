"""The command as a whole: help, usage errors, endings."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.errors import ExitCode, KhobaoError
from khobao.cli.archive import Commands as ArchiveCommands
from khobao.cli.lazy_group import LazyCommand
from khobao.cli.main import Commands, explain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    Khobao = Callable[..., Any]

COMMANDS = {
    "demo": (),
    "crawl": (),
    "show": (),
    "status": (),
    "runs": (),
    "report": (),
    "practice": ("serve",),
    "db": ("start", "stop", "status", "uri"),
    "doctor": (),
}


def test_help_names_every_command_and_global_option(khobao: Khobao) -> None:
    ended = khobao("--help")

    assert ended.code == 0
    assert not ended.err
    for word in [*COMMANDS, "--home", "--mongodb-uri", "--json", "--verbose", "--version"]:
        assert f"  {word}" in ended.out or f" {word} " in ended.out


SLOW = {"scrapy", "twisted", "pymongo", "lxml.etree", "rich", "trafilatura"}


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        ([], set()),
        (["status"], {"status"}),
        (["crawl"], {"crawl"}),
        (["archive"], {"archive"}),
        (["archive", "export"], {"archive", "archive.export"}),
        (["db"], {"database"}),
        (["report"], {"report"}),
        (["rebuild"], {"rebuild", "reextract"}),
    ],
)
def test_help_brings_nothing_slow_along(words: list[str], commands: set[str]) -> None:
    """A tenth of a second more, each time somebody asks: that is what one of these costs."""
    program = "import sys; from khobao.cli.main import main; main(); print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", program, *words, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    usage, *_, modules = ended.stdout.splitlines()
    imported = set(modules.split())
    assert usage.startswith(" ".join(["Usage: khobao", *words]))
    assert "khobao.cli.main" in imported
    assert not imported & (SLOW - {"rich"} if words else SLOW)
    of_commands = {each.module for each in every_lazy_command().values()}
    assert imported & of_commands == {f"khobao.cli.{name}" for name in commands}


def every_lazy_command() -> dict[str, LazyCommand]:
    listed = {f"archive {name}": lazy for name, lazy in ArchiveCommands.lazy.items()}
    return {**Commands.lazy, **listed}


@pytest.mark.parametrize("name", every_lazy_command())
def test_a_group_says_of_a_command_what_the_command_says(name: str) -> None:
    lazy = every_lazy_command()[name]

    command = lazy.load(name.rpartition(" ")[2])

    assert command.name == name.rpartition(" ")[2]
    assert lazy.help == f"{command.get_short_help_str(1000).rstrip('.')}."


@pytest.mark.parametrize(
    "words",
    [(name, *sub) for name, subs in COMMANDS.items() for sub in [(), *((s,) for s in subs)]],
)
def test_every_command_explains_itself(inline: Khobao, words: tuple[str, ...]) -> None:
    ended = inline(*words, "--help")

    assert ended.code == 0
    assert ended.out.startswith(f"Usage: khobao {' '.join(words)}")
    assert not ended.err


def test_without_a_command_there_is_help(khobao: Khobao) -> None:
    ended = khobao()

    assert ended.code == ExitCode.USAGE
    assert ended.out.startswith("Usage: khobao")


def test_version(khobao: Khobao) -> None:
    assert khobao("--version").out.startswith("khobao 0.")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("coverage", "No such command 'coverage'; see `khobao --help`"),
        ("statsu", "No such command 'statsu'. Did you mean 'status'?; see `khobao --help`"),
        (
            "--homer x",
            "No such option: --homer (Possible options: --help, --home); see `khobao --help`",
        ),
        ("status --home", "--home needs a value; see `khobao --help`"),
        ("db", "Missing command; see `khobao db --help`"),
        ("db restart", "No such command 'restart'"),
        ("show", "Missing argument"),
        ("practice serve --port 70000", "'--port': Input should be less than or equal to 65535"),
        ("practice serve --articles many", "'--articles': Input should be a valid integer"),
        ("crawl", "Missing argument"),
        ("crawl sections --limit 0", "'--limit': Input should be greater than or equal to 1"),
        ("crawl sections --delay soon", "Input should be a valid number"),
    ],
)
def test_usage_errors_are_one_line(inline: Khobao, words: str, complaint: str) -> None:
    ended = inline(*words.split())

    assert ended.code == ExitCode.USAGE
    assert complaint in ended.error
    assert "--help`" in ended.error
    assert not ended.out


@pytest.mark.parametrize("words", [["--help"], ["db", "status"], ["db", "status", "--json"]])
def test_a_reader_that_has_seen_enough_gets_no_complaint(
    khobao_script: Path, khobao_environment: dict[str, str], words: list[str]
) -> None:
    """As in ``khobao … | head``."""
    with subprocess.Popen(
        [khobao_script, *words],
        env=khobao_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_errors_become_one_line_and_a_code() -> None:
    class FullError(KhobaoError):
        exit_code = ExitCode.NO_SPACE

    assert explain(FullError("full")) == ("full", ExitCode.NO_SPACE)
    message, code = explain(FileNotFoundError(2, "No such file or directory", "x"))
    assert (message, code) == ("x: No such file or directory", ExitCode.USAGE)
    message, code = explain(RuntimeError("what?"))
    assert code == ExitCode.SOME_FAILED
    assert message.startswith("unexpected RuntimeError: what?; this is a fault of khobao")
