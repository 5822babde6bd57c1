"""How far a crawl is: a moving display on a terminal, a line every ten seconds elsewhere.

It writes to stderr, so that stdout stays for the result. A terminal that went away is no reason to
stop a crawl: nothing here raises.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO, TypeAlias

from rich.console import Group
from rich.live import Live
from rich.text import Text

from khobao.cli.output import console, format_bytes, format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console

__all__ = ["Progress", "Snapshot"]

Snapshot: TypeAlias = "Mapping[str, int | float | str]"

PLAIN_INTERVAL_SECONDS = 10.0
SPEED_WINDOW_SECONDS = 10.0


class Progress:
    """The state of one crawl, shown to whoever watches.

    A snapshot may hold, all optional: ``pages`` (responses fetched), ``new`` (articles),
    ``videos``, ``failed``, ``quarantined``, ``bytes`` (archived), ``queue`` (requests waiting),
    ``url`` (fetched last). The speed is worked out here, over the last ten seconds.
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
        self._told: Snapshot | None = None
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
            if self._last and self._last is not self._told:
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
        self._past.append((now, _number(snapshot, "pages"), _number(snapshot, "bytes")))
        while self._past[0][0] < now - SPEED_WINDOW_SECONDS and len(self._past) > 1:
            self._past.popleft()

    def _speed(self) -> tuple[float, float]:
        (then, pages, octets), (now, pages_now, octets_now) = self._past[0], self._past[-1]
        seconds = now - then
        if seconds <= 0:
            return 0.0, 0.0
        return (pages_now - pages) / seconds, (octets_now - octets) / seconds

    def _facts(self) -> list[str]:
        last = self._last
        pages_a_second, bytes_a_second = self._speed()
        facts = [f"{format_number(int(_number(last, 'pages')))} pages"]
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
            f"{pages_a_second:.1f} pages/s",
            f"{format_bytes(bytes_a_second)}/s",
        ]

    def _line(self, now: float) -> str:
        words = [self.title, _duration(now - self._started), " · ".join(self._facts())]
        return " ".join(word for word in words if word)

    def _write_line(self, now: float) -> None:
        self._last_line, self._told = now, self._last
        self._stream.write(f"{self._line(now)}\n")
        self._stream.flush()

    def _display(self, now: float) -> Group:
        lines = [Text(self._line(now), overflow="ellipsis", no_wrap=True, style="bold")]
        if url := self._last.get("url"):
            lines.append(Text(_shortened(str(url), self._width(self._console)), style="dim"))
        return Group(*lines)

    @staticmethod
    def _width(screen: Console) -> int:
        return max(20, screen.width - 2)


def _number(snapshot: Snapshot, name: str) -> float:
    value = snapshot.get(name, 0)
    return float(value) if isinstance(value, int | float) else 0.0


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _shortened(url: str, width: int) -> str:
    """The address without its scheme, its middle cut out: both ends tell more."""
    text = url.partition("://")[2] or url
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return f"{text[:head]}…{text[-(width - 1 - head) :]}"
