"""``khobao demo`` and whole crawls, as a newcomer sees them: on a terminal and through a pipe."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest
from support.disk import disk_usage

from crawler.errors import ExitCode
from khobao.cli.context import Context
from khobao.cli.demo import truth_of
from khobao.cli.demo_report import examine
from practice.client import PracticeProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Khobao = Callable[..., Any]

pytestmark = [pytest.mark.slow, pytest.mark.mongo]

DEMO = ("demo", "--articles", "30")
README = Path(__file__).parents[3] / "README.md"


@pytest.fixture
def stopped_home(khobao: Khobao, tmp_path: Path) -> Iterator[Path]:
    """A home whose server is stopped at the end."""
    home = tmp_path / "kho"
    yield home
    khobao("db", "stop", "--home", home)


@pytest.fixture(scope="module")
def newspaper() -> Iterator[PracticeProcess]:
    with PracticeProcess("--articles", "60") as newspaper:
        yield newspaper


@pytest.fixture
def addresses(newspaper: PracticeProcess) -> list[str]:
    rules = [word for rule in newspaper.resolve for word in ("--resolve", rule)]
    return [*rules, "--ca-file", str(newspaper.ca_file), "--delay", "0"]


def test_the_demo_adds_up_twice_and_its_commands_work(
    khobao: Khobao, khobao_script: Path, stopped_home: Path, tmp_path: Path
) -> None:
    first = khobao(*DEMO, "--home", stopped_home)
    again = khobao(*DEMO, "--home", stopped_home, "--json")

    assert first.code == 0, first.err
    assert "✗" not in first.out
    assert "✓ sections: 30 announced = 30 new" in first.out
    with PracticeProcess(*DEMO[1:], "--seed", "1") as newspaper:
        truth = truth_of(newspaper)
    assert truth["articles"] == 30
    for name, count in truth.items():
        assert count > 0
        assert f"✓ {name}: {count} in the newspaper = {count} in MongoDB" in first.out
    # What is said while it runs, what each run reports, and what was counted anew.
    received = [
        int(number.replace(" ", ""))
        for number in re.findall(r"^responses +([\d ]+)$", first.out, re.MULTILINE)
    ]
    total = sum(received)
    assert f"✓ responses: {total} received = {total} in the WARC files = {total} in" in first.out
    seen = re.findall(r"\w+ 0:\d\d:\d\d ([\d ]+) responses · ([\d ]+) new articles", first.err)
    assert f"{received[0]}" == seen[-2][0].replace(" ", "")
    assert f"{received[1]}" == seen[-1][0].replace(" ", "")
    assert re.search(rf"^videos stored +{truth['videos']}$", first.out, re.MULTILINE)
    assert re.search(r"^articles stored +30$", first.out, re.MULTILINE)
    assert str(stopped_home / "warc") in first.out
    assert [] == [line for line in shown_in_readme() if line not in shapes(first.out)]
    lines = first.out.partition("What to try next\n")[2].splitlines()
    assert len(lines) == 4
    for line in lines:
        words = shlex.split(line)
        done = subprocess.run(
            [khobao_script, *words[1:]], capture_output=True, cwd=tmp_path, check=False
        )
        assert (done.returncode, done.stderr) == (0, b""), line

    assert again.code == 0, again.err
    assert again.json["adds_up"]
    assert len(again.json["headlines"]) == 5
    assert again.json["results"][0]["counts"]["new"] == 0
    assert again.json["results"][0]["counts"]["videos_stored"] == 0
    check_that_a_wrong_number_is_seen(stopped_home, again.json["results"], truth)
    assert "invented" in (stopped_home / "invented-articles.txt").read_text("utf-8")
    assert disk_usage(stopped_home) < 60 * 1024 * 1024


def shown_in_readme() -> list[str]:
    """The report as README shows it, without what other articles change."""
    text = README.read_text("utf-8")
    (block,) = re.findall(r"^```\n(khobao demo: .*?)^```", text, re.MULTILINE | re.DOTALL)
    report = block[block.index("khobao crawl sections") : block.index("Five of the articles")]
    found = shapes(report)
    assert len(found) > 20
    return found


def shapes(text: str) -> list[str]:
    """Lines without their numbers and columns."""
    lines = (re.sub(r"\d[\d ]*(\.\d+)?( [KM]iB)?", "#", line) for line in text.splitlines())
    return [" ".join(line.split()) for line in lines if line.strip(" …")]


def check_that_a_wrong_number_is_seen(
    home: Path, results: list[dict[str, Any]], truth: dict[str, int]
) -> None:
    context = Context(home=home)
    assert examine(context, results, truth).adds_up
    for name, count in truth.items():
        found = examine(context, results, truth | {name: count + 1})
        assert [f"{name}:" in sentence for right, sentence in found.checks if not right] == [True]
    lost = [{**results[0], "counts": {**results[0]["counts"], "responses": 1}}, *results[1:]]
    assert not examine(context, lost, truth).adds_up


def test_invented_articles_stay_apart(khobao: Khobao, tmp_path: Path) -> None:
    (tmp_path / "real" / "warc").mkdir(parents=True)
    real = khobao("demo", "--home", "real")
    foreign = khobao("demo", env={"KHOBAO_MONGODB_URI": "mongodb://127.0.0.1:9/"})

    assert real.code == foreign.code == ExitCode.USAGE
    assert "holds an archive already, and the demo's articles are invented" in real.error
    assert "must not get into a server of yours" in foreign.error


def test_a_demo_of_another_newspaper(khobao: Khobao, tmp_path: Path) -> None:
    home = tmp_path / "data" / "demo"
    home.mkdir(parents=True)
    (home / "invented-articles.txt").write_text("Made by: khobao demo --articles 9 --seed 1\n")

    ended = khobao("demo")

    assert ended.code == ExitCode.USAGE
    assert "was made by another newspaper (khobao demo --articles 9 --seed 1)" in ended.error


def test_a_crawl_for_people_and_for_programs(
    khobao: Khobao, addresses: list[str], stopped_home: Path
) -> None:
    home = ("--home", stopped_home)
    first = khobao("crawl", "sections", "--limit", "5", "--media", "none", *addresses, *home)
    second = khobao("crawl", "videos", "--json", *addresses, *home)

    assert first.code == 0, first.err
    assert first.out.startswith("sections: ")
    assert re.search(r"^  new +5$", first.out, re.MULTILINE)
    assert re.search(r"^WARC files +khobao-\d+-00000-.*\.warc\.gz$", first.out, re.MULTILINE)
    assert re.search(r"^\d+ announced = 5 new", first.out, re.MULTILINE)
    assert re.search(r"sections 0:\d\d:\d\d [\d ]+ responses · 5 new articles · ", first.err)

    assert second.code == 0, second.err
    assert second.json["spider"] == "videos"
    assert second.json["exit_code"] == 0
    assert second.json["counts"]["announced"] >= 1


def test_an_unknown_section_is_the_persons_mistake(
    khobao: Khobao, addresses: list[str], stopped_home: Path
) -> None:
    ended = khobao("crawl", "sections", "--section", "nowhere", *addresses, "--home", stopped_home)

    assert ended.code == ExitCode.USAGE
    assert "khobao: section 'nowhere' is not in the newspaper's menu" in ended.err
    assert not ended.out


def test_only_a_run_that_was_can_be_resumed(
    khobao: Khobao, addresses: list[str], stopped_home: Path
) -> None:
    options = [*addresses, "--media", "none", "--home", stopped_home]
    run = khobao("crawl", "sections", "--limit", "1", "--json", *options).json["run_id"]

    never = khobao("crawl", "sections", "--resume", "never", *options)
    other = khobao("crawl", "videos", "--resume", run, *options)

    assert never.code == other.code == ExitCode.USAGE
    assert never.error == "--resume 'never' is no run; `khobao runs` lists them"
    assert other.error.endswith(f"use `khobao crawl sections --resume {run}`")


@pytest.mark.parametrize(
    ("uri", "code", "complaint"),
    [
        ("mongodb://127.0.0.1:9/", ExitCode.DATABASE_UNREACHABLE, "does not answer"),
        ("nonsense:", ExitCode.USAGE, "is no address of a MongoDB server"),
        ("mongodb://x/?tls=maybe", ExitCode.USAGE, "The value of tls must be 'true' or 'false'"),
    ],
)
def test_without_a_database_nothing_is_fetched(
    inline: Khobao, addresses: list[str], tmp_path: Path, *, uri: str, code: int, complaint: str
) -> None:
    ended = inline("crawl", "sections", *addresses, "--mongodb-uri", uri)

    assert ended.code == code
    assert complaint in ended.error
    assert not list((tmp_path / "data").iterdir())


def test_a_terminal_sees_the_crawl_move(
    khobao_script: Path,
    khobao_environment: dict[str, str],
    addresses: list[str],
    stopped_home: Path,
) -> None:
    crawl = pexpect.spawn(
        str(khobao_script),
        ["crawl", "sections", "--full", *addresses, "--home", str(stopped_home)],
        env=khobao_environment | {"TERM": "xterm-256color"},
        dimensions=(24, 120),
        encoding="utf-8",
        timeout=60,
    )
    # A crawl long enough to be drawn more than once: over itself, with the address of the moment
    # in its second line.
    crawl.expect(r"sections 0:00:\d\d [\d ]+ responses · \d+ new articles · .* · queue \d+")
    crawl.expect(r"baodaklak\.vn/")
    crawl.expect(r"\x1b\[1A")
    crawl.expect(r"sections: complete \(exit 0\)")
    crawl.expect(pexpect.EOF)
    crawl.close()
    assert crawl.exitstatus == 0


def test_ctrl_c_says_how_to_go_on(
    khobao_script: Path,
    khobao_environment: dict[str, str],
    addresses: list[str],
    stopped_home: Path,
) -> None:
    crawl = pexpect.spawn(
        str(khobao_script),
        ["crawl", "sections", *addresses, "--home", str(stopped_home)],
        env=khobao_environment | {"TERM": "xterm-256color"},
        dimensions=(24, 300),
        encoding="utf-8",
        timeout=60,
    )
    crawl.expect(r"[1-9]\d* responses")
    crawl.kill(signal.SIGINT)
    crawl.expect(r"Go on with: (khobao crawl sections --resume \S+)")
    crawl.expect(pexpect.EOF)
    crawl.close()
    assert crawl.exitstatus == ExitCode.INTERRUPTED
