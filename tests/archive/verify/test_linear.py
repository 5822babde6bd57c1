"""Twice as much that is wrong takes twice as much work, and no list of it grows without end."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from archive.home.layout import Layout
from archive.verify import Catalog, Finding, capped, check_together, plan_home, verify_targets
from archive.verify.finding import FindingCap
from benchmarks.big_home import DAMAGES, write_home

EXCHANGES = (64, 128)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two homes, the second twice as large."""
    homes = []
    for exchanges in EXCHANGES:
        homes.append(tmp_path_factory.mktemp("kho") / str(exchanges))
        write_home(homes[-1], files=2, exchanges=exchanges, body_bytes=200)
    return homes


def check(home: Path, max_findings: int = 0) -> list[Finding]:
    plan = plan_home(home)
    findings = list(plan.findings)
    with Catalog() as catalog:
        for report in verify_targets(plan, catalog, jobs=1, max_findings=max_findings):
            findings += report.findings
        findings += capped(check_together(plan, catalog), max_findings)
    return findings


def calls(home: Path) -> int:
    """Functions called, of Python and of C: the work, however loaded the machine is."""
    count = 0

    def trace(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(trace)
    try:
        assert check(home)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", DAMAGES)
def test_work_grows_as_the_files_do(whole: list[Path], tmp_path: Path, name: str) -> None:
    counts = []
    for number, home in enumerate(whole):
        copy = tmp_path / str(number)
        shutil.copytree(home, copy)
        DAMAGES[name](Layout(copy), sorted(path.name for path in (copy / "warc").glob("*.gz")))
        counts.append(calls(copy))
    assert counts[1] < 2.5 * counts[0]


def test_what_is_left_out_is_counted(whole: list[Path], tmp_path: Path) -> None:
    copy = tmp_path / "kho"
    shutil.copytree(whole[0], copy)
    names = sorted(path.name for path in (copy / "warc").glob("*.gz"))
    DAMAGES["files exchanged"](Layout(copy), names)
    every, few = check(copy), check(copy, 10)
    assert {1} == {finding.count for finding in every}
    assert len(few) < len(every) / 5

    def counted(findings: list[Finding]) -> Counter[str]:
        total: Counter[str] = Counter()
        for finding in findings:
            total[finding.kind] += finding.count
        return total

    assert counted(every) == counted(few)
    (more,) = [f for f in few if f.kind == "cdxj-line" and f.count > 1 and names[0][:-8] in f.path]
    assert "more" in more.line()
    assert str(more.count) in more.line()


def test_documents_of_one_collection_count_together() -> None:
    cap = FindingCap(2)
    found = [
        Finding("capture-value", f"mongodb: captures/{n}", None, "a", "b", "c") for n in "1234"
    ]
    assert [True, True, False, False] == [cap.lets_through(finding) for finding in found]
    assert [("mongodb: captures", 2)] == [(f.path, f.count) for f in cap.left_out()]
