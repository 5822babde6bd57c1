"""Exchanges as no newspaper sends them, ready for an archive."""

from __future__ import annotations

import datetime as dt

from archive import CaptureEvent

SENT = dt.datetime(2026, 3, 2, 7, 5, tzinfo=dt.UTC)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
PAGE = "<html><title>Trang thử nghiệm</title><p>Nội dung</p></html>".encode()


def chunks(data: bytes) -> bytes:
    pieces = [data[n : n + 100] for n in range(0, len(data), 100)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def event(name: str, response: bytes, hours: int = 0) -> CaptureEvent:
    return CaptureEvent(
        f"https://baodaklak.vn/{name}",
        SENT + dt.timedelta(hours=hours),
        b"GET / HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n",
        response,
    )
