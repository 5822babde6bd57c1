"""What `khobao doctor` looks at: one function a question, none of them changes anything."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement

from crawler.errors import UsageError
from khobao.cli.output import format_bytes
from pipelines.mongodb.errors import DatabaseError, without_password
from pipelines.mongodb.server import EmbeddedServer

if TYPE_CHECKING:
    from khobao.cli.context import Context

MIN_PYTHON = (3, 11)
MIN_FREE_BYTES = 1 << 30
MIN_OPEN_FILES = 1024
DRIVER_SECONDS = 60
BUILT_AFTER = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@dataclass(frozen=True, slots=True)
class Check:
    """The answer to one question. *advice* says what to do when it is no."""

    name: str
    ok: bool
    detail: str
    advice: str = ""
    required: bool = True


def run_checks(context: Context) -> Iterator[Check]:
    """Yield every answer as soon as it is known; the slow questions come last."""
    yield check_python()
    yield check_dependencies()
    yield check_clock()
    yield check_open_files()
    yield check_home(context.home)
    yield check_free_disk(context.home)
    yield check_chromium()
    yield check_browser_driver()
    yield check_database(context)
    yield check_wire()


def check_python() -> Check:
    return Check(
        "Python",
        sys.version_info >= MIN_PYTHON,
        f"{platform.python_version()} ({sys.executable})",
        "install Python 3.11 or newer and run `make setup` with it",
    )


def check_dependencies() -> Check:
    """Every dependency within its pins: the wire tee rests on private names of two of them."""
    wrong: list[str] = []
    found: dict[str, str] = {}
    for line in metadata.requires("khobao") or ():
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        try:
            version = found[requirement.name] = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is not installed")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            wrong.append(
                f"{requirement.name} is {found[requirement.name]}, not {requirement.specifier}"
            )
    shown = ", ".join(
        f"{name} {found[name]}" for name in ("scrapy", "twisted", "pymongo") if name in found
    )
    return Check(
        "Dependencies",
        not wrong,
        "; ".join(wrong) or shown,
        "run `make setup`: it installs the versions of requirements.lock",
    )


def check_clock() -> Check:
    """WARC-Date and datePublished are only as good as the clock and the zone data."""
    now = dt.datetime.now(dt.UTC)
    try:
        local = now.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    except ZoneInfoNotFoundError:
        return Check(
            "Clock", False, "no data for Asia/Ho_Chi_Minh", "run `make setup`: it installs tzdata"
        )
    return Check(
        "Clock",
        now >= BUILT_AFTER and local.utcoffset() == dt.timedelta(hours=7),
        f"{now:%Y-%m-%d %H:%M:%S} UTC, {local:%H:%M %d/%m/%Y} at the newspaper",
        "set this machine's clock: every capture is dated by it",
    )


def check_open_files() -> Check:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return Check("Open files", True, "no limit known on this system")
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = soft == resource.RLIM_INFINITY
    return Check(
        "Open files",
        unlimited or soft >= MIN_OPEN_FILES,
        "unlimited" if unlimited else f"{soft} at once",
        f"raise the limit: `ulimit -n {MIN_OPEN_FILES}` before the command",
    )


def check_home(home: Path) -> Check:
    """Writable if there; else could be made."""
    place = _nearest_existing(home)
    return Check(
        "Data home",
        place.is_dir() and os.access(place, os.W_OK | os.X_OK),
        str(home) if place == home else f"{home} (will be made)",
        "choose another with --home DIR, or correct its owner and mode",
    )


def check_free_disk(home: Path) -> Check:
    free = shutil.disk_usage(_nearest_existing(home)).free
    return Check(
        "Free disk",
        free >= MIN_FREE_BYTES,
        f"{format_bytes(free)} where the data home lies",
        f"free at least {format_bytes(MIN_FREE_BYTES)}, or choose another place with --home DIR",
    )


def check_chromium() -> Check:
    """Only the tests and pages behind scripts need a browser."""
    paths = (shutil.which(name) for name in CHROMIUM_NAMES)
    found = next((path for path in paths if path), None) or _playwright_chromium()
    return Check(
        "Chromium",
        found is not None,
        found or "not found",
        "only for pages behind scripts: `apt-get install chromium`",
        required=False,
    )


def check_browser_driver() -> Check:
    """Whether the node that playwright brings starts: a bare system lacks libraries for it."""
    name = "Browser driver"
    advice = "only for pages behind scripts: `apt-get install libatomic1`, or what is named"
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "playwright", "--version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=DRIVER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Check(name, False, f"silent for {DRIVER_SECONDS} seconds", advice, required=False)
    ok = ended.returncode == 0
    lines = (ended.stdout if ok else ended.stderr).split("\n")
    answer = next((line for line in lines if line.strip()), f"exit {ended.returncode}")
    return Check(name, ok, answer.replace("Version", "playwright"), advice, required=False)


def check_database(context: Context) -> Check:
    """The server of the URI answers, or the embedded one can start on this machine."""
    if context.mongodb_uri:
        return check_server(context.mongodb_uri, "answers", "start it, or leave --mongodb-uri out")
    running = EmbeddedServer(context.home)
    if running.status().running:
        return check_server(running.uri, "runs", "run `khobao db stop`, then try again")
    with tempfile.TemporaryDirectory(prefix="khobao-") as place:
        server = EmbeddedServer(Path(place))
        try:
            return check_server(server.start(), "starts", "set KHOBAO_MONGODB_URI to a server")
        except DatabaseError as exc:
            return Check("MongoDB", ok=False, detail=str(exc), advice="do as it says, try again")
        finally:
            server.stop()


def check_server(uri: str, verb: str, advice: str = "") -> Check:
    """Whether the server answers, and with which version."""
    from pymongo.errors import PyMongoError  # noqa: PLC0415 - slow to import

    from pipelines.mongodb.connection import connect, first_words  # noqa: PLC0415

    try:
        with connect(uri) as client:
            version = client.server_info()["version"]
    except UsageError as exc:
        return Check("MongoDB", ok=False, detail=str(exc), advice=advice)
    except PyMongoError as exc:
        return Check(
            "MongoDB",
            ok=False,
            detail=f"{without_password(uri)} does not answer ({first_words(exc)})",
            advice=advice,
        )
    return Check("MongoDB", ok=True, detail=f"mongod {version} {verb}")


def check_wire() -> Check:
    from crawler.capture.self_test import run_self_test  # noqa: PLC0415 - brings Scrapy along

    differences = run_self_test()
    return Check(
        "Wire self-test",
        not differences,
        "; ".join(differences[:3]) or "what is recorded is what crosses the wire, byte for byte",
        "run `make setup`: the tee needs the pinned versions of Scrapy and Twisted",
    )


def _nearest_existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())


def _playwright_chromium() -> str | None:
    root = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    found = sorted(root.glob("chromium-*/*/chrome"))
    return str(found[-1]) if found else None
