"""Packages of the npm registry, each of one version, proved by its hash; none is ours to keep."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

_SECONDS = 120


class Package(NamedTuple):
    name: str
    version: str
    sha512: str
    """In base64, as ``npm view NAME@VERSION dist.integrity`` has it."""

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"

    def fetch(self, cache: Path) -> Path:
        """Its files, in a directory of *cache*. Skips where the registry is not to be had."""
        unpacked = cache / "npm" / str(self).replace("/", "-")
        if not unpacked.is_dir():
            (cache / "npm").mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                archive = _download(self, Path(scratch))
                digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
                assert self.sha512 == digest, f"{self} is not what it was"
                with tarfile.open(archive) as packed:
                    packed.extractall(Path(scratch) / "files", filter="data")
                (Path(scratch) / "files").rename(unpacked)
        return unpacked / "package"


def _download(package: Package, directory: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm: `apt install npm` brings it")
    try:
        done = subprocess.run(
            [npm, "pack", str(package), "--silent", "--ignore-scripts"],
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"the npm registry did not send {package} within {_SECONDS} s")
    if done.returncode:
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
        pytest.skip(f"npm pack {package}: {reason}")
    return directory / done.stdout.split()[-1]
