"""The server process: the world, signals, start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from practice.server import running
from practice.world import World

if TYPE_CHECKING:
    from practice.config import PracticeConfig, Ready


def serve(
    config: PracticeConfig,
    *,
    on_ready: Callable[[Ready], None] = lambda _: None,
    stop_with_stdin: bool = False,
) -> None:
    """Run the practice newspaper until SIGINT, SIGTERM or ``POST /shutdown``.

    :param on_ready: called once, when all ports answer.
    :param stop_with_stdin: also stop when standard input ends, so that a server never outlives
        the program that started it.
    :raises PracticeError: it could not start; the message is one line for a person.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_until_stopped(config, on_ready, stop_with_stdin=stop_with_stdin))


async def _until_stopped(
    config: PracticeConfig, on_ready: Callable[[Ready], None], *, stop_with_stdin: bool
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError, RuntimeError):  # not the main thread: no signals here
            loop.add_signal_handler(number, stop.set)
    if stop_with_stdin:
        loop.add_reader(sys.stdin.fileno(), stop.set)
    async with running(config, _world(config), stop=stop.set) as ready:
        on_ready(ready)
        await stop.wait()


def _world(config: PracticeConfig) -> World:
    options: dict[str, Any] = {} if config.now is None else {"now": config.now}
    return World(
        seed=config.seed,
        articles=config.articles,
        template=config.template,
        holidays=config.holidays,
        **options,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    if sys.platform == "win32":
        return asyncio.new_event_loop
    import uvloop  # noqa: PLC0415  (there is none for Windows)

    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
