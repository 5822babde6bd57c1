"""Start the practice newspaper as a process of its own, and talk to it. Standard library only."""

from __future__ import annotations

import contextlib
import json
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, BinaryIO, Self

from practice.errors import StartError

_STOP_SECONDS = 10.0


class PracticeProcess:
    """A running server; a context manager, stopped at the end of the block.

    >>> with PracticeProcess("--articles", "100", "--faults", "drip") as practice:  # doctest: +SKIP
    ...     practice.control("POST", "/clock", {"advance": 3600})
    ...     articles = practice.truth("articles")

    :param options: of ``python -m practice``.
    :param start_seconds: how long to wait for the ready line.
    :raises StartError: it did not start; the message is the server's own.
    """

    def __init__(self, *options: str, start_seconds: float = 60.0) -> None:
        self._options = options
        self._start_seconds = start_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._own_dir: Path | None = None
        self.http_port = self.https_port = self.control_port = 0
        self.ca_file = self.log_dir = Path()
        self.resolve: list[str] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server, unless it runs already; returns when it is ready."""
        if self.running:
            return
        command = [sys.executable, "-m", "practice", "--stop-with-stdin", *self._options]
        if "--log-dir" not in self._options:
            self._own_dir = Path(tempfile.mkdtemp(prefix="khobao-practice-"))
            command += ["--log-dir", str(self._own_dir)]
        with tempfile.TemporaryFile() as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
            try:
                ready = json.loads(self._ready_line())
            except StartError as error:
                self.stop()
                errors.seek(0)
                said = errors.read().decode(errors="replace").strip()
                self.close()
                raise StartError(said or str(error)) from None
        self.http_port, self.https_port = ready["http"], ready["https"]
        self.control_port = ready["control"]
        self.ca_file, self.log_dir = Path(ready["ca_file"]), Path(ready["log_dir"])
        self.resolve = ready["resolve"]

    def _ready_line(self) -> bytes:
        assert self._process
        assert self._process.stdout
        deadline = time.monotonic() + self._start_seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self._process.stdout], [], [], left)[0]:
                if line := self._process.stdout.readline():
                    return line
                raise StartError("the practice newspaper ended before it was ready")
        raise StartError(f"the practice newspaper was not ready in {self._start_seconds:g} s")

    def control(self, method: str, path: str, data: object = None) -> Any:
        """One call of the control API; its JSON answer.

        :raises ValueError: the server refused; the message says why.
        """
        body = None if data is None else json.dumps(data).encode()
        status, text = self._call(method, path, body)
        answer = json.loads(text)
        if status != 200:  # noqa: PLR2004
            raise ValueError(f"{method} {path}: {answer['error']}")
        return answer

    def truth(self, name: str, site: str = "baodaklak") -> list[dict[str, Any]]:
        """All of ``articles``, ``videos``, ``comments`` or ``sections`` as they are now."""
        path = f"/truth/{name}?site={site}"
        status, text = self._call("GET", path, None)
        if status != 200:  # noqa: PLR2004
            raise ValueError(f"GET {path}: {json.loads(text)['error']}")
        return [json.loads(line) for line in text.split(b"\n") if line]

    def exchanges(self, wait_seconds: float = 5.0) -> Iterator[tuple[dict[str, Any], bytes, bytes]]:
        """Log entry, request bytes and response bytes of every exchange that has ended.

        Waits a little for those under way; works after the server has stopped, too.
        """
        if self.running:
            deadline = time.monotonic() + wait_seconds
            while self.control("GET", "/log")["under_way"] and time.monotonic() < deadline:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    assert self._process
                    self._process.wait(0.02)
        index, data = self.log_dir / "exchanges.jsonl", self.log_dir / "bytes.bin"
        with index.open("rb") as lines, data.open("rb") as stream:
            for line in lines:
                entry = json.loads(line)
                yield (
                    entry,
                    _piece(stream, entry["request_offset"], entry["request_length"]),
                    _piece(stream, entry["response_offset"], entry["response_length"]),
                )

    def stop(self) -> int | None:
        """End the server and return its exit code; the log stays until :meth:`close`."""
        process = self._process
        if process is None:
            return None
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()
        return process.wait()

    def close(self) -> None:
        """Stop, and remove the log unless ``--log-dir`` said where to keep it."""
        self.stop()
        if self._own_dir:
            shutil.rmtree(self._own_dir, ignore_errors=True)

    def _call(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.control_port, timeout=600)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def _piece(stream: BinaryIO, offset: int, length: int) -> bytes:
    stream.seek(offset)
    return stream.read(length)
