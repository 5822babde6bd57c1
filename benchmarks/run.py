"""Every figure that README and docs/benchmarks.md quote, one table: ``make bench``."""

from __future__ import annotations

import platform
import subprocess
import sys
import time

import psutil
from rich.console import Console
from rich.table import Table

BENCHMARKS: tuple[tuple[str, str, list[str]], ...] = (
    ("full pipeline against bare Scrapy", "bench_crawl", []),
    ("memory over a long crawl", "bench_memory", []),
    ("WARC writing", "bench_warc", []),
    ("store upserts", "bench_store", []),
    ("reading articles", "bench_extract", []),
    ("re-extraction", "bench_reextract", []),
    ("verify", "bench_verify", []),
    ("verify, whatever is wrong", "bench_verify_damage", ["--exchanges", "3200"]),
    ("a home of twenty years", "bench_old_home", []),
    ("fixity", "bench_fixity", []),
    ("export", "bench_export", ["0.25"]),
    ("replay", "bench_replay", []),
    ("practice newspaper", "bench_practice", []),
)


def main() -> int:
    console = Console()
    table = Table("what", "measured", "seconds")
    failed = 0
    for title, module, arguments in BENCHMARKS:
        console.print(f"[dim]running benchmarks.{module} …[/dim]")
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{module}", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        failed += done.returncode != 0
        said = done.stdout.strip() or done.stderr.strip().splitlines()[-1]
        table.add_row(title, said, f"{time.monotonic() - started:.0f}")
        table.add_section()
    console.print(table)
    memory = psutil.virtual_memory().total // 1024**3
    console.print(
        f"{platform.processor() or platform.machine()}, {psutil.cpu_count()} cores, {memory} GiB,"
        f" Python {platform.python_version()}. Machines are noisy: the ratios count."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
