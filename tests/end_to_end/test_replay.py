"""Replay through pywb, in a real Chromium and record by record: what is shown was captured."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import html
import json
import random
import shutil
import signal
import socket
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from support.home import Home
from support.replaying import Replaying, replaying
from warcio.archiveiterator import ArchiveIterator

from archive import Archive, CaptureEvent, read_record
from practice.client import PracticeProcess

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
NEVER_CAPTURED = "statcollector"
"""A reader's visit would be counted: the crawler never asks for it."""

Lines = list[tuple[str, dict[str, str]]]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pywb is installed, once for all workers and, but for CI, for all sessions."""
    return tmp_path_factory.getbasetemp().parent / "khobao cache"


@pytest.fixture(scope="module", params=["a", "b"])
def crawled(
    request: pytest.FixtureRequest,
    practice: Callable[..., PracticeProcess],
    homes: Callable[[], Home],
    cache: Path,
) -> Iterator[tuple[Home, PracticeProcess, Replaying]]:
    """Two runs over a newspaper of one template, and its replay."""
    home = homes()
    site = practice("--articles", "40", "--template", request.param)
    for _ in range(2):
        done = home.crawl(site, "sections", "--full", "--media", "page")
        assert 0 == done["returncode"], done["stderr"]
    with replaying(home, cache) as replay:
        yield home, site, replay


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only here is it needed

    assert CHROMIUM, "install Chromium (make test does)"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Reader:
    """A person with a browser, and a list of what the browser asked for."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_context().new_page()
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, address: str) -> Any:
        """The frame in which pywb shows the page."""
        answer = self.page.goto(address, wait_until="load")
        assert answer.ok, f"{address}: {answer.status}"
        return self.shown()

    def shown(self) -> Any:
        frame = self.page.wait_for_selector("iframe#replay_iframe").content_frame()
        assert frame
        frame.wait_for_url("**/*mp_/**")
        frame.wait_for_load_state("load")
        return frame

    def assert_never_left(self, port: int) -> None:
        places = {
            urlsplit(url).netloc for url in self.asked if not url.startswith(("data:", "blob:"))
        }
        assert places == {f"127.0.0.1:{port}"}


def test_pages_are_shown_with_their_headlines_and_pictures(
    crawled: tuple[Home, PracticeProcess, Replaying], browser: Any
) -> None:
    _, site, replay = crawled
    reader = Reader(browser)
    articles = site.truth("articles")
    pictures = 0
    kinds: dict[str, int] = defaultdict(int)
    for article in articles:
        kinds[article["kind"]] += 1
        if kinds[article["kind"]] > 2:
            continue
        frame = reader.open(f"{replay.address}{article['url']}")
        assert squeeze(article["headline"]) in squeeze(frame.locator("body").inner_text())
        pictures += check_pictures(frame)
    assert pictures > 20
    lists = [page for page in replay.told["pages"] if page["kind"] != "article"]
    assert "home" == lists[0]["kind"]
    for page in lists[:4]:  # section pages as far as the crawl needed them
        frame = reader.open(page["replay"])
        shown = squeeze(frame.locator("body").inner_text())
        assert any(squeeze(article["headline"]) in shown for article in articles), page
        assert check_pictures(frame)
    reader.assert_never_left(replay.port)


def check_pictures(frame: Any) -> int:
    """All pictures of the newspaper are there, those that scripts would load later as well."""
    found = frame.evaluate(
        """async () => {
            const found = [];
            for (const image of document.images) {
                const source = image.getAttribute("src");
                if (source) {
                    try { await image.decode() } catch (error) { /* told by its width */ }
                    found.push([image.src, image.naturalWidth]);
                }
                const later = image.getAttribute("data-src");
                if (later && !source) {
                    const loaded = new Image();
                    loaded.src = later;
                    try { await loaded.decode() } catch (error) { /* told by its width */ }
                    found.push([later, loaded.naturalWidth]);
                }
            }
            return found;
        }"""
    )
    own = [(url, width) for url, width in found if "baodaklak.vn/" in url or url[0] == "/"]
    missing = [url for url, width in own if not width and NEVER_CAPTURED not in url]
    assert not missing
    return len(own)


def test_a_hundred_records_come_back_as_they_were_captured(
    crawled: tuple[Home, PracticeProcess, Replaying],
) -> None:
    home, _, replay = crawled
    groups: dict[tuple[str, ...], Lines] = defaultdict(list)
    for timestamp, fields in index_lines(home):
        groups[fields["mime"], fields["status"], extension(fields["url"])].append(
            (timestamp, fields)
        )
    mimes = {mime for mime, _, _ in groups}
    assert mimes >= {"text/html", "warc/revisit", "image/jpeg", "text/plain", "text/css"}
    rng = random.Random(1)
    sample = [line for lines in groups.values() for line in rng.sample(lines, min(len(lines), 12))]
    assert len(sample) >= 100
    for timestamp, fields in sample:
        record = read_record(home.path, fields["filename"], int(fields["offset"]))
        answer = replay.capture(timestamp, fields["url"])
        # The moment of a 304 shows the page as it was, and stayed.
        expected = {"304": "200"}.get(fields["status"], fields["status"])
        assert str(answer.status) == expected, fields["url"]
        assert answer.body == record.payload, fields["url"]


def index_lines(home: Home) -> Lines:
    lines = []
    for path in home.path.glob("index/*.cdxj"):
        for line in path.read_text(encoding="utf-8").splitlines():
            _, timestamp, values = line.split(" ", 2)
            fields = json.loads(values)
            if fields["url"].startswith("http"):
                lines.append((timestamp, fields))
    return lines


def extension(url: str) -> str:
    return Path(urlsplit(url).path).suffix


def test_the_start_page_leads_to_the_newest_pages(
    crawled: tuple[Home, PracticeProcess, Replaying], browser: Any
) -> None:
    _, site, replay = crawled
    headlines = {squeeze(article["headline"]) for article in site.truth("articles")}
    for address in (replay.address, f"http://127.0.0.1:{replay.port}/"):
        reader = Reader(browser)
        reader.page.goto(address, wait_until="load")
        titles = reader.page.locator("a.page").all_inner_texts()
        assert len({squeeze(title) for title in titles} & headlines) >= 20
        reader.page.locator("a.page").nth(1).click()
        reader.page.wait_for_load_state("load")
        frame = reader.shown()
        assert squeeze(titles[1]) in squeeze(frame.locator("body").inner_text())
        reader.page.goto(address, wait_until="load")
        reader.page.fill("input[name=url]", "https://baodaklak.vn/")
        reader.page.press("input[name=url]", "Enter")
        reader.page.get_by_text("(2 captures)").first.wait_for()
        reader.assert_never_left(replay.port)
    examples = replay.told["pages"]
    assert [examples[0]["kind"], examples[1]["kind"]] == ["home", "article"]
    for example in examples[:3]:
        path = example["replay"].removeprefix(f"http://127.0.0.1:{replay.port}")
        assert 200 == replay.get(path).status


def test_other_peoples_tools_read_every_record(
    crawled: tuple[Home, PracticeProcess, Replaying],
) -> None:
    check_with_other_tools(crawled[0])


def test_other_peoples_tools_read_odd_answers(odd: tuple[Home, Replaying]) -> None:
    check_with_other_tools(odd[0])


def check_with_other_tools(home: Home) -> None:
    for path in home.warcs:
        records = path.with_name(path.name + ".journal").read_bytes().count(b"\n")
        assert check_with_warcio(path) == records
        assert check_with_fastwarc(path) == records


def check_with_warcio(path: Path) -> int:
    """What ``warcio check`` does, and that it has seen everything."""
    count = 0
    with path.open("rb") as stream:
        records = ArchiveIterator(stream, check_digests=True)
        for record in records:
            record.content_stream().read()
            count += 1
            if record.digest_checker.passed is False:
                problems = record.digest_checker.problems
                chunked = record.http_headers and record.http_headers.get_header(
                    "Transfer-Encoding"
                )
                # A revisit's payload is the original's; chunked: warcio#74.
                assert record.rec_type == "revisit" or chunked, problems
                assert not any("block digest" in problem for problem in problems)
        assert records.err_count == 0
    return count


def check_with_fastwarc(path: Path) -> int:
    """Block digests before the HTTP is parsed, payload digests after: it needs two passes."""
    count = 0
    with path.open("rb") as stream:
        for record in FastIterator(stream, parse_http=False):
            count += 1
            assert record.verify_block_digest()
    with path.open("rb") as stream:
        for record in FastIterator(stream, parse_http=True):
            if record.record_type == WarcRecordType.response:
                is_chunked = record.http_headers.get("Transfer-Encoding") == "chunked"
                # It hashes the framing of chunked bodies, as warcio does (warcio#74).
                assert record.verify_payload_digest() is not is_chunked
    return count


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
PAGE = "<html><title>Trang thử nghiệm</title><p>Nội dung</p></html>".encode()
ZIPPED = gzip.compress(PAGE * 50, mtime=0)


def chunks(data: bytes) -> bytes:
    pieces = [data[n : n + 100] for n in range(0, len(data), 100)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


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
SENT = dt.datetime(2026, 3, 2, 7, 5, tzinfo=dt.UTC)


def event(name: str, response: bytes, hours: int = 0) -> CaptureEvent:
    return CaptureEvent(
        f"https://baodaklak.vn/{name}",
        SENT + dt.timedelta(hours=hours),
        b"GET / HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n",
        response,
    )


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


def test_an_index_that_lies_leads_nowhere(homes: Callable[[], Home], cache: Path) -> None:
    """A home from elsewhere can hold any CDXJ: it may name neither other files nor the network."""
    home, other = homes(), homes()
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


def test_what_is_not_in_the_index_is_said(homes: Callable[[], Home], cache: Path) -> None:
    home = homes()
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


def test_what_a_killed_crawl_left_is_salvaged_first(homes: Callable[[], Home], cache: Path) -> None:
    home = homes()
    archive = Archive(home.path, info={})
    archive.append_batch([event("plain", ODD["plain"])])
    copy = home.path.with_name("copy")
    shutil.copytree(home.path, copy)  # as a kill leaves it
    archive.close()
    with replaying(Home(copy), cache) as replay:
        assert "had not been closed: 3 records kept, 0 lost" in replay.get("/").body.decode()
        assert 200 == replay.capture("2026", "https://baodaklak.vn/plain").status


def test_a_hostile_page_on_the_start_page(
    homes: Callable[[], Home], cache: Path, browser: Any
) -> None:
    home = homes()
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


def test_many_small_files(homes: Callable[[], Home], cache: Path) -> None:
    """An archive crawled every hour has thousands; pywb would look into each for each address."""
    home = homes()
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


def squeeze(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
