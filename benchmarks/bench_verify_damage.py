"""Verifying what is wrong from end to end: seconds must grow as the files do, memory must not.

Each damage strikes a whole file of a home of two, once with N exchanges of three records, once
with 2 N; a process of its own verifies with one job. A quadratic search shows as a ratio near 4;
none may be 3. ``--body`` and ``--exchanges`` make files of any size, ``--only`` takes one damage.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from archive.home.layout import Layout
from benchmarks.big_home import DAMAGES, write_home

LIMIT_SECONDS = 600
MAX_RATIO = 3.0

PROGRAM = """
import sys, time
from pathlib import Path
from archive.verify import Catalog, check_together, plan_home, verify_targets
home = Path(sys.argv[1])
started = time.process_time()
plan = plan_home(home)
total = len(plan.findings)
with Catalog() as catalog:
    for report in verify_targets(plan, catalog, jobs=1):
        total += sum(f.count for f in report.findings)
    total += sum(f.count for f in check_together(plan, catalog))
seconds = time.process_time() - started
with open("/proc/self/status") as file:
    peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
print(seconds, peak, total)
"""


def verify(home: Path, limit: float) -> tuple[float, int, int]:
    """CPU seconds, KiB held at most, findings."""
    command = [sys.executable, "-c", PROGRAM, str(home)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit)
    except subprocess.TimeoutExpired:
        return float("inf"), 0, 0
    assert done.returncode == 0, done.stderr
    seconds, peak, findings = done.stdout.split()
    return float(seconds), int(peak), int(findings)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=6400)
    parser.add_argument("--body", type=int, default=2000, help="bytes of each body")
    parser.add_argument("--only", choices=DAMAGES)
    parser.add_argument("--once", action="store_true", help="no second size, and no ratio")
    parser.add_argument("--limit", type=float, default=LIMIT_SECONDS)
    given = parser.parse_args()
    sizes = [given.exchanges] if given.once else [given.exchanges, 2 * given.exchanges]
    worst = 0.0
    with tempfile.TemporaryDirectory() as directory:
        whole = []
        for size in sizes:
            home = Path(directory) / f"whole-{size}"
            write_home(home, files=2, exchanges=size, body_bytes=given.body)
            whole.append(home)
        total = sum(path.stat().st_size for path in (whole[-1] / "warc").glob("*.gz"))
        print(f"{total / 1e6:.0f} MB in two files; load {os.getloadavg()[0]:.1f}")
        for name, damage in {"nothing wrong": None, **DAMAGES}.items():
            if given.only not in {None, name}:
                continue
            seconds, peak, findings = [], 0, 0
            for home in whole:
                copy = Path(directory) / "copy"
                shutil.copytree(home, copy)
                layout_names = sorted(path.name for path in (copy / "warc").glob("*.gz"))
                if damage is not None:
                    damage(Layout(copy), layout_names)
                took, peak, findings = verify(copy, given.limit)
                seconds.append(took)
                shutil.rmtree(copy)
            assert bool(findings) == (damage is not None) or seconds[-1] > given.limit
            ratio = seconds[-1] / seconds[0]
            worst = max(worst, ratio)
            print(
                f"  {name}: {' and '.join(f'{took:.1f}' for took in seconds)} s,"
                f" ratio {ratio:.1f}, {findings} findings, {peak / 1024:.0f} MiB",
                flush=True,
            )
    print(f"worst ratio {worst:.1f} for twice as much")
    return int(worst >= MAX_RATIO)


if __name__ == "__main__":
    sys.exit(main())
