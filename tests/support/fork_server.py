"""The khobao command, imported once and forked for each run: a crash loop without its imports.

Run as a program, it reads one JSON line per command from standard input, and answers with one:
``{"arguments": […], "stderr": PATH}`` → the process id, ``{"reap": PID}`` → the exit code.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self


class ForkServer:
    """A process that starts commands; the environment is given once, for all of them."""

    def __init__(self, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NO_COLOR": "1", "KHOBAO_LOG_LEVEL": "WARNING", **env},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def ask(self, **question: Any) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def start(self, *arguments: str, stderr: Path) -> Forked:
        return Forked(self, self.ask(arguments=arguments, stderr=str(stderr)), stderr)


class Forked:
    """One run of the command."""

    def __init__(self, fork_server: ForkServer, pid: int, stderr: Path) -> None:
        self._zygote, self._pid, self._stderr = fork_server, pid, stderr
        self._fd = os.pidfd_open(pid)  # the pid stays ours until it is reaped

    @property
    def is_running(self) -> bool:
        return not select.select([self._fd], [], [], 0)[0]

    def kill(self) -> tuple[int, str]:
        """SIGKILL, if it still lives; how it ended, and what it had printed on stderr."""
        signal.pidfd_send_signal(self._fd, signal.SIGKILL)
        code = self._zygote.ask(reap=self._pid)
        os.close(self._fd)
        return code, self._stderr.read_text()


def serve() -> None:
    import crawler.capture.tee  # noqa: PLC0415
    import crawler.spiders.sections  # noqa: F401, PLC0415
    from khobao.cli.main import main  # noqa: PLC0415  only in the program

    assert "twisted.internet.reactor" not in sys.modules  # each command installs its own
    assert "crawler.settings" not in sys.modules
    for line in sys.stdin:
        question = json.loads(line)
        if "reap" in question:
            _, status = os.waitpid(question["reap"], 0)
            answer = os.waitstatus_to_exitcode(status)
        elif not (answer := os.fork()):
            become(question["stderr"])
            code = main(question["arguments"])
            sys.stdout.flush()
            os._exit(code)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def become(stderr: str) -> None:
    """A process like one that a shell had started: its own stdin, stdout, stderr."""
    null = os.open(os.devnull, os.O_RDWR)
    errors = os.open(stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for source, target in ((null, 0), (null, 1), (errors, 2)):
        os.dup2(source, target)


if __name__ == "__main__":
    serve()
