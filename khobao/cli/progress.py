"""Progress of a crawl: a moving display on a terminal, a line every ten seconds elsewhere.

It writes to stderr, so that stdout stays for the result. A terminal that went away is no reason to
stop a crawl: nothing here raises.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TextIO, TypeAlias

from rich.console import Group
from rich.live import Live
from rich.text import Text

from khobao.cli.output import console, format_bytes, format_number

Snapshot: TypeAlias = "Mapping[str, int | float | str]"

PLAIN_INTERVAL_SECONDS = 10.0
SPEED_WINDOW_SECONDS = 10.0

MIN_TITLE, MIN_FACTS = 12, 50
"""Columns that are left to a title, and beside it to the time and the first numbers."""


class Progress:
    """The state of one crawl, shown to whoever watches.

    A snapshot may hold, all optional: ``responses`` (of all kinds, as the run's report counts
    them), ``new`` (articles), ``videos``, ``failed``, ``quarantined``, ``bytes`` (received),
    ``queue`` (requests waiting), ``url`` (fetched last). The speed is worked out here, over the
    last ten seconds.
    """

    def __init__(
        self,
        title: str = "",
        *,
        stream: TextIO | None = None,
        interval_seconds: float = PLAIN_INTERVAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.title = title
        self.interval_seconds = interval_seconds
        self._clock = clock
        self._started = clock()
        self._last_line = self._started
        self._last: Snapshot = {}
        self._written: Snapshot | None = None
        """The snapshot of the last line written: it is not worth a second one."""
        self._past = deque([(self._started, 0.0, 0.0)])
        self._stream = stream or sys.stderr
        self._console = console(self._stream)
        self._live = self._start_live() if self._stream.isatty() else None

    def update(self, snapshot: Snapshot) -> None:
        """Show *snapshot*: at once on a terminal, when its time has come elsewhere."""
        now = self._clock()
        self._last = snapshot
        self._remember(now, snapshot)
        with suppress(OSError, ValueError):
            if self._live is not None:
                self._live.update(self._display(now), refresh=True)
            elif now - self._last_line >= self.interval_seconds:
                self._write_line(now)

    def message(self, text: str) -> None:
        """Say something that stays on the screen, above the display."""
        with suppress(OSError, ValueError):
            if self._live is not None:
                self._live.console.print(text)
            else:
                self._stream.write(f"{text}\n")
                self._stream.flush()

    def close(self) -> None:
        """Take the display away and leave its last state as one line."""
        with suppress(OSError, ValueError):
            if self._live is not None:
                self._live.stop()
                self._live = None
            if self._last and self._last is not self._written:
                self._write_line(self._clock())

    def _start_live(self) -> Live:
        live = Live(
            console=self._console,
            auto_refresh=False,  # a thread of its own could draw while the reactor logs
            transient=True,
            redirect_stdout=False,
            # What is logged while the display stands must go above it.
            redirect_stderr=self._stream is sys.stderr,
        )
        with suppress(OSError, ValueError):
            live.start()
        return live

    def _remember(self, now: float, snapshot: Snapshot) -> None:
        self._past.append((now, _number(snapshot, "responses"), _number(snapshot, "bytes")))
        while self._past[0][0] < now - SPEED_WINDOW_SECONDS and len(self._past) > 1:
            self._past.popleft()

    def _speed(self) -> tuple[float, float]:
        (then, responses, octets), (now, responses_now, octets_now) = self._past[0], self._past[-1]
        seconds = now - then
        if seconds <= 0:
            return 0.0, 0.0
        return (responses_now - responses) / seconds, (octets_now - octets) / seconds

    def _facts(self) -> list[str]:
        """What there is to tell, the most important first."""
        last = self._last
        responses_a_second, bytes_a_second = self._speed()
        facts = [f"{format_number(int(_number(last, 'responses')))} responses"]
        for name, label in (
            ("new", "new articles"),
            ("videos", "videos"),
            ("quarantined", "quarantined"),
            ("failed", "failed"),
        ):
            count = int(_number(last, name))
            if count or name == "new":
                facts.append(f"{format_number(count)} {label}")
        return [
            *facts,
            format_bytes(_number(last, "bytes")),
            f"queue {format_number(int(_number(last, 'queue')))}",
            f"{responses_a_second:.1f} responses/s",
            f"{format_bytes(bytes_a_second)}/s",
        ]

    def _lines(self, now: float) -> list[str]:
        """Title, time and facts; on a terminal broken between two facts where its width ends."""
        time_passed = _duration(now - self._started)
        width = self._width if self._stream.isatty() else sys.maxsize
        title = _cut(self.title, max(MIN_TITLE, width - MIN_FACTS)) if self.title else ""
        lines = [" ".join(word for word in (title, time_passed) if word)]
        separator = " "
        for fact in self._facts():
            if len(lines[-1]) + len(separator) + len(fact) > width:
                lines.append(f"  {fact}")
            else:
                lines[-1] += f"{separator}{fact}"
            separator = " · "
        return lines

    def _write_line(self, now: float) -> None:
        self._last_line, self._written = now, self._last
        self._stream.write("".join(f"{line}\n" for line in self._lines(now)))
        self._stream.flush()

    def _display(self, now: float) -> Group:
        lines = [
            Text(_cut(line, self._width), no_wrap=True, style="bold") for line in self._lines(now)
        ]
        if url := self._last.get("url"):
            lines.append(Text(_shortened(str(url), self._width), style="dim"))
        return Group(*lines)

    @property
    def _width(self) -> int:
        return max(20, self._console.width - 2)


def _number(snapshot: Snapshot, name: str) -> float:
    value = snapshot.get(name, 0)
    return float(value) if isinstance(value, int | float) else 0.0


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _shortened(url: str, width: int) -> str:
    """The address without its scheme, its middle cut out: both ends tell more."""
    text = url.partition("://")[2] or url
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return f"{text[:head]}…{text[-(width - 1 - head) :]}"
