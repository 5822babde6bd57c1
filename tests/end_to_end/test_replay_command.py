"""`khobao archive replay` on odd records, and as a command that starts, refuses and ends."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import html
import json
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.home import Home
from support.odd_records import OK, PAGE, SENT, chunks, event
from support.other_tools import check_with_other_tools
from support.reader import Reader
from support.replaying import Replaying, index_lines, replaying

from archive import Archive, read_record

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]

ZIPPED = gzip.compress(PAGE * 50, mtime=0)

ODD = {
    "plain": OK + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE,
    "until-close": OK + b"\r\n" + PAGE,
    "chunked": OK + b'ETag: "v1"\r\n' + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(PAGE * 9),
    "gzip": OK + b'ETag: "v1"\r\n' + b"Content-Encoding: gzip\r\n\r\n" + ZIPPED,
    "chunked-gzip": OK
    + b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    + chunks(ZIPPED),
    "redirect": b"HTTP/1.1 302 Moved Somewhere Else\r\nLOCATION: /khac/\r\nContent-Length: 5\r\n"
    b"\r\nthere",
    "gone": b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>Kh\xc3\xb4ng c\xc3\xb3",
    "error": b"HTTP/1.1 503 Busy\r\nRetry-After: 5\r\n\r\n",
    "robots.txt": b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\n",
    "picture.jpg": b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff" + bytes(999),
    "paper.pdf": b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4" + bytes(999),
    "latin": b"HTTP/1.1 200 OK\r\nX-Latin: caf\xe9\r\nContent-Type: text/plain\r\n\r\ncaf\xe9",
    "Đắk-Lắk/Á?b=2&a=1": OK + b"\r\n" + PAGE + b"1",
    "a%20b/?q=%C4%90": OK + b"\r\n" + PAGE + b"2",
}
VERSIONED = ["gzip", "chunked"]


@pytest.fixture(scope="module")
def odd(homes: Callable[[], Home], cache: Path) -> Iterator[tuple[Home, Replaying]]:
    """Everything three times: a response, a revisit of equal payload, and, of two, a 304."""
    home = homes()
    with Archive(home.path, info={}) as archive:
        for hours in (0, 1):
            refs = [archive.append_batch([event(*pair, hours)])[0] for pair in ODD.items()]
    assert sum(ref.record_type == "revisit" for ref in refs) >= 12
    with Archive(home.path, info={}) as archive:
        for name in VERSIONED:
            answer = event(name, b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n', 2)
            (ref,) = archive.append_batch(
                [
                    dataclasses.replace(
                        answer,
                        request=b'GET / HTTP/1.1\r\nIf-None-Match: "v1"\r\n\r\n',
                        not_modified_of=archive.newest_version(answer.target_uri),
                    )
                ]
            )
            assert "revisit" == ref.record_type
    with replaying(home, cache) as replay:
        yield home, replay


@pytest.mark.parametrize("hours", [0, 1])
@pytest.mark.parametrize("name", ODD)
def test_odd_answers_come_back_as_they_were_captured(
    odd: tuple[Home, Replaying], name: str, hours: int
) -> None:
    home, replay = odd
    url = f"https://baodaklak.vn/{name}"
    timestamp = f"{SENT + dt.timedelta(hours=hours):%Y%m%d%H%M%S}"
    (record,) = (
        read_record(home.path, fields["filename"], int(fields["offset"]))
        for found, fields in index_lines(home)
        if (found, fields["url"]) == (timestamp, ascii_url(url))
    )
    answer = replay.capture(timestamp, ascii_url(url))
    assert answer.status == record.http_status
    assert answer.body == record.payload
    assert answer.headers["memento-datetime"] == f"{record.warc_date:%a, %d %b %Y %H:%M:%S} GMT"
    encoding = dict(record.http_headers).get(b"Content-Encoding", b"").decode()
    assert answer.headers.get("content-encoding", "") == encoding


@pytest.mark.parametrize("name", VERSIONED)
def test_what_was_not_modified_is_shown_as_it_was(odd: tuple[Home, Replaying], name: str) -> None:
    _, replay = odd
    first = replay.capture("20260302070500", f"https://baodaklak.vn/{name}")
    later = replay.capture("20260302090500", f"https://baodaklak.vn/{name}")
    assert later.headers["memento-datetime"] == "Mon, 02 Mar 2026 09:05:00 GMT"
    assert (later.status, later.body) == (first.status, first.body)
    assert first.body


def ascii_url(url: str) -> str:
    return "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in url)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../../../../etc/passwd",
        "/static/_/../../../../etc/passwd",
        "/static/_/khobao/../../../warc/",
        "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/../warc/",
        "/khobao/../../etc/passwd",
        "/khobao/2026id_/file:///etc/passwd",
        "/khobao/2026id_/../../../etc/passwd",
        "/khobao/cdx?url=file:///etc/passwd",
        "/khobao/2026mp_/https://example.com/",
        "/live/https://example.com/",
        "/record/https://example.com/",
        "/khobao/record/https://example.com/",
        "/proxy-fetch/https://example.com/",
        "/all/2026id_/https://baodaklak.vn/plain",
    ],
)
def test_nothing_but_the_archive_is_shown(odd: tuple[Home, Replaying], path: str) -> None:
    _, replay = odd
    for method in ("GET", "POST", "PUT"):
        answer = replay.get(path, method)
        assert b"root:" not in answer.body
        if 307 == answer.status:  # //: to the address without the second slash
            answer = replay.get(urlsplit(answer.headers["location"]).path, method)
        assert 404 == answer.status or (200 == answer.status and b"" == answer.body.strip()), answer


def test_an_index_that_lies_leads_nowhere(home: Home, tmp_path: Path, cache: Path) -> None:
    """A home from elsewhere can hold any CDXJ: it may name neither other files nor the network."""
    other = Home(tmp_path / "other")
    for one in (home, other):
        with Archive(one.path, info={}) as archive:
            archive.append_batch([event("x", ODD["plain"])])
    secret = other.warcs[0]
    with socket.create_server(("127.0.0.1", 0)) as outside:
        lies: list[dict[str, str]] = [
            {"filename": str(secret), "offset": "0"},
            {"filename": f"../../../../{secret}", "offset": "0"},
            {"filename": f"file://{secret}", "offset": "0"},
            {"filename": "http://192.0.2.1/a.warc.gz", "offset": "0"},
            {"load_url": "http://192.0.2.1/"},
            {"load_url": "http://vi-du.example/"},
        ]
        text = "".join(
            f"vn,baodaklak)/{n} 20260302070500 "
            + json.dumps({"url": f"https://baodaklak.vn/{n}", "mime": "text/html", **lie})
            + "\n"
            for n, lie in enumerate(lies)
        )
        (home.path / "index" / "a.cdxj").write_text(text, encoding="utf-8")
        outside.settimeout(0)
        with replaying(home, cache) as replay:
            for n in range(len(lies)):
                started = time.monotonic()
                answer = replay.capture("20260302070500", f"https://baodaklak.vn/{n}")
                assert answer.status >= 400, (lies[n], answer)
                assert time.monotonic() - started < 5  # it was not even tried


def test_ctrl_c_ends_it_and_its_child(odd: tuple[Home, Replaying], cache: Path) -> None:
    home, _ = odd
    with replaying(home, cache) as replay:
        child = replay.child
        directory = Path(f"/proc/{child}/cwd").readlink()
        replay.process.send_signal(signal.SIGINT)
        assert 0 == replay.process.wait(20)
        assert "" == replay.process.stderr.read() if replay.process.stderr else False
    assert not Path(f"/proc/{child}").exists()
    assert not directory.exists()


def test_the_child_does_not_outlive_a_killed_parent(
    odd: tuple[Home, Replaying], cache: Path
) -> None:
    home, _ = odd
    with replaying(home, cache) as replay:
        child = replay.child
        directory = Path(f"/proc/{child}/cwd").readlink()
        replay.process.kill()
        replay.process.wait()
        wait_until(lambda: is_over(child))
        wait_until(lambda: not directory.exists())


def is_over(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # noqa: TID251  no reactor in a test's process


def test_a_port_in_use(odd: tuple[Home, Replaying], cache: Path) -> None:
    home, replay = odd
    env = {"KHOBAO_CACHE": str(cache)}
    taken = home.khobao("archive", "replay", "--port", str(replay.port), env=env)
    assert 2 == taken.returncode
    assert taken.stderr == (
        f"khobao: cannot listen on 127.0.0.1 port {replay.port}: address already in use; choose"
        " another with --port, or --port 0 for a free one\n"
    )


def test_what_is_not_in_the_index_is_said(home: Home, cache: Path) -> None:
    env = {"KHOBAO_CACHE": str(cache)}
    (home.path / "warc").mkdir(parents=True)
    empty = home.khobao("archive", "replay", "--port", "0", env=env)
    assert 1 == empty.returncode
    assert "there is nothing to replay" in empty.stderr
    for name in ("plain", "gzip"):
        with Archive(home.path, info={}) as archive:
            archive.append_batch([event(name, ODD[name])])
    min(home.path.glob("index/*.cdxj")).unlink()
    with Archive(home.path, info={}) as writer:
        writer.append_batch([event("chunked", ODD["chunked"])])
        with replaying(home, cache) as replay:
            page = replay.get("/khobao/").body.decode()
            assert "1 of 2 WARC files have no index" in page
            assert "A crawl is writing" in page
    assert 0 == home.khobao("archive", "index").returncode
    with replaying(home, cache) as replay:
        assert "have no index" not in replay.get("/khobao/").body.decode()
        for name in ("plain", "gzip", "chunked"):
            assert 200 == replay.capture("2026", f"https://baodaklak.vn/{name}").status


def test_what_a_killed_crawl_left_is_salvaged_first(home: Home, cache: Path) -> None:
    archive = Archive(home.path, info={})
    archive.append_batch([event("plain", ODD["plain"])])
    copy = home.path.with_name("copy")
    shutil.copytree(home.path, copy)  # as a kill leaves it
    archive.close()
    with replaying(Home(copy), cache) as replay:
        assert "had not been closed: 3 records kept, 0 lost" in replay.get("/").body.decode()
        assert 200 == replay.capture("2026", "https://baodaklak.vn/plain").status


def test_a_hostile_page_on_the_start_page(home: Home, cache: Path, browser: Any) -> None:
    nasty = "\"'><script>document.title='taken'</script>{{ 7 * 7 }}{% raise %}"
    with Archive(home.path, info={}) as archive:
        for n, title in enumerate([nasty, html.escape(nasty)]):
            page = OK + f"\r\n<html><title>{title}</title><p>x".encode()
            url = f"thoi-su/202603/x'\"><script>-{n}-abc123{n}/"
            archive.append_batch([event(url, page)])
    with replaying(home, cache) as replay:
        reader = Reader(browser)
        reader.page.goto(replay.address, wait_until="load")
        titles = reader.page.locator("a.page").all_inner_texts()
        assert nasty in titles
        assert reader.page.title() == "khobao · replay"
        reader.page.locator("a.page").first.click()
        assert "x" == reader.shown().locator("p").inner_text()


def test_many_small_files(home: Home, cache: Path) -> None:
    """An archive crawled every hour has thousands; pywb would look into each for each address."""
    for n in range(40):
        with Archive(home.path, info={}) as archive:
            archive.append_batch([event(f"{n % 7}/{n}", ODD["gzip"]), event("plain", ODD["plain"])])
    lines = index_lines(home)
    assert 80 == len(lines)
    with replaying(home, cache) as replay:
        index = Path(f"/proc/{replay.child}/cwd/index")
        merged = (index / "merged.cdxj").read_text(encoding="utf-8").splitlines(keepends=True)
        assert sorted(merged) == merged
        assert 80 == len(merged)
        assert 40 == replay.get("/khobao/cdx?url=baodaklak.vn/plain").body.count(b"\n")
        for timestamp, fields in lines:
            record = read_record(home.path, fields["filename"], int(fields["offset"]))
            assert replay.capture(timestamp, fields["url"]).body == record.payload


def test_two_first_uses_at_once(odd: tuple[Home, Replaying]) -> None:
    home, _ = odd
    with tempfile.TemporaryDirectory(prefix="bộ nhớ đệm ") as directory:
        fresh = Path(directory) / "mới"
        fresh.mkdir()
        half_made = fresh / ".pywb-2.10.0-killed"
        half_made.mkdir()
        with replaying(home, fresh) as first, replaying(home, fresh) as second:
            for replay in (first, second):
                assert 200 == replay.capture("2026", "https://baodaklak.vn/plain").status


def test_without_a_registry(odd: tuple[Home, Replaying], tmp_path: Path) -> None:
    home, _ = odd
    nowhere = "http://127.0.0.1:9/simple"
    env = {
        "KHOBAO_CACHE": str(tmp_path / "cache"),
        "UV_DEFAULT_INDEX": nowhere,
        "UV_NO_CACHE": "1",
        "UV_HTTP_RETRIES": "0",
        "PIP_INDEX_URL": nowhere,
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
    }
    failed = home.khobao("archive", "replay", "--port", "0", env=env)
    assert 1 == failed.returncode
    told, error = failed.stderr.splitlines()
    assert told.startswith("installing pywb 2.10.0, this once, in ")
    assert error.startswith("khobao: pywb could not be installed: is the package registry reach")
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


def test_other_peoples_tools_read_odd_answers(odd: tuple[Home, Replaying]) -> None:
    check_with_other_tools(odd[0])
