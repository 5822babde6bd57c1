"""``khobao archive check-package``: exit codes, lines for people, JSON for machines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.memory import PEAK
from support.packages import Packages

from khobao.cli.main import main


def test_intact_packages_end_with_0_and_a_line_each(
    packages: Packages, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(packages.wacz), str(packages.bag), str(packages.warc)]
    assert 0 == main(["archive", "check-package", *words])
    out, err = capsys.readouterr()
    assert not err
    lines = [line for line in out.splitlines() if not line.startswith("note: ")]
    assert words == [line.partition(": ")[0] for line in lines]
    assert all("nothing wrong" in line for line in lines)


def test_findings_end_with_7_and_say_what_where_and_what_to_do(
    packages: Packages, capsys: pytest.CaptureFixture[str]
) -> None:
    packages.wacz.write_bytes(packages.wacz.read_bytes()[:-50])
    assert 7 == main(["archive", "check-package", str(packages.wacz), str(packages.bag)])
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.startswith(str(packages.wacz))
    assert "get the package again" in first
    assert first.endswith("[package-damaged]")
    assert "1 findings" in second
    assert "nothing wrong" in third


def test_json_is_one_object(packages: Packages, capsys: pytest.CaptureFixture[str]) -> None:
    (packages.bag / "data" / "x").write_text("x")
    words = ["--json", "archive", "check-package", str(packages.wacz), str(packages.bag)]
    assert 7 == main(words)
    found = json.loads(capsys.readouterr().out)
    assert (False, 2) == (found["ok"], found["failures"])
    wacz, bag = found["packages"]
    assert ("wacz", True, [], 14) == tuple(
        wacz[name] for name in ("kind", "ok", "findings", "records")
    )
    assert {"package-unlisted": 1, "package-description": 1} == bag["kinds"]
    assert str(packages.bag / "data" / "x") == bag["findings"][0]["path"]


def test_what_is_no_package_ends_with_2_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "không.wacz", tmp_path):
        assert 2 == main(["archive", "check-package", str(path)])
        out, err = capsys.readouterr()
        assert not out
        assert 1 == len(err.splitlines())
        assert str(path) in err


BIG = (
    PEAK
    + """
import pathlib, sys, zipfile
from archive.package import check_packages
path = pathlib.Path(sys.argv[1])
before = peak()
(report,) = check_packages([path])
assert not report.findings, [each.line() for each in report.findings]
print(report.bytes >> 20, (peak() - before) >> 10)
"""
)
WRITE = """
import datetime as dt, os, pathlib, sys
from archive import Archive, CaptureEvent
from archive.export import ExportFormat, export, select
home = pathlib.Path(sys.argv[1])
now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
info = {"software": "khobao 1", "isPartOf": "lan-1"}
with Archive(home, info=info, min_free_bytes=0, max_bytes=16 << 20, level=1) as archive:
    for n in range(20):
        archive.append_batch([
            CaptureEvent(f"https://baodaklak.vn/{n}/{i}", now, b"GET / HTTP/1.1\\r\\n\\r\\n",
                b"HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\n\\r\\n" + os.urandom(40_000))
            for i in range(100)])
export(select(home), home / "x.wacz", format=ExportFormat.WACZ, describe=lambda r: None,
    title="", software="khobao 1", operator="", created=now)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_package(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", WRITE, str(tmp_path)], check=True)
    done = subprocess.run(
        [sys.executable, "-c", BIG, str(tmp_path / "x.wacz")],
        capture_output=True,
        text=True,
        check=True,
    )
    mebibytes, grown = map(int, done.stdout.split())
    assert mebibytes > 70
    assert grown < 40
