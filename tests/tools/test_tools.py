"""The table of docs/archive.md is the script's, and what lies at hand still says what it says."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import sys
from pathlib import Path

import pytest

from archive import Archive, CaptureEvent

from .__main__ import PAGE, ask_installed
from .environments import Environment
from .registry import TOOLS, Tool
from .subject import Subject, kinds_of
from .table import BEGIN, END, Row, Tally, parse, put_into

BODY = b"<p>C\xc3\xa0 ph\xc3\xaa</p>" * 50
LENGTH = b"Content-Length: %d\r\n\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"

RESPONSES = (
    b"HTTP/1.1 200 OK\r\n" + LENGTH + BODY,
    b"HTTP/1.1 200 OK\r\n" + LENGTH + BODY,  # becomes a revisit
    b"HTTP/1.1 200 OK\r\n" + CHUNKED % (len(BODY), BODY),
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n" + LENGTH + BODY[::-1],
    b"HTTP/1.1 200 OK\nContent-Length: 4\n\nnam\n",
    b"HTTP/1.1 200 OK\r\nX: "
    + bytes(20_000).replace(b"\0", b"x")
    + b"\r\n"
    + LENGTH
    + BODY.upper(),
)

AT_HAND = [tool for tool in TOOLS if tool.name.startswith(("warcio (", "fastwarc", "cdxj"))]


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {row.tool: row for row in parse(PAGE.read_text("utf-8"))}


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """One exchange of each kind, in the same form as the archive of the table."""
    home = tmp_path_factory.mktemp("home")
    now = dt.datetime(2026, 3, 2, 7, 5, tzinfo=dt.UTC)
    with Archive(home, info={"software": "test"}, min_free_bytes=0) as archive:
        for number, response in enumerate(RESPONSES):
            url = f"https://baodaklak.vn/{number}"
            request = b"GET /%d HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n" % number
            when = now + dt.timedelta(seconds=number)
            archive.append_batch([CaptureEvent(url, when, request=request, response=response)])
    warcs = sorted((home / "warc").glob("*.warc.gz"))
    index = sorted((home / "index").glob("*.cdxj"))
    return Subject(warcs, index, home, home, dict(kinds_of(warcs)))


def test_the_table_is_the_scripts(rows: dict[str, Row]) -> None:
    """Its form (parse says), its tools in their order, what it says beside what they said."""
    assert list(rows) == [tool.name for tool in TOOLS]
    for tool in TOOLS:
        row = rows[tool.name]
        assert row.reads == tool.reads
        assert row.remarks.endswith(tool.remark)
        assert re.match(r"[\d ]+ |valid$", row.counts), row.counts


@pytest.mark.parametrize("tool", AT_HAND, ids=lambda tool: tool.package.partition("==")[0])
def test_tools_at_hand_still_say_so(tool: Tool, rows: dict[str, Row], subject: Subject) -> None:
    row = rows[tool.name]
    if tool.pinned != row.version:
        pytest.skip(f"the table is of {row.version}, here is {tool.pinned}")

    answer = ask_installed(tool, Environment(Path(sys.prefix)), subject)

    read, _, whole = answer.counts.partition(" of ")
    assert whole.startswith(f"{read} "), "all are read"
    assert "blocks" not in answer.digests or f"blocks: {subject.records} right" in answer.digests
    assert answer.wrong_kinds == {kind for kind in row.wrong_kinds if kind != "resources"}


def test_the_lock_and_the_table_name_the_same_versions(rows: dict[str, Row]) -> None:
    lock = (PAGE.parents[1] / "requirements.lock").read_text("utf-8")
    for tool in TOOLS:
        name = tool.package.partition("==")[0]
        if locked := re.search(rf"^{re.escape(name)}==(\S+)", lock, re.MULTILINE):
            assert rows[tool.name].version == locked[1], f"{name}: make the table again: make tools"


def test_a_damaged_record_is_told(subject: Subject, tmp_path: Path) -> None:
    """The check itself: what is wrong in a record reaches the cell."""
    (warc,) = subject.warcs
    plain = gzip.decompress(warc.read_bytes()).replace(BODY[:40], BODY[:39] + b"!", 1)
    damaged = tmp_path / "damaged.warc"
    damaged.write_bytes(plain)
    other = Subject([damaged], [], tmp_path, tmp_path, dict(kinds_of([damaged])))
    (tool,) = (tool for tool in AT_HAND if tool.name == "fastwarc")
    answer = ask_installed(tool, Environment(Path(sys.prefix)), other)
    assert "blocks: " in answer.digests
    assert "1 wrong (1 others)" in answer.digests


def test_to_markdown_and_back(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\n\n{END}\nafter\n")
    tally = Tally(1200, ["<a>", "b"]).words({"<a>": "chunked", "<b>": "revisits"})
    row = Row("`a | b`", "1", "records", "3 of 3", f"blocks: {tally}", "–")
    put_into(page, [row])
    assert tally == "1 200 right, 2 wrong (1 chunked, 1 revisits)"
    assert row.wrong_kinds == {"chunked", "revisits"}
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    put_into(page, [row])
    assert page.read_text() == text
    with pytest.raises(ValueError, match="not as the script writes it"):
        parse(text.replace("| reads |", "| what |"))
    with pytest.raises(ValueError, match="zip"):
        parse(text.replace("| records |", "|"))
    with pytest.raises(ValueError, match="no table between"):
        parse("none")
