"""The server over real sockets: HTTP's rules, and the log against what the client saw."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from practice.client import PracticeProcess
from practice.errors import StartError

GET = "GET {} HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n"


def last_exchange(site: PracticeProcess) -> tuple[dict[str, Any], bytes, bytes]:
    return list(site.exchanges())[-1]


@pytest.mark.parametrize("tls", [False, True])
def test_the_log_holds_what_the_client_saw(site: PracticeProcess, client: Any, tls: bool) -> None:
    heard = client.get("/thoi-su/", "X-Odd:  two  spaces ", tls=tls)
    entry, request, response = last_exchange(site)
    assert heard.end == "eof"
    assert request == heard.sent
    assert response == heard.data
    assert (entry["tls"], entry["ended"]) == (tls, "complete")
    assert (entry["host"], entry["target"]) == ("baodaklak.vn", "/thoi-su/")
    assert entry["status"] == heard.status == (200 if tls else 301)
    assert entry["tls_version"] == ("TLSv1.3" if tls else None)


def test_http_leads_to_https(client: Any) -> None:
    heard = client.get("/a/?b=c", host="www.baodaklak.vn", tls=False)
    assert heard.values(b"Location") == [b"https://www.baodaklak.vn/a/?b=c"]
    with_port = client.get("/", host=f"baodaklak.vn:{client.site.http_port}", tls=False)
    expected = f"https://baodaklak.vn:{client.site.https_port}/".encode()
    assert with_port.values(b"Location") == [expected]


def test_a_person_can_look_at_it_on_localhost(client: Any) -> None:
    heard = client.get("/", host=f"127.0.0.1:{client.site.http_port}", tls=False)
    assert heard.status == 200
    assert b"main-menu" in heard.body


@pytest.mark.parametrize("tls", [False, True])
def test_requests_sent_ahead_are_answered_in_order(
    site: PracticeProcess, client: Any, tls: bool
) -> None:
    """The first answer takes its time; the others wait for it on the same connection."""
    site.control("POST", "/log/clear")
    targets = ["/loi/drip/robots.txt", "/robots.txt", "/robots.txt?last"]
    closing = "GET /robots.txt HTTP/1.1\r\nHost: baodaklak.vn\r\nConnection: close\r\n\r\n"
    data = "".join(map(GET.format, targets)) + closing
    heard = client.talk(data.encode(), tls=tls)
    log = list(site.exchanges())
    assert heard.end == "eof"
    assert [entry["target"] for entry, _, _ in log] == [*targets, "/robots.txt"]
    assert b"".join(response for _, _, response in log) == heard.data
    assert b"".join(request for _, request, _ in log) == heard.sent
    assert len({entry["peer"] for entry, _, _ in log}) == 1


def test_a_client_that_closed_its_direction_still_gets_its_answer(client: Any) -> None:
    with client.connect() as connection:
        connection.sendall(b"GET /loi/drip/robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        data = b""
        while piece := connection.recv(65_536):
            data += piece
    assert data.endswith(client.get("/robots.txt").body)


def test_head_has_no_body(client: Any, article_path: str) -> None:
    wanted = f"HEAD {article_path} HTTP/1.1\r\nHost: baodaklak.vn\r\nConnection: close\r\n\r\n"
    heard = client.talk(wanted.encode(), tls=True)
    assert heard.status == 200
    assert int(heard.values(b"Content-Length")[0]) > 10_000
    assert not heard.body


def test_only_reading_is_possible(client: Any) -> None:
    wanted = "POST /sc_service/api/feedback/insert HTTP/1.1\r\nHost: baodaklak.vn\r\n"
    heard = client.talk(f"{wanted}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode())
    assert heard.status == 405


def test_nonsense_is_refused_and_logged(site: PracticeProcess, client: Any) -> None:
    heard = client.talk(b"nonsense\r\n\r\n")
    entry, request, response = last_exchange(site)
    assert heard.status == 400
    assert (request, response) == (heard.sent, heard.data)
    assert entry["target"] is None


def test_a_client_that_leaves_is_noted_with_what_it_was_handed(
    site: PracticeProcess, client: Any
) -> None:
    with client.connect(tls=True) as connection:
        connection.sendall(GET.format("/loi/stall/robots.txt").encode())
        seen = connection.recv(65_536)
    entry, _, response = last_exchange(site)
    assert entry["ended"] == "aborted"
    assert response == seen

    for tls in (False, True):
        with client.connect(tls=tls) as connection:
            connection.sendall(b"GET /loi/big-body/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            seen = connection.recv(65_536)
        entry, _, response = last_exchange(site)
        assert (entry["fault"], entry["ended"]) == ("big-body", "aborted")
        assert response.startswith(seen)
        assert len(response) < 30 * 2**20

    with client.connect() as connection:
        connection.sendall(b"GET /half-a-req")
    for _ in range(200):
        entry, request, _ = last_exchange(site)
        if request == b"GET /half-a-req":
            break
    assert (entry["ended"], request) == ("aborted", b"GET /half-a-req")


def test_a_client_that_reads_late_gets_everything(site: PracticeProcess, client: Any) -> None:
    """30 MB do not fit any socket buffer: the server waits, and serves others meanwhile."""
    with client.connect(tls=True) as connection:
        connection.sendall(GET.format("/loi/big-body/").encode())
        assert client.get("/robots.txt").status == 200
        assert site.control("GET", "/log")["under_way"] == 1
        size = 0
        while size < 30 * 2**20:
            size += len(connection.recv(1 << 20))
    entry, _, response = last_exchange(site)
    assert entry["ended"] == "complete"
    assert len(response) == size


def test_every_host_has_a_valid_certificate(client: Any) -> None:
    for host in ("baodaklak.vn", "www.baodaklak.vn", "phuyen.baodaklak.vn", "localhost"):
        client.connect(tls=True, host=host).close()


def test_what_is_no_tls_does_no_harm(client: Any) -> None:
    client.connect().close()
    with socket.create_connection(("127.0.0.1", client.site.https_port), timeout=20) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        while plain.recv(1000):
            pass
    assert client.get("/robots.txt").status == 200


def test_a_port_in_use_is_one_line_and_code_2(site: PracticeProcess) -> None:
    for option in ("--port", "--tls-port", "--control-port"):
        done = run(option, str(site.http_port))
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert str(site.http_port) in done.stderr
        assert option in done.stderr


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--faults", "drip,rain"), "rain"),
        (("--faults", "drip=2"), "drip=2"),
        (("--articles", "-1"), "articles"),
        (("--log-dir", "/dev/null/x"), "--log-dir"),
        (("--now", "tomorrow"), "--now"),
        (("--holidays", "tet"), "--holidays"),
        (("--template", "c"), "--template"),
    ],
)
def test_wrong_words_end_with_code_2(options: tuple[str, ...], word: str) -> None:
    done = run(*options)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_the_reason_for_not_starting_reaches_the_caller() -> None:
    with pytest.raises(StartError, match="no fault is called 'rain'"):
        PracticeProcess("--faults", "rain").start()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    with subprocess.Popen(
        [sys.executable, "-m", "practice", "--articles", "5", "--ready-file", str(ready_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        ready = json.loads(process.stdout.readline())
        assert ready == json.loads(ready_file.read_text("utf-8"))
        assert f"phuyen.baodaklak.vn:443:127.0.0.1:{ready['https']}" in ready["resolve"]
        assert Path(ready["ca_file"]).is_file()
        with socket.create_connection(("127.0.0.1", ready["http"]), timeout=20):
            process.send_signal(number)
            assert process.wait(10) == 0
        assert process.stderr.read() == b""
        assert not Path(ready["log_dir"]).exists()


def test_it_ends_with_the_program_that_started_it() -> None:
    site = PracticeProcess("--articles", "5")
    site.start()
    process = site._process
    assert process
    assert process.stdin
    process.stdin.close()
    assert process.wait(10) == 0
    site.close()


def test_the_log_outlives_the_server(practice: Callable[..., Any], raw_client: Any) -> None:
    site = practice("--articles", "5")
    raw_client(site).get("/robots.txt")
    assert site.stop() == 0
    ((entry, _, response),) = site.exchanges()
    assert (entry["n"], entry["target"]) == (1, "/robots.txt")
    assert response.startswith(b"HTTP/1.1 200 OK\r\n")
    site.close()
    assert not site.log_dir.exists()


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "practice", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
