"""A throw-away environment for each tool: what it needs of PyPI or npm, and nothing of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

READERS = Path(__file__).parent / "readers"


@dataclass(frozen=True)
class Environment:
    """Where one tool is installed."""

    folder: Path

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """A command of the tool, or of the system, with the environment's own first."""
        folders = (self.folder / "bin", self.folder / "node_modules" / ".bin")
        path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
        program = shutil.which(str(words[0]), path=path)
        if program is None:
            raise FileNotFoundError(f"{words[0]} is in none of {path}")
        return subprocess.run(
            [program, *map(str, words[1:])],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env={**os.environ, "PATH": path, "NODE_PATH": str(self.folder / "node_modules")},
        )


def install(folder: Path, registry: str, packages: tuple[str, ...]) -> Environment:
    """:raises subprocess.CalledProcessError: they are not to be had."""
    folder.mkdir(parents=True)
    if registry == "PyPI":
        uv = Path(sys.executable).parent / "uv"
        python = folder / "bin" / "python"
        venv = [uv, "venv", "--quiet", "--no-project", "--allow-existing"]
        subprocess.run([*venv, "--python", sys.executable, folder], check=True)
        pip = [uv, "pip", "install", "--quiet", "--python", python]
        subprocess.run([*pip, *packages], check=True)
    elif registry == "npm":
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
        subprocess.run([*npm, *packages], check=True)
    return Environment(folder)
