"""Real servers for second copies and timestamps, each a process of its own on loopback."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parents[1]
_SECONDS = 60.0


@contextmanager
def sftp_server(directory: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """URL of its root, and the process (to be killed by a test)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "support.sftp_server", str(directory)],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], _SECONDS)[0]
        port = int(process.stdout.readline())
        yield f"sftp://kho:secret@127.0.0.1:{port}/", process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def s3_server(bucket: str) -> Iterator[dict[str, str]]:
    """Environment that leads ``s3://BUCKET`` there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    keys = {"AWS_ACCESS_KEY_ID": "kho", "AWS_SECRET_ACCESS_KEY": "secret"}
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **keys},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        request = urllib.request.Request(f"{url}/{bucket}", method="PUT")
        urllib.request.urlopen(request, timeout=_SECONDS).close()
        yield {**keys, "FSSPEC_S3_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": "us-east-1"}
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=_SECONDS).close()
        except OSError:
            time.sleep(0.1)  # noqa: TID251  another process has to start
        else:
            return
    raise AssertionError(f"no server at {url}")
