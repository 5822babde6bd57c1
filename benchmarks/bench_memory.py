"""Memory over a long crawl: the crawler's resident set, sampled by the number of pages fetched.

Prints a row each tenth of the way and the growth after the first tenth. With ``--articles 100000``
it is the design's own goal; that takes some ten minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil

from practice.client import PracticeProcess

MIB = 1024 * 1024


def sample(
    process: psutil.Process, site: PracticeProcess, stop: threading.Event
) -> list[tuple[int, int]]:
    """(exchanges so far, resident bytes), twice a second until *stop*."""
    rows = []
    while not stop.wait(0.5):
        try:
            rows.append((site.control("GET", "/stats")["exchanges"], process.memory_info().rss))
        except psutil.Error:
            break
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    options = parser.parse_args()
    khobao = Path(sys.executable).parent / "khobao"
    with (
        tempfile.TemporaryDirectory(prefix="khobao-bench-") as folder,
        PracticeProcess("--articles", str(options.articles), "--no-log") as site,
    ):
        home = Path(folder) / "home"
        rules = [word for rule in site.resolve for word in ("--resolve", rule)]
        crawl = [
            "--full",
            "--media",
            "none",
            "--delay",
            "0",
            "--ca-file",
            str(site.ca_file),
            *rules,
        ]
        process = subprocess.Popen(
            [khobao, "--home", home, "crawl", "sections", *crawl],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stop = threading.Event()
        rows: list[tuple[int, int]] = []
        sampler = threading.Thread(
            target=lambda: rows.extend(sample(psutil.Process(process.pid), site, stop))
        )
        sampler.start()
        process.wait()
        stop.set()
        sampler.join()
        subprocess.run([khobao, "--home", home, "db", "stop"], check=True, capture_output=True)
    last = rows[-1][0]
    tenths = [next(row for row in rows if row[0] >= last * part / 10) for part in range(1, 11)]
    for exchanges, resident in tenths:
        print(f"memory after {exchanges:7d} exchanges {resident / MIB:6.0f} MiB")
    print(
        f"memory: peak {max(row[1] for row in rows) / MIB:.0f} MiB,"
        f" growth after the first tenth {(tenths[-1][1] - tenths[0][1]) / MIB:+.0f} MiB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
