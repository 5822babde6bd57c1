"""Files over HTTP as any web server gives them, parts of them as well."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import BinaryIO

_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript"}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@contextmanager
def range_server(files: dict[str, Path | str]) -> Iterator[str]:
    """The address of a server that has *files*: path → file, or text to be sent."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self.wfile.write(self._answer())

        def _answer(self) -> bytes:
            name = self.path.partition("?")[0]
            if name not in files:
                self.send_response(HTTPStatus.NOT_FOUND)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return b""
            source = files[name]
            file = io.BytesIO(source.encode()) if isinstance(source, str) else source.open("rb")
            with file:
                return self._part(file, file.seek(0, io.SEEK_END), Path(name).suffix)

        def _part(self, file: BinaryIO, size: int, ending: str) -> bytes:
            start, end = 0, size
            if match := _RANGE.fullmatch(self.headers.get("Range", "")):
                start = int(match[1]) if match[1] else max(0, end - int(match[2]))
                end = min(end, int(match[2]) + 1) if match[1] and match[2] else end
                self.send_response(HTTPStatus.PARTIAL_CONTENT)
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
            else:
                self.send_response(HTTPStatus.OK)
            kind = _TYPES.get(ending, "application/octet-stream")
            self.send_header("Content-Type", kind)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(end - start))
            self.end_headers()
            file.seek(start)
            return file.read(end - start)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
