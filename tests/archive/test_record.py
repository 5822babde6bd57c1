from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import Archive, CaptureEvent
from archive.warc.record import fields_block, safe_uri

OpenArchive = Callable[..., Archive]
MakeEvent = Callable[..., CaptureEvent]

DATA = Path(__file__).parent / "data"


def assert_golden(path: Path, name: str) -> None:
    """Byte for byte; should they differ, the lines that do are shown as text."""
    written, golden = gzip.decompress(path.read_bytes()), (DATA / name).read_bytes()
    assert lines(golden) == lines(written)
    assert golden == written


def lines(data: bytes) -> list[str]:
    return [line.decode("utf-8", "backslashreplace") for line in data.splitlines(keepends=True)]


def test_golden_exchange(open_archive: OpenArchive, make_event: MakeEvent) -> None:
    """Every byte of the file, with fixed ids, date and host."""
    event = make_event(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nabc\r\n0\r\n\r\n",
        url="https://baodaklak.vn/thoi-su/",
        ip_address="2001:DB8:0:0:0:0:0:1",
        protocols=("http/1.1", "tls/1.3"),
        cipher_suite="TLS_AES_256_GCM_SHA384",
        metadata=(("via", "https://baodaklak.vn/"), ("hopsFromSeed", "L")),
    )
    archive = open_archive()
    archive.append_batch([event])
    (path,) = archive.close()
    assert_golden(path, "exchange.warc")


def test_golden_revisit_and_failure(
    open_archive: OpenArchive, make_event: MakeEvent, instant: dt.datetime
) -> None:
    """A revisit with its Refers-To fields, a truncated response, an exchange without response."""
    archive = open_archive()
    page = b"HTTP/1.1 200 OK\r\nDate: %s\r\n\r\nbody"
    archive.append_batch([make_event(page % b"Mon")])
    archive.append_batch(
        [
            make_event(page % b"Tue", started_at=instant + dt.timedelta(days=1)),
            make_event(page % b"Wed", truncated="disconnect"),
            make_event(b"", metadata=(("outcome", "connection refused"),)),
            make_event(b"", request=b"", metadata=(("outcome", "dns"),)),
            make_event(page % b"Thu", request=b"", metadata=(), may_revisit=False),
        ]
    )
    archive.append_log("log/run-1", "Nhật ký".encode())
    (path,) = archive.close()
    assert_golden(path, "others.warc")


def test_a_server_cannot_forge_fields(open_archive: OpenArchive, make_event: MakeEvent) -> None:
    evil = "x\r\nWARC-Type: warcinfo\r\n\r\nWARC/1.1\r\n"
    archive = open_archive(info={"operator": evil})
    archive.append_batch(
        [
            make_event(
                b"HTTP/1.1 200 OK\r\n\r\n",
                url="https://baodaklak.vn/" + evil,
                ip_address=evil,
                protocols=(evil,),
                cipher_suite=evil,
                metadata=(("via", evil),),
            )
        ]
    )
    (path,) = archive.close()
    text = gzip.decompress(path.read_bytes())
    types = [line for line in text.split(b"\r\n") if line.startswith(b"WARC-Type")]
    assert types == [
        b"WARC-Type: " + t for t in (b"warcinfo", b"response", b"request", b"metadata")
    ]
    assert text.count(b"\r\nWARC/1.1\r\n") == 3  # and the first one opens the file
    assert b"WARC-IP-Address" not in text


@given(st.lists(st.tuples(st.just("name"), st.text())))
def test_every_value_stays_on_its_line(fields: list[tuple[str, str]]) -> None:
    block = fields_block(fields)
    lines = block.split(b"\n")
    assert len(lines) == len(fields) + 1
    assert all(line.startswith(b"name: ") and line.endswith(b"\r") for line in lines[:-1])
    assert block.count(b"\r") == len(fields)


def test_fields_are_utf_8_and_lone_surrogates_do_no_harm() -> None:
    assert fields_block([("via", "Đắk Lắk\ud800")]) == "via: Đắk Lắk?\r\n".encode()


def test_uris_have_no_white_space() -> None:
    assert safe_uri(" https://baodaklak.vn/a b\r\n\tc ") == "https://baodaklak.vn/a%20bc"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("::FFFF:192.0.2.7", "::ffff:192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("no address", None),
        (None, None),
    ],
)
def test_addresses_are_spelled_by_rfc_5952(
    open_archive: OpenArchive,
    make_event: MakeEvent,
    read_with_warcio: Callable[..., list[tuple[str, list[tuple[str, str]], bytes]]],
    address: str | None,
    written: str | None,
) -> None:
    archive = open_archive()
    archive.append_batch([make_event(b"HTTP/1.1 200 OK\r\n\r\n", ip_address=address)])
    (path,) = archive.close()
    for record_type, fields, _ in read_with_warcio(path):
        if record_type in {"response", "request"}:
            assert dict(fields).get("WARC-IP-Address") == written


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"started_at": dt.datetime(2026, 3, 2)}, "no time zone"),  # noqa: DTZ001
        ({"truncated": "boredom"}, "disconnect, length, time, unspecified"),
        ({"metadata": (("a b", "c"),)}, "name of a field"),
        ({"metadata": (("a\r\nb", "c"),)}, "name of a field"),
    ],
)
def test_impossible_events_are_refused(
    make_event: MakeEvent, changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        make_event(b"", **changes)
