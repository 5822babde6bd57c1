"""A small archive with everything in it, and the tools to damage it."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import shutil
import uuid
import zlib
from pathlib import Path
from typing import Any

from isal import igzip_lib

from archive import Archive, CaptureEvent
from archive.home.cdxj import write_cdxj
from archive.home.layout import Layout
from archive.home.manifest_writer import ManifestWriter
from archive.home.recover import entry_from_member
from archive.home.sums import sums_of
from archive.verify import Catalog, Finding, check_together, plan_home, verify_targets
from archive.warc.members import MemberWalk

START = dt.datetime(2026, 3, 2, 7, 5, tzinfo=dt.UTC)
PAGE = b"<html><h1>\xc4\x90\xe1\xba\xafk L\xe1\xba\xafk</h1>" + b"<p>m\xc6\xb0a</p>" * 300


def http(body: bytes = b"", *fields: bytes, status: bytes = b"200 OK", sized: bool = True) -> bytes:
    head = [b"HTTP/1.1 " + status, b"Content-Type: text/html; charset=utf-8", *fields]
    if sized:
        head.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    chunks = b"".join(
        b"%x\r\n%b\r\n" % (len(body[i : i + 700]), body[i : i + 700])
        for i in range(0, len(body), 700)
    )
    return http(chunks + b"0\r\n\r\n", b"Transfer-Encoding: chunked", sized=False)


class Home:
    """Two closed WARC files: the first with originals, the second with revisits to them."""

    def __init__(self, path: Path, like: Home | None = None) -> None:
        """:param like: copy this one, which is much quicker than writing one."""
        self.path = path
        self.layout = Layout(path)
        self._ids = itertools.count(1 if like is None else 1000)
        self._ticks = itertools.count(0 if like is None else 1000)
        if like is not None:
            shutil.copytree(like.path, path)
            return
        self.write(self.first_session())
        self.write(self.second_session())

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.layout.warc.glob("*.warc.gz"))

    @property
    def first(self) -> str:
        return self.names[0]

    @property
    def second(self) -> str:
        return self.names[1]

    def warc(self, name: str) -> Path:
        return self.layout.warc / name

    def write(self, events: list[CaptureEvent], **changes: Any) -> list[Any]:
        with self.open(**changes) as archive:
            refs = [archive.append_batch([event])[0] for event in events]
            archive.append_log("log/thử", b"xong\n")
        return refs

    def open(self, **changes: Any) -> Archive:
        values: dict[str, Any] = {
            "info": {"operator": "luutru@example.vn", "isPartOf": "run-1"},
            "min_free_bytes": 0,
            "clock": self.clock,
            "new_id": lambda: uuid.UUID(int=next(self._ids) << 64 | 0x4000),
            "hostname": "host",
        }
        return Archive(self.path, **values | changes)

    def clock(self) -> dt.datetime:
        return START + dt.timedelta(seconds=next(self._ticks))

    def event(self, response: bytes, url: str = "https://baodaklak.vn/", **more: Any) -> Any:
        values: dict[str, Any] = {
            "target_uri": url,
            "started_at": self.clock(),
            "request": b"GET / HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n",
            "response": response,
            "ip_address": "127.0.0.1",
            "protocols": ("http/1.1", "tls/1.3"),
            "cipher_suite": "TLS_AES_256_GCM_SHA384",
            "metadata": (("via", "https://baodaklak.vn/"), ("outcome", "complete")),
        }
        return CaptureEvent(**values | more)

    def first_session(self) -> list[CaptureEvent]:
        failed = (("outcome", "timeout"),)
        return [
            self.event(http(PAGE), "https://baodaklak.vn/thoi-su/202603/mua-lon-5a01b2c/"),
            self.event(chunked(PAGE * 2), "https://baodaklak.vn/kinh-te/?trang=2"),
            self.event(http(status=b"302 Found"), "https://baodaklak.vn/cu/"),
            self.event(http(PAGE * 3)[:2000], "https://baodaklak.vn/cat/", truncated="disconnect"),
            self.event(b"", "https://baodaklak.vn/im/", metadata=failed),
            self.event(b"", "https://khong.example/", request=b"", metadata=failed),
            self.event(
                http(PAGE), "https://baodaklak.vn/dau/",
                request=b"HEAD /dau/ HTTP/1.1\r\nHost: baodaklak.vn\r\n\r\n",
            ),
            self.event(b"garbage\r\n\r\nnot http", "https://baodaklak.vn/rac/"),
            self.event(http(b"\x00" * (3 << 20)), "https://baodaklak.vn/phim.mp4"),
        ]  # fmt: skip

    def second_session(self) -> list[CaptureEvent]:
        return [
            self.event(http(PAGE), "https://baodaklak.vn/thoi-su/202603/mua-lon-5a01b2c/"),
            self.event(chunked(PAGE * 2), "https://baodaklak.vn/kinh-te/?trang=2"),
            self.event(http(b"moi"), "https://baodaklak.vn/moi/"),
        ]

    # -- taking apart and putting together --------------------------------------------------------

    def entries(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.layout.journal(name).read_bytes().splitlines()]

    def offsets(self, name: str) -> list[int]:
        return [entry["offset"] for entry in self.entries(name)]

    def find(self, name: str, kind: str, number: int = 0) -> int:
        """Index of the *number*-th record of a type."""
        types = [entry["type"] for entry in self.entries(name)]
        return [i for i, each in enumerate(types) if each == kind][number]

    def records(self, name: str) -> list[bytes]:
        data = self.warc(name).read_bytes()
        return [
            zlib.decompress(data[e["offset"] : e["offset"] + e["length"]], 31)
            for e in self.entries(name)
        ]

    def members(self, name: str) -> list[bytes]:
        data = self.warc(name).read_bytes()
        return [data[e["offset"] : e["offset"] + e["length"]] for e in self.entries(name)]

    def put_members(self, name: str, members: list[bytes]) -> None:
        self.warc(name).write_bytes(b"".join(members))

    def put(self, name: str, records: list[bytes], *, with_journal: bool = True) -> None:
        """Compress the records as our writer would; journal and index as if it had written them."""
        self.put_members(name, [compress(record) for record in records])
        if with_journal:
            self.remake(name)

    def remake(self, name: str) -> None:
        with self.warc(name).open("rb") as file:
            entries = [
                entry_from_member(self.warc(name), member, recovered=False)
                for member in MemberWalk(file)
            ]
        self.layout.journal(name).write_bytes(b"".join(entry.to_line() for entry in entries))
        write_cdxj(self.layout.journal(name), name, self.layout.cdxj(name))

    def relist(self) -> None:
        """Manifests as if all files had been closed as they are now."""
        shutil.rmtree(self.layout.fixity)
        manifests = ManifestWriter(self.layout, may_begin=True)
        for name in self.names:
            if self.warc(name).is_file() and self.layout.journal(name).exists():
                manifests.append(name, sums_of(self.layout, self.warc(name), name))

    def edit(
        self, name: str, index: int, old: bytes, new: bytes, *, with_journal: bool = True
    ) -> int:
        """Replace bytes in one record; returns where it lies."""
        records = self.records(name)
        assert old in records[index], (old, records[index][:900])
        records[index] = records[index].replace(old, new, 1)
        self.put(name, records, with_journal=with_journal)
        return sum(len(compress(record)) for record in records[:index])

    def check(self) -> list[Finding]:
        return check(self.path)


def compress(record: bytes) -> bytes:
    return bytes(igzip_lib.compress(record, 2, flag=igzip_lib.COMP_GZIP))


def check(home: Path) -> list[Finding]:
    plan = plan_home(home)
    findings = list(plan.findings)
    with Catalog() as catalog:
        for report in verify_targets(plan, catalog, jobs=1):
            findings += report.findings
        findings += check_together(plan, catalog)
    return findings
