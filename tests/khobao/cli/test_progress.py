"""What a person sees of a running crawl, on a terminal and elsewhere."""

from __future__ import annotations

import io
import os
import pty
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

import pexpect
import pytest

from khobao.cli.progress import Progress, _shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

SNAPSHOT = {
    "responses": 1200,
    "new": 1000,
    "bytes": 3 << 20,
    "queue": 7,
    "url": "https://baodaklak.vn/",
}


class Clock:
    """A clock that the test winds."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TextIO, int]]:
    """The stream to write to, and the file descriptor to read the screen from."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        yield stream, ours
    os.close(ours)


def shown(screen: int) -> str:
    """What the terminal got since the last look, without its control codes."""
    data = b""
    with suppress(BlockingIOError):
        while piece := os.read(screen, 1 << 16):
            data += piece
    return re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", data.decode())


def test_a_file_gets_a_line_every_ten_seconds(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress("sections", stream=stream, clock=clock)

    for second in range(25):
        clock.now = 1000.0 + second
        progress.update({**SNAPSHOT, "responses": 10 * second})

    lines = stream.getvalue().splitlines()
    assert [line.split()[1] for line in lines] == ["0:00:10", "0:00:20"]
    facts = "200 responses · 1 000 new articles · 3.0 MiB · queue 7 · 10.0 responses/s · 0 B/s"
    assert lines[1] == f"sections 0:00:20 {facts}"


def test_the_last_state_is_always_written_once(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream=stream, clock=clock)
    progress.update({**SNAPSHOT, "failed": 2, "videos": 3, "quarantined": 4})

    progress.close()
    progress.close()

    assert stream.getvalue() == (
        "0:00:00 1 200 responses · 1 000 new articles · 3 videos · 4 quarantined · 2 failed"
        " · 3.0 MiB · queue 7 · 0.0 responses/s · 0 B/s\n"
    )


def test_what_was_just_written_is_not_written_again(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream=stream, clock=clock)
    clock.now += 10
    progress.update(SNAPSHOT)

    progress.close()

    assert stream.getvalue().count("\n") == 1


def test_the_speed_is_that_of_the_last_ten_seconds(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream=stream, clock=clock)
    for second, responses in [(0, 0), (5, 5000), (20, 5000), (25, 5100), (30, 5200)]:
        clock.now = 1000.0 + second
        progress.update({"responses": responses, "bytes": responses * 1024})

    assert "· 20.0 responses/s · 20.0 KiB/s" in stream.getvalue().splitlines()[-1]


def test_messages_come_through_at_once(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(stream=stream, clock=clock)

    progress.message("waiting for [MongoDB]")

    assert stream.getvalue() == "waiting for [MongoDB]\n"


def test_a_terminal_sees_every_update(terminal: tuple[TextIO, int], clock: Clock) -> None:
    stream, screen = terminal
    progress = Progress("sections", stream=stream, clock=clock)

    progress.update(SNAPSHOT)
    first = shown(screen)
    progress.message("waiting for MongoDB")
    progress.update(
        {**SNAPSHOT, "responses": 1201, "url": "https://baodaklak.vn/" + "x" * 200 + "end/"}
    )
    second = shown(screen)
    progress.close()

    assert "1 200 responses · 1 000 new articles · 3.0 MiB · queue 7" in first
    assert "baodaklak.vn/" in first
    assert "waiting for MongoDB" in second
    assert "1 201 responses" in second
    assert re.search(r"baodaklak\.vn/x+…x+end/", second)
    assert "1 201 responses" in shown(screen)


LONG = """
from khobao.cli.progress import Progress

progress = Progress("sections thoi-su/chinh-tri, kinh-te/cong-nghiep-xay-dung, van-hoa-du-lich")
progress.update(
    {
        "responses": 1234567, "new": 123456, "videos": 12345, "quarantined": 1234, "failed": 123,
        "bytes": 300 << 30, "queue": 54321, "url": "https://baodaklak.vn/" + "x" * 200,
    }
)
progress.close()
"""


def test_eighty_columns_are_enough(khobao_environment: dict[str, str]) -> None:
    """A line that the terminal itself breaks would stay behind when the display is redrawn."""
    child = pexpect.spawn(
        sys.executable,
        ["-c", LONG],
        env=khobao_environment | {"TERM": "xterm"},
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=60,
    )
    child.expect(pexpect.EOF)
    text = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", child.before)
    child.close()

    lines = [line.rstrip() for line in re.split(r"[\r\n]+", text)]
    assert child.exitstatus == 0, text
    assert max(len(line) for line in lines) <= 80
    assert any(re.match(r"sections thoi-su/.*… 0:00:\d\d 1 234 567 responses", x) for x in lines)
    for fact in ("12 345 videos", "123 failed", "300.0 GiB", "queue 54 321", "responses/s"):
        assert text.count(fact) >= 2, f"{fact}: while it runs, and when it is over"


def test_a_terminal_that_went_away_stops_nothing(clock: Clock) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as stream:
        progress = Progress(stream=stream, clock=clock)
        clock.now += 60
        progress.update(SNAPSHOT)
        progress.message("still here")
        progress.close()
        with pytest.raises(BrokenPipeError):
            stream.write("the pipe is really broken\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)


@pytest.mark.parametrize(
    ("url", "short"),
    [
        ("https://baodaklak.vn/", "baodaklak.vn/"),
        ("https://baodaklak.vn/0123456789", "baodaklak…123456789"),
    ],
)
def test_addresses_lose_their_middle(url: str, short: str) -> None:
    assert short == _shortened(url, 19)
