"""Export of a home with large incompressible bodies: WACZ against a copy and against py-wacz.

What is not measured: reading the pages for their full text; cold disks.

Run: ``python -m benchmarks.bench_export [GIB]`` (2 by default). Peak RSS is that of each process.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archive import Archive, CaptureEvent

BODY_BYTES = 32 << 20
OURS = """
import datetime as dt, sys
from pathlib import Path
from archive.export import ExportFormat, export, select
export(
    select(Path(sys.argv[1])), Path(sys.argv[2]), format=ExportFormat.WACZ,
    describe=lambda _record: None, title="all", software="khobao", operator="bench",
    created=dt.datetime.now(dt.UTC),
)
"""
COPY = """
import shutil, sys
for source in sys.argv[2:]:
    shutil.copyfile(source, sys.argv[1])
"""


def fill(home: Path, size: int) -> None:
    with Archive(home, info={}, min_free_bytes=0, level=0) as archive:
        for number in range(max(1, size // BODY_BYTES)):
            head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % BODY_BYTES
            event = CaptureEvent(
                f"https://baodaklak.vn/{number}",
                dt.datetime.now(dt.UTC),
                b"GET / HTTP/1.1\r\n\r\n",
                head + os.urandom(BODY_BYTES),
            )
            archive.append_batch([event])


def measure(*command: object) -> tuple[float, int]:
    """Seconds, and peak RSS in MiB, of a process of its own."""
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return seconds, usage.ru_maxrss // 1024


def main() -> None:
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 2) * (1 << 30))
    directory = Path(tempfile.mkdtemp(prefix="bench-export-"))
    try:
        home = directory / "home"
        # In a process of its own: a child's peak begins with what its parent holds.
        subprocess.run(
            [sys.executable, "-m", "benchmarks.bench_export", "--fill", str(home), str(size)],
            check=True,
        )
        files = sorted(home.glob("warc/*.warc.gz"))
        mib = sum(file.stat().st_size for file in files) / (1 << 20)
        wacz = Path(sys.executable).with_name("wacz")
        target = directory / "target"
        commands = {
            "shutil.copyfile": (sys.executable, "-c", COPY, target, *files),
            "khobao WACZ": (sys.executable, "-c", OURS, home, target),
            "py-wacz create": (wacz, "create", "-o", target, *files),
        }
        first = 0.0
        for name, command in commands.items():
            target.unlink(missing_ok=True)
            seconds, rss = measure(*command)
            first = first or seconds
            print(
                f"{name:16} {mib / seconds:7.0f} MiB/s  {seconds / first:5.1f} x the copy's time"
                f"  {rss:4} MiB RSS  ({mib:.0f} MiB)",
                flush=True,
            )
    finally:
        shutil.rmtree(directory)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        fill(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
