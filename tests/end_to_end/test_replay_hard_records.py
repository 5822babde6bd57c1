"""``khobao archive replay`` of what other tools read otherwise, and of what was cut."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.home import Home
from support.odd_records import OK, PAGE, SENT, chunks, event
from support.replaying import Answer, Replaying, index_lines, replaying

from archive import Archive, read_record

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.mongo,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]

HARD = {
    "early-hints": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    + OK
    + b"Content-Length: %d\r\n\r\n" % len(PAGE + b"3")
    + PAGE
    + b"3",
    "cr-in-a-header": OK + b"X-A: a\rb\r\nServer Name: c\r\n\r\n" + PAGE + b"4",
}
TRUNCATED = {
    "length": OK + b"Content-Length: 99999\r\n\r\n" + PAGE + b"5",
    "chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(PAGE * 9)[:300],
}


@pytest.fixture(scope="module")
def hard(homes: Callable[[], Home], cache: Path) -> Iterator[tuple[Home, Replaying]]:
    """Each twice, a response and a revisit; and what was cut."""
    home = homes()
    with Archive(home.path, info={}) as archive:
        for hours in (0, 1):
            for pair in HARD.items():
                archive.append_batch([event(*pair, hours)])
        for name, response in TRUNCATED.items():
            torn = dataclasses.replace(event(f"cut-{name}", response), truncated="disconnect")
            archive.append_batch([torn])
    with replaying(home, cache) as replay:
        yield home, replay


@pytest.mark.parametrize("hours", [0, 1])
@pytest.mark.parametrize("name", HARD)
def test_interim_heads_and_bad_headers_are_no_obstacle(
    hard: tuple[Home, Replaying], name: str, hours: int
) -> None:
    answer = captured(hard, name, hours)
    assert (answer.status, answer.headers["content-type"][:9]) == (200, "text/html")


@pytest.mark.parametrize("name", TRUNCATED)
def test_what_was_cut_comes_to_an_end(hard: tuple[Home, Replaying], name: str) -> None:
    assert captured(hard, f"cut-{name}", 0).status == 200


def captured(replayed: tuple[Home, Replaying], name: str, hours: int) -> Answer:
    """The replayed capture, whose body is that of the record."""
    home, replay = replayed
    timestamp = f"{SENT + dt.timedelta(hours=hours):%Y%m%d%H%M%S}"
    (record,) = (
        read_record(home.path, fields["filename"], int(fields["offset"]))
        for found, fields in index_lines(home)
        if (found, fields["url"]) == (timestamp, f"https://baodaklak.vn/{name}")
    )
    answer = replay.capture(timestamp, f"https://baodaklak.vn/{name}")
    assert answer.body == record.payload
    return answer
