"""pywb's own virtual environment: made on first use, found ready ever after."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from archive.replay.errors import ReplayError

_VERSION = re.compile(r"^pywb==(\S+)", re.MULTILINE)
_LAST_WORDS = 300


class PywbEnvironment:
    """The environment for this Python and the shipped requirements, in a cache directory.

    Its directory appears by one rename when pywb has been installed and has been imported once: a
    half-made one is never taken for ready. Two first uses at once wait for each other.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """:param environ: ``KHOBAO_CACHE`` names the cache directory (``~/.cache/khobao``)."""
        self._environ = environ
        self._requirements = files("archive.replay").joinpath("requirements.txt").read_text("utf-8")
        match = _VERSION.search(self._requirements)
        assert match is not None
        self.version = match[1]
        python = f"{platform.python_implementation()} {sys.version_info[:2]} {platform.machine()}"
        digest = hashlib.sha256((python + self._requirements).encode()).hexdigest()[:12]
        self.directory = _cache(environ) / f"pywb-{self.version}-{digest}"

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    @property
    def is_ready(self) -> bool:
        return self.python.exists()

    def ensure(self, on_install: Callable[[], None] = lambda: None) -> None:
        """Make it unless it is there.

        :param on_install: called before an installation, which takes from seconds to a minute.
        :raises ReplayError: it cannot be made; nothing is left of the attempt.
        """
        if self.is_ready:
            return
        try:
            self.directory.parent.mkdir(parents=True, exist_ok=True)
            with self._alone():
                if self.is_ready:
                    return
                on_install()
                self._make()
        except OSError as exc:
            raise ReplayError(
                f"{exc.filename or self.directory}: {exc.strerror}; pywb cannot be installed there;"
                " name another cache directory with KHOBAO_CACHE."
            ) from exc

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold a lock that the operating system drops when its holder dies."""
        with self.directory.with_name(f"{self.directory.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        parent = self.directory.parent
        for left in parent.glob(f".{self.directory.name}-*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix=f".{self.directory.name}-", dir=parent))
        try:
            venv, requirements = made / "venv", made / "requirements.txt"
            requirements.write_text(self._requirements, encoding="utf-8")
            for command in _commands(venv, requirements, self._environ):
                self._run(command)
            self._run([str(venv / "bin" / "python"), "-I", "-c", "import pywb.apps.frontendapp"])
            venv.rename(self.directory)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
            env=dict(self._environ),
        )
        if done.returncode:
            output = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
            raise ReplayError(_advice(command, " ".join(output.split())))


def _cache(environ: Mapping[str, str]) -> Path:
    if named := environ.get("KHOBAO_CACHE"):
        return Path(named).absolute()
    if base := environ.get("XDG_CACHE_HOME"):
        return Path(base).absolute() / "khobao"
    return Path("~/.cache/khobao").expanduser()


def _commands(venv: Path, requirements: Path, environ: Mapping[str, str]) -> list[list[str]]:
    python = str(venv / "bin" / "python")
    checked = ["--require-hashes", "-r", str(requirements)]
    search = os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", os.defpath)])
    if uv := shutil.which("uv", path=search):
        return [
            [uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(venv)],
            [uv, "pip", "install", "--quiet", "--python", python, *checked],
        ]
    return [
        [sys.executable, "-m", "venv", str(venv)],
        [python, "-m", "pip", "install", "--quiet", "--no-input", *checked],
    ]


def _advice(command: Sequence[str], output: str) -> str:
    output = output if len(output) <= _LAST_WORDS else f"… {output[-_LAST_WORDS:]}"
    if "install" in command:
        return (
            "pywb could not be installed: is the package registry reachable? It is needed for the"
            f" first replay only; try again when it is. ({output})"
        )
    if "venv" in command:
        return (
            "python -m venv does not work here and there is no uv: install one of them (Debian:"
            f" sudo apt install python3-venv), then try again. ({output})"
        )
    return f"pywb was installed but does not start with this Python: {output}"
