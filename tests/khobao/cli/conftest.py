"""The real command, as a person runs it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.disk import own_directory
from support.small_home import fill

from khobao.cli.main import main
from pipelines.mongodb.server import EmbeddedServer


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line on stderr."""
        assert self.err.endswith("\n"), self
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("khobao: "), self.err
        return self.err.removeprefix("khobao: ").strip()


Khobao = Callable[..., Ended]


@pytest.fixture(scope="session")
def khobao_script() -> Path:
    return Path(sys.executable).with_name("khobao")


@pytest.fixture(scope="session")
def khobao_environment() -> dict[str, str]:
    """Ours, without what would change what the commands do."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KHOBAO_", "NO_COLOR", "FORCE_COLOR", "PYTHON"))
    }


@pytest.fixture
def khobao(tmp_path: Path, khobao_script: Path, khobao_environment: dict[str, str]) -> Khobao:
    """Run ``khobao`` in an empty directory."""

    def run(*words: str | Path, env: dict[str, str] | None = None, timeout: float = 120) -> Ended:
        done = subprocess.run(
            [str(khobao_script), *(str(word) for word in words)],
            cwd=tmp_path,
            env=khobao_environment | (env or {}),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def inline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Khobao:
    """The same within this process, which is quicker: for what ends before anything starts."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("KHOBAO_")]:
        monkeypatch.delenv(name)

    def run(*words: str) -> Ended:
        with (
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()) as err,
        ):
            code = main(words)
        return Ended(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="module")
def small_home(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Two runs: three articles, a video, a page that could not be read, one that failed."""
    with own_directory(request, "k") as directory:
        home = directory / "kho báo"
        server = EmbeddedServer(home)
        asyncio.run(fill(home, server.start()))
        yield home
        server.stop()


@pytest.fixture
def ask(inline: Callable[..., Ended], small_home: Path) -> Callable[..., Ended]:
    """A command on the small home."""
    return lambda *words: inline(*words, "--home", str(small_home))
