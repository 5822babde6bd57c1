"""The pywb child process: what it is given, when it is ready, and that it ends."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Self

from archive.replay.errors import ReplayError
from archive.replay.site import COLLECTION, StartPage, make_site, replay_path

if TYPE_CHECKING:
    from archive.replay.environment import PywbEnvironment

_START_SECONDS = 60
_STOP_SECONDS = 5


def open_listener(bind: str, port: int) -> socket.socket:
    """A listening socket; with port 0 on a free port.

    :raises OSError: the port is in use, or the address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    listener = socket.create_server((bind, port), family=family, backlog=128)
    # The server sends head and body apart: without this every answer takes 40 ms longer.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class Replay:
    """pywb over the archive of one home, as long as the ``with`` block lasts."""

    def __init__(
        self,
        home: Path,
        environment: PywbEnvironment,
        listener: socket.socket,
        start_page: StartPage,
        *,
        verbose: bool = False,
    ) -> None:
        """:param listener: from :func:`open_listener`; it is the child's from now on.
        :param verbose: let pywb's own log go to standard error.
        """
        self._home = home.absolute()
        self._environment = environment
        self._listener = listener
        self._start_page = start_page
        self._verbose = verbose
        self._directory = Path()
        self._process: subprocess.Popen[bytes] | None = None
        host, port = listener.getsockname()[:2]
        self._host, self._port = str(host), int(port)
        shown = f"[{host}]" if ":" in self._host else self._host
        self.address = f"http://{shown}:{self._port}/{COLLECTION}/"

    def url(self, url: str, timestamp: str = "") -> str:
        """Address of a capture in replay: the one nearest to *timestamp*, or the newest."""
        moment = f"{timestamp}/" if timestamp else ""
        return f"{self.address}{moment}{replay_path(url)}"

    def __enter__(self) -> Self:
        """Start pywb and wait until it answers.

        :raises ReplayError: it does not.
        """
        self._directory = Path(tempfile.mkdtemp(prefix="khobao-replay-"))
        try:
            make_site(self._directory, self._home, self._start_page)
            self._start()
            self._wait()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def poll(self) -> int | None:
        """Exit code of pywb; None while it runs."""
        return self._process.poll() if self._process else None

    def close(self) -> None:
        """End pywb and remove what was made for it; safe to call twice."""
        self._listener.close()
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                process.stdin.close()  # the sign to end
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._directory != Path():
            shutil.rmtree(self._directory, ignore_errors=True)

    def _start(self) -> None:
        server = files("archive.replay").joinpath("server.py")
        self._listener.set_inheritable(True)
        fd = self._listener.fileno()
        with (self._directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    str(self._environment.python),
                    "-I",
                    str(server),
                    str(self._directory),
                    str(fd),
                    "verbose" if self._verbose else "quiet",
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=sys.stderr if self._verbose else log,
                pass_fds=[fd],
                start_new_session=True,  # Ctrl-C is for us; we end it
                cwd=self._directory,
                env={"LANG": "C.UTF-8", "TLDEXTRACT_CACHE": str(self._directory), "NO_PROXY": "*"},
            )
        self._listener.close()

    def _wait(self) -> None:
        """Until pywb answers. Its socket listens already, so the first question simply waits."""
        answered: list[int] = []
        asking = threading.Thread(target=self._ask, args=(answered,), daemon=True)
        asking.start()
        for _ in range(_START_SECONDS * 10):
            asking.join(0.1)
            if answered == [http.HTTPStatus.OK]:
                return
            if self.poll() is not None or not asking.is_alive():
                break
        log = self._directory / "log"
        output = log.read_text("utf-8", "replace").strip().splitlines() if log.exists() else []
        raise ReplayError(
            f"pywb does not start: {output[-1] if output else 'it does not answer'}. Delete"
            f" {self._environment.directory} to have it installed again."
        )

    def _ask(self, answered: list[int]) -> None:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_START_SECONDS)
        with (
            contextlib.closing(connection),
            contextlib.suppress(OSError, http.client.HTTPException),
        ):
            connection.request("GET", f"/{COLLECTION}/")
            answered.append(connection.getresponse().status)
