"""pywb as anybody runs it: none of our patches, only the environment that replay installs."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.replay.environment import PywbEnvironment
from archive.replay.errors import ReplayError

_CONFIG = """collections:
  k:
    index_paths: index.cdxj
    archive_paths: archive/
"""
_START = "import sys; from pywb.apps.cli import wayback; wayback(sys.argv[1:])"
_TRIES = 600


@contextmanager
def pywb(directory: Path, cache: Path) -> Iterator[str]:
    """Its address, with *directory* (``index.cdxj``, ``archive/``) as its collection ``k``."""
    environment = PywbEnvironment({**os.environ, "KHOBAO_CACHE": str(cache)})
    try:
        environment.ensure()
    except ReplayError as exc:
        pytest.skip(str(exc))
    (directory / "config.yaml").write_text(_CONFIG, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [environment.python, "-c", _START, "--bind", "127.0.0.1", "--port", str(port)],
        cwd=directory,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8", "TLDEXTRACT_CACHE": str(directory), "NO_PROXY": "*"},
    )
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_TRIES):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            with pytest.raises(subprocess.TimeoutExpired):  # it runs still
                process.wait(0.1)
        else:
            return
    pytest.fail(f"pywb does not listen on {port}", pytrace=False)
