"""What the wget of this machine archives."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import captures, read_record
from archive.importing import import_files
from archive.verify import Catalog, check_together, plan_home, verify_targets

WGET = shutil.which("wget")

pytestmark = pytest.mark.skipif(WGET is None, reason="wget is not installed (apt install wget)")

PAGE = "<html><title>Đắk Lắk</title>".encode() + b"<p>x</p>" * 5000


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing on the terminal."""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    site = tmp_path / "site"
    site.mkdir()
    (site / "trang.html").write_bytes(PAGE)
    handler = functools.partial(_Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/trang.html"
        server.shutdown()
        thread.join()


def test_what_wget_archives_is_taken_and_shown(tmp_path: Path, url: str) -> None:
    """Compressed, plain, and a second time, when it is a revisit of the first."""
    for options in (
        ("--warc-file=first", "--warc-cdx"),
        ("--warc-file=plain", "--no-warc-compression"),
        ("--warc-file=again", "--warc-dedup=first.cdx"),
    ):
        command = [str(WGET), "-q", "--no-proxy", "-O", "/dev/null", *options, url]
        subprocess.run(command, check=True, cwd=tmp_path, timeout=60)
    home = tmp_path / "home"
    names = ["first.warc.gz", "plain.warc", "again.warc.gz"]
    with import_files(home, software="thử", min_free_bytes=0) as run:
        done = [run.take(tmp_path / name) for name in names]
    assert ["imported"] * 3 == [file.state for file in done], done
    shown = [read_record(home, each.warc_filename, each.offset) for each in captures(home, url)]
    assert ["response", "response", "revisit"] == sorted(record.type for record in shown)
    assert [PAGE] * 3 == [record.body for record in shown]
    plan = plan_home(home)
    with Catalog() as catalog:
        findings = [f for report in verify_targets(plan, catalog, jobs=1) for f in report.findings]
        findings += [*plan.findings, *check_together(plan, catalog)]
    assert {"tool-disagreement"} >= {finding.kind for finding in findings}
