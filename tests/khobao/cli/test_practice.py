"""``khobao practice serve``, as a person runs it."""

from __future__ import annotations

import json
import shlex
import signal
import socket
import subprocess
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from crawler.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    Khobao = Callable[..., Any]


@contextmanager
def serving(
    script: Path, environment: dict[str, str], *words: str
) -> Iterator[subprocess.Popen[str]]:
    command = [script, "practice", "serve", "--articles", "20", *words]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_says_how_to_crawl_it_and_ends_with_ctrl_c(
    khobao_script: Path, khobao_environment: dict[str, str]
) -> None:
    with serving(khobao_script, khobao_environment) as process:
        assert process.stdout
        lines = []
        while not (lines and lines[-1].lstrip().startswith("khobao crawl")):
            lines.append(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)

    text = "".join(lines)
    words = shlex.split(lines[-1])
    assert "The practice newspaper is open until Ctrl-C." in text
    assert ["khobao", "crawl", "sections"] == words[:3]
    rules = [words[at + 1] for at, word in enumerate(words) if word == "--resolve"]
    assert {"baodaklak.vn", "www.baodaklak.vn"} <= {rule.partition(":")[0] for rule in rules}
    assert words[words.index("--ca-file") + 1].endswith(".pem")
    assert (rest, errors, process.returncode) == ("", "", 0)


def test_a_program_gets_one_json_line(
    khobao_script: Path, khobao_environment: dict[str, str]
) -> None:
    with serving(khobao_script, khobao_environment, "--json", "--now", "2026-03-01") as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        with urllib.request.urlopen(f"http://127.0.0.1:{ready['control']}/clock") as response:
            clock = response.read().decode()
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=30)

    assert {"http", "https", "control", "ca_file", "resolve", "log_dir"} <= ready.keys()
    assert "2026-03-01" in clock
    assert (rest, errors, process.returncode) == ("", "", 0)


def test_holidays_and_another_design(
    khobao_script: Path, khobao_environment: dict[str, str]
) -> None:
    words = ("--now", "2026-02-20", "--holidays", "2026-02-16", "--redesign", '{"remove": ["h1"]}')
    with serving(khobao_script, khobao_environment, "--json", *words) as process:
        assert process.stdout
        control = json.loads(process.stdout.readline())["control"]
        with urllib.request.urlopen(f"http://127.0.0.1:{control}/redesign") as response:
            design = json.load(response)
        with urllib.request.urlopen(f"http://127.0.0.1:{control}/truth/articles") as response:
            articles = [json.loads(line) for line in response]

    assert design == {"remove": ["h1"]}
    assert articles[0]["datePublished"][:10] == "2026-02-19"
    assert 0 < len(articles) < 20


def test_a_port_in_use(khobao: Khobao) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = khobao("practice", "serve", "--port", str(port))

    assert ended.code == ExitCode.USAGE
    assert f"port {port} of 127.0.0.1 is in use; choose another with --port" in ended.error


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--now yesterday", "--now 'yesterday' is no time; write 2026-03-01T07:00"),
        ("--holidays tet", "--holidays 'tet' is no day; write 2026-02-16"),
        ("--redesign []", '--redesign \'[]\' is no JSON object; write {"rename": {"date": "day"}}'),
        ("--redesign {", "--redesign '{' is no JSON object"),
        ('--redesign {"paint":1}', "['paint'] is nothing to change"),
        ("--template c", "template must be one of a, b, mixed, got c"),
        ("--faults flood", "no fault is called 'flood'; there are: all"),
    ],
)
def test_what_is_refused(inline: Khobao, words: str, complaint: str) -> None:
    ended = inline("practice", "serve", *words.split())

    assert ended.code == ExitCode.USAGE
    assert complaint in ended.error
